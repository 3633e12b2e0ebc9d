"""What stands inside a line of Markdown, as styled text: emphasis, code, links, formulas."""

import re
from typing import TYPE_CHECKING

from textual.content import Content, Span

from tuilab.errors import FormulaError
from tuilab.text import safe
from tuilab.tui.formula import inline
from tuilab.tui.glyphs import GlyphSet, plain

if TYPE_CHECKING:
    from markdown_it.token import Token

NO_BREAK = "\ue000"
"""Stands for a space inside a short formula until lines are wrapped."""
UNBROKEN = 24
"""The longest formula that is kept on one line."""

_VARIABLE = re.compile(r"(?<![A-Za-z])(?!ln|lg)[A-Za-zα-ω]{1,2}[\u0300-\u036f\u20d0-\u20ff]?(?![A-Za-z])")
"""Letters for quantities, which are set in italics; functions, words and numbers are not."""

_STYLES = {"strong": "bold", "em": "italic", "s": "strike", "link": "underline"}


def inline_content(token: "Token", glyphs: GlyphSet = "braille") -> Content:
    """The styled text of an `inline` token. Nothing in it steers a terminal."""
    text: list[str] = []
    spans: list[Span] = []
    opened: list[tuple[str, int, str]] = []
    position = 0

    def add(part: str, style: str = "") -> None:
        nonlocal position
        part = NO_BREAK.join(plain(piece, glyphs) for piece in part.split(NO_BREAK))
        if style and part:
            spans.append(Span(position, position + len(part), style))
        text.append(part)
        position += len(part)

    for child in token.children or ():
        name, _, edge = child.type.rpartition("_")
        if edge == "open" and name in _STYLES:
            opened.append((_STYLES[name], position, str(child.attrs.get("href", ""))))
        elif edge == "close" and name in _STYLES and opened:
            style, start, address = opened.pop()
            spans.append(Span(start, position, style))
            shown = safe(address, limit=200)
            if shown.startswith(("https://", "http://")) and shown != "".join(text)[start:]:
                add(f" ({shown})", "$foreground 60%")
        elif child.type == "math_inline":
            formula, style = _formula(child.content, glyphs != "braille")
            if not style:
                spans += [
                    Span(position + found.start(), position + found.end(), "italic")
                    for found in _VARIABLE.finditer(formula)
                ]
            add(formula, style)
        elif child.type == "code_inline":
            add(safe(child.content), "$text-secondary on $panel")
        elif child.type == "softbreak":
            add(" ")
        elif child.type == "hardbreak":
            add("\n")
        elif child.type == "html_inline":
            add(_html(child.content, glyphs != "braille"))
        elif child.type == "image":
            add(f"[{safe(child.content) or 'image'}]", "italic")
        else:
            add(re.sub(r"\s+", " ", safe(child.content)))
    return Content("".join(text), spans=spans)


def _formula(latex: str, ascii_only: bool) -> tuple[str, str]:
    try:
        written = inline(latex, ascii_only)
    except FormulaError:
        return f"${safe(latex)}$", "$text-warning"
    return written.replace(" ", NO_BREAK) if len(written) <= UNBROKEN else written, ""


def _html(source: str, ascii_only: bool) -> str:
    if source.startswith("<!--"):
        return ""
    if re.fullmatch(r"<br\s*/?>", source):
        return "\n"
    if 'class="task-list-item-checkbox"' in source:
        checked = "checked=" in source
        return ("[x]" if checked else "[ ]") if ascii_only else ("☑" if checked else "☐")
    return safe(source)
