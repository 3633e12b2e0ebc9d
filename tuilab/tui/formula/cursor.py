"""A place in a formula's tokens, and what is read there without knowing what it means."""

import re
from collections.abc import Sequence

from tuilab.errors import FormulaError
from tuilab.tui.formula import symbols
from tuilab.tui.formula.tokens import Token

DEEPEST = 32
"""The deepest nesting."""

_LENGTH = re.compile(r"\s*(-?\d*\.?\d+)\s*(em|ex|mu|pt|px|mm|cm|in)\s*")
_CELLS = {"em": 2.0, "ex": 1.0, "mu": 1 / 9, "pt": 0.2, "px": 0.15, "mm": 0.5, "cm": 5.0, "in": 13.0}


class Cursor:
    """Walks over `tokens`, once, from left to right; `latex` is what they were read from."""

    def __init__(self, latex: str, tokens: Sequence[Token], depth: int = 0) -> None:
        self.latex = latex
        self.tokens = list(tokens)
        self.index = 0
        self.depth = depth

    def peek(self) -> Token | None:
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def take(self, wanted: str) -> Token:
        token = self.peek()
        if token is None:
            raise FormulaError(f"The formula ends where {wanted} should follow.")
        self.index += 1
        return token

    def accept(self, text: str) -> bool:
        token = self.peek()
        found = token is not None and token.text == text
        self.index += found
        return found

    def deeper(self) -> None:
        """Go one level down. Whoever comes back takes one off `depth`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(f"The formula is nested deeper than {DEEPEST} levels.")

    def source(self, command: Token) -> tuple[int, int]:
        """Where what stands in the braces after `command` begins and ends in `latex`."""
        opening = self.take("a text in braces")
        if opening.text != "{":
            raise opening.error(f"stands where the opening brace of {command.text} should")
        depth = 1
        while depth:
            closing = self.take("a closing brace")
            depth += (closing.text == "{") - (closing.text == "}")
        return opening.at + 1, closing.at

    def raw(self, command: Token) -> str:
        """The text in the braces after `command`."""
        start, end = self.source(command)
        return unescaped(self.latex[start:end])

    def side(self, letters: str) -> str:
        """The letter of a `[t]` that stands here, if it is one of `letters`; else empty."""
        near = [token.text for token in self.tokens[self.index : self.index + 3]]
        if len(near) < 3 or near[0] != "[" or near[1] not in letters or near[2] != "]":
            return ""
        self.index += 3
        return near[1]

    def skip_length(self) -> None:
        """Pass over the `[4pt]` that may follow `\\\\`: rows are cells high here, and no less."""
        opening = self.peek()
        if opening is not None and opening.text == "[":
            end = self.latex.find("]", opening.at)
            if end >= 0 and _LENGTH.fullmatch(self.latex, opening.at + 1, end):
                while self.take("a closing bracket").text != "]":
                    continue

    def cells(self, command: Token) -> int:
        """The length in braces after `command`, as `1em`, in cells."""
        written = self.raw(command)
        found = _LENGTH.fullmatch(written)
        if found is None:
            raise command.error(f"needs a length such as 1em, and was given {written[:20]!r}")
        return min(40, round(float(found[1]) * _CELLS[found[2]]))

    def delimiter(self, command: Token) -> str:
        token = self.take(f"a delimiter after {command.text}")
        if token.text not in symbols.DELIMITERS:
            raise token.error(f"is no delimiter, which {command.text} needs")
        return symbols.DELIMITERS[token.text]


def unescaped(source: str) -> str:
    """Text as it is read: `\\_` is `_`, `~` and `\\,` are spaces, other braces only group."""
    text = re.sub(r"\\([,;:! ])", " ", re.sub(r"\s", " ", source).replace("~", " "))
    return re.sub(r"\\([_%&$#{}])", r"\1", text).replace("{", "").replace("}", "")
