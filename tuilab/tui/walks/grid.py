"""An array as a grid of numbers: only what is visible is written, with brackets around what is taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.segment import Segment

from tuilab.tui.tensors.axes import window
from tuilab.tui.tensors.facts import facts
from tuilab.tui.tensors.numbers import Form
from tuilab.tui.tensors.numbers import form as form_for
from tuilab.tui.walks.ink import Line, Runs, Styles, cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

Index = tuple[int, ...]
FEW = 20_000
"""Elements up to which an array is looked through for numbers with few decimals."""
TAKEN, LIT = 2, 1
"""How an element is marked: taken at this stop; or part of what its cell is made from."""


def form_of(array: "NDArray[Any]") -> Form:
    """How an array's numbers are written: with as few decimals as all of them have, at least one."""
    import numpy as np

    found = facts(array)
    form = form_for(array.dtype.kind, found)
    if array.dtype.kind != "f" or array.size > FEW or form.scientific or not array.size:
        return form
    for decimals in range(1, form.decimals):
        if np.allclose(np.round(array, decimals), array, rtol=1e-9, atol=1e-12, equal_nan=True):
            width = max(len(f"{end:.{decimals}f}") for end in (found.smallest, found.largest))
            return Form(max(width, 4 if found.infinities else 3), decimals)
    return form


@dataclass(slots=True)
class Scroll:
    """Where the visible part of an array begins."""

    top: int = 0
    left: int = 0


@dataclass(frozen=True)
class Grid:
    """One array: its name, its numbers, which two axes are seen, and at which place of the others.

    `mark` says how an element is marked; `text` gives what stands in place of its number, or None.
    """

    name: str
    array: "NDArray[Any]"
    axes: tuple[int, ...]
    at: Index
    form: Form
    role: str = "forward"
    sign: str = ""
    mark: Callable[[Index], int] = lambda index: 0
    text: Callable[[Index], str | None] = lambda index: None
    focus: Sequence[Index] = ()
    """Elements that must be seen: the first of them above all."""
    number_style: str = "number"
    scroll: Scroll = field(default_factory=Scroll)

    @property
    def rows(self) -> int:
        return self.array.shape[self.axes[0]] if len(self.axes) > 1 else 1

    @property
    def columns(self) -> int:
        return self.array.shape[self.axes[-1]] if self.axes else 1

    @property
    def cell(self) -> int:
        return self.form.width + 1

    @property
    def width(self) -> int:
        """The cells of the whole grid, without numbers of rows and columns."""
        return max(self.columns * self.cell + 1, len(self.title) + len(self.sign) + 1)

    @property
    def title(self) -> str:
        where = ""
        if len(self.axes) < self.array.ndim:
            seen = [":" if axis in self.axes else str(place) for axis, place in enumerate(self.at)]
            where = f"[{', '.join(seen)}]"
        return f"{self.name}{where} {shape_of(self.array)}".strip()

    def title_in(self, width: int) -> str:
        """The title; where it is too long without what is left out, or as the name alone."""
        for title in (self.title, f"{self.name} {shape_of(self.array)}", self.name):
            if len(title) <= width:
                return title
        return self.name

    def _index(self, row: int, column: int) -> Index:
        index = list(self.at)
        if len(self.axes) > 1:
            index[self.axes[0]] = row
        if self.axes:
            index[self.axes[-1]] = column
        return tuple(index)

    def _seen(self, index: Index) -> tuple[int, int]:
        return (index[self.axes[0]] if len(self.axes) > 1 else 0, index[self.axes[-1]] if self.axes else 0)

    def draw(self, width: int, height: int, styles: Styles, ellipsis: str = "…") -> list[Line]:
        """The title and the visible rows, at most `height` lines of `width` cells."""
        title: Line = [Segment(f"{self.sign} " if self.sign else "", styles[self.role])]
        room = max(1, width - len(self.sign) - 2)
        title.append(Segment(cut(self.title_in(room), room, ellipsis), styles["title"]))
        lines = [title]
        if not self.array.size:
            return [*lines, [Segment(" no elements", styles["quiet"])]][:height]
        whole = self.columns * self.cell + 1 <= width and self.rows <= height - 1
        margin = 0 if whole else len(str(self.rows - 1)) + 1
        across = max(1, min(self.columns, (width - margin - 1) // self.cell))
        down = max(1, min(self.rows, height - 1 - (not whole)))
        for index in reversed(self.focus):
            row, column = self._seen(index)
            self.scroll.top = window(row, self.scroll.top, down, self.rows)
            self.scroll.left = window(column, self.scroll.left, across, self.columns)
        self.scroll.top = max(0, min(self.scroll.top, self.rows - down))
        self.scroll.left = max(0, min(self.scroll.left, self.columns - across))
        columns = range(self.scroll.left, self.scroll.left + across)
        if not whole:
            heads = "".join(f"{column}"[-self.cell + 1 :].rjust(self.cell) for column in columns)
            more = f" {ellipsis}" if columns.stop < self.columns else ""
            lines.append([Segment(" " * margin + heads + more, styles["quiet"])])
        for row in range(self.scroll.top, self.scroll.top + down):
            line: Line = [Segment(f"{row:>{margin - 1}} ", styles["quiet"])] if margin else []
            lines.append(line + self._row(row, columns, styles))
        return lines[:height]

    def _row(self, row: int, columns: range, styles: Styles) -> Line:
        """Numbers with one cell between them, which holds the brackets of what is taken."""
        line = Runs(styles)
        before = 0
        for column in columns:
            index = self._index(row, column)
            mark = self.mark(index)
            text = self.text(index)
            shown = self.form(self.array[index]) if text is None else text.rjust(self.form.width)
            if mark == TAKEN or before == TAKEN:
                between = "|" if mark == before else "[" if mark == TAKEN else "]"
                line.add(between, "bracket")
            else:
                line.add(" ", "lit" if before and mark else self.number_style)
            style = "taken" if mark == TAKEN else "lit" if mark else self.number_style
            line.add(shown, "quiet" if text is not None and not mark else style)
            before = mark
        if before == TAKEN:
            line.add("]", "bracket")
        return line.segments()


def shape_of(array: "NDArray[Any]") -> str:
    """A shape as it is written; a single number has none to show."""
    return str(array.shape) if array.ndim else ""
