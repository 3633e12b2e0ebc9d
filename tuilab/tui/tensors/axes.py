"""Where one is in an array: two axes to see, the others at one place each, and the cursor."""

import math
import re
from dataclasses import dataclass, replace

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in an array of `shape`: an index of every axis. `axes` are the two that are seen as rows and
    columns; an array of one axis is one row, a number one row of one column."""

    shape: tuple[int, ...]
    index: Index
    axes: tuple[int, ...]

    @classmethod
    def first(cls, shape: tuple[int, ...], axes: tuple[int, ...] | None = None) -> "Place":
        """The first element; the last two axes are seen, if no others are named."""
        last = tuple(range(max(0, len(shape) - 2), len(shape)))
        return cls(shape, (0,) * len(shape), last if axes is None else axes)

    @property
    def rows(self) -> int:
        return self.shape[self.axes[0]] if len(self.axes) > 1 else 1

    @property
    def columns(self) -> int:
        return self.shape[self.axes[-1]] if self.axes else 1

    @property
    def row(self) -> int:
        return self.index[self.axes[0]] if len(self.axes) > 1 else 0

    @property
    def column(self) -> int:
        return self.index[self.axes[-1]] if self.axes else 0

    @property
    def others(self) -> tuple[int, ...]:
        """The axes that are not seen, at one place each."""
        return tuple(axis for axis in range(len(self.shape)) if axis not in self.axes)

    @property
    def leading(self) -> Index:
        """The place on the axes that are not seen."""
        return tuple(self.index[axis] for axis in self.others)

    @property
    def empty(self) -> bool:
        """Whether there is no element to be at."""
        return 0 in self.shape

    @property
    def page(self) -> int:
        """Which matrix is seen, of all of them in the order of the axes that are not."""
        number = 0
        for axis in self.others:
            number = number * self.shape[axis] + self.index[axis]
        return number

    @property
    def pages(self) -> int:
        """How many matrices there are."""
        return math.prod(self.shape[axis] for axis in self.others)

    def on(self, row: int, column: int) -> "Place":
        """This row and column of the same matrix, at most the last."""
        index = list(self.index)
        for axis, place in zip(reversed(self.axes), (column, row), strict=False):
            index[axis] = min(max(0, place), max(0, self.shape[axis] - 1))
        return replace(self, index=tuple(index))

    def moved(self, down: int = 0, right: int = 0) -> "Place":
        """So many rows down and columns right, at most to the edge."""
        return self.on(self.row + down, self.column + right)

    def turned(self, pages: int) -> "Place":
        """So many matrices on, in the order of the axes that are not seen, at most to the first or last."""
        return self if self.empty else self.turned_to(self.page + pages)

    def turned_to(self, page: int) -> "Place":
        """The same row and column of the matrix of this number, at most the last."""
        page = min(max(0, page), self.pages - 1)
        index = list(self.index)
        for axis in reversed(self.others):
            page, index[axis] = divmod(page, self.shape[axis])
        return replace(self, index=tuple(index))

    def at(self, index: Index) -> "Place":
        """The place of an index: negative ones count from the end, one outside is moved to the edge."""
        kept = []
        for place, size in zip(index, self.shape, strict=True):
            place = place + size if place < 0 else place
            kept.append(min(max(0, place), max(0, size - 1)))
        return replace(self, index=tuple(kept))

    def key(self) -> tuple[int | slice, ...]:
        """What picks the rows and columns that are seen out of the array."""
        return tuple(slice(None) if axis in self.axes else place for axis, place in enumerate(self.index))

    def slice_name(self) -> str:
        """What is seen, as one would write it: `[3, :, :]`."""
        seen = [":" if axis in self.axes else str(place) for axis, place in enumerate(self.index)]
        return f"[{', '.join(seen)}]" if self.shape else ""

    def element_name(self) -> str:
        """The element under the cursor: `[3, 0, 12]`."""
        return f"[{', '.join(map(str, self.index))}]" if self.shape else ""


def window(place: int, begin: int, room: int, size: int) -> int:
    """Where a window of `room` places should begin so that it shows `place`, moving as little as can be."""
    begin = min(begin, place)
    begin = max(begin, place - room + 1)
    return max(0, min(begin, size - room))


def index_in(text: str, axes: int) -> Index | None:
    """The whole numbers of a text, if there are as many as axes and nothing else is in it."""
    if not re.fullmatch(r"[\s\[\](),\d-]{0,200}", text):
        return None
    found = re.findall(r"-?\d{1,12}", text)
    return tuple(map(int, found)) if len(found) == axes else None
