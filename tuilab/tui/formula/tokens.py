"""LaTeX source to tokens, each with its place; what could harm or hang is refused here."""

import re
import unicodedata
from dataclasses import dataclass

from tuilab.errors import FormulaError
from tuilab.text import safe

LONGEST = 4_000
"""The longest formula, in characters."""

_TOKEN = re.compile(r"\s+|%[^\n]*|\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """A command, a number or a character, and its index in the source."""

    text: str
    at: int

    def error(self, text: str) -> FormulaError:
        """A FormulaError about this token; places count from 1."""
        return FormulaError(f"`{safe(self.text, limit=40)}` at character {self.at + 1} {text}.")


def tokens(latex: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of `latex`, from `start` up to `end`, without white space and comments."""
    return [
        Token(found.group(), found.start())
        for found in _TOKEN.finditer(latex, start, len(latex) if end is None else end)
        if not found.group().isspace() and not found.group().startswith("%")
    ]


def check(latex: str) -> None:
    """Raises FormulaError for a formula that is too long, or holds a character that steers a terminal,
    has no width of its own, or hides."""
    if len(latex) > LONGEST:
        raise FormulaError(f"The formula has {len(latex):,} characters, and at most {LONGEST:,} are drawn.")
    for at, character in enumerate(latex):
        if character in "\t\n\r " or (character.isascii() and character.isprintable()):
            continue
        if (
            safe(character) != character
            or unicodedata.category(character).startswith(("M", "C"))
            or not (character.isprintable() or character.isspace())
        ):
            raise FormulaError(
                f"U+{ord(character):04X} at character {at + 1} cannot stand in a formula. Remove it."
            )
