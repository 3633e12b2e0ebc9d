"""The visible numbers of a matrix, each in its column, with the numbers of rows and columns around them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style

from tuilab.tui.tensors.axes import Place, window
from tuilab.tui.tensors.numbers import Form

if TYPE_CHECKING:
    from numpy.typing import NDArray


class NumberGrid:
    """Where the numbers of a matrix stand. It moves as little as it can to show the cursor."""

    def __init__(self) -> None:
        self._top = self._left = 0
        self._margin = self._cell = 1

    def reset(self) -> None:
        """Begin at the first row and column again."""
        self._top = self._left = 0

    def draw(
        self,
        matrix: "NDArray[Any]",
        place: Place,
        steps: tuple[int, int],
        form: Form,
        style_of: Callable[[float], Style],
        size: tuple[int, int],
        styles: dict[str, Style],
        ellipsis: str,
    ) -> list[list[Segment]]:
        """The rows and columns around the cursor that fit, counted in these steps."""
        (width, height), (by_row, by_column) = size, steps
        self._cell = cell = form.width + 1
        self._margin = margin = len(str(max(0, place.rows - 1) * by_row)) + 2
        across, down = max(1, (width - margin) // cell), max(1, height - 1)
        self._top = window(place.row, self._top, down, place.rows)
        self._left = window(place.column, self._left, across, place.columns)
        rows = range(self._top, min(place.rows, self._top + down))
        columns = range(self._left, min(place.columns, self._left + across))
        heads = "".join(str(column * by_column)[-cell + 1 :].rjust(cell) for column in columns)
        more = f" {ellipsis}" if columns.stop < place.columns and margin + len(heads) + 2 <= width else ""
        lines = [[Segment(" " * margin), Segment(heads + more, styles["quiet"])]]
        here = place.row, place.column
        for row in rows:
            line = [Segment(f"{row * by_row:>{margin - 1}} ", styles["quiet"])]
            text, before = "", styles["number"]
            seen = matrix[row, columns.start : columns.stop].tolist()
            for column, value in zip(columns, seen, strict=True):
                if (row, column) == here:
                    line += [Segment(text, before), Segment(" "), Segment(form(value), styles["cursor"])]
                    text = ""
                    continue
                style = style_of(value)
                if style is not before and text:
                    line.append(Segment(text, before))
                    text = ""
                text, before = text + " " + form(value), style
            line.append(Segment(text, before))
            lines.append(line)
        return lines

    def across(self, width: int) -> int:
        """How many columns are visible in so many cells."""
        return max(1, (width - self._margin) // self._cell)

    def at(self, x: int, y: int) -> tuple[int, int] | None:
        """The row and column of the number at a cell; None outside."""
        row, column = y - 1, (x - self._margin) // self._cell
        return (self._top + row, self._left + column) if row >= 0 and column >= 0 else None
