"""What can go wrong with fences: one that does not end, one inside another, one where nobody sees it."""

import re
from typing import TYPE_CHECKING

from tuilab.lesson.model import Problem
from tuilab.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

BRACED = re.compile(r"\{([^{}\s]+)\}[ \t]*(.*)")
_CELL = re.compile(r"[ \t]*(?:`{3,}|~{3,}|:{3,})\{code-cell\}")
_DIRECTIVE = re.compile(r"[ \t]*(?:`{3,}|:{3,})\{(lab:[^{}\s]*)\}")


def faults(tokens: "Iterable[Token]", lines: list[str], first: int) -> list[Problem]:
    """The faults of the fences among block tokens. `lines` is the text, its first line the file's `first`."""
    wrong: list[Problem] = []
    for token in tokens:
        if token.map is None:
            continue
        begin, end = token.map
        if token.type == "inline":
            wrong += _lone_dollars(token.content, first + begin)
        elif token.type in ("fence", "colon_fence"):
            wrong += _fence_faults(token, lines[begin:end], first + begin)
    return wrong


def _lone_dollars(text: str, line: int) -> list[Problem]:
    return [
        Problem(line + number, "this `$$` has no partner. Put one before the formula and one after it.")
        for number, written in enumerate(text.split("\n"))
        if written.lstrip().startswith("$$") and written.count("$$") % 2
    ]


def _fence_faults(token: "Token", lines: list[str], line: int) -> list[Problem]:
    braced = BRACED.fullmatch(token.info.strip())
    name = braced[1] if braced else ""
    last = lines[-1].strip(" \t>")
    if len(lines) < 2 or last.strip(token.markup[0]) or len(last) < len(token.markup):
        what = f"`{{{safe(name, limit=40)}}}`" if name else f"`{safe(token.markup, limit=20)}`"
        return [
            Problem(
                line,
                f"this {what} does not end, and swallows all that follows. "
                f"Close it with {safe(token.markup, limit=20)} on a line of its own.",
            )
        ]
    if token.level and name and (name == "code-cell" or name.startswith("lab:")):
        return [
            Problem(
                line, f"`{{{safe(name, limit=40)}}}` stands inside a list or a quote. Move it to the margin."
            )
        ]
    wrong: list[Problem] = []
    inside = enumerate(lines[1:-1], line + 1)
    if name == "code-cell":
        for number, text in inside:
            if found := _DIRECTIVE.match(text):
                wrong.append(
                    Problem(
                        number,
                        f"`{{{safe(found[1], limit=40)}}}` stands inside a code cell, where nobody sees it. "
                        "Put it after the end of the cell.",
                    )
                )
    elif name:
        for number, text in inside:
            if _CELL.match(text):
                wrong.append(
                    Problem(
                        number,
                        f"this code cell stands inside `{{{safe(name, limit=40)}}}`. A directive holds "
                        "no cells: Jupyter would run it, the lab would not. Put it before or after.",
                    )
                )
    return wrong
