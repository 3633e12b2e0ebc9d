"""lab:kernel: a kernel's formula and shortest version in the text, with proof and times; K shows all."""

from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tuilab.lesson.model import Directive
from tuilab.text import safe
from tuilab.tui.bindings import Row
from tuilab.tui.kernel_look import VERSIONS, Measured, look, measure, order
from tuilab.tui.panels.panel import Host, Panel
from tuilab.tui.widgets.frame import in_signs
from tuilab.tui.widgets.lesson_step import Sideways, code

MOST_LINES = 14
"""Lines of a version that stand in the text; K shows the rest."""


class KernelPanel(Panel):
    """Space measures, K shows the versions side by side."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    KernelPanel { layout: vertical; border-left: wide $rule; padding: 0 0 0 1; max-width: 100; }
    KernelPanel.-active { border-left: wide $accent; }
    .-signs-ascii KernelPanel { border-left: ascii $rule; }
    .-signs-ascii KernelPanel.-active { border-left: ascii $accent; }
    KernelPanel > Static { height: auto; }
    KernelPanel > #name { color: $quiet; }
    KernelPanel > .source { background: $surface; padding: 0 1; }
    KernelPanel > .formula { margin: 0 0 1 2; }
    """

    block: Directive

    def __init__(self, directive: Directive, host: Host, **kwargs: Any) -> None:
        super().__init__(directive, host, **kwargs)
        self._show = [str(one) for one in directive.options["show"]]
        self._kernel = look(host.lesson, directive.argument)
        self._measured: Measured | None = None
        self._measuring = False

    def compose(self) -> ComposeResult:
        kernel = self._kernel
        if kernel is None:
            words = f"There is no kernel {safe(self.block.argument, limit=60)}."
            yield Static(Content.styled(words, "$error"))
            return
        yield Static(Content.assemble((safe(kernel.name, limit=60), "b"), f"  {kernel.shapes}"), id="name")
        if "formula" in self._show and kernel.formula:
            yield Sideways(self._formula(kernel.formula), "formula")
        versions = order(kernel, self._show)
        if versions:
            shortest = min(versions, key=lambda one: kernel.texts[one].count("\n"))
            yield Sideways(self._source(shortest, kernel.texts[shortest]), "source")
        yield Static(id="measured")

    def on_mount(self) -> None:
        self._say()

    def _formula(self, latex: str) -> Content:
        from tuilab.errors import FormulaError
        from tuilab.tui.formula import layout

        try:
            return Content("\n".join(layout(latex, self.host.glyphs != "braille").lines))
        except FormulaError:
            return in_signs(Content(safe(latex, limit=400)), self.host.glyphs)

    def _source(self, version: str, text: str) -> Content:
        lines = text.split("\n")
        shown = code("\n".join(lines[:MOST_LINES]), "python", self.host.glyphs)
        if len(lines) > MOST_LINES:
            more = f"\n… and {len(lines) - MOST_LINES} more lines of {VERSIONS[version]}"
            shown = Content.assemble(shown, (more, "$quiet"))
        return in_signs(shown, self.host.glyphs)

    def _say(self) -> None:
        if self._kernel is None:
            return
        if self._measuring:
            words = Content.styled("compiling and measuring in a process of its own …", "$quiet")
        elif self._measured is None:
            keys = (
                ("space", "b $accent"),
                " compares and times its versions   ",
                ("K", "b $accent"),
            )
            words = Content.assemble(*keys, " side by side")
        else:
            style = "$success" if self._measured.verdict.startswith("✓") else "$error"
            words = Content.assemble((safe(self._measured.verdict, limit=300), style))
            if self._measured.times:
                words = Content.assemble(words, f"\n{self._measured.times}")
        self.query_one("#measured", Static).update(in_signs(words, self.host.glyphs))

    def can(self, action: str) -> bool:
        if action in ("play", "kernel"):
            return self._kernel is not None and not (action == "play" and self._measuring)
        return super().can(action)

    def word(self, row: Row) -> str:
        return "measure" if row.action == "play" else row.label

    def action_play(self) -> None:
        self._measuring = True
        self._say()
        self.changed()
        self.run_worker(self._measure())

    async def _measure(self) -> None:
        assert self._kernel is not None
        try:
            seed = int(self.block.options["seed"])
            self._measured = await measure(self._kernel, seed, self.host, self.block.line)
        finally:
            self._measuring = False
        self._say()
        self.changed()

    def action_kernel(self) -> None:
        from tuilab.tui.screens.kernel import KernelScreen

        assert self._kernel is not None
        seed = int(self.block.options["seed"])
        self.app.push_screen(KernelScreen([self._kernel], self.host, seed=seed, line=self.block.line))
