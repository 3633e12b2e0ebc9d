"""Which images an array is made of: its matrices, or its rows or columns where those fold to a square."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tuilab.tui.tensors.axes import Place

if TYPE_CHECKING:
    import numpy as np

SMALLEST_SIDE = 8
"""Pixels of the smallest square image that a row or a column is taken for."""
LARGEST_FILTER = 11
CHANNELS = (1, 3, 4)
Kind = Literal["matrix", "row", "column"]


def image_axes(shape: tuple[int, ...], parameter: bool = False) -> tuple[int, ...]:
    """The axes to see as rows and columns: the height and width of images and filters whose channels come
    last, as Keras orders them; of all else the last two. `parameter`: it is a weight, or its gradient."""
    count = len(shape)
    last = tuple(range(max(0, count - 2), count))
    if count < 3:
        return last
    in_colours = shape[-1] in CHANNELS and min(shape[-3:-1]) >= SMALLEST_SIDE
    if count == 4 and not in_colours and is_filter(shape, parameter):
        return 0, 1
    channels_last = count > 3 and shape[-3] == shape[-2] != shape[-1] and shape[-2] > 1
    return (count - 3, count - 2) if in_colours or channels_last else last


def is_filter(shape: tuple[int, ...], parameter: bool) -> bool:
    """Whether a shape is that of a convolution's filters: height, width, channels in, channels out."""
    height, width, channels, _ = shape
    if not 1 <= height == width <= LARGEST_FILTER:
        return False
    return parameter or (height % 2 == 1 and height > 1 and channels != width)


@dataclass(frozen=True, slots=True)
class Images:
    """The images of an array, seen from a place in it.

    "matrix": one for each place on the axes that are not seen. "row", "column": each row or column of the
    matrix at that place, folded to a square. Of a sample, `steps` says that every so many-th element along an
    axis is here.
    """

    place: Place
    kind: Kind
    steps: tuple[int, ...] = ()

    @property
    def side(self) -> int:
        """The side of the square that a row or a column is folded to; 0 where it is none."""
        if self.kind == "matrix":
            return 0
        if len(self.place.axes) < 2:
            return 0
        folded = self.place.axes[1 if self.kind == "row" else 0]
        length = self.place.shape[folded]
        side = math.isqrt(length)
        whole = not self.steps or self.steps[folded] == 1
        return side if whole and side >= SMALLEST_SIDE and side * side == length else 0

    def __bool__(self) -> bool:
        """Whether there are such images."""
        if self.place.empty:
            return False
        return len(self.place.axes) == 2 if self.kind == "matrix" else self.side > 0

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of each."""
        return (self.place.rows, self.place.columns) if self.kind == "matrix" else (self.side, self.side)

    @property
    def count(self) -> int:
        match self.kind:
            case "matrix":
                return self.place.pages
            case "row":
                return self.place.rows
            case "column":
                return self.place.columns

    @property
    def number(self) -> int:
        """Which of them the cursor is in."""
        match self.kind:
            case "matrix":
                return self.place.page
            case "row":
                return self.place.row
            case "column":
                return self.place.column

    def at(self, number: int) -> Place:
        """The place in another image."""
        match self.kind:
            case "matrix":
                return self.place.turned_to(number)
            case "row":
                return self.place.on(number, self.place.column)
            case "column":
                return self.place.on(self.place.row, number)

    def image(self, array: "np.ndarray[Any, Any]", number: int) -> "np.ndarray[Any, Any]":
        """The pixels of one."""
        place = self.at(number)
        matrix = array[place.key()]
        if self.kind == "matrix":
            return matrix
        line = matrix[place.row] if self.kind == "row" else matrix[:, place.column]
        return line.reshape(self.side, self.side)

    def name(self, number: int) -> str:
        """What one is called: `row 3`, or its place on the axes that are not seen."""
        place = self.at(number)
        index = [
            at * step for at, step in zip(place.index, self.steps or (1,) * len(place.index), strict=True)
        ]
        if self.kind == "matrix":
            return ", ".join(str(index[axis]) for axis in place.others)
        return f"{self.kind} {index[place.axes[0 if self.kind == 'row' else 1]]}"


def images_of(place: Place, steps: tuple[int, ...] = ()) -> Images:
    """The images to lay side by side: the columns or rows that are squares, else the matrices."""
    kinds: tuple[Kind, ...] = ("column", "row", "matrix")
    for kind in kinds:
        found = Images(place, kind, steps)
        if found and found.count > 1:
            return found
    return Images(place, "matrix", steps)
