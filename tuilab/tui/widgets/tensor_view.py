"""An array to look at: its facts, and its numbers, its picture or its histogram under a cursor.

Only what is visible is formatted, and of a large array a sample is looked at until all of it has been, so a
table of 60,000 rows is as quick to look at as one of three.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events

from tuilab.text import number, safe
from tuilab.tui.glyphs import SIGNS
from tuilab.tui.tensors.axes import Index, Place
from tuilab.tui.tensors.facts import Facts, facts, sample
from tuilab.tui.tensors.grid import NumberGrid
from tuilab.tui.tensors.headline import headline
from tuilab.tui.tensors.heat import heat
from tuilab.tui.tensors.histogram import Counts, counted, histogram
from tuilab.tui.tensors.images import Images, image_axes, images_of
from tuilab.tui.tensors.numbers import Form, form
from tuilab.tui.tensors.picture import Inks, Way, picture
from tuilab.tui.tensors.sheet import Sheet, draw_sheet, sheet_of
from tuilab.tui.tensors.whole import Whole
from tuilab.tui.widgets.frame import glyphs_of, in_plain
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from textual.worker import WorkType

View = Literal["numbers", "picture", "row", "column", "images", "histogram"]
VIEWS: tuple[View, ...] = ("numbers", "picture", "row", "column", "images", "histogram")
Role = Literal["forward", "gradient", "parameter"]
MARKS: dict[Role, str] = {"forward": "▸", "gradient": "◂", "parameter": "▪"}
AT_ONCE = 1 << 19
"""Elements up to which all of an array is looked at at once; of a larger one, in a thread."""
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
        self._whole = Whole((), "", (), 0, None, ())
        self._called = ""
        self._role: Role = "forward"
        self._facts: Facts | None = None
        self._all_seen = True
        self._counts: tuple[int, Counts | None] | None = None
        self._form = Form(1)
        self._place = Place.first(())
        self._grid = NumberGrid()
        self._head_rows = HEAD
        self._sheet: Sheet | None = None
        self._view: View = "numbers"

    @property
    def view(self) -> View:
        return self._view

    @property
    def place(self) -> Place:
        """Where the cursor is."""
        return self._place

    @property
    def index(self) -> Index:
        """The index of the element under the cursor."""
        return self._whole.index(self._place.index)

    def show(
        self, array: "NDArray[Any]", name: str, role: Role = "forward", whole: Whole | None = None
    ) -> None:
        """Look at `array`, which may be a sample of the `whole`. The cursor stays where it was if name and
        shape are the same."""
        before = self._array
        same = before is not None and before.shape == array.shape and self._called == safe(name)
        self._array, self._called, self._role = array, safe(name), role
        self._whole = whole or Whole.of(array)
        self._counts = None
        if not same:
            self._place = Place.first(array.shape, image_axes(array.shape, role != "forward"))
            self._grid.reset()
            if self._view not in self.views:
                self._view = "numbers"
        known = self._whole.facts
        if known is not None or array.size <= AT_ONCE:
            self._take(array, known or facts(array), all_seen=True)
        elif same and self._facts is not None:
            self._take(array, self._facts, all_seen=False)
        else:
            self._take(array, facts(sample(array)), all_seen=False)
        if not self._all_seen:
            self._work_on("facts", partial(self._find, array))

    def _work_on(self, group: str, work: "WorkType[None]") -> None:
        self.run_worker(work, exclusive=True, group=group)

    async def _find(self, array: "NDArray[Any]") -> None:
        found = await asyncio.to_thread(facts, array)
        if array is self._array:
            self._take(array, found, all_seen=True)

    def _take(self, array: "NDArray[Any]", found: Facts, all_seen: bool) -> None:
        """Write and colour the numbers by these facts."""
        self._facts, self._all_seen, self._counts = found, all_seen, None
        self._form = form(array.dtype.kind, found)
        self.redraw()

    def _histogram(self, bins: int) -> Counts | None:
        """The counts for a histogram; None as long as they are being found, of a large array in a thread."""
        assert self._array is not None
        assert self._facts is not None
        if self._counts is None or self._counts[0] != bins:
            if self._array.size > AT_ONCE:
                self._counts = bins, None
                self._work_on("counts", partial(self._count, self._array, self._facts, bins))
            else:
                self._counts = bins, counted(self._array, self._facts, bins)
        return self._counts[1]

    async def _count(self, array: "NDArray[Any]", found: Facts, bins: int) -> None:
        counts = await asyncio.to_thread(counted, array, found, bins)
        if array is self._array and self._counts is not None and self._counts[0] == bins:
            self._counts = bins, counts
            self.redraw()

    # Moving ---------------------------------------------------------------------------------------

    def move(self, down: int = 0, right: int = 0) -> None:
        """Move the cursor; among images, from one to the other."""
        if self._view == "images" and self._sheet is not None:
            images = self._images_here()
            ahead = images.number + right + down * self._sheet.across
            self._go(images.at(min(max(0, ahead), images.count - 1)))
        else:
            self._go(self._place.moved(down, right))

    def turn(self, pages: int) -> None:
        """Go so many matrices on along the axes that are not seen."""
        self._go(self._place.turned(pages))

    def jump(self, index: Index) -> None:
        """Put the cursor on an element; an index outside is moved to the edge."""
        self._go(self._place.at(self._whole.nearest(index)))

    def page(self) -> tuple[int, int]:
        """How many rows and columns are visible; of images, how many rows of them."""
        if self._view == "images" and self._sheet is not None:
            return self._sheet.down, self._sheet.across
        return max(1, self.size.height - self._head_rows - 1), self._grid.across(self.size.width)

    @property
    def views(self) -> tuple[View, ...]:
        """The ways in which this array can be looked at. A row or a column may be an image, such as the 784
        pixels of a digit or the weights of one unit for them; a stack of images, or of filters, many."""
        possible = {
            "row": bool(Images(self._place, "row", self._whole.steps)),
            "column": bool(Images(self._place, "column", self._whole.steps)),
            "images": self._images_here().count > 1,
        }
        return tuple(view for view in VIEWS if possible.get(view, True))

    def _images_here(self) -> Images:
        """The images to lay side by side."""
        return images_of(self._place, self._whole.steps)

    def next_view(self) -> View:
        """The next of the ways to look at it, and the first again after the last."""
        self._view = self.following
        self.redraw()
        return self._view

    @property
    def following(self) -> View:
        """The view after this one."""
        views = self.views
        return views[(views.index(self._view) + 1) % len(views)] if self._view in views else "numbers"

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
            self._head_rows = len(rows)
            rows += self._body(width, height - len(rows), styles)
        rows = [list(Segment.adjust_line_length(row, width)) for row in rows[:height]]
        return rows + [[Segment(" " * width)]] * (height - len(rows))

    def _body(self, width: int, height: int, styles: dict[str, Style]) -> list[list[Segment]]:
        assert self._array is not None
        if self._place.empty:
            return [[Segment(" no elements", styles["quiet"])]]
        match self._view:
            case "histogram":
                return self._bars(width, height, styles)
            case "picture":
                return self._picture(self._matrix(), width, height, styles)
            case "row" | "column" as kind:
                images = Images(self._place, kind, self._whole.steps)
                image = images.image(self._array, images.number)
                said = f" {images.name(images.number)} as {images.side} x {images.side}"
                line = [Segment(said, styles["quiet"])]
                return [line, *self._picture(image, width, height - 1, styles, facts(image).furthest)]
            case "images":
                return self._images(width, height, styles)
        return self._numbers(width, height, styles)

    def _head(self, width: int, styles: dict[str, Style]) -> list[list[Segment]]:
        """What the array is, its range, and the element under the cursor."""
        assert self._array is not None
        glyphs = glyphs_of(self)
        said = in_plain("looking at every number once …", glyphs)
        if self._all_seen and self._facts is not None:
            said = self._facts.words(width - 1)
        value = ""
        if not self._place.empty:
            element = self._array[self._place.index]
            value = number(element) if self._array.dtype.kind == "f" else str(int(element))
        mark = in_plain(MARKS[self._role], glyphs), styles[self._role]
        called = in_plain(self._called, glyphs)
        return headline(mark, called, self._whole, said, value, self._place, width, styles)

    def _numbers(self, width: int, height: int, styles: dict[str, Style]) -> list[list[Segment]]:
        furthest = 0.0 if self._plain(styles) else self._furthest()
        style_of = heat(self._inks(styles), furthest, styles["number"])
        steps, ellipsis = self._whole.steps_of(self._place), in_plain("…", glyphs_of(self))
        return self._grid.draw(
            self._matrix(), self._place, steps, self._form, style_of, (width, height), styles, ellipsis
        )

    def _slice_name(self) -> str:
        """The matrix that is seen: `[3, :, :]`."""
        return self._whole.place(self._place).slice_name()

    def _furthest(self) -> float:
        return self._facts.furthest if self._facts else 0.0

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

    def _way(self, styles: dict[str, Style]) -> Way:
        if not self._plain(styles):
            return "colours"
        return "ascii" if glyphs_of(self) == "ascii" else "shades"

    def _matrix(self) -> "NDArray[Any]":
        """The rows and columns that are seen."""
        assert self._array is not None
        matrix: NDArray[Any] = self._array[self._place.key()]
        return matrix if matrix.ndim == 2 else matrix.reshape(1, -1)

    def _picture(
        self,
        matrix: "NDArray[Any]",
        width: int,
        height: int,
        styles: dict[str, Style],
        furthest: float | None = None,
    ) -> list[list[Segment]]:
        most = self._furthest() if furthest is None else furthest
        rows = picture(matrix, width - 1, height, most, self._way(styles), self._inks(styles))
        return [[Segment(" "), *row] for row in rows]

    def _images(self, width: int, height: int, styles: dict[str, Style]) -> list[list[Segment]]:
        assert self._array is not None
        images, way = self._images_here(), self._way(styles)
        self._sheet = sheet_of(images, width - 1, height, way)
        mark = SIGNS[glyphs_of(self)].forward
        rows = draw_sheet(self._array, images, self._sheet, way, self._inks(styles), mark, styles)
        return [[Segment(" "), *row] for row in rows]

    def _bars(self, width: int, height: int, styles: dict[str, Style]) -> list[list[Segment]]:
        counts = self._histogram(max(1, width - 1)) if self._all_seen else None
        if counts is None and self._facts is not None and self._facts.smallest <= self._facts.largest:
            return [[Segment(in_plain(" counting every number …", glyphs_of(self)), styles["quiet"])]]
        bars = histogram(counts, width - 1, height, SIGNS[glyphs_of(self)].levels)
        *filled, axis, most = bars if len(bars) > 2 else [*bars, "", ""]
        rows = [[Segment(" "), Segment(bar, styles[self._role])] for bar in filled]
        return rows + [[Segment(" "), Segment(line, styles["quiet"])] for line in (axis, most)]

    # The mouse ------------------------------------------------------------------------------------

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.move(down=1 if self._view == "images" else 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.move(down=-1 if self._view == "images" else -3)

    def on_click(self, event: events.Click) -> None:
        if self._array is None or self._place.empty:
            return
        top = self._head_rows
        if self._view == "images" and self._sheet is not None:
            images = self._images_here()
            number = self._sheet.number(event.x - 1, event.y - top)
            if 0 <= number < images.count:
                self._go(images.at(number))
        elif self._view == "numbers":
            found = self._grid.at(event.x, event.y - top)
            if found is not None:
                self._go(self._place.on(*found))
