"""An editor for a cell: Python in quiet colours, indentation as Python wants it, undo."""

from typing import ClassVar

from rich.style import Style
from textual import events
from textual._text_area_theme import TextAreaTheme
from textual.message import Message
from textual.widgets import TextArea

from tuilab.text import safe

INDENT = 4
LONGEST = 50_000
"""The most characters whose colours are looked for; as many as an answer may have."""
QUIET = TextAreaTheme(
    "quiet",
    syntax_styles={
        "comment": Style(dim=True, italic=True),
        "keyword": Style(bold=True),
        "string": Style(dim=True),
        "decorator": Style(italic=True),
    },
)


class CodeEditor(TextArea):
    """Posts `Left` for escape; the rest of its keys are those of a text area."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    CodeEditor {
        height: auto; min-height: 3; max-height: 16; padding: 0 1;
        border: none; border-left: wide $accent;
        background: $surface;
        scrollbar-size: 1 1;
    }
    CodeEditor:focus { border: none; border-left: wide $accent; }
    .-signs-ascii CodeEditor { border-left: ascii $accent; scrollbar-size: 0 0; }
    """
    HIGHLIGHTS: ClassVar = (
        ("Comment", "comment"),
        ("Keyword", "keyword"),
        ("Operator.Word", "keyword"),
        ("Literal.String", "string"),
        ("Name.Decorator", "decorator"),
    )

    class Left(Message):
        """Escape was pressed."""

        def __init__(self, editor: "CodeEditor") -> None:
            super().__init__()
            self.editor = editor

        @property
        def control(self) -> "CodeEditor":
            return self.editor

    def __init__(self, source: str) -> None:
        super().__init__(
            safe(source, keep_newlines=True),
            soft_wrap=False,
            tab_behavior="indent",
            highlight_cursor_line=False,
        )
        self.indent_width = INDENT
        self.register_theme(QUIET)
        self.theme = QUIET.name
        self.move_cursor(self.document.end)

    def _build_highlight_map(self) -> None:
        """Colours by Pygments, which Textual brings along; tree-sitter would be one dependency more."""
        self._line_cache.clear()
        self._highlights.clear()
        if len(self.text) > LONGEST:
            return
        from pygments.lexers import PythonLexer  # type: ignore[import-untyped]
        from pygments.token import string_to_tokentype  # type: ignore[import-untyped]

        kinds = [(string_to_tokentype(name), style) for name, style in self.HIGHLIGHTS]
        row, column = 0, 0
        for token, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(self.text):
            style = next((style for kind, style in kinds if token in kind), "")
            for number, part in enumerate(text.split("\n")):
                if number:
                    row, column = row + 1, 0
                size = len(part.encode())
                if style and size:
                    self._highlights[row].append((column, column + size, style))
                column += size

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.post_message(self.Left(self))
        elif event.key == "enter":
            event.stop()
            event.prevent_default()
            row, column = self.cursor_location
            self.insert("\n" + " " * indentation(self.document[row][:column]))
        elif event.key == "backspace" and self._in_margin():
            event.stop()
            event.prevent_default()
            row, column = self.cursor_location
            self.delete((row, (column - 1) // INDENT * INDENT), (row, column))
        else:
            await super()._on_key(event)

    def _in_margin(self) -> bool:
        """Whether there are only spaces before the cursor, and some."""
        row, column = self.cursor_location
        return self.selection.is_empty and column > 0 and not self.document[row][:column].strip(" ")


def indentation(line: str) -> int:
    """How far the line after this one is indented."""
    margin = len(line) - len(line.lstrip(" "))
    words = line.split("#")[0].rstrip()
    if words.endswith(":"):
        return margin + INDENT
    last = words.split()[0] if words.split() else ""
    return max(0, margin - INDENT) if last in ("return", "break", "continue", "pass", "raise") else margin
