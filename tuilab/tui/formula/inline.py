"""Formulas on one line: `x²`, `wᵢ`, `∂L/∂w`, `Σᵢ₌₁ⁿ xᵢ`."""

import re
import unicodedata
from collections.abc import Mapping

from tuilab.tui.formula import symbols
from tuilab.tui.formula.ascii import plain
from tuilab.tui.formula.parser import parse
from tuilab.tui.formula.spacing import gaps
from tuilab.tui.formula.tree import (
    Accent,
    Atom,
    Brace,
    Fenced,
    Fraction,
    Grid,
    Large,
    Node,
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


def small(node: Node, table: Mapping[str, str]) -> str | None:
    """`node` in the small letters of `table`, or None where one is missing."""
    written = _Line(False, tight=True).write(node)
    letters = [table.get(letter) for letter in written]
    return None if None in letters else "".join(letter for letter in letters if letter)


_OPEN_SCRIPT = re.compile(r"[_^]\w+$")


class _Line:
    def __init__(self, ascii_only: bool, tight: bool = False) -> None:
        self.ascii = ascii_only
        self.tight = tight

    def write(self, node: Node) -> str:
        match node:
            case Atom():
                return plain(node.text) if self.ascii else node.text
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
                return self.simple(node.top) + "/" + self.simple(node.bottom)
            case Root():
                return self.root(node)
            case Accent():
                return self.accent(node)
            case Fenced():
                return self.fenced(node)
            case Grid():
                return self.grid(node)
            case Brace():
                label = "" if node.label is None else f" ({self.write(node.label)})"
                return self.write(node.body) + label

    def row(self, node: Row) -> str:
        written = ""
        for gap, item in gaps(node.items, tight=self.tight, small=True, flat=True, ascii_only=self.ascii):
            part = self.write(item)
            # x_q y is not x_qy.
            torn = not gap and part[:1].isalnum() and _OPEN_SCRIPT.search(written)
            written += " " * (1 if torn else gap) + part
        return written

    def scripts(self, sub: Node | None, sup: Node | None) -> str:
        return self.script("_", sub, symbols.SUBSCRIPTS) + self.script("^", sup, symbols.SUPERSCRIPTS)

    def script(self, mark: str, node: Node | None, table: Mapping[str, str]) -> str:
        if node is None:
            return ""
        letters = None if self.ascii else small(node, table)
        if letters is not None:
            return letters
        written = _Line(self.ascii, tight=True).write(node)
        return mark + (written if written.isalnum() or len(written) == 1 else f"({written})")

    def simple(self, node: Node) -> str:
        """`node`, in parentheses where `/` would tear it apart."""
        written = self.write(node)
        bare = written.lstrip("∂∇√")
        return written if bare.isalnum() or isinstance(node, Fenced) or len(bare) < 2 else f"({written})"

    def root(self, node: Root) -> str:
        if self.ascii:
            head = "sqrt" if node.degree is None else f"root[{self.write(node.degree)}]"
            return f"{head}({self.write(node.body)})"
        degree = "" if node.degree is None else small(node.degree, symbols.SUPERSCRIPTS)
        if degree is None:
            assert node.degree is not None
            degree = f"[{self.write(node.degree)}]"
        return f"{degree}√{self.simple(node.body)}"

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
        left, right = (
            (node.left, node.right) if node.left or node.right or node.style != "matrix" else ("[", "]")
        )
        if self.ascii:
            left, right = plain(left), plain(right)
        return left + "; ".join(rows) + right
