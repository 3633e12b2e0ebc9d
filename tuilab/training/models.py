"""The networks that a run can train, by name."""

from collections.abc import Callable

from tuilab import nn


def mlp(seed: int) -> nn.Sequential:
    """784-512-10: the first network of the lessons."""
    return nn.Sequential(
        [
            nn.Flatten(),
            nn.Rescaling(1 / 255),
            nn.Dense(512, activation="relu"),
            nn.Dense(10, activation="softmax"),
        ],
        seed=seed,
    )


MODELS: dict[str, Callable[[int], nn.Sequential]] = {"mlp": mlp}
