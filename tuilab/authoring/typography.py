"""What would look wrong on a screen: characters that hide, lines too long, formulas that are not known."""

import re
import unicodedata
from collections.abc import Iterator

from rich.cells import cell_len

from tuilab.authoring import prose
from tuilab.authoring.fault import Page
from tuilab.errors import FormulaError
from tuilab.lesson import Formula, Problem, Prose
from tuilab.text import safe
from tuilab.tui.formula import inline, layout

WIDEST = 80

_STRANGE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but no tab and no line end
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]"  # what hides, or turns text
)


def characters(text: str) -> Iterator[Problem]:
    """Characters that steer a terminal, hide, or turn the direction of a text; one problem a line."""
    if _STRANGE.search(text) is None:
        return
    for number, line in enumerate(text.split("\n"), 1):
        if found := _STRANGE.search(line):
            code = ord(found.group())
            name = unicodedata.name(found.group(), "a control character").lower()
            yield Problem(
                number,
                f"the character U+{code:04X} ({name}) hides, or steers the terminal. Remove it, or write its "
                f"escape (`\\x1b`, `\\u202e`) where code needs it.",
            )


def columns(page: Page) -> Iterator[Problem]:
    """Lines of code, tables and other grids that are wider than 80 columns, and tabs in them."""
    for cell in page.lesson.cells:
        yield from _wide(cell.source.split("\n"), cell.source_line, "code")
    for block in page.lesson.blocks:
        if isinstance(block, Prose) and (size := len(block.markdown)) > prose.LONGEST:
            yield Problem(
                block.line,
                f"this text has {size:,} characters to the next cell, formula or step, and the lab shows "
                f"{prose.LONGEST:,}. Split the step.",
            )
    for markdown, line in prose.stretches(page):
        lines = markdown.split("\n")
        for token in prose.tokens(markdown):
            if token.map is None or token.type not in ("fence", "code_block", "table_open"):
                continue
            begin, end = token.map
            what = "a table" if token.type == "table_open" else "a text"
            yield from _wide(lines[begin:end], line + begin, what)
            for number, text in enumerate(lines[begin:end], line + begin):
                if "\t" in text:
                    yield Problem(number, f"there is a tab in {what} laid out in columns. Use spaces.")


def _wide(lines: list[str], first: int, what: str) -> Iterator[Problem]:
    for number, text in enumerate(lines, first):
        width = cell_len(safe(text))
        if width > WIDEST:
            yield Problem(
                number, f"this line of {what} takes {width} columns, and a terminal has {WIDEST}. Break it."
            )


def formulas(page: Page) -> Iterator[Problem]:
    """Formulas that the lab shows as their source, because it does not know all that is in them."""
    for block in page.lesson.blocks:
        if isinstance(block, Formula):
            for ascii_only in (False, True):
                try:
                    layout(block.latex, ascii_only)
                except FormulaError as error:
                    yield Problem(block.line, str(error))
                    break
    for token, line in prose.inline(page):
        if token.type in ("math_inline", "math_inline_double"):
            try:
                inline(token.content)
                inline(token.content, True)
            except FormulaError as error:
                yield Problem(line, f"in `${safe(token.content, limit=60)}$`: {error}")
