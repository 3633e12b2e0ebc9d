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


def lstm(seed: int) -> nn.Sequential:
    """An image read row by row, from the top, by 128 units that remember; the last row's state tells."""
    return nn.Sequential(
        [nn.Rescaling(1 / 255), nn.LSTM(128), nn.Dense(10, activation="softmax")],
        seed=seed,
    )


MODELS: dict[str, Callable[[int], nn.Sequential]] = {"mlp": mlp, "lstm": lstm}
