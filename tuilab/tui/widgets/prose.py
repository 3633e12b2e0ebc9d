"""Markdown laid out as lines of styled text, with inline formulas, for a width."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tuilab.lesson.markdown import parser
from tuilab.text import safe
from tuilab.tui.glyphs import GlyphSet, plain
from tuilab.tui.widgets.inline_text import NO_BREAK, inline_content
from tuilab.tui.widgets.prose_table import table_lines

if TYPE_CHECKING:
    from markdown_it.token import Token

LONGEST = 30_000
"""The most characters of one stretch of prose that are laid out. A long step has two thousand."""


def lay_out(markdown: str, width: int, glyphs: GlyphSet = "braille") -> list[Content]:
    """The lines of `markdown`, each at most `width` cells, with nothing in them that steers a terminal.

    Never raises for what the text says: what the parser cannot read is shown as it stands.
    """
    width = max(width, 8)
    cut = len(markdown) > LONGEST
    try:
        tokens = parser().parse(markdown[:LONGEST] + "\n")
    except (IndexError, RecursionError, ValueError):
        return wrapped(Content(plain(safe(markdown[:LONGEST], keep_newlines=True), glyphs)), width)
    page = _Page(width, glyphs)
    page.blocks(tokens)
    if cut:
        page.put(
            [Content.styled("This text is too long to be shown whole. Split the step.", "$text-warning")]
        )
    return page.lines


def wrapped(content: Content, width: int) -> list[Content]:
    """`content` in lines of at most `width` cells; spaces inside formulas do not break."""
    lines = content.wrap(width) if content else [content]
    return [
        Content(line.plain.replace(NO_BREAK, " "), spans=list(line.spans)) if NO_BREAK in line.plain else line
        for line in lines
    ]


@dataclass(slots=True)
class _Margin:
    """What stands at the left of a list item or a quote: once, and on the lines after."""

    first: Content
    rest: Content
    used: bool = False


@dataclass(slots=True)
class _List:
    tight: bool
    number: int | None
    items: int = 0


@dataclass(slots=True)
class _Page:
    width: int
    glyphs: GlyphSet
    lines: list[Content] = field(default_factory=list)
    margins: list[_Margin] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    close: bool = False
    """Whether the next block follows without an empty line."""

    @property
    def room(self) -> int:
        taken = sum(margin.rest.cell_length for margin in self.margins)
        return max(6, self.width - taken)

    def sign(self, unicode: str, ascii_only: str) -> str:
        return unicode if self.glyphs == "braille" else ascii_only

    def put(self, block: Sequence[Content]) -> None:
        """Add the lines of a block, behind the margins it stands in."""
        if self.lines and not self.close:
            kept = [
                margin.rest if margin.used else Content(" " * margin.rest.cell_length)
                for margin in self.margins
            ]
            self.lines.append(Content("").join(kept).rstrip() if kept else Content(""))
        self.close = False
        for line in block:
            parts = [margin.rest if margin.used else margin.first for margin in self.margins]
            for margin in self.margins:
                margin.used = True
            self.lines.append(Content("").join([*parts, line]) if parts else line)

    def blocks(self, tokens: "Sequence[Token]") -> None:
        index = 0
        while index < len(tokens):
            token = tokens[index]
            match token.type:
                case "paragraph_open":
                    self.put(wrapped(inline_content(tokens[index + 1], self.glyphs), self.room))
                case "heading_open":
                    title = inline_content(tokens[index + 1], self.glyphs)
                    self.put(wrapped(title.stylize("bold"), self.room))
                case "bullet_list_open" | "ordered_list_open":
                    self.begin_list(tokens, index)
                case "bullet_list_close" | "ordered_list_close":
                    self.lists.pop()
                case "list_item_open":
                    self.begin_item()
                case "list_item_close" | "blockquote_close":
                    self.margins.pop()
                case "blockquote_open":
                    bar = Content.styled(self.sign("▎ ", "| "), "$foreground 60%")
                    self.margins.append(_Margin(bar, bar))
                case "fence" | "code_block" | "colon_fence":
                    self.code(token.content)
                case "math_block" | "math_block_label":
                    self.formula(token.content)
                case "hr":
                    self.put([Content.styled(self.sign("─", "-") * self.room, "$foreground 60%")])
                case "html_block" if not token.content.lstrip().startswith("<!--"):
                    self.code(token.content)
                case "table_open":
                    end = next(i for i in range(index, len(tokens)) if tokens[i].type == "table_close")
                    self.put(table_lines(tokens[index:end], self.room, self.glyphs))
                    index = end
            index += 1

    def begin_list(self, tokens: "Sequence[Token]", index: int) -> None:
        opening = tokens[index]
        tight = any(
            token.type == "paragraph_open" and token.level == opening.level + 2 and token.hidden
            for token in tokens[index : index + 3]
        )
        start = opening.attrs.get("start", 1)
        number = int(start) if opening.type == "ordered_list_open" else None
        self.lists.append(_List(tight, number))

    def begin_item(self) -> None:
        current = self.lists[-1]
        if current.number is None:
            mark = self.sign("• ", "- ")
        else:
            mark = f"{current.number + current.items}. "
        self.close = bool(self.lines) and current.tight and (current.items > 0 or len(self.lists) > 1)
        current.items += 1
        self.margins.append(_Margin(Content.styled(mark, "$foreground 60%"), Content(" " * cell_len(mark))))

    def code(self, source: str) -> None:
        text = plain(safe(source.rstrip("\n"), keep_newlines=True), self.glyphs)
        lines = [
            piece
            for line in Content(text).split("\n", allow_blank=True)
            for piece in line.fold(self.room - 2)
        ]
        self.put([Content("  ").append(line) for line in lines] or [Content("")])

    def formula(self, latex: str) -> None:
        from tuilab.errors import FormulaError
        from tuilab.tui.formula import layout

        try:
            self.put([Content("  " + line) for line in layout(latex, self.glyphs != "braille").lines])
        except FormulaError:
            self.code(latex)


class ProseView(Widget):
    """A stretch of Markdown, laid out again for each width."""

    DEFAULT_CSS = "ProseView { width: 1fr; height: auto; }"

    def __init__(self, markdown: str, glyphs: GlyphSet = "braille") -> None:
        super().__init__()
        self._markdown = markdown
        self._glyphs: GlyphSet = glyphs
        self._laid_out: tuple[int, Content] = (-1, Content(""))

    def _content(self, width: int) -> Content:
        if self._laid_out[0] != width:
            lines = lay_out(self._markdown, width, self._glyphs)
            self._laid_out = (width, Content("\n").join(lines))
        return self._laid_out[1]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._content(width).plain.count("\n") + 1

    def render(self) -> Content:
        return self._content(self.content_size.width)
