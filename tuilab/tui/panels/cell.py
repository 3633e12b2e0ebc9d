"""A code cell: run it, change it, and see what it comes to."""

from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from tuilab.lesson.model import CodeCell
from tuilab.tui.bindings import Row
from tuilab.tui.panels.panel import Panel
from tuilab.tui.widgets.cell_output import CellOutput
from tuilab.tui.widgets.code_editor import CodeEditor
from tuilab.tui.widgets.lesson_step import Sideways, code
from tuilab.tui.workbook import Work

if TYPE_CHECKING:
    from tuilab.tui.screens.lesson import LessonScreen

REDRAW_SECONDS = 0.05
"""What a cell prints is shown at most so often."""


class CellPanel(Panel):
    """The cell's code, an editor in its place while it is changed, and what came of it below."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    CellPanel { layout: vertical; }
    CellPanel > #source { height: auto; }
    CellPanel > #source > Sideways { background: $surface; padding: 0 1; border-left: wide $surface; }
    CellPanel.-active > #source > Sideways { border-left: wide $accent; }
    .-signs-ascii CellPanel > #source > Sideways { border-left: none; padding: 0 1 0 2; }
    .-signs-ascii CellPanel.-active > #source > Sideways { border-left: ascii $accent; padding: 0 1; }
    """

    host: "LessonScreen"

    def __init__(self, work: Work, host: "LessonScreen", **kwargs: Any) -> None:
        super().__init__(work.cell, host, **kwargs)
        self.work = work
        self._shown_source = work.source
        self._place = Vertical(id="source")
        self.output = CellOutput()
        self.editor: CodeEditor | None = None
        """The editor, while the cell is being changed."""
        self._due = False
        self._seen = (work.mark, work.runs)

    def compose(self) -> ComposeResult:
        with self._place:
            yield self._code()
        yield self.output

    async def on_mount(self) -> None:
        await self._show()

    def _code(self) -> Sideways:
        assert isinstance(self.block, CodeCell)
        return Sideways(code(self.work.source, self.block.language, self.host.glyphs), "code")

    # Showing ----------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Show how the work stands, soon: a cell that prints a lot is shown a few times a second."""
        if self.is_attached and not self._due:
            self._due = True
            self.set_timer(REDRAW_SECONDS, self._show)

    async def _show(self) -> None:
        self._due = False
        if not self.output.is_attached:
            return
        await self.output.show(work := self.shown_work())
        if self.editor is None and self._shown_source != self.work.source:
            await self._put_source(self._code())
        super().changed()
        now = (work.mark, work.runs)
        if now != self._seen and work.mark in ("ran", "failed") and self.has_class("-active"):
            self.call_after_refresh(self.output.scroll_visible, animate=False)
        self._seen = now

    def shown_work(self) -> Work:
        """What is shown below the code."""
        return self.work

    async def _put_source(self, shown: Sideways | CodeEditor) -> None:
        self._shown_source = self.work.source
        self.editor = shown if isinstance(shown, CodeEditor) else None
        async with self._place.batch():
            await self._place.remove_children()
            await self._place.mount(shown)

    # Keys -------------------------------------------------------------------------------------------

    def can(self, action: str) -> bool:
        book = self.host.workbook
        view = self.output.view
        match action:
            case "stop":
                return book.running
            case "run_to":
                return any(not work.has_run for work in book.above(self.work.cell.line))
            case "restart" | "replay":
                return any(work.mark != "new" for work in book.works)
            case "view":
                return view is not None and view.grid is not None
            case "next_matrix" | "previous_matrix":
                return view is not None and view.grid is not None and bool(view.grid.place.leading)
            case "inspect":
                return view is not None and view.grid is not None
            case "back":
                return self.editor is not None
            case "check":
                return self.editor is not None
        return super().can(action)

    def word(self, row: Row) -> str:
        words = {"open": "run" if self.work.mark == "new" else "run again", "stop": "stop the cell"}
        view = self.output.view
        if row.action == "view" and view is not None and view.grid is not None:
            return view.grid.following
        return words.get(row.action, row.label)

    def _do(self, what: Any) -> None:
        self.host.run_worker(what)

    async def action_open(self) -> None:
        """Run the cell; for the first time, after those above it that never ran, whose names it needs."""
        above = self.host.workbook.above(self.work.cell.line)
        if self.work.mark == "new" and any(work.mark == "new" for work in above):
            self._do(self.host.workbook.run_to(self.work))
        else:
            self._do(self.host.workbook.run([self.work]))

    async def action_check(self) -> None:
        await self.action_back()
        await self.action_open()

    def action_run_to(self) -> None:
        self._do(self.host.workbook.run_to(self.work))

    def action_stop(self) -> None:
        self.host.workbook.interrupt()
        self.host.say("Stopping the cell.")

    def action_restart(self) -> None:
        self.host.workbook.restart()
        self.host.say("The session is new: no name is known, no cell has run.")

    def action_replay(self) -> None:
        self.host.say("The session is new; what had run runs again.")
        self._do(self.host.workbook.replay())

    def action_view(self) -> None:
        if (view := self.output.view) is not None and view.grid is not None:
            view.grid.next_view()
            self.changed()

    def action_next_matrix(self) -> None:
        self._turn(1)

    def action_previous_matrix(self) -> None:
        self._turn(-1)

    def _turn(self, pages: int) -> None:
        if (view := self.output.view) is not None and view.grid is not None:
            view.grid.turn(pages)

    def action_inspect(self) -> None:
        from tuilab.session.values import Array
        from tuilab.tui.screens.value import ValueScreen

        if isinstance(self.work.value, Array):
            self.app.push_screen(ValueScreen(self.work.value, self.work.expression))

    async def action_edit(self) -> None:
        if self.editor is not None:
            return
        editor = CodeEditor(self.work.source)
        await self._put_source(editor)
        editor.focus()
        self.host.say("ctrl+r runs it, escape goes back to reading.")

    async def action_back(self) -> None:
        if (editor := self.editor) is None:
            return
        self.host.workbook.edit(self.work, editor.text)
        self.host.set_focus(None)
        await self._put_source(self._code())
        self.changed()

    @on(CodeEditor.Left)
    async def _left(self, event: CodeEditor.Left) -> None:
        event.stop()
        await self.action_back()

    async def action_edit_outside(self) -> None:
        from tuilab.tui.outside_editor import edit_outside

        if (editor := self.editor) is not None:
            self.host.workbook.edit(self.work, editor.text)
        source = edit_outside(self.host.app, self.work.source)
        if source is not None:
            self.host.workbook.edit(self.work, source)
            await self._put_source(self._code())
            self.changed()
