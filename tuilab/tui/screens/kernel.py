"""A kernel beside itself: plain Python, NumPy and Numba in columns, with proof that they agree, and times."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, ScrollableContainer, Vertical
from textual.content import Content
from textual.widgets import Static

from tuilab.errors import FormulaError
from tuilab.text import safe
from tuilab.tui.bindings import Place, Row
from tuilab.tui.kernel_look import VERSIONS, KernelLook, Measured, measure
from tuilab.tui.panels.panel import Host
from tuilab.tui.screens.frame import LabScreen, keys_of
from tuilab.tui.widgets.frame import TopLine, glyphs_of, in_signs
from tuilab.tui.widgets.lesson_step import code

WORDS = {
    "next_step": "next kernel",
    "previous_step": "kernel back",
    "pane": "next version",
    "next_stop": "right",
    "previous_stop": "left",
    "kernel": "lesson",
}
NARROWEST = 48
"""Cells of a column; where not all columns have them, one is shown at a time."""


class Column(ScrollableContainer, can_focus=False):
    """One version of a kernel."""

    DEFAULT_CSS = """
    Column { width: 1fr; height: 1fr; border-left: solid $rule; scrollbar-size: 1 1; }
    Column.-first { border-left: none; }
    .-signs-ascii Column { border-left: ascii $rule; }
    .-signs-ascii Column.-first { border-left: none; }
    Column > .version { width: 100%; height: 1; padding: 0 1; color: $quiet; text-style: bold; }
    Column > .source { width: auto; height: auto; padding: 1 1 0 1; }
    """

    def __init__(self, version: str, text: str) -> None:
        super().__init__()
        self.version = version
        self._text = text

    def compose(self) -> ComposeResult:
        yield Static(VERSIONS[self.version], classes="version")
        yield Static(code(self._text, "python", glyphs_of(self)), classes="source")


class KernelScreen(LabScreen):
    """The kernels of a lesson, one at a time."""

    place: ClassVar[Place] = "kernel"
    BINDINGS: ClassVar = keys_of("kernel")
    DEFAULT_CSS = """
    KernelScreen #formula { height: auto; padding: 0 1; max-height: 9; color: $foreground; }
    KernelScreen #columns { height: 1fr; border-top: solid $rule; }
    .-signs-ascii KernelScreen #columns { border-top: ascii $rule; }
    KernelScreen #measured { height: 2; padding: 0 1; border-top: none; }
    """

    def __init__(
        self, kernels: Sequence[KernelLook], host: Host | None = None, *, seed: int = 7, line: int = 1
    ) -> None:
        super().__init__()
        self._kernels = list(kernels)
        self._host, self._seed, self._line = host, seed, line
        self._at = 0
        self._version = 0
        self._known: dict[str, Measured] = {}

    @property
    def kernel(self) -> KernelLook:
        """The kernel that is shown."""
        return self._kernels[self._at]

    def top_line(self) -> TopLine:
        kernel = self.kernel
        count = f"kernel {self._at + 1} of {len(self._kernels)}" if len(self._kernels) > 1 else "kernel"
        return TopLine(safe(kernel.name, limit=60), safe(kernel.shapes, limit=120), count)

    def compose_body(self) -> ComposeResult:
        with Vertical():
            yield Static(id="formula")
            yield Horizontal(id="columns")
            yield Static(id="measured")

    @on(events.Mount)
    async def _begin(self) -> None:
        await self._show()

    async def _show(self) -> None:
        kernel = self.kernel
        top = self.top_line()
        shown = self.query_one(TopLine)
        shown.title, shown.rest, shown.right = top.title, top.rest, top.right
        self.query_one("#formula", Static).update(self._formula())
        self.query_one("#formula").display = bool(kernel.formula)
        columns = self.query_one("#columns")
        with self.app.batch_update():
            await columns.remove_children()
            await columns.mount_all([Column(version, text) for version, text in kernel.texts.items()])
        self._version = min(self._version, len(kernel.texts) - 1)
        self._arrange()
        self._say_measured()
        if kernel.name not in self._known:
            self.run_worker(self._measure(kernel), exclusive=True)

    def _formula(self) -> Content:
        from tuilab.tui.formula import layout

        glyphs = glyphs_of(self)
        try:
            return Content("\n".join(layout(self.kernel.formula, glyphs != "braille").lines))
        except FormulaError:
            return in_signs(Content(safe(self.kernel.formula, limit=400)), glyphs)

    async def _measure(self, kernel: KernelLook) -> None:
        self._known[kernel.name] = await measure(kernel, self._seed, self._host, self._line)
        self._say_measured()

    def _say_measured(self) -> None:
        found = self._known.get(self.kernel.name)
        if found is None:
            words = Content.styled("compiling and measuring in a process of its own …", "$quiet")
        else:
            style = "$success" if found.verdict.startswith("✓") else "$error"
            words = Content.assemble(
                (safe(found.verdict, limit=300), style), "\n", (found.times, "$foreground")
            )
        self.query_one("#measured", Static).update(in_signs(words, glyphs_of(self)))

    # Columns --------------------------------------------------------------------------------------

    def _columns(self) -> list[Column]:
        return list(self.query(Column))

    def _arrange(self) -> None:
        """Show as many columns as there is room for, or one."""
        columns = self._columns()
        all_fit = self.size.width >= NARROWEST * len(columns)
        for place, column in enumerate(columns):
            column.display = all_fit or place == self._version
            column.set_class(place == 0 or not all_fit, "-first")
        self.call_after_refresh(self.refresh_keys)  # once it is known what is too wide

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()

    def _hidden(self) -> bool:
        return any(not column.display for column in self._columns())

    # Keys -----------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "next_step":
                return self._at + 1 < len(self._kernels)
            case "previous_step":
                return self._at > 0
            case "pane":
                return self._hidden()
            case "next_stop" | "previous_stop":
                return any(column.max_scroll_x for column in self._columns() if column.display)
        return super().check_action(action, parameters)

    def word(self, row: Row) -> str:
        return WORDS.get(row.action, row.label)

    async def action_next_step(self) -> None:
        self._at += 1
        await self._show()

    async def action_previous_step(self) -> None:
        self._at -= 1
        await self._show()

    def action_pane(self) -> None:
        self._version = (self._version + 1) % max(1, len(self._columns()))
        self._arrange()

    def action_kernel(self) -> None:
        self.dismiss()

    def action_back(self) -> None:
        self.dismiss()

    def _scroll(self, how: str) -> None:
        for column in self._columns():
            getattr(column, how)(animate=False)

    def _sideways(self, cells: int) -> None:
        for column in self._columns():
            column.scroll_relative(x=cells, animate=False)

    def action_next_stop(self) -> None:
        self._sideways(8)

    def action_previous_stop(self) -> None:
        self._sideways(-8)

    def action_up(self) -> None:
        self._scroll("scroll_up")

    def action_down(self) -> None:
        self._scroll("scroll_down")

    def action_page_up(self) -> None:
        self._scroll("scroll_page_up")

    def action_page_down(self) -> None:
        self._scroll("scroll_page_down")

    def action_first(self) -> None:
        self._scroll("scroll_home")

    def action_last(self) -> None:
        self._scroll("scroll_end")
