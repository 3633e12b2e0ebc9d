"""A line at the bottom of a panel on the stage: what is asked, and room to answer it."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static


class AnswerLine(Vertical):
    """Hidden until something is asked. What is written comes as `Answered`."""

    DEFAULT_CSS = """
    AnswerLine { height: 2; display: none; padding: 0 1; }
    AnswerLine.-asking { display: block; }
    AnswerLine Static { height: 1; color: $accent; text-style: bold; }
    AnswerLine Input { width: 1fr; background: $cursor-background; }
    """

    @dataclass
    class Answered(Message):
        """Something was written, and enter pressed."""

        text: str

    def compose(self) -> ComposeResult:
        yield Static(markup=False)
        yield Input(select_on_focus=False, compact=True)

    @property
    def asking(self) -> bool:
        """Whether an answer is waited for."""
        return self.has_class("-asking")

    def ask(self, words: str, hint: str) -> None:
        """Ask for something; `hint` stands where the answer goes."""
        self.add_class("-asking")
        self.query_one(Static).update(words)
        field = self.query_one(Input)
        field.placeholder, field.value = hint, ""
        field.focus()

    def clear(self) -> None:
        """Another answer, please."""
        self.query_one(Input).value = ""

    def close(self) -> None:
        """Put the line away."""
        if self.asking:
            self.remove_class("-asking")
            self.screen.set_focus(None)

    @on(Input.Submitted)
    def _said(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.post_message(self.Answered(event.value))
