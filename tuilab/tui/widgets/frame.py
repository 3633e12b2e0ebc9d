"""The frame that every screen has: where I am, what just happened, what I can do next."""

from typing import Literal

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tuilab.tui.bindings import Row
from tuilab.tui.glyphs import GlyphSet, plain

Kind = Literal["info", "good", "warning", "error"]


class TopLine(Widget):
    """Where I am: a title, what is open under it, and at the right how far I am."""

    DEFAULT_CSS = """
    TopLine { height: 1; padding: 0 1; color: $foreground; }
    """

    title: reactive[str] = reactive("")
    rest: reactive[str] = reactive("")
    right: reactive[str] = reactive("")

    def __init__(self, title: str, rest: str = "", right: str = "") -> None:
        super().__init__()
        self.set_reactive(TopLine.title, title)
        self.set_reactive(TopLine.rest, rest)
        self.set_reactive(TopLine.right, right)

    def render(self) -> Content:
        glyphs = glyphs_of(self)
        title, rest, right = (in_plain(part, glyphs) for part in (self.title, self.rest, self.right))
        width = self.size.width
        left = Content.assemble((title, "bold"), ("  " + rest if rest else "", "$quiet"))
        room = width - left.cell_length - len(right)
        if not right or room < 2:
            return left.truncate(width, ellipsis=True) if left.cell_length > width else left
        return Content.assemble(left, " " * room, (right, "$quiet"))


class MessageLine(Widget):
    """What just happened, in one line. Nothing, where nothing did."""

    DEFAULT_CSS = """
    MessageLine { height: 1; padding: 0 1; color: $quiet; }
    MessageLine.-good { color: $success; }
    MessageLine.-warning { color: $warning; }
    MessageLine.-error { color: $error; }
    """

    text: reactive[str] = reactive("")

    def say(self, text: str, kind: Kind = "info") -> None:
        """Show `text` until something else happens."""
        for name in ("good", "warning", "error"):
            self.set_class(name == kind, f"-{name}")
        self.text = text

    def render(self) -> Content:
        content = Content(in_plain(self.text, glyphs_of(self)))
        return content.truncate(max(0, self.size.width), ellipsis=True)


class KeyLine(Widget):
    """What I can do next: keys and their words, as many as fit. Each can be clicked."""

    DEFAULT_CSS = """
    KeyLine {
        height: 1; padding: 0 1; color: $quiet;
        link-color: $quiet; link-background: $background; link-style: none;
        link-color-hover: $accent; link-background-hover: $background; link-style-hover: none;
    }
    """

    offers: reactive[tuple[tuple[Row, str], ...]] = reactive(())

    def render(self) -> Content:
        glyphs = glyphs_of(self)
        items: list[Content] = []
        always: set[int] = set()
        joined = Content("")
        for row, word in self.offers:
            key = Content.styled(in_plain(row.shown, glyphs), "b $foreground")
            offer = Content.assemble(key, f" {in_plain(word, glyphs)}" if word else "")
            joined = Content.assemble(joined, offer.stylize(f"@click=app.perform('{row.action}')"))
            if not word:
                joined = Content.assemble(joined, " ")
                continue
            if row.action in ALWAYS:
                always.add(len(items))
            items.append(joined)
            joined = Content("")
        kept = fitting([item.cell_length for item in items], self.size.width, always)
        return Content(" " * GAP).join(item for index, item in enumerate(items) if index in kept)


GAP = 3
ALWAYS = frozenset(("help", "leave"))
"""What stays in the bottom line however narrow it is."""


def fitting(widths: list[int], room: int, always: set[int]) -> set[int]:
    """Which items fit into `room`, `GAP` apart: those in `always`, then the first ones."""
    kept: set[int] = set()
    used = -GAP
    for index in [*sorted(always), *(i for i in range(len(widths)) if i not in always)]:
        if used + GAP + widths[index] > room:
            if index in always:
                continue
            break
        kept.add(index)
        used += GAP + widths[index]
    return kept


def glyphs_of(widget: Widget) -> GlyphSet:
    """The signs that the terminal of a widget's app can show."""
    return getattr(widget.app, "glyphs", "braille")


_FEW_SIGNS = str.maketrans({"⇧": "shift+", "‖": "=", "┄": "-", "╎": ":", "●": "■", "◐": "▄", "○": "·"})
_FEWER_SIGNS = str.maketrans({"↓": "v", "↑": "^", "■": "#", "▄": "+"})


def in_plain(text: str, glyphs: GlyphSet) -> str:
    """Text in the signs that the terminal has: `glyphs.plain`, and the signs of keys and states besides."""
    if glyphs == "braille" or text.isascii():
        return text
    text = text.translate(_FEW_SIGNS)
    return plain(text.translate(_FEWER_SIGNS) if glyphs == "ascii" else text, glyphs)


def in_signs(content: Content, glyphs: GlyphSet) -> Content:
    """Content in the signs that the terminal has; without its styles where signs had to be replaced."""
    text = in_plain(content.plain, glyphs)
    return content if text == content.plain else Content(text)
