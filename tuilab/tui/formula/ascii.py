"""Signs written with ASCII only."""

import unicodedata
from typing import Final

from tuilab.errors import FormulaError
from tuilab.tui.formula.symbols import ASCII

_LARGE: Final = {"Σ": "sum", "Π": "prod", "⊕": "(+)", "⊗": "(x)"}


def plain(text: str, *, large: bool = False) -> str:
    """`text` in ASCII: `≤` is `<=`, `α` is `alpha`; a `large` Σ is `sum`.

    Raises FormulaError for a character that has no ASCII form.
    """
    if text.isascii():
        return text
    if large and text in _LARGE:
        return _LARGE[text]
    return "".join(_character(character) for character in text)


def _character(character: str) -> str:
    if character.isascii():
        return character
    if character in ASCII:
        return ASCII[character]
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", character) if letter.isascii())
    if not bare.isprintable() or not bare:
        raise FormulaError(f"`{character}` cannot be written in ASCII.")
    return bare
