"""Where one is in an array: two axes to see, the others at one place each, and the cursor."""

from dataclasses import dataclass, replace

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in an array of `shape`: an index of every axis. The last two axes are rows and columns; an
    array of one axis is one row, a number one row of one column."""

    shape: tuple[int, ...]
    index: Index

    @classmethod
    def first(cls, shape: tuple[int, ...]) -> "Place":
        return cls(shape, (0,) * len(shape))

    @property
    def rows(self) -> int:
        return self.shape[-2] if len(self.shape) > 1 else 1

    @property
    def columns(self) -> int:
        return self.shape[-1] if self.shape else 1

    @property
    def row(self) -> int:
        return self.index[-2] if len(self.shape) > 1 else 0

    @property
    def column(self) -> int:
        return self.index[-1] if self.shape else 0

    @property
    def leading(self) -> Index:
        """The place on the axes before the last two."""
        return self.index[:-2] if len(self.shape) > 2 else ()

    @property
    def empty(self) -> bool:
        """Whether there is no element to be at."""
        return 0 in self.shape

    def moved(self, down: int = 0, right: int = 0) -> "Place":
        """So many rows down and columns right, at most to the edge."""
        row = min(max(0, self.row + down), max(0, self.rows - 1))
        column = min(max(0, self.column + right), max(0, self.columns - 1))
        return self.at((*self.leading, row, column)[-len(self.shape) :] if self.shape else ())

    def turned(self, pages: int) -> "Place":
        """So many matrices on along the leading axes, in their order, at most to the first or last."""
        sizes = self.shape[:-2] if len(self.shape) > 2 else ()
        if not sizes or self.empty:
            return self
        number = 0
        for size, place in zip(sizes, self.leading, strict=True):
            number = number * size + place
        count = 1
        for size in sizes:
            count *= size
        number = min(max(0, number + pages), count - 1)
        leading: list[int] = []
        for size in reversed(sizes):
            number, place = divmod(number, size)
            leading.insert(0, place)
        return self.at((*leading, *self.index[-2:]))

    def at(self, index: Index) -> "Place":
        """The place of an index: negative ones count from the end, one outside is moved to the edge."""
        kept = []
        for place, size in zip(index, self.shape, strict=True):
            place = place + size if place < 0 else place
            kept.append(min(max(0, place), max(0, size - 1)))
        return replace(self, index=tuple(kept))

    def slice_name(self) -> str:
        """What is seen, as one would write it: `[3, :, :]`."""
        seen = [":"] * min(2, len(self.shape))
        return f"[{', '.join([*map(str, self.leading), *seen])}]" if self.shape else ""

    def element_name(self) -> str:
        """The element under the cursor: `[3, 0, 12]`."""
        return f"[{', '.join(map(str, self.index))}]" if self.shape else ""


def window(place: int, begin: int, room: int, size: int) -> int:
    """Where a window of `room` places should begin so that it shows `place`, moving as little as can be."""
    begin = min(begin, place)
    begin = max(begin, place - room + 1)
    return max(0, min(begin, size - room))
