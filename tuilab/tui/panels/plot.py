"""lab:plot: an expression of the lesson's session, drawn; drawn again when a name in it has another value."""

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult

from tuilab.lesson.model import Directive
from tuilab.text import safe
from tuilab.tui.bindings import Row
from tuilab.tui.panels.panel import Host, Panel
from tuilab.tui.widgets.frame import in_plain
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from tuilab.tui.charts.figure import Figure
    from tuilab.tui.tensors.picture import Inks, Way

TALLEST = 17
"""Rows: a plot is seen whole in a terminal of 24."""


class PlotView(Rows):
    """Draws a figure, or says in words why there is none."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"plot--{name}"
        for name in ("title", "axis", "quiet", "wrong", "below", *(f"series-{at}" for at in range(6)))
    }
    DEFAULT_CSS = """
    PlotView { width: 1fr; }
    PlotView .plot--title { color: $foreground; text-style: bold; }
    PlotView .plot--axis { color: $quiet; }
    PlotView .plot--quiet { color: $quiet; }
    PlotView .plot--wrong { color: $error; }
    PlotView .plot--below { color: $gradient; }
    PlotView .plot--series-0 { color: $forward; }
    PlotView .plot--series-1 { color: $gradient; }
    PlotView .plot--series-2 { color: $parameter; }
    PlotView .plot--series-3 { color: $accent; }
    PlotView .plot--series-4 { color: $warning; }
    PlotView .plot--series-5 { color: $foreground; }
    """

    def __init__(self, directive: Directive, host: Host) -> None:
        super().__init__()
        self._options = directive.options
        self._host = host
        self.figure: Figure | None = None
        self.words, self.wrong = "", False

    def show(self, figure: "Figure | None", words: str = "", *, wrong: bool = False) -> None:
        """Show a figure or, where there is none, words."""
        self.figure, self.words, self.wrong = figure, words, wrong
        if figure is None:
            self.styles.height = 2
        else:
            from tuilab.tui.charts.plot import height_for

            self.styles.height = height_for(figure, TALLEST)
        self.redraw()

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        styles = self.role_styles()
        if self.figure is None:
            return self._said(width, height, styles["wrong" if self.wrong else "quiet"])
        from tuilab.tui.charts import plot

        options = plot.PlotOptions.of(self._options, self._host.glyphs, self._way(styles))
        rows = plot.draw(self.figure, width, height, options, styles, self._inks(styles))
        lines = [Segment.adjust_line_length(row, width) for row in rows[:height]]
        return [*lines, *([Segment(" " * width)] for _ in range(height - len(lines)))]

    def _said(self, width: int, height: int, style: Style) -> list[list[Segment]]:
        import textwrap

        lines = textwrap.wrap(in_plain(safe(self.words, limit=2 * width), self._host.glyphs), max(8, width))
        shown = [line.ljust(width)[:width] for line in [*lines, *[""] * height][:height]]
        return [[Segment(line, style)] for line in shown]

    def _inks(self, styles: dict[str, Style]) -> "Inks":
        from tuilab.tui.tensors.picture import Inks

        black = Color.from_rgb(0, 0, 0)
        above, below = (styles[name].color or Color.default() for name in ("series-0", "below"))
        return Inks(styles["quiet"].bgcolor or black, above, below)

    def _way(self, styles: dict[str, Style]) -> "Way":
        paper = styles["quiet"].bgcolor
        if self._host.glyphs == "ascii":
            return "ascii"
        few = self.app.no_color or self.app.console.color_system in (None, "standard")
        return "shades" if few or paper is None or paper.is_default else "colours"


class PlotPanel(Panel):
    """Space draws; what a trusted lesson shows of itself is drawn at once."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    PlotPanel { layout: vertical; border-left: wide $rule; padding: 0 0 0 1; max-width: 100; }
    PlotPanel.-active { border-left: wide $accent; }
    .-signs-ascii PlotPanel { border-left: ascii $rule; }
    .-signs-ascii PlotPanel.-active { border-left: ascii $accent; }
    """

    block: Directive

    def __init__(self, directive: Directive, host: Host) -> None:
        super().__init__(directive, host)
        self._view = PlotView(directive, host)
        self._asked = self._stale = False
        tree = ast.parse(directive.argument, mode="eval")
        self._names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))

    def compose(self) -> ComposeResult:
        yield self._view

    def on_mount(self) -> None:
        expression = safe(self.block.argument, limit=200)
        self._view.show(None, f"space draws {expression}")
        if self.host.trusted:
            self.action_play()

    def word(self, row: Row) -> str:
        return "draw" if row.action == "play" else row.label

    def action_play(self) -> None:
        """Ask for the value, and draw it."""
        if self._asked:
            self._stale = True
            return
        self._asked = True
        self.run_worker(self._draw())

    def values_changed(self, names: frozenset[str]) -> None:
        if names & self._names and (self._view.figure is not None or self._view.wrong or self._asked):
            self.action_play()

    async def _draw(self) -> None:
        from tuilab.session import Failed

        if self._view.figure is None:
            self._view.show(None, "waiting for the cells above …")
        try:
            while True:
                self._stale = False
                value = await self.host.ask(self.block.argument, self.block.line)
                if not self._stale:
                    break
        finally:
            self._asked = False
        if isinstance(value, Failed):
            self._view.show(None, f"✗ {value.sentence}", wrong=True)
            return
        from tuilab.tui.charts.figure import NoFigureError, figure

        try:
            found = figure(value, str(self.block.options["kind"]), int(self.block.options["bins"]))
        except NoFigureError as error:
            self._view.show(None, f"✗ {error}", wrong=True)
        else:
            self._view.show(found)
        self.changed()
