"""An array to look at: its facts, and its numbers, its picture or its histogram under a cursor.

Only what is visible is formatted, so a table of 60,000 rows is as quick to look at as one of three.
"""

import asyncio
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events

from tuilab.text import number, safe
from tuilab.tui.glyphs import SIGNS
from tuilab.tui.tensors.axes import Index, Place, window
from tuilab.tui.tensors.facts import Facts, facts, memory
from tuilab.tui.tensors.histogram import histogram
from tuilab.tui.tensors.numbers import Form, form
from tuilab.tui.tensors.picture import Inks, Way, picture
from tuilab.tui.widgets.frame import glyphs_of, in_plain
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

View = Literal["numbers", "picture", "column", "histogram"]
VIEWS: tuple[View, ...] = ("numbers", "picture", "column", "histogram")
Role = Literal["forward", "gradient", "parameter"]
MARKS: dict[Role, str] = {"forward": "▸", "gradient": "◂", "parameter": "▪"}
AT_ONCE = 1 << 21
"""Elements up to which an array's facts are found at once; of a larger one, in a thread."""
HEAT = 0.55
"""The largest share of ink in the background of a number, which must stay legible."""
SMALLEST_SIDE = 8
"""Pixels of the smallest square image that a column is taken for."""
HEAD = 3
"""Rows above the numbers: the array, its range, the place of the cursor."""


class TensorView(Rows):
    """One array. Its screen calls `move`, `turn`, `jump` and `next_view`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"tensor-view--{name}"
        for name in ("title", "quiet", "number", "cursor", "forward", "gradient", "parameter", "below")
    }
    DEFAULT_CSS = """
    TensorView .tensor-view--title { color: $foreground; text-style: bold; }
    TensorView .tensor-view--quiet { color: $quiet; }
    TensorView .tensor-view--number { color: $foreground; }
    TensorView .tensor-view--cursor { color: $accent; text-style: bold reverse; }
    TensorView .tensor-view--forward { color: $forward; }
    TensorView .tensor-view--gradient { color: $gradient; }
    TensorView .tensor-view--parameter { color: $parameter; }
    TensorView .tensor-view--below { color: $error; }
    """

    def __init__(self, *, empty: str = "nothing to look at", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._empty = empty
        self._array: NDArray[Any] | None = None
        self._called = ""
        self._role: Role = "forward"
        self._facts: Facts | None = None
        self._form = Form(1)
        self._place = Place((), ())
        self._top = self._left = 0
        self._view: View = "numbers"

    @property
    def view(self) -> View:
        return self._view

    @property
    def place(self) -> Place:
        """Where the cursor is."""
        return self._place

    def show(self, array: "NDArray[Any]", name: str, role: Role = "forward") -> None:
        """Look at `array`; the cursor stays where it was if the shape is the same."""
        same = self._array is not None and self._array.shape == array.shape and self._called == safe(name)
        self._array, self._called, self._role = array, safe(name), role
        if not same:
            self._place = Place.first(array.shape)
            self._top = self._left = 0
        if array.size <= AT_ONCE:
            self._found(array, facts(array))
        else:
            self._facts = None
            self.run_worker(self._find(array), exclusive=True, group="facts")
            self.redraw()

    async def _find(self, array: "NDArray[Any]") -> None:
        self._found(array, await asyncio.to_thread(facts, array))

    def _found(self, array: "NDArray[Any]", found: Facts) -> None:
        if array is self._array:
            self._facts = found
            self._form = form(array.dtype.kind, found)
            self.redraw()

    def move(self, down: int = 0, right: int = 0) -> None:
        """Move the cursor."""
        self._go(self._place.moved(down, right))

    def turn(self, pages: int) -> None:
        """Go so many matrices on along the leading axes."""
        self._go(self._place.turned(pages))

    def jump(self, index: Index) -> None:
        """Put the cursor on an element; an index outside is moved to the edge."""
        self._go(self._place.at(index))

    def page(self) -> tuple[int, int]:
        """How many rows and columns are visible as numbers."""
        across = max(1, (self.size.width - self._margin()) // (self._form.width + 1))
        return max(1, self.size.height - HEAD - 1), across

    def next_view(self) -> View:
        """Numbers, picture, histogram, and numbers again; where a column may be an image, such as the weights
        of one unit for 784 pixels, that too."""
        self._view = self.following
        self.redraw()
        return self._view

    @property
    def following(self) -> View:
        """The view after this one."""
        place = VIEWS.index(self._view) + 1
        return VIEWS[(place + (VIEWS[place % len(VIEWS)] == "column" and not self._side)) % len(VIEWS)]

    @property
    def _side(self) -> int:
        """The side of the square image that a column may be; 0 where it may not."""
        side = math.isqrt(self._place.rows)
        return side if side * side == self._place.rows and side >= SMALLEST_SIDE else 0

    def _go(self, place: Place) -> None:
        if place != self._place:
            self._place = place
            self.redraw()

    # Drawing --------------------------------------------------------------------------------------

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        styles = self.role_styles()
        if self._array is None:
            rows = [[Segment(in_plain(self._empty, glyphs_of(self)), styles["quiet"])]]
        else:
            rows = self._head(width, styles)[: max(1, height - 2)]
            room = height - len(rows)
            if self._facts is None:
                rows.append([Segment("looking at every number once …", styles["quiet"])])
            elif self._view == "histogram":
                bars = histogram(self._array, width - 1, room, SIGNS[glyphs_of(self)].levels)
                *filled, axis, most = bars if len(bars) > 2 else [*bars, "", ""]
                rows += [[Segment(" "), Segment(bar, styles[self._role])] for bar in filled]
                rows += [[Segment(" "), Segment(line, styles["quiet"])] for line in (axis, most)]
            elif self._view == "picture" or (self._view == "column" and not self._side):
                rows += self._picture(self._matrix(), width, room, styles)
            elif self._view == "column":
                column = self._matrix()[:, self._place.column].reshape(self._side, self._side)
                said = f" column {self._place.column} as {self._side} x {self._side}"
                rows.append([Segment(said, styles["quiet"])])
                rows += self._picture(column, width, room - 1, styles)
            else:
                rows += self._numbers(width, room, styles)
        rows = [list(Segment.adjust_line_length(row, width)) for row in rows[:height]]
        return rows + [[Segment(" " * width)]] * (height - len(rows))

    def _head(self, width: int, styles: dict[str, Style]) -> list[list[Segment]]:
        assert self._array is not None
        array, place, glyphs = self._array, self._place, glyphs_of(self)
        strides = f"  strides {array.strides}" if width >= 70 else ""
        about = f"  {array.shape} {array.dtype}  {memory(array)}{strides}"
        title = [
            Segment(f" {in_plain(MARKS[self._role], glyphs)} ", styles[self._role]),
            Segment(in_plain(self._called, glyphs), styles["title"]),
            Segment(about, styles["quiet"]),
        ]
        if place.empty:
            return [title]
        facts_in_words = self._facts.words(width - 1) if self._facts else ""
        value = array[place.index]
        shown = number(value) if array.dtype.kind == "f" else str(int(value))
        here = [
            Segment(f" {place.element_name() or 'the number'} = ", styles["quiet"]),
            Segment(shown, styles["number"]),
        ]
        if place.leading:
            here.append(Segment(f"   of {place.slice_name()}", styles["quiet"]))
        return [title, [Segment(f" {facts_in_words}", styles["quiet"])], here]

    def _margin(self) -> int:
        return len(str(max(0, self._place.rows - 1))) + 2

    def _numbers(self, width: int, height: int, styles: dict[str, Style]) -> list[list[Segment]]:
        assert self._array is not None
        place, cell = self._place, self._form.width + 1
        if place.empty:
            return [[Segment(" no elements", styles["quiet"])]]
        margin = self._margin()
        across, down = max(1, (width - margin) // cell), max(1, height - 1)
        self._top = window(place.row, self._top, down, place.rows)
        self._left = window(place.column, self._left, across, place.columns)
        rows, columns = (
            range(self._top, min(place.rows, self._top + down)),
            range(self._left, min(place.columns, self._left + across)),
        )
        heads = "".join(str(column)[-cell + 1 :].rjust(cell) for column in columns)
        more = " …" if columns.stop < place.columns and margin + len(heads) + 2 <= width else ""
        lines = [[Segment(" " * margin), Segment(heads + in_plain(more, glyphs_of(self)), styles["quiet"])]]
        seen = self._matrix()
        heat = self._heat(styles)
        for row in rows:
            line = [Segment(f"{row:>{margin - 1}} ", styles["quiet"])]
            for column, value in zip(columns, seen[row, columns.start : columns.stop].tolist(), strict=True):
                if (row, column) == (place.row, place.column):
                    line += [Segment(" "), Segment(self._form(value), styles["cursor"])]
                else:
                    line.append(Segment(" " + self._form(value), styles["number"] + heat(value)))
            lines.append(line)
        return lines

    def _heat(self, styles: dict[str, Style]) -> Any:
        """A function from a number to the style that says how far from 0 it is, and on which side."""
        furthest = self._facts.furthest if self._facts else 0.0
        if not furthest or self._plain(styles):
            return lambda value: Style.null()
        inks = self._inks(styles)
        paper = inks.paper.get_truecolor(foreground=False)
        shades: dict[int, Style] = {}

        def shade(value: float) -> Style:
            if not math.isfinite(value):
                return Style(bold=True)
            level = round(8 * value / furthest)
            if level not in shades:
                pen = (inks.above if level >= 0 else inks.below).get_truecolor()
                share = HEAT * abs(level) / 8
                mixed = (low + (high - low) * share for low, high in zip(paper, pen, strict=True))
                shades[level] = Style(bgcolor=Color.from_rgb(*mixed))
            return shades[level]

        return shade

    def _inks(self, styles: dict[str, Style]) -> Inks:
        paper = styles["number"].bgcolor or Color.from_rgb(0, 0, 0)
        return Inks(
            paper, styles[self._role].color or Color.default(), styles["below"].color or Color.default()
        )

    def _plain(self, styles: dict[str, Style]) -> bool:
        """Whether there are no colours to mix."""
        paper = styles["number"].bgcolor
        standard = self.app.no_color or self.app.console.color_system == "standard"
        return standard or glyphs_of(self) == "ascii" or paper is None or paper.is_default

    def _matrix(self) -> "NDArray[Any]":
        """The rows and columns that are seen."""
        assert self._array is not None
        return self._array.reshape(1, -1) if len(self._place.shape) < 2 else self._array[self._place.leading]

    def _picture(
        self, matrix: "NDArray[Any]", width: int, height: int, styles: dict[str, Style]
    ) -> list[list[Segment]]:
        if not matrix.size:
            return [[Segment(" no elements", styles["quiet"])]]
        glyphs = glyphs_of(self)
        way: Way = "colours"
        if self._plain(styles):
            way = "ascii" if glyphs == "ascii" else "shades"
        furthest = self._facts.furthest if self._facts else 0.0
        if self._view == "column":
            furthest = facts(matrix).furthest
        rows = picture(matrix, width - 1, height, furthest, way, self._inks(styles))
        return [[Segment(" "), *row] for row in rows]

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.move(down=3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.move(down=-3)

    def on_click(self, event: events.Click) -> None:
        if self._view != "numbers" or self._array is None or self._place.empty:
            return
        row = event.y - HEAD - 1
        column = (event.x - self._margin()) // (self._form.width + 1)
        if row >= 0 and column >= 0:
            self.jump((*self._place.leading, self._top + row, self._left + column)[-len(self._place.shape) :])
