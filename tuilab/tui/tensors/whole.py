"""The array that is looked at, of which only a sample may be here."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tuilab.tui.tensors.axes import Index, Place
from tuilab.tui.tensors.facts import Facts

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Whole:
    """The array that a sample was taken from: every `steps`-th element along each axis."""

    shape: tuple[int, ...]
    dtype: str
    strides: tuple[int, ...]
    bytes: int
    facts: Facts | None
    steps: tuple[int, ...]

    @classmethod
    def of(cls, array: "NDArray[Any]") -> "Whole":
        """An array that is here itself."""
        return cls(array.shape, str(array.dtype), array.strides, array.nbytes, None, (1,) * array.ndim)

    def index(self, index: Index) -> Index:
        """The index in the whole of an element of the sample."""
        return tuple(place * step for place, step in zip(index, self.steps, strict=True))

    def nearest(self, index: Index) -> Index:
        """The index in the sample of the element nearest before one of the whole."""
        sizes = zip(index, self.shape, self.steps, strict=True)
        return tuple(max(0, place + size if place < 0 else place) // step for place, size, step in sizes)

    def part(self) -> str:
        """What of the whole is here, in words; nothing where it is all of it."""
        left_out = [f"{step:,}th on axis {axis}" for axis, step in enumerate(self.steps) if step > 1]
        return f"here every {' and '.join(left_out)}" if left_out else ""

    def place(self, place: Place) -> Place:
        """The place in the whole of one in the sample."""
        return Place(self.shape, self.index(place.index), place.axes)

    def steps_of(self, place: Place) -> tuple[int, int]:
        """How many rows and columns of the whole one that is here stands for."""
        axes = place.axes
        return (self.steps[axes[0]] if len(axes) > 1 else 1), (self.steps[axes[-1]] if axes else 1)
