"""Elements of a graph's arrays: which of each is looked at, and which were given another value by hand."""

from tuilab.errors import TuilabError
from tuilab.text import safe
from tuilab.tui.tensors.axes import Index, Place, index_in


class Elements:
    """Nothing chosen and nothing changed at first."""

    def __init__(self) -> None:
        self._chosen: dict[int, Index] = {}
        self._changes: dict[str, dict[Index, float]] = {}

    @property
    def changes(self) -> dict[str, list[tuple[Index, float]]]:
        """By name, the elements that were changed."""
        return {name: list(moves.items()) for name, moves in self._changes.items()}

    def chosen(self, value: int, shape: Index) -> Index | None:
        """The element of a value of this shape that was chosen; None where none was, or it is no more."""
        index = self._chosen.get(value)
        if index is None or len(index) != len(shape):
            return None
        return index if all(at < size for at, size in zip(index, shape, strict=True)) else None

    def choose(self, value: int, shape: Index, text: str) -> None:
        """Choose the element that a text names, at most the last.

        Raises:
            TuilabError: it names none.
        """
        index = index_in(text, len(shape))
        if index is None:
            raise TuilabError(f"An element of {shape} is named by {len(shape)} whole numbers.")
        self._chosen[value] = Place.first(shape).at(index).index

    def change(self, name: str, index: Index, text: str) -> float:
        """Give an element the value that a text says.

        Raises:
            TuilabError: it says no number.
        """
        try:
            value = float(text.strip().replace("−", "-"))
        except ValueError:
            said = f"{safe(text, limit=40)!r} is no number. Write one as in -1.5."
            raise TuilabError(said) from None
        self._changes.setdefault(name, {})[index] = value
        return value


def element_name(name: str, index: Index) -> str:
    """An element as one writes it: `X[2, 1]`."""
    return safe(name, limit=40) + (f"[{', '.join(map(str, index))}]" if index else "")
