"""The board of a walk: what an operation takes, what it gives, and between them the arithmetic."""

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from tuilab.errors import FormulaError
from tuilab.text import number
from tuilab.tui.formula import inline, layout
from tuilab.tui.glyphs import SIGNS, GlyphSet
from tuilab.tui.tensors.facts import facts
from tuilab.tui.tensors.numbers import Form
from tuilab.tui.tensors.picture import Inks, Way, picture
from tuilab.tui.walks import shapes
from tuilab.tui.walks.arithmetic import arithmetic, working
from tuilab.tui.walks.grid import LIT, TAKEN, Grid, Index, Scroll, form_of
from tuilab.tui.walks.ink import Line, Styles, beside, centred, cut, fit, length, words
from tuilab.tui.walks.plots import Descent, points
from tuilab.tui.widgets.frame import glyphs_of
from tuilab.tui.widgets.rows import Rows
from tuilab.walk import Move, Walk
from tuilab.walk.done import Done
from tuilab.walk.lines import Cell, plainly
from tuilab.walk.openings import moves_points, on_its_way

if TYPE_CHECKING:
    from numpy.typing import NDArray

View = Literal["grid", "picture", "text"]
VIEWS: tuple[View, ...] = ("grid", "picture", "text")
IMAGES: dict[str, tuple[tuple[int, int], ...]] = {
    "conv2d": ((1, 2), (0, 1)),
    "conv2d_transpose": ((1, 2), (0, 1)),
    "max_pool2d": ((1, 2),),
    "average_pool2d": ((1, 2),),
    "affine_image": ((1, 2),),
}
"""For operations on images, the axes of their first inputs that are seen; of the output always 1 and 2."""
GAP = 2
TALLEST_FORMULA = 7
LONGEST_STRIP = 9
FEWEST_ROWS = 2
"""Rows of numbers that each array keeps, before the formula is written in one line."""


class WalkBoard(Rows):
    """Draws one place of a walk. Its panel calls `show`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"walk-board--{name}"
        for name in (
            *("title", "quiet", "number", "known", "lit", "taken", "bracket", "result", "accent"),
            *("forward", "gradient", "parameter", "rule", "below"),
        )
    }
    DEFAULT_CSS = """
    WalkBoard .walk-board--title { color: $foreground; text-style: bold; }
    WalkBoard .walk-board--quiet { color: $quiet; }
    WalkBoard .walk-board--number { color: $foreground; }
    WalkBoard .walk-board--known { color: $forward; }
    WalkBoard .walk-board--lit { color: $foreground; background: $cursor-background; text-style: bold; }
    WalkBoard .walk-board--taken { color: $accent; background: $cursor-background; text-style: bold; }
    WalkBoard .walk-board--bracket { color: $accent; background: $cursor-background; text-style: bold; }
    WalkBoard .walk-board--result { color: $accent; text-style: bold; }
    WalkBoard .walk-board--accent { color: $accent; text-style: bold; }
    WalkBoard .walk-board--forward { color: $forward; }
    WalkBoard .walk-board--gradient { color: $gradient; }
    WalkBoard .walk-board--parameter { color: $parameter; }
    WalkBoard .walk-board--rule { color: $rule; }
    WalkBoard .walk-board--below { color: $error; }
    """

    def __init__(self, *, empty: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._empty = empty
        self._walk: Walk | None = None
        self._move: Move | None = None
        self._hidden = False
        self._view: View = "grid"
        self._limits: tuple[int | None, int | None] = (None, None)
        self._scrolls: dict[int, Scroll] = {}
        self._descent: Descent | None = None

    def say(self, text: str) -> None:
        """Show a sentence in place of a walk."""
        self._empty, self._walk, self._move = text, None, None
        self.redraw()

    def show(
        self,
        walk: Walk,
        move: Move,
        *,
        hidden: bool = False,
        view: View = "grid",
        limits: tuple[int | None, int | None] = (None, None),
    ) -> None:
        """Show a place; `hidden`: not what it gives. `limits` are the most rows and columns of numbers."""
        if walk is not self._walk:
            self._scrolls.clear()
            self._descent = Descent(walk) if walk.descends else None
            self._form.cache_clear()
        self._walk, self._move, self._hidden, self._view, self._limits = walk, move, hidden, view, limits
        self.redraw()

    def pictured(self, done: Done) -> bool:
        """Whether an operation has a picture of its own."""
        if self._descent is not None or moves_points(done) or done.name in IMAGES:
            return True
        return any(one.ndim >= 2 and min(one.shape[-2:]) >= 8 for one in (*done.inputs, *done.shown))

    @functools.lru_cache(maxsize=128)  # noqa: B019  (cleared with every walk)
    def _form(self, number: int) -> Form:
        assert self._walk is not None
        return form_of(self._walk.trace.values[number].array)

    # Drawing ------------------------------------------------------------------------------------------

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        styles, glyphs = self.role_styles(), glyphs_of(self)
        if self._move is None or self._walk is None:
            said = [part for line in self._empty.split("\n") for part in _wrapped(line, width - 2)]
            lines = [[Segment(f" {words(line, glyphs)}", styles["quiet"])] for line in said]
        else:
            lines = [[Segment(" "), *line] for line in self._body(width - 2, height, styles, glyphs)]
        lines = [fit(list(line), width) for line in lines[:height]]
        return lines + [[Segment(" " * width)]] * (height - len(lines))

    def _body(self, width: int, height: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
        move, walk = self._move, self._walk
        assert move is not None
        assert walk is not None
        done = move.done
        below = self._below(move, width, max(3, height // 3), styles, glyphs)
        strip = self._strip(walk, done, width, styles, glyphs) if height >= LONGEST_STRIP + 3 else []
        room = height - len(below) - len(strip) - bool(below)
        formula = self._formula(done, width, room, styles, glyphs)
        room -= len(formula)
        middle = self._middle(move, width, room, styles, glyphs)
        parts = [strip, formula, middle, below]
        spare = height - sum(map(len, parts))
        lines: list[Line] = []
        gaps = sum(bool(part) for part in parts) - 1
        blank = 2 if spare >= 4 * gaps else 1 if spare >= gaps else 0
        for part in parts:
            if part and lines:
                lines += [[]] * (blank or (1 if part is below and spare > 0 else 0))
            lines += part
        above = max(0, height - len(lines)) // 4
        return [*[[]] * above, *lines]

    def _strip(self, walk: Walk, done: Done, width: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
        """The operations in their order, the one that is walked in brackets, those around it that fit."""
        if len(walk.operations) < 2 or walk.descends:
            return []
        here = walk.operations.index(done)
        names = [f"[{one.name}]" if at == here else one.name for at, one in enumerate(walk.operations)]
        arrow = f" {SIGNS[glyphs].forward} "
        begin = end = here
        while True:
            used = sum(map(len, names[begin : end + 1])) + 3 * (end - begin) + 4
            if end + 1 < len(names) and used + 3 + len(names[end + 1]) <= width:
                end += 1
            elif begin and used + 3 + len(names[begin - 1]) <= width:
                begin -= 1
            else:
                break
        line: Line = [Segment(f"{SIGNS[glyphs].ellipsis} " if begin else "", styles["quiet"])]
        for at in range(begin, end + 1):
            line.append(Segment(names[at], styles["accent" if at == here else "quiet"]))
            if at < end:
                line.append(Segment(arrow, styles["forward"]))
        line.append(Segment(f" {SIGNS[glyphs].ellipsis}" if end + 1 < len(names) else "", styles["quiet"]))
        return [line]

    def _formula(self, done: Done, width: int, room: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
        """The operation's formula in two dimensions where there is room, else in a line, or not at all."""
        drawn, line = _drawn(done.row.formula, glyphs == "ascii")
        wanted = FEWEST_ROWS + 2 + (len(done.inputs) > 0) * (FEWEST_ROWS + 1)
        if (
            drawn
            and len(drawn[0]) <= width
            and len(drawn) <= TALLEST_FORMULA
            and room - len(drawn) >= 2 * wanted
        ):
            return [centred([Segment(row, styles["title"])], width) for row in drawn]
        if line and len(line) <= width and room >= wanted:
            return [centred([Segment(line, styles["title"])], width)]
        return []

    def _below(self, move: Move, width: int, room: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
        """The arithmetic, or what an opening says."""
        if move.cell is None or move.line is None:
            assert move.opening is not None
            says = _wrapped(words(move.opening.says, glyphs), width)
            return in_the_middle([[Segment(one, styles["title"])] for one in says], width)
        if self._descent is not None:
            return self._down(move, width, styles, glyphs)
        name = words(f"{called(move.done, move.cell.output)}{_written(move.cell.index)}", glyphs)
        steps = move.cell.working
        table = working(steps, move.cell.heads, move.at.line, self._hidden, width, styles, glyphs)
        left = max(3, room - len(table) if table else room)
        rows = arithmetic(move.cell, move.at.line, name, self._hidden, width, left, styles, glyphs)
        if not table:
            return in_the_middle(rows, width)
        return [*in_the_middle(table, width), [], *in_the_middle(rows, width)]

    def _down(self, move: Move, width: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
        """The arithmetic of a step of a descent, and the slope in it."""
        assert self._descent is not None
        assert move.cell is not None
        axis = move.cell.index[0]
        name = f"x{move.at.op + 1}" if len(move.done.shown[0]) == 1 else f"{'xy'[axis]}{move.at.op + 1}"
        rows = arithmetic(move.cell, move.at.line, name, self._hidden, width, 4, styles, glyphs)
        slope = number(float(self._descent.slopes[move.at.op][axis]))
        mark = SIGNS[glyphs].back
        rows.insert(
            0, [Segment(f"{mark} ", styles["gradient"]), Segment(f"slope {slope}", styles["gradient"])]
        )
        return in_the_middle(rows, width)

    def _middle(self, move: Move, width: int, room: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
        """Inputs and outputs as numbers, as a picture, or not at all."""
        done = move.done
        if room < 2 or self._view == "text":
            return []
        if move.opening is not None and move.opening.name in ("align", "expand"):
            return shapes.alignment(done, move.opening.name == "expand", self._hidden, styles, glyphs)[:room]
        if move.opening is not None and move.opening.name == "memory":
            return shapes.memory(done, width, room, styles, glyphs)[:room]
        if self._view == "picture" and self.pictured(done):
            return self._picture(move, width, room, styles, glyphs)
        return self._grids(move, width, room, styles, glyphs)

    # Numbers ------------------------------------------------------------------------------------------

    def _grids(self, move: Move, width: int, room: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
        done = move.done
        inputs = [
            self._input(move, number, glyphs)
            for number, one in enumerate(done.inputs)
            if one.ndim or len(done.inputs) < 3
        ]
        outputs = [self._output(move, glyphs)]
        return arranged(inputs, outputs, width, room, styles, glyphs, self._limits)

    def _input(self, move: Move, number: int, glyphs: GlyphSet) -> Grid:
        done, array = move.done, move.done.inputs[number]
        taken = [one.index for one in move.line.sources if one.input == number] if move.line else []
        boxes = [box for box in move.cell.boxes if box.input == number] if move.cell else []
        if move.line is not None and move.at.line >= (move.cell.terms if move.cell else 0):
            taken = []
        many = set(taken) if len(taken) <= 4096 else set(taken[:4096])

        def mark(index: Index) -> int:
            if index in many:
                return TAKEN
            return LIT if any(index in box for box in boxes) else 0

        focus = taken[:1]
        for box in boxes[:1]:
            if all(len(one) for one in box.ranges):
                ends = tuple(one[-1] for one in box.ranges), tuple(one[0] for one in box.ranges)
                focus = [*focus, *ends] if focus else [ends[1]]
        at = focus[0] if focus else (0,) * array.ndim
        value = done.values[number]
        name = words(done.names[number], glyphs)
        return Grid(
            "" if not array.ndim and name == plainly(float(array[()])) else name,
            array,
            _axes(done, number, array),
            at,
            self._form(value),
            sign=SIGNS[glyphs].forward,
            mark=mark,
            focus=focus,
            scroll=self._scrolls.setdefault(value, Scroll()),
        )

    def _output(self, move: Move, glyphs: GlyphSet) -> Grid:
        done, cell = move.done, move.cell
        output = cell.output if cell is not None else 0
        array = done.shown[output]
        here = cell.index if cell is not None else None

        def mark(index: Index) -> int:
            return TAKEN if index == here else 0

        def text(index: Index) -> str | None:
            if index == here and move.line is not None and cell is not None:
                if self._hidden:
                    return "?"
                if move.complete:
                    return None
                return _partial(cell, move, form, glyphs) if cell.joined else _unknown(glyphs)
            return None if move.known(output, index) else _unknown(glyphs)

        value = done.results[output]
        form = self._form(value)
        at = here if here is not None else (0,) * array.ndim
        letter, whole = called(done, output), done.result_names[output]
        return Grid(
            words(letter if letter == whole or array.ndim > 2 else f"{letter} = {whole}", glyphs),
            array,
            _axes(done, -1, array),
            at,
            form,
            sign=SIGNS[glyphs].forward,
            mark=mark,
            text=text,
            focus=[at],
            number_style="known",
            scroll=self._scrolls.setdefault(value, Scroll()),
        )

    # Pictures -----------------------------------------------------------------------------------------

    def _picture(self, move: Move, width: int, room: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
        done = move.done
        if self._descent is not None:
            complete = move.complete and move.at.cell + 1 == done.shown[0].size and not self._hidden
            return self._descent.draw(move.at, complete, width, room, styles, glyphs, self._shade(styles))
        if moves_points(done):
            share, point = 1.0, None
            if move.opening is not None:
                share = move.opening.share
            elif move.cell is not None:
                point = move.cell.index[0]
                share = 1.0
            return points(done, share, point, width, room, styles, glyphs)
        blocks = [
            (words(name, glyphs), array, _axes(done, number, array))
            for number, (name, array) in enumerate(zip(done.names, done.inputs, strict=True))
            if array.ndim >= 2 and min(array.shape) > 0
        ][: 1 if done.name == "affine_image" else 2]
        output = done.shown[move.cell.output if move.cell is not None else 0]
        known = 0 if self._hidden and move.opening is not None else move.at.cell + move.complete
        if move.opening is not None and move.opening.name == "move":
            output, known = on_its_way(done, move.opening.share), output.size
        count = len(blocks) + 1
        each = (width - GAP * (count - 1)) // count
        drawn = []
        for which, (name, array, axes) in enumerate(blocks):
            spot = self._spot(move, which) or (0,) * array.ndim
            drawn.append(self._image(name, array, axes, spot, each, room, styles, glyphs))
        name = words(called(done, 0), glyphs)
        here = move.cell.index if move.cell is not None else (0,) * output.ndim
        axes = _axes(done, -1, output)
        drawn.append(self._image(name, output, axes, here, each, room, styles, glyphs, known, done.order(0)))
        return beside(drawn, [each] * count, GAP)

    def _spot(self, move: Move, number: int) -> Index | None:
        """The element of an input that is looked at."""
        if move.line is None or move.cell is None:
            return None
        taken = next((one.index for one in move.line.sources if one.input == number), None)
        boxes = (box for box in move.cell.boxes if box.input == number and all(map(len, box.ranges)))
        return taken or next((tuple(one[0] for one in box.ranges) for box in boxes), None)

    def _image(
        self,
        name: str,
        array: "NDArray[Any]",
        axes: tuple[int, ...],
        place: Index,
        width: int,
        height: int,
        styles: Styles,
        glyphs: GlyphSet,
        known: int | None = None,
        order: tuple[int, ...] = (),
    ) -> list[Line]:
        """An array as a picture, its first `known` elements only, counted by its axes in this order."""
        import numpy as np

        grid = Grid(name, array, axes, place, Form(1), sign=SIGNS[glyphs].forward)
        title: Line = [
            Segment(f"{grid.sign} ", styles["forward"]),
            Segment(cut(grid.title_in(width - 2), width - 2, SIGNS[glyphs].ellipsis), styles["title"]),
        ]
        if not array.size:
            return [title, [Segment(" no elements", styles["quiet"])]]
        if known is not None and known < array.size:
            moved = array.transpose(order)
            seen = np.zeros(array.size)
            seen[: max(0, known)] = moved.reshape(-1)[: max(0, known)]
            array = seen.reshape(moved.shape).transpose(np.argsort(order))
        key = tuple(slice(None) if axis in axes else spot for axis, spot in enumerate(place))
        matrix = array[key]
        matrix = matrix.reshape(1, -1) if matrix.ndim < 2 else matrix
        paper = styles["number"].bgcolor or Color.from_rgb(0, 0, 0)
        inks = Inks(
            paper, styles["forward"].color or Color.default(), styles["below"].color or Color.default()
        )
        way: Way = "ascii" if glyphs == "ascii" else "shades" if self._plain(styles) else "colours"
        rows = picture(matrix, width - 1, max(1, height - 2), facts(matrix).furthest, way, inks)
        return [title, *_pointed(rows, grid, styles, glyphs)]

    def _shade(self, styles: Styles) -> Any:
        """A height from 0 to 1 as a background; None where there are no colours to mix."""
        if self._plain(styles):
            return lambda level: None
        paper = (styles["number"].bgcolor or Color.from_rgb(0, 0, 0)).get_truecolor(foreground=False)
        pen = (styles["forward"].color or Color.default()).get_truecolor()

        @functools.lru_cache(maxsize=64)
        def shade(level: float) -> Style:
            share = 0.08 + 0.62 * (1 - level) if level == level else 0.0
            mixed = (low + (high - low) * share for low, high in zip(paper, pen, strict=True))
            return Style(bgcolor=Color.from_rgb(*mixed))

        return shade

    def _plain(self, styles: Styles) -> bool:
        """Whether there are no colours to mix."""
        paper = styles["number"].bgcolor
        few = self.app.no_color or self.app.console.color_system == "standard"
        return few or glyphs_of(self) == "ascii" or paper is None or paper.is_default


def _pointed(rows: list[Line], grid: Grid, styles: Styles, glyphs: GlyphSet) -> list[Line]:
    """A picture with a mark at the left and one below that point to the element that is looked at."""
    row = grid.at[grid.axes[0]] if len(grid.axes) > 1 else 0
    column = grid.at[grid.axes[-1]] if grid.axes else 0
    across = max(map(length, rows), default=0)
    line = int((row + 0.5) / grid.rows * len(rows))
    lines: list[Line] = []
    for at, drawn in enumerate(rows):
        lines.append([Segment(SIGNS[glyphs].forward if at == line else " ", styles["accent"]), *drawn])
    below = " " * (1 + int((column + 0.5) / grid.columns * across))
    return [*lines, [Segment(below + ("▴" if glyphs == "braille" else "^"), styles["accent"])]]


def arranged(
    inputs: list[Grid],
    outputs: list[Grid],
    width: int,
    room: int,
    styles: Styles,
    glyphs: GlyphSet,
    limits: tuple[int | None, int | None],
) -> list[Line]:
    """Grids in one row where they fit; else the inputs in one, or below each other, and then the output."""
    ellipsis = SIGNS[glyphs].ellipsis
    most_rows, most_columns = limits

    def needs(grid: Grid) -> tuple[int, int]:
        """The cells across and down that a grid would like."""
        columns = min(grid.columns, most_columns or grid.columns)
        shown = grid.columns if columns == grid.columns else columns
        across = max(shown * grid.cell + 1, min(len(grid.title) + 3, 34))
        if columns < grid.columns or (most_rows and most_rows < grid.rows):
            across += len(str(grid.rows)) + 3
        return across, min(grid.rows, most_rows or grid.rows) + 1

    def row_of(grids: list[Grid], height: int) -> list[Line]:
        wants = [needs(grid)[0] for grid in grids]
        spare = width - GAP * (len(grids) - 1)
        widths = _shared(wants, spare)
        limit = (most_rows + 2) if most_rows else height
        blocks = [
            grid.draw(own, min(height, limit), styles, ellipsis)
            for grid, own in zip(grids, widths, strict=True)
        ]
        lines = beside(blocks, widths, GAP)
        used = sum(widths) + GAP * (len(grids) - 1)
        margin = max(0, (width - used) // 2)
        return [[Segment(" " * margin), *line] for line in lines]

    def fits(grids: list[Grid]) -> bool:
        return sum(needs(grid)[0] for grid in grids) + GAP * (len(grids) - 1) <= width

    if fits([*inputs, *outputs]):
        return row_of([*inputs, *outputs], room)
    tall = max((needs(grid)[1] for grid in inputs), default=0)
    below = max(needs(grid)[1] for grid in outputs)
    if len(inputs) > 2 and not fits(inputs):  # the first are what comes in; weights and biases follow
        inputs = inputs[:2]
    if not inputs:
        return row_of(outputs, room)
    stacked = sum(needs(grid)[1] for grid in (*inputs, *outputs))
    if not fits(inputs) and stacked <= room and all(needs(grid)[0] <= width for grid in inputs):
        blank = 1 if stacked + len(inputs) <= room else 0
        lines: list[Line] = []
        for grid in (*inputs, *outputs):
            lines += [*([[]] * (blank if lines else 0)), *row_of([grid], needs(grid)[1])]
        return lines
    blank = 1 if tall + below + 1 <= room else 0
    if tall + below + blank <= room:
        heights = tall, below
    else:  # both are cut: the output keeps half, or what it needs
        own = min(below, max(FEWEST_ROWS + 1, room // 2))
        heights = max(1, room - own - blank), own
    above = row_of(inputs, heights[0])
    return [*above, *([[]] * blank), *row_of(outputs, heights[1])]


def _shared(wants: list[int], room: int) -> list[int]:
    """Widths for those who want so much: all they want, or the room shared out, small wants first."""
    if sum(wants) <= room:
        return wants
    widths = [0] * len(wants)
    left, open_ = room, sorted(range(len(wants)), key=lambda at: wants[at])
    for count, at in enumerate(open_):
        widths[at] = min(wants[at], left // (len(open_) - count))
        left -= widths[at]
    return widths


def _axes(done: Done, number: int, array: "NDArray[Any]") -> tuple[int, ...]:
    """The two axes of an array that are seen: of images their height and width."""
    known = IMAGES.get(done.name)
    if known is not None and array.ndim == 4:
        if number < 0:
            return (1, 2)
        if number < len(known):
            return known[number]
    return tuple(range(max(0, array.ndim - 2), array.ndim))


def _partial(cell: Cell, move: Move, form: Form, glyphs: GlyphSet) -> str:
    """The result so far, where it fits."""
    text = form(cell.line(move.at.line).so_far)
    return text if len(text) <= form.width else _unknown(glyphs)


def _unknown(glyphs: GlyphSet) -> str:
    return "." if glyphs == "ascii" else "·"


def _written(index: Index) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""


def called(done: Done, output: int) -> str:
    """What a result is called in its arithmetic: its name, or the letter on the left of its formula."""
    name = done.result_names[output]
    if name.isidentifier() and name != done.name:
        return name
    letter = done.row.formula.lstrip()[:1]
    return letter if letter.isalpha() and output == 0 else "y"


def in_the_middle(lines: list[Line], width: int) -> list[Line]:
    """Lines as they stand to each other, together in the middle of so many cells."""
    margin = max(0, (width - max(map(length, lines), default=0)) // 2)
    return [[Segment(" " * margin), *line] for line in lines]


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, max(10, width)) or [""]


@functools.lru_cache(maxsize=256)
def _drawn(latex: str, ascii_only: bool) -> tuple[list[str], str]:
    """A formula in two dimensions and in one line; empty where it cannot be laid out so."""
    try:
        box = layout(latex, ascii=ascii_only).lines
    except FormulaError:
        box = []
    try:
        line = inline(latex, ascii=ascii_only)
    except FormulaError:
        line = ""
    return box, line
