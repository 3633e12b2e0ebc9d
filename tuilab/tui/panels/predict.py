"""lab:predict: a value is asked for before it is shown, and compared by value."""

import asyncio
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tuilab.errors import TuilabError
from tuilab.lesson import answers
from tuilab.lesson.model import Directive
from tuilab.text import safe
from tuilab.tui.bindings import Row
from tuilab.tui.panels.panel import Panel
from tuilab.tui.widgets.frame import in_signs
from tuilab.tui.widgets.prose import ProseView

if TYPE_CHECKING:
    from tuilab.tui.screens.lesson import LessonScreen


class PredictPanel(Panel):
    """A question, a line for the answer, and then what is right, and why."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    PredictPanel { layout: vertical; border-left: wide $rule; padding: 0 0 0 1; }
    PredictPanel.-active { border-left: wide $accent; }
    .-signs-ascii PredictPanel { border-left: ascii $rule; }
    .-signs-ascii PredictPanel.-active { border-left: ascii $accent; }
    PredictPanel > Static { height: auto; }
    PredictPanel > Input { border: none; height: 1; padding: 0; background: $surface; max-width: 60; }
    PredictPanel > Input:focus { border: none; }
    PredictPanel > #why { display: none; }
    PredictPanel.-known > #why { display: block; }
    """

    host: "LessonScreen"
    block: Directive

    def __init__(self, directive: Directive, host: "LessonScreen", **kwargs: Any) -> None:
        super().__init__(directive, host, **kwargs)
        self._asked, self._why = parts(directive.body)
        self._record = host.learner.question(directive)
        self._known = self._record.solved

    def compose(self) -> ComposeResult:
        yield ProseView(self._asked, self.host.glyphs)
        yield Input(placeholder="your answer", value=safe(self._record.answer, limit=answers.LONGEST))
        yield Static(id="verdict")
        why = ProseView(self._why, self.host.glyphs)
        why.id = "why"
        yield why

    def on_mount(self) -> None:
        if self._known:
            self._reveal(f"✓ {self._answer}", "$success")
        else:
            self._say("enter answers: say what you think before you look", "$quiet")

    @property
    def _answer(self) -> str:
        return safe(str(self.block.options["answer"]), limit=answers.LONGEST)

    def _say(self, words: str, style: str) -> None:
        content = in_signs(Content.styled(words, style), self.host.glyphs)
        self.query_one("#verdict", Static).update(content)

    def _reveal(self, words: str, style: str) -> None:
        self._known = True
        self._say(words, style)
        self.set_class(bool(self._why), "-known")
        self.changed()

    @property
    def _field(self) -> Input:
        return self.query_one(Input)

    def can(self, action: str) -> bool:
        match action:
            case "back":
                return self._field.has_focus
            case "solution":
                return not self._known and self._record.tries > 0
        return super().can(action)

    def word(self, row: Row) -> str:
        return {"open": "answer", "solution": "see it"}.get(row.action, row.label)

    def action_open(self) -> None:
        self._field.focus()

    def action_back(self) -> None:
        self.host.set_focus(None)

    def action_solution(self) -> None:
        self._reveal(f"It is {self._answer}", "$foreground")

    @on(Input.Submitted)
    async def _answered(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            return
        self.host.set_focus(None)
        tolerance = float(self.block.options["tolerance"])
        right = answers.same(event.value, str(self.block.options["answer"]), tolerance)
        try:
            self._record = await asyncio.to_thread(
                lambda: self.host.learner.note_answer(self.block, event.value[: answers.LONGEST], right=right)
            )
        except TuilabError as error:
            self.host.say(safe(str(error), limit=500), "error")
        if right:
            self._reveal(f"✓ {self._answer}", "$success")
        else:
            given = safe(event.value.strip(), limit=60)
            self._say(f"✗ It is not {given}. enter tries again, S shows it", "$error")
            self.changed()


def parts(body: str) -> tuple[str, str]:
    """The question, and the reason that comes after the answer: the last lines, where they begin with `>`."""
    lines = body.rstrip().split("\n")
    end = len(lines)
    while end and lines[end - 1].lstrip().startswith(">"):
        end -= 1
    why = [line.lstrip()[1:].removeprefix(" ") for line in lines[end:]]
    return "\n".join(lines[:end]).rstrip(), "\n".join(why)
