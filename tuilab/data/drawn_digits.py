"""Drawn digits: 28 x 28 handwritten-looking digits from a seeded generator. They are not MNIST.

Each digit takes a style of `strokes`, moves every point a little, bends the whole elastically, slants,
turns and widens it, and inks it with a pen of random weight, softness and pressure. It is then fitted
and centred as MNIST's digits are: the ink in a box of 20 x 20 pixels, its centre of mass in the middle.

All random numbers come from counter-based streams keyed by the seed; the kernel only draws. The same
seed gives the same digits, bit for bit, whatever the number of threads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tuilab.data import pen, strokes
from tuilab.data.randomness import generator
from tuilab.errors import DataError

Images = NDArray[np.uint8]
Arrays = tuple[tuple[Images, Images], tuple[Images, Images]]
Progress = Callable[[str, int, int], None]

TRAIN = 60_000
TEST = 10_000
CHUNK = 5_000  # digits a stream of random numbers, and a step of the progress

JITTER = 0.085  # how far a point strays, in heights of a digit
ELASTIC = 0.4  # how far a control point of the elastic grid strays
THICKNESS = np.array([1.1, 1.1, 1.05, 1.0, 0.95, 0.95, 0.97, 1.02, 0.9, 0.88], np.float32)
"""How thick the pen is on each digit: what is written larger has thinner lines once it fits in the box."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How one parameter is spread over the digits: normal, or log-normal (`middle` is the median)."""

    middle: float
    spread: float
    least: float
    most: float
    logarithmic: bool = False

    def of(self, normal: NDArray[np.float32]) -> NDArray[np.float32]:
        strayed = np.float32(self.spread) * normal
        middle = np.float32(self.middle)
        value = middle * np.exp(strayed) if self.logarithmic else middle + strayed
        return value.clip(np.float32(self.least), np.float32(self.most))


SPREADS = {
    pen.SLANT: Spread(0.10, 0.28, -0.5, 0.8),
    pen.TURN: Spread(0.0, 0.09, -0.4, 0.4),
    pen.ASPECT: Spread(1.08, 0.20, 0.75, 1.7, logarithmic=True),
    pen.BEND_X: Spread(0.0, 0.30, -1.0, 1.0),
    pen.BEND_Y: Spread(0.0, 0.30, -1.0, 1.0),
    pen.WEIGHT: Spread(2.35, 0.30, 1.0, 5.0, logarithmic=True),
    pen.SOFTNESS: Spread(1.30, 0.15, 0.8, 2.5, logarithmic=True),
    pen.PRESSURE: Spread(0.0, 0.20, -0.6, 0.6),
    pen.START: Spread(0.0, 0.26, -0.3, 0.5),
    pen.END: Spread(0.0, 0.26, -0.3, 0.5),
    pen.TONE: Spread(1.10, 0.08, 1.0, 1.4),
}


def load(seed: int = 0, progress: Progress | None = None) -> Arrays:
    """60,000 drawn digits to train on and 10,000 others to test: ((x, y), (x_test, y_test)), uint8."""

    def drawn(offset: int) -> Progress | None:
        if progress is None:
            return None
        return lambda what, done, _: progress(what, offset + done, TRAIN + TEST)

    train = draw(TRAIN, seed, "train", drawn(0))
    return train, draw(TEST, seed, "test", drawn(TRAIN))


def draw(
    count: int, seed: int = 0, purpose: str = "train", progress: Progress | None = None
) -> tuple[Images, Images]:
    """`count` digits and what they are: (count, 28, 28) and (count,), uint8.

    The first n are the same whatever `count` is. Another `purpose` gives other digits for the same seed.
    `progress(what, done, total)` is called as they are drawn.

    Raises:
        DataError: `count` is negative.
    """
    if count < 0:
        raise DataError(f"{count} digits cannot be drawn: expected 0 or more.")
    images = np.empty((count, pen.SIDE, pen.SIDE), np.uint8)
    labels = np.empty(count, np.uint8)
    for step, start in enumerate(range(0, count, CHUNK)):
        chunk = slice(start, min(start + CHUNK, count))
        labels[chunk] = _draw_chunk(generator(seed, f"drawn digits for {purpose}", step), images[chunk])
        if progress is not None:
            progress("drawing digits", chunk.stop, count)
    return images, labels


def _draw_chunk(random: np.random.Generator, images: Images) -> NDArray[np.int64]:
    """Draw into `images`, and answer the labels. Random numbers are drawn for a whole chunk always, so
    that the digits do not depend on how many of them are wanted."""
    alphabet = _alphabet()
    labels = random.integers(0, 10, CHUNK)
    styles = alphabet.choose(labels, random.random(CHUNK))
    normal = random.standard_normal((pen.COLUMNS, CHUNK), np.float32)
    parameters = np.stack([SPREADS[column].of(normal[column]) for column in range(pen.COLUMNS)], axis=1)
    parameters[:, pen.WEIGHT] *= THICKNESS[labels]
    points = alphabet.points[styles] + _strays(random)
    grids = np.float32(ELASTIC) * random.standard_normal((CHUNK, pen.GRID, pen.GRID, 2), np.float32)
    wanted = len(images)
    pen.draw_strokes(
        styles[:wanted],
        points[:wanted],
        alphabet.curves,
        alphabet.counts,
        alphabet.sizes,
        parameters[:wanted],
        grids[:wanted],
        images,
    )
    return labels[:wanted]


def _strays(random: np.random.Generator) -> NDArray[np.float32]:
    """How far each point strays. Neighbours on a stroke stray together: a hand moves smoothly."""
    normal = random.standard_normal((CHUNK, pen.MOST_POINTS + 2, 2), np.float32)
    together = np.float32(0.5) * (normal[:, :-2] + normal[:, 2:])
    return np.float32(JITTER) * (np.float32(0.7) * normal[:, 1:-1] + together)


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """The styles as the kernel takes them; `chances[d]` is summed up over the styles of digit d."""

    points: NDArray[np.float32]
    curves: NDArray[np.int64]
    counts: NDArray[np.int64]
    sizes: NDArray[np.float32]
    ways: tuple[NDArray[np.int64], ...]
    chances: tuple[NDArray[np.float64], ...]

    def choose(self, labels: NDArray[np.int64], fractions: NDArray[np.float64]) -> NDArray[np.int64]:
        """A style for each label, by a fraction in [0, 1)."""
        styles = np.empty(len(labels), np.int64)
        for digit in range(10):
            mine = labels == digit
            place = np.searchsorted(self.chances[digit], fractions[mine], side="right")
            styles[mine] = self.ways[digit][np.minimum(place, len(self.ways[digit]) - 1)]
        return styles


@cache
def _alphabet() -> _Alphabet:
    styles = strokes.styles()
    points = np.zeros((len(styles), pen.MOST_POINTS, 2), np.float32)
    curves = np.zeros((len(styles), pen.MOST_CURVES, 6), np.int64)
    counts = np.zeros(len(styles), np.int64)
    sizes = np.zeros((len(styles), 2), np.float32)
    for s, style in enumerate(styles):
        rows = _curves(style)
        flat = np.array([point for stroke in style.strokes for point in stroke.points], np.float32) / 100
        points[s, : len(flat)] = flat
        curves[s, : len(rows)] = rows
        counts[s] = len(rows)
        sizes[s] = np.ptp(flat, axis=0)
    ways = tuple(np.flatnonzero([style.digit == digit for style in styles]) for digit in range(10))
    frequencies = np.array([style.frequency for style in styles])
    chances = tuple(np.cumsum(frequencies[way]) / frequencies[way].sum() for way in ways)
    return _Alphabet(points, curves, counts, sizes, ways, chances)


def _curves(style: strokes.Style) -> list[tuple[int, ...]]:
    """The curves from point to point: the four points that shape one, and whether it starts and whether
    it ends a stroke. At a corner the curve does not look beyond it."""
    offset = 0
    result: list[tuple[int, ...]] = []
    for stroke in style.strokes:
        ends = len(stroke.points) - 1
        sharp = stroke.corners | {0, ends}
        for i in range(ends):
            before = i if i in sharp else i - 1
            after = i + 1 if i + 1 in sharp else i + 2
            shape = (offset + before, offset + i, offset + i + 1, offset + after)
            result.append((*shape, int(i == 0), int(i + 1 == ends)))
        offset += ends + 1
    return result
