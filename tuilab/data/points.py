"""Small data sets in the plane, a noisy line, and a table, for the learners before deep learning.

Each is drawn from its seed alone: the same arguments give the same points. Points are float64 of shape
(samples, 2), classes int64 of shape (samples,), as equal in number as they can be, in mixed order.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.data.randomness import generator
from tuilab.errors import DataError

Points = tuple[NDArray[np.float64], NDArray[np.int64]]


def gaussians(samples: int = 300, classes: int = 3, spread: float = 0.6, seed: int = 0) -> Points:
    """Round clouds of standard deviation `spread`, their centres evenly on a circle of radius 2."""
    rng, label = _start("gaussians", samples, seed, classes)
    angle = 2 * np.pi * label / classes
    centres = 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return centres + _noise(rng, label, spread), label


def moons(samples: int = 300, noise: float = 0.15, seed: int = 0) -> Points:
    """Two half circles, one reaching into the other."""
    rng, label = _start("moons", samples, seed)
    angle = np.pi * rng.random(samples)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return np.where(label[:, None] == 0, upper, lower) + _noise(rng, label, noise), label


def circles(samples: int = 300, noise: float = 0.1, factor: float = 0.5, seed: int = 0) -> Points:
    """A circle of radius `factor` (class 1) inside one of radius 1 (class 0)."""
    rng, label = _start("circles", samples, seed)
    angle = 2 * np.pi * rng.random(samples)
    radius = np.where(label == 0, 1.0, factor)
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1) + _noise(
        rng, label, noise
    ), label


def spirals(
    samples: int = 300, classes: int = 2, turns: float = 1.5, noise: float = 0.05, seed: int = 0
) -> Points:
    """Arms that wind around the middle `turns` times."""
    rng, label = _start("spirals", samples, seed, classes)
    way = np.sqrt(rng.random(samples))
    angle = 2 * np.pi * (turns * way + label / classes)
    return 2 * way[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1) + _noise(
        rng, label, noise
    ), label


def xor(samples: int = 300, noise: float = 0.1, seed: int = 0) -> Points:
    """The square from -1 to 1: class 1 where the two coordinates have different signs."""
    return checkerboard(samples, 2, noise, seed)


def checkerboard(samples: int = 300, squares: int = 4, noise: float = 0.0, seed: int = 0) -> Points:
    """The square from -1 to 1 as a board of `squares`² fields, class 1 where row + column is odd."""
    if squares < 2:
        raise DataError(f"squares={squares}: expected 2 or more.")
    rng, label = _start("checkerboard", samples, seed)
    row = rng.integers(squares, size=samples)
    choice = rng.integers((squares + 1) // 2, size=samples)
    column = 2 * choice + (row + label) % 2
    # On a board of odd width, one column may lie beside the board: take the field two to the left.
    column = np.where(column >= squares, column - 2, column)
    corner = np.stack([column, row], axis=1) + rng.random((samples, 2))
    return 2 * corner / squares - 1 + _noise(rng, label, noise), label


def noisy_sine(
    samples: int = 200, noise: float = 0.2, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x of shape (samples, 1) evenly drawn from 0 to 2π, and y = sin(x) + noise: a regression."""
    rng, _ = _start("noisy sine", samples, seed)
    x = 2 * np.pi * rng.random((samples, 1))
    return x, np.sin(x[:, 0]) + noise * rng.standard_normal(samples)


COLUMNS = ("age", "income", "rooms", "city", "owner", "distance")
"""The columns of `mixed_table`."""


def mixed_table(
    samples: int = 1000, missing: float = 0.0, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """A table with columns of several kinds (`COLUMNS`), as numbers: will this household move?

    Ages in years, incomes with a long tail, rooms as small whole numbers, cities numbered 0 to 4, an owner
    or not, a distance. The answer depends on all but the distance, not linearly, and one in twenty is left to
    chance. A share of `missing` values is NaN.
    """
    rng, _ = _start("mixed table", samples, seed)
    age = rng.integers(18, 90, samples).astype(np.float64)
    income = np.exp(rng.normal(10.3, 0.6, samples)).round(-2)
    rooms = rng.integers(1, 8, samples).astype(np.float64)
    city = rng.integers(0, 5, samples).astype(np.float64)
    owner = (rng.random(samples) < 0.15 + 0.1 * (rooms > 3)).astype(np.float64)
    distance = rng.gamma(2.0, 5.0, samples)
    wish = (
        1.5 * (age < 35)
        - 2.0 * owner
        + 0.8 * np.log(income / 30_000) * (city % 2 == 0)
        - 0.4 * (rooms - 3)
        + 0.4
    )
    label = (wish > 0).astype(np.int64)
    label = np.where(rng.random(samples) < 0.05, 1 - label, label)
    table = np.stack([age, income, rooms, city, owner, distance], axis=1)
    table[rng.random(table.shape) < missing] = np.nan
    return table, label


POINTS: dict[str, Callable[..., Any]] = {
    "gaussians": gaussians,
    "moons": moons,
    "circles": circles,
    "spirals": spirals,
    "xor": xor,
    "checkerboard": checkerboard,
}
"""The sets of points with classes, by name."""


def _start(
    name: str, samples: int, seed: int, classes: int = 2
) -> tuple[np.random.Generator, NDArray[np.int64]]:
    if samples < 1 or classes < 2:
        raise DataError(
            f"{name} of {samples} samples in {classes} classes: expected 1 or more, in 2 or more."
        )
    rng = generator(seed, name)
    return rng, rng.permutation(np.arange(samples) % classes)


def _noise(rng: np.random.Generator, label: NDArray[np.int64], size: float) -> NDArray[np.float64]:
    return size * rng.standard_normal((len(label), 2))
