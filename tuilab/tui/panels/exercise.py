"""An exercise: an answer to be written, hints one after the other, a check, and the solution at last."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tuilab.errors import TuilabError
from tuilab.lesson.model import Exercise
from tuilab.lesson.progress import Record
from tuilab.text import safe
from tuilab.tui.bindings import Row
from tuilab.tui.panels.cell import CellPanel
from tuilab.tui.trial import Trial, Verdict
from tuilab.tui.widgets.frame import in_signs
from tuilab.tui.widgets.lesson_step import Sideways, code
from tuilab.tui.widgets.prose import ProseView
from tuilab.tui.workbook import Work

if TYPE_CHECKING:
    from tuilab.tui.screens.lesson import LessonScreen


class ExercisePanel(CellPanel):
    """The answer in its editor, what the check says of it, the hints seen so far, and the solution."""

    DEFAULT_CSS = """
    ExercisePanel > .exercise { height: auto; }
    ExercisePanel .hints { height: auto; padding: 0 0 0 2; }
    ExercisePanel .hints > * { height: auto; margin: 1 0 0 0; }
    ExercisePanel .solved { background: $surface; padding: 0 1; }
    """

    def __init__(self, work: Work, exercise: Exercise, host: "LessonScreen", **kwargs: Any) -> None:
        super().__init__(work, host, **kwargs)
        self.exercise = exercise
        self.tried = Work(work.cell, work.source)
        """What the check came to, shown in place of a cell's run."""
        self._record: Record = host.learner.record(exercise)
        self._trial: Trial | None = None
        self._hints_seen = self._record.hints
        self._solution_seen = False

    def compose(self) -> ComposeResult:
        yield Static(self._heading(), classes="exercise")
        yield from super().compose()
        yield Vertical(classes="hints")

    @on(events.Mount)
    async def _show_hints_seen(self) -> None:
        for number in range(self._hints_seen):
            await self._show_hint(number)

    def on_unmount(self) -> None:
        """The lab is left with the editor open: what stands in it is kept."""
        if self.editor is not None and self.editor.text != self.work.source:
            with contextlib.suppress(TuilabError):
                self.host.learner.keep_answer(self.exercise, self.editor.text)

    def _heading(self) -> Content:
        mark, style = ("✓ solved", "$success") if self._record.solved else ("to be written", "$quiet")
        tries = f" · {self._record.tries} tries" if self._record.tries > 1 else ""
        words = Content.assemble(("Exercise", "bold"), "  ", (mark, style), (tries, "$quiet"))
        return in_signs(words, self.host.glyphs)

    def shown_work(self) -> Work:
        return self.tried

    # Keys -------------------------------------------------------------------------------------------

    def can(self, action: str) -> bool:
        match action:
            case "open":
                return self._trial is None
            case "check":
                return self._trial is None and self.editor is not None
            case "stop":
                return self._trial is not None or super().can(action)
            case "hint":
                return self._hints_seen < len(self.exercise.hints)
            case "solution":
                return self.exercise.solution is not None and not self._solution_seen
            case "run_to":
                return False
        return super().can(action)

    def word(self, row: Row) -> str:
        count = len(self.exercise.hints)
        hint = f"hint {min(self._hints_seen + 1, count)} of {count}" if count > 1 else "hint"
        words = {"open": "check", "check": "check", "edit": "write", "hint": hint, "stop": "stop the check"}
        return words.get(row.action) or super().word(row)

    async def action_open(self) -> None:
        if self.editor is not None:
            self.host.workbook.edit(self.work, self.editor.text)
        self._do(self._check())

    async def action_check(self) -> None:
        await self.action_open()

    def action_stop(self) -> None:
        if self._trial is None:
            super().action_stop()
        else:
            self._trial.interrupt()
            self.host.say("Stopping the check.")

    async def _check(self) -> None:
        if self._trial is not None:
            return
        self._trial = Trial(self.host.workbook, self.exercise, self.work.source)
        try:
            if not await self.host.workbook.agreed():
                self.host.say("The code of this lesson does not run, since you have not agreed to it.")
                return
            self.tried.begin()
            self.changed()
            verdict = await self._trial.run()
        except TuilabError as error:
            self.host.say(str(error), "error")
            self.tried.mark = "new"
            return
        finally:
            self._trial = None
            self.changed()
        await self._judge(verdict)

    async def _judge(self, verdict: Verdict) -> None:
        tried, error = self.tried, verdict.error
        tried.printed, tried.error = verdict.printed, None if verdict.blank else error
        tried.mark = "ran" if verdict.right else "new" if verdict.blank else "failed"
        tried.message = "Right." if verdict.right else verdict.about
        if verdict.blank and error is not None:
            said = error.sentence
            tried.message = said if said.endswith((".", "?")) else f"{said}."
        self.tried.runs += 1
        answer = verdict.answer
        if verdict.right:
            await CellPanel.action_back(self)
            self.host.workbook.solved.add(self.exercise.id)
            if self.work.has_run:
                self.work.mark = "changed"
            self.host.say("Right. The cells below use your answer from now on.", "good")
        await self._keep(
            lambda: (
                self.host.learner.keep_answer(self.exercise, answer)
                if verdict.blank
                else self.host.learner.note_try(self.exercise, answer, solved=verdict.right)
            )
        )
        self.changed()

    async def action_hint(self) -> None:
        number = self._hints_seen
        self._hints_seen += 1
        await self._show_hint(number)
        await self._keep(lambda: self.host.learner.note_hint(self.exercise, number + 1))
        self.changed()

    async def _show_hint(self, number: int) -> None:
        if number < len(self.exercise.hints):
            view = ProseView(f"**Hint {number + 1}.** {self.exercise.hints[number].body}", self.host.glyphs)
            await self.query_one(".hints").mount(view)
            self.call_after_refresh(view.scroll_visible, animate=False)

    def action_solution(self) -> None:
        if self._record.solved:
            self._do(self._show_solution())
            return
        from tuilab.tui.screens.question import Question

        left = len(self.exercise.hints) - self._hints_seen
        still = f"{left} hint{'s' * (left != 1)} you have not seen may be enough. " if left > 0 else ""
        self.app.push_screen(
            Question(
                "See the solution?",
                f"{still}What one finds oneself stays longer.",
                (("y", "show", "show it"), ("escape", "wait", "not yet")),
            ),
            lambda answer: self._do(self._show_solution()) if answer == "show" else None,
        )

    async def _show_solution(self) -> None:
        if self.exercise.solution is None or self._solution_seen:
            return
        self._solution_seen = True
        text = code(self.exercise.solution.source, self.exercise.solution.language, self.host.glyphs)
        shown = Sideways(text, "solved")
        await self.query_one(".hints").mount(Static(Content.styled("One solution", "bold")), shown)
        self.call_after_refresh(shown.scroll_visible, animate=False)
        self.changed()

    async def action_edit(self) -> None:
        draft = self.host.learner.draft(self.exercise)
        untouched = self.work.source == self.exercise.starter.source
        if not draft or not untouched or draft == self.work.source or self.editor is not None:
            await super().action_edit()
            return
        from tuilab.tui.screens.question import Question

        def answer(value: str | None) -> None:
            if value == "draft":
                self.host.workbook.edit(self.work, draft)
            self._do(CellPanel.action_edit(self))

        self.app.push_screen(
            Question(
                "This exercise is another now.",
                "Your answer to an earlier version of it was kept.",
                (("y", "draft", "begin with that answer"), ("escape", "new", "begin anew")),
            ),
            answer,
        )

    async def action_back(self) -> None:
        before = self.work.source
        await super().action_back()
        if self.work.source != before:
            answer = self.work.source
            await self._keep(lambda: self.host.learner.keep_answer(self.exercise, answer))

    async def _keep(self, write: Callable[[], Record]) -> None:
        """Write to the learner's progress, in a thread: a lock or a slow disk must not stop the lab."""
        try:
            self._record = await asyncio.to_thread(write)
            await asyncio.to_thread(self.host.learner.settle)
        except TuilabError as error:
            self.host.say(safe(str(error), limit=500), "error")
        else:
            if self.host.learner.notice:
                self.host.say(safe(self.host.learner.take_notice(), limit=500), "warning")
        for heading in self.query(".exercise"):
            heading.update(self._heading())  # type: ignore[attr-defined]
