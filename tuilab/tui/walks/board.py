"""The board of a walk: what an operation takes, what it gives, and between them the arithmetic."""

import functools
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from tuilab.text import number
from tuilab.tui.glyphs import SIGNS, GlyphSet
from tuilab.tui.tensors.picture import Way
from tuilab.tui.walks import shapes
from tuilab.tui.walks.arithmetic import arithmetic, working
from tuilab.tui.walks.arrays import IMAGES, Arrays
from tuilab.tui.walks.heading import formula, operations
from tuilab.tui.walks.images import images
from tuilab.tui.walks.ink import Line, Styles, fit, in_the_middle, words
from tuilab.tui.walks.names import called, written
from tuilab.tui.walks.plots import Descent, points
from tuilab.tui.widgets.frame import glyphs_of
from tuilab.tui.widgets.rows import Rows
from tuilab.walk import Move, Walk
from tuilab.walk.done import Done
from tuilab.walk.openings import moves_points

View = Literal["grid", "picture", "text"]
VIEWS: tuple[View, ...] = ("grid", "picture", "text")
LONGEST_STRIP = 9


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
        self._arrays: Arrays | None = None
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
            self._arrays = Arrays(walk)
            self._descent = Descent(walk) if walk.descends else None
        self._walk, self._move, self._hidden, self._view, self._limits = walk, move, hidden, view, limits
        self.redraw()

    def pictured(self, done: Done) -> bool:
        """Whether an operation has a picture of its own."""
        if self._descent is not None or moves_points(done) or done.name in IMAGES:
            return True
        return any(one.ndim >= 2 and min(one.shape[-2:]) >= 8 for one in (*done.inputs, *done.shown))

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
        strip = operations(walk, done, width, styles, glyphs) if height >= LONGEST_STRIP + 3 else []
        room = height - len(below) - len(strip) - bool(below)
        title = formula(done, width, room, styles, glyphs)
        room -= len(title)
        middle = self._middle(move, width, room, styles, glyphs)
        parts = [strip, title, middle, below]
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

    def _below(self, move: Move, width: int, room: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
        """The arithmetic, or what an opening says."""
        if move.cell is None or move.line is None:
            assert move.opening is not None
            says = _wrapped(words(move.opening.says, glyphs), width)
            return in_the_middle([[Segment(one, styles["title"])] for one in says], width)
        if self._descent is not None:
            return self._down(move, width, styles, glyphs)
        name = words(f"{called(move.done, move.cell.output)}{written(move.cell.index)}", glyphs)
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
        assert self._arrays is not None
        return self._arrays.draw(move, self._hidden, self._limits, width, room, styles, glyphs)

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
        way: Way = "ascii" if glyphs == "ascii" else "shades" if self._plain(styles) else "colours"
        return images(move, self._hidden, width, room, styles, glyphs, way)

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


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, max(10, width)) or [""]
