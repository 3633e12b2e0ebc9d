"""A question before something that cannot be taken back."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tuilab.tui.widgets.frame import glyphs_of, in_signs


class Question(ModalScreen[str]):
    """Asks, and answers with the value of the choice: `(key, value, words)`. The last one is the way back."""

    def __init__(self, title: str, text: str, choices: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self._title, self._text, self._choices = title, text, choices
        for key, value, words in choices:
            self._bindings.bind(key, f"answer('{value}')", words)

    def compose(self) -> ComposeResult:
        lines = [Content.assemble((self._title, "bold"), "\n\n", self._text, "\n")]
        for key, value, words in self._choices:
            shown = "esc" if key == "escape" else key
            lines.append(
                Content.assemble((f" {shown:<4}", "b $accent"), words).stylize(
                    f"@click=screen.answer('{value}')"
                )
            )
        content = Content("\n").join(lines)
        with Vertical(id="question"):
            yield Static(in_signs(content, glyphs_of(self)))

    def action_answer(self, value: str) -> None:
        self.dismiss(value)
