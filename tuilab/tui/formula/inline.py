"""Formulas on one line: `x²`, `wᵢ`, `∂L/∂w`, `Σᵢ₌₁ⁿ xᵢ`."""

import re
import unicodedata
from collections.abc import Mapping

from rich.cells import cell_len

from tuilab.tui.formula import symbols
from tuilab.tui.formula.ascii import plain
from tuilab.tui.formula.parser import parse
from tuilab.tui.formula.spacing import gaps
from tuilab.tui.formula.tree import (
    Accent,
    Arrow,
    Atom,
    Big,
    Brace,
    Fenced,
    Fraction,
    Grid,
    Large,
    Node,
    Phantom,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
)


def inline(latex: str, ascii: bool = False) -> str:  # noqa: A002
    """`latex` as one line of plain Unicode, or of ASCII.

    Scripts are small letters where all of them exist, else `x_q` and `x^(q+1)`. Raises FormulaError.
    """
    return _Line(ascii).write(parse(latex))


def linear(node: Node, ascii_only: bool) -> str:
    """`node` on one line, without room around its signs."""
    return _Line(ascii_only, tight=True).write(node)


def small(node: Scripts) -> tuple[str, str] | None:
    """The subscript and the superscript of `node` in Unicode's small letters; None where one is missing."""
    low = _letters(node.sub, symbols.SUBSCRIPTS)
    high = _letters(node.sup, symbols.SUPERSCRIPTS)
    return None if low is None or high is None else (low, high)


def _letters(node: Node | None, table: Mapping[str, str]) -> str | None:
    return "" if node is None else _translated(_Line(False, tight=True).write(node), table)


def _translated(written: str, table: Mapping[str, str]) -> str | None:
    letters = [table.get(letter, "") for letter in written]
    return "".join(letters) if all(letters) else None


def over(node: Fraction, top: str, bottom: str) -> str:
    """The parts of `node`, written as `top` and `bottom`, with `/`; in parentheses where it would tear
    them apart."""
    if not (isinstance(node.top, Fenced) or _whole(top)):
        top = f"({top})"
    if not (isinstance(node.bottom, Fenced) or _FACTOR.fullmatch(bottom)):
        bottom = f"({bottom})"
    return f"{top}/{bottom}"


_OPEN_SCRIPT = re.compile(r"[_^][^\W_]+$")
_MARKS = r"\u0300-\u036f\u20d0-\u20ff"
_LOW = "₀-ₜᵢᵣᵤᵥᵦ-ᵪⱼ"
_LETTER = rf"[^\W\d_][{_MARKS}]?[{_LOW}⁰-ⁿᴬ-ᵪʰ-ʸ²³¹′]*"
_ONE = {
    "^": re.compile(rf"[^\W\d_][{_LOW}]*|[A-Za-z0-9]+|.", re.DOTALL),
    "_": re.compile(r"[A-Za-z0-9]+|.", re.DOTALL),
}
"""What can be raised or lowered without parentheses: a word, a sign, and `e^xᵢ`, which reads one way only."""
_BARE = re.compile(rf"{_LETTER}|[0-9.]+|.", re.DOTALL)
"""What can stand under a root without parentheses."""
_FACTOR = re.compile(
    rf"""√?[∂∇]?(?:(?!_)[\w{_MARKS}])*!?(?:[_^](?:[^\W_]+|\([^()]*\)))?   # 2σ², n!, ∂x_(i,j)
    | (?:√|sqrt)?\((?:[^()]|\([^()]*\))*\)    # (a + b), √(a + b)
    | \|[^|\s]*\|    # |W|
    | .""",
    re.DOTALL | re.VERBOSE,
)
"""What is one factor to the eye, so that `/` takes all of it."""


def _whole(written: str) -> bool:
    """Whether `written` has no sum, relation or gap outside of its brackets, and so may stand before `/`."""
    depth = 0
    for letter in written:
        depth += (letter in "([{⟨⌊⌈") - (letter in ")]}⟩⌋⌉")
        if depth == 0 and letter in " +−-=<>/,;·×":
            return False
    return True


class _Line:
    def __init__(self, ascii_only: bool, tight: bool = False) -> None:
        self.ascii = ascii_only
        self.tight = tight

    def write(self, node: Node) -> str:
        match node:
            case Atom():
                return plain(node.text) if self.ascii else node.text
            case Big():
                return plain(node.sign) if self.ascii else node.sign
            case Large():
                return plain(node.sign, large=True) if self.ascii else node.sign
            case Space():
                return " " * max(0, node.width)
            case Row():
                return self.row(node)
            case Scripts():
                prime = ("'" if self.ascii else "′") * node.primes
                return self.write(node.base) + prime + self.scripts(node.sub, node.sup)
            case Stack():
                return self.write(node.base) + self.scripts(node.below, node.above)
            case Fraction(bar=False):
                return f"{self.write(node.top)} over {self.write(node.bottom)}"
            case Fraction():
                return over(node, self.write(node.top), self.write(node.bottom))
            case Root():
                return self.root(node)
            case Accent():
                return self.accent(node)
            case Fenced():
                return self.fenced(node)
            case Grid():
                return self.grid(node)
            case Arrow():
                return self.arrow(node)
            case Phantom():
                return " " * cell_len(self.write(node.body))
            case Brace():
                label = "" if node.label is None else f" ({self.write(node.label)})"
                return self.write(node.body) + label

    def row(self, node: Row) -> str:
        written = part = ""
        for gap, item in gaps(node.items, tight=self.tight, ascii_only=self.ascii):
            before, part = part, self.write(item)
            # x_q y is not x_qy.
            torn = (
                not gap and part[:1].isalnum() and (_OPEN_SCRIPT.search(before) or self.called(before, item))
            )
            written += " " * (1 if torn else gap) + part
        return written

    def called(self, before: str, item: Node) -> bool:
        """Whether a letter would run into a name such as `sqrt`."""
        while isinstance(item, Scripts):
            item = item.base
        return self.ascii and isinstance(item, Root | Accent) and before != "d" and before[-1:].isalnum()

    def scripts(self, sub: Node | None, sup: Node | None) -> str:
        return self.script("_", sub, symbols.SUBSCRIPTS) + self.script("^", sup, symbols.SUPERSCRIPTS)

    def script(self, mark: str, node: Node | None, table: Mapping[str, str]) -> str:
        if node is None:
            return ""
        written = _Line(self.ascii, tight=True).write(node)
        letters = None if self.ascii else _translated(written, table)
        if letters is not None:
            return letters
        return mark + (written if _ONE[mark].fullmatch(written) else f"({written})")

    def arrow(self, node: Arrow) -> str:
        sign = plain(node.sign) if self.ascii else node.sign
        above = self.write(node.above)
        below = "" if node.below is None else f"_({self.write(node.below)})"
        if node.sign == "→" and above:
            return ("-" if self.ascii else "─") + above + sign + below
        return sign + below + (f"^({above})" if above else "")

    def root(self, node: Root) -> str:
        if self.ascii:
            head = "sqrt" if node.degree is None else f"root[{self.write(node.degree)}]"
            return f"{head}({self.write(node.body)})"
        degree = _letters(node.degree, symbols.SUPERSCRIPTS)
        if degree is None and node.degree is not None:
            degree = f"[{self.write(node.degree)}]"
        body = self.write(node.body)
        return f"{degree}√{body if isinstance(node.body, Fenced) or _BARE.fullmatch(body) else f'({body})'}"

    def accent(self, node: Accent) -> str:
        body = self.write(node.body)
        if self.ascii or len(body) != 1:
            return f"{node.mark}({body})"
        return unicodedata.normalize("NFC", body + symbols.COMBINING[node.mark])

    def fenced(self, node: Fenced) -> str:
        signs = [plain(sign) if self.ascii else sign for sign in node.signs]
        middles = [f" {sign} " for sign in signs[1:-1]] + [signs[-1]]
        parts = [self.write(part) + sign for part, sign in zip(node.parts, middles, strict=True)]
        return signs[0] + "".join(parts)

    def grid(self, node: Grid) -> str:
        joint = "  " if node.style == "cases" else " "
        rows = [joint.join(self.write(cell) for cell in row).strip() for row in node.cells]
        if node.style == "lines":
            return ", ".join(rows)
        left, right = (
            (node.left, node.right) if node.left or node.right or node.style != "matrix" else ("[", "]")
        )
        if self.ascii:
            left, right = plain(left), plain(right)
        return left + "; ".join(rows) + right
