"""lab:quiz: a question with answers to choose from, and a word about each that is chosen."""

import asyncio
import getpass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tuilab.errors import TuilabError
from tuilab.lesson.bodies import Answer, Quiz
from tuilab.lesson.model import Directive
from tuilab.text import safe
from tuilab.tui.bindings import Row
from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.panels.panel import Panel
from tuilab.tui.widgets.frame import glyphs_of, in_signs
from tuilab.tui.widgets.prose import ProseView, lay_out

if TYPE_CHECKING:
    from tuilab.tui.screens.lesson import LessonScreen


WIDE = 10_000


class Choice(Static):
    """One answer: the cursor, its mark, its text, and what is said about it once it was chosen."""

    DEFAULT_CSS = "Choice { height: auto; }"

    class Chosen(Message):
        """It was clicked."""

        def __init__(self, choice: "Choice") -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer
        self.chosen = False
        self.here = False

    def on_mount(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Show how it stands."""
        sign, style = "○", "$quiet"
        if self.chosen:
            sign, style = ("✓", "$success") if self.answer.right else ("✗", "$error")
        glyphs = glyphs_of(self)
        parts: list[Content | str | tuple[str, str]] = [
            ("▸ " if self.here else "  ", "$accent"),
            (f"{sign} ", style),
            _in_line(self.answer.text, glyphs),
        ]
        if self.chosen and self.answer.feedback:
            parts += ["\n      ", _in_line(self.answer.feedback, glyphs).stylize("$quiet")]
        self.update(in_signs(Content.assemble(*parts), glyphs))

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Chosen(self))


class QuizPanel(Panel):
    """Up and down move among the answers, enter chooses one. It is done when all right ones are chosen."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    QuizPanel { layout: vertical; border-left: wide $rule; padding: 0 0 0 1; }
    QuizPanel.-active { border-left: wide $accent; }
    .-signs-ascii QuizPanel { border-left: ascii $rule; }
    .-signs-ascii QuizPanel.-active { border-left: ascii $accent; }
    """

    host: "LessonScreen"
    block: Directive

    def __init__(self, directive: Directive, host: "LessonScreen", **kwargs: Any) -> None:
        super().__init__(directive, host, **kwargs)
        quiz = directive.content
        assert isinstance(quiz, Quiz)
        answers = shuffled(quiz.answers, directive.argument) if directive.options["shuffle"] else quiz.answers
        self._question = quiz.question
        self._choices = [Choice(answer) for answer in answers]
        self._at = 0
        if host.learner.question(directive).solved:
            for choice in self._choices:
                choice.chosen = choice.answer.right

    def compose(self) -> ComposeResult:
        yield ProseView(self._question, self.host.glyphs)
        yield from self._choices

    @property
    def done(self) -> bool:
        """Whether all right answers are chosen."""
        return all(choice.chosen for choice in self._choices if choice.answer.right)

    def can(self, action: str) -> bool:
        match action:
            case "up":
                return self._at > 0
            case "down":
                return self._at + 1 < len(self._choices)
            case "open":
                return not self._choices[self._at].chosen
        return super().can(action)

    def word(self, row: Row) -> str:
        return "choose" if row.action == "open" else row.label

    def active_changed(self, active: bool) -> None:
        for place, choice in enumerate(self._choices):
            choice.here = active and place == self._at
            if choice.is_attached:
                choice.draw()

    def _move(self, steps: int) -> None:
        self._at = max(0, min(len(self._choices) - 1, self._at + steps))
        self.active_changed(True)
        self._choices[self._at].scroll_visible(animate=False)
        self.changed()

    def action_up(self) -> None:
        self._move(-1)

    def action_down(self) -> None:
        self._move(1)

    async def action_open(self) -> None:
        choice = self._choices[self._at]
        if choice.chosen:
            return
        choice.chosen = True
        choice.draw()
        self.call_after_refresh(choice.scroll_visible, animate=False)
        self.changed()
        try:
            await asyncio.to_thread(
                lambda: self.host.learner.note_answer(self.block, choice.answer.text, right=self.done)
            )
        except TuilabError as error:
            self.host.say(safe(str(error), limit=500), "error")

    async def on_choice_chosen(self, event: Choice.Chosen) -> None:
        event.stop()
        self._at = self._choices.index(event.choice)
        self._move(0)
        await self.action_open()


def shuffled(answers: tuple[Answer, ...], quiz: str) -> list[Answer]:
    """The answers in an order of this learner's own, the same at every visit."""
    try:
        learner = getpass.getuser()
    except (KeyError, OSError):
        learner = ""
    seed = f"{learner}\0{quiz}\0"
    return sorted(answers, key=lambda it: sha256((seed + it.text).encode(errors="replace")).digest())


def _in_line(markdown: str, glyphs: GlyphSet) -> Content:
    return Content(" ").join(lay_out(markdown, WIDE, glyphs))
