"""Markdown and code as HTML. Nothing of a lesson's text is let through as markup of its own."""

import re
from base64 import b64encode
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tuilab.authoring.links import slug
from tuilab.errors import FormulaError
from tuilab.lesson.markdown import parser
from tuilab.text import safe
from tuilab.tui.formula.mathml import mathml

if TYPE_CHECKING:
    from markdown_it.token import Token

LARGEST_PICTURE = 4_000_000
"""Bytes of a picture that a page takes in."""

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"<svg", "image/svg+xml"),
    (b"<?xml", "image/svg+xml"),
)
_REMOTE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_SIMPLE = {
    "paragraph": "p", "blockquote": "blockquote", "list_item": "li", "bullet_list": "ul", "strong": "strong",
    "em": "em", "s": "s", "thead": "thead", "tbody": "tbody", "tr": "tr",
}  # fmt: skip


def text(words: str) -> str:
    """Words of a lesson, or of what it printed, as the text of an element or in an attribute's quotes."""
    return escape(safe(words, keep_newlines=True))


def code(source: str, language: str = "python") -> str:
    """A block of code, coloured where it is Python."""
    source = safe(source.rstrip("\n"), keep_newlines=True)
    written = _coloured(source) if language in ("python", "pycon") else escape(source)
    return f'<pre tabindex="0"><code>{written}</code></pre>'


def formula(latex: str) -> str:
    """A displayed formula; its source where it cannot be laid out."""
    try:
        return f'<div class="formula" tabindex="0">{mathml(latex, display=True)}</div>'
    except FormulaError:
        return code(latex, "text")


def inline(markdown: str, folder: Path | None = None) -> str:
    """One line of Markdown."""
    try:
        tokens = parser().parseInline(markdown, {})
    except (IndexError, RecursionError, ValueError):
        return text(markdown)
    return "".join(_inline(token.children or (), folder) for token in tokens)


def prose(markdown: str, folder: Path | None = None) -> str:
    """A stretch of Markdown; what cannot be read stands there as it was written. Pictures are looked for in
    `folder`."""
    try:
        tokens = parser().parse(markdown + "\n")
    except (IndexError, RecursionError, ValueError):
        return f"<p>{text(markdown)}</p>"
    return "".join(_block(token, folder) for token in tokens)


def _block(token: "Token", folder: Path | None) -> str:
    name, _, edge = token.type.rpartition("_")
    slash = "/" if edge == "close" else ""
    match token.type:
        case "inline":
            return _inline(token.children or (), folder)
        case "paragraph_open" | "paragraph_close" if token.hidden:
            return ""
        case "heading_open" | "heading_close":
            level = max(3, int(token.tag[1:]))
            return f"<{slash}h{level}>"
        case "ordered_list_open":
            start = int(token.attrs.get("start", 1))
            return "<ol>" if start == 1 else f'<ol start="{start}">'
        case "ordered_list_close":
            return "</ol>"
        case "table_open":
            return '<div class="wide" tabindex="0"><table>'
        case "table_close":
            return "</table></div>"
        case "th_open" | "td_open" | "th_close" | "td_close":
            side = re.search(r"right|center", str(token.attrs.get("style", "")))
            return f'<{slash}{name} class="to-{side[0]}">' if side and not slash else f"<{slash}{name}>"
        case "hr":
            return "<hr>"
        case "fence" | "code_block" | "colon_fence":
            return code(token.content, token.info.strip().split(" ")[0] or "text")
        case "math_block" | "math_block_label":
            return formula(token.content)
        case "html_block":
            return "" if token.content.lstrip().startswith("<!--") else code(token.content, "text")
    return f"<{slash}{_SIMPLE[name]}>" if name in _SIMPLE and edge in ("open", "close") else ""


def _inline(tokens: "Sequence[Token]", folder: Path | None) -> str:
    parts: list[str] = []
    linked: list[bool] = []
    for token in tokens:
        name, _, edge = token.type.rpartition("_")
        match token.type:
            case "math_inline":
                try:
                    parts.append(mathml(token.content))
                except FormulaError:
                    parts.append(f"<code>{text(token.content)}</code>")
            case "code_inline":
                parts.append(f"<code>{text(token.content)}</code>")
            case "softbreak":
                parts.append("\n")
            case "hardbreak":
                parts.append("<br>")
            case "link_open":
                address = str(token.attrs.get("href", ""))
                linked.append(bool(_REMOTE.match(address)) or address.startswith("#"))
                parts.append(f'<a href="{text(address)}" rel="noreferrer">' if linked[-1] else "<span>")
            case "link_close":
                parts.append("</a>" if linked and linked.pop() else "</span>")
            case "image":
                parts.append(_picture(str(token.attrs.get("src", "")), token.content, folder))
            case "html_inline":
                parts.append(_html(token.content))
            case _ if edge in ("open", "close") and name in _SIMPLE:
                parts.append(f"<{'/' if edge == 'close' else ''}{_SIMPLE[name]}>")
            case _:
                parts.append(text(token.content))
    return "".join(parts)


def _html(source: str) -> str:
    if source.startswith("<!--"):
        return ""
    if re.fullmatch(r"<br\s*/?>", source):
        return "<br>"
    if 'class="task-list-item-checkbox"' in source:
        return "☑ " if "checked=" in source else "☐ "
    return text(source)


def _picture(address: str, words: str, folder: Path | None) -> str:
    """A picture with its bytes in the page; its words where it lies elsewhere or is none."""
    content = b"" if folder is None or _REMOTE.match(address) else _bytes(folder, unquote(address))
    for begin, kind in _PICTURES:
        if content.startswith(begin):
            data = b64encode(content).decode()
            return f'<img alt="{text(words)}" src="data:{kind};base64,{data}">'
    return f"<em>[{text(words) or 'picture'}]</em>"


def _bytes(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        if Path(name).is_absolute() or not path.is_file() or path.stat().st_size > LARGEST_PICTURE:
            return b""
        return path.read_bytes()
    except (OSError, ValueError):
        return b""


def _coloured(source: str) -> str:
    """Python with its words in the few classes that the style knows."""
    from pygments.lexers import PythonLexer  # type: ignore[import-untyped]
    from pygments.token import Token as Kind  # type: ignore[import-untyped]

    classes = (
        (Kind.Comment, "c"),
        (Kind.Keyword, "k"),
        (Kind.Operator.Word, "k"),
        (Kind.Literal.String, "s"),
        (Kind.Name.Decorator, "d"),
    )
    parts: list[str] = []
    for kind, words in PythonLexer(stripnl=False, ensurenl=False).get_tokens(source):
        name = next((name for one, name in classes if kind in one), "")
        written = escape(words)
        parts.append(f'<span class="{name}">{written}</span>' if name else written)
    return "".join(parts)


def anchor(title: str, taken: set[str]) -> str:
    """A name for a heading, as GitHub makes it, that no other has."""
    name = slug(title) or "step"
    number = 0
    while (found := f"{name}-{number}" if number else name) in taken:
        number += 1
    taken.add(found)
    return found
