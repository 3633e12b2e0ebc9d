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


def convnet(seed: int) -> nn.Sequential:
    """Two convolutions of 3 x 3, with 32 and 64 filters, each relu and the largest of 2 x 2, then 10 classes.

    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, 1998, Gradient-Based Learning Applied to Document Recognition.
    """
    return nn.Sequential(
        [
            nn.Rescaling(1 / 255),
            nn.Reshape((28, 28, 1)),
            nn.Conv2D(32, 3, activation="relu"),
            nn.MaxPooling2D(2),
            nn.Conv2D(64, 3, activation="relu"),
            nn.MaxPooling2D(2),
            nn.Flatten(),
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


def small(seed: int, classes: int = 3) -> nn.Sequential:
    """2-16-16-3: for points in the plane of up to three classes."""
    return nn.Sequential(
        [
            nn.Dense(16, activation="relu"),
            nn.Dense(16, activation="relu"),
            nn.Dense(classes, activation="softmax"),
        ],
        seed=seed,
    )


MODELS: dict[str, Callable[[int], nn.Sequential]] = {
    "mlp": mlp,
    "convnet": convnet,
    "lstm": lstm,
    "small": small,
}
