"""What stands between `\\begin` and `\\end`: matrices, cases, aligned equations."""

from typing import TYPE_CHECKING

from tuilab.text import nearest
from tuilab.tui.formula.tokens import Token
from tuilab.tui.formula.tree import Grid, Node, Row

if TYPE_CHECKING:
    from tuilab.tui.formula.parser import Parser

MOST_ROWS = 100
MOST_COLUMNS = 60

_MATRICES = {
    "matrix": ("", ""),
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "Bmatrix": ("{", "}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"),
}

ENVIRONMENTS = {
    **{name: ("c", "matrix", *signs) for name, signs in _MATRICES.items()},
    **{name + "*": ("c", "matrix", *signs) for name, signs in _MATRICES.items()},
    "smallmatrix": ("c", "matrix", "", ""),
    "array": ("c", "matrix", "", ""),
    **dict.fromkeys(("cases", "dcases"), ("l", "cases", "{", "")),
    "rcases": ("l", "cases", "", "}"),
    **dict.fromkeys(("aligned", "align", "align*", "split"), ("rl", "aligned", "", "")),
    **dict.fromkeys(("alignedat", "alignat", "alignat*"), ("rl", "aligned", "", "")),
    **dict.fromkeys(("gathered", "gather", "gather*", "equation", "equation*"), ("c", "aligned", "", "")),
}
"""Environments: the alignment of their columns, the kind of grid, the signs around it."""


def environment(parser: "Parser", command: Token) -> Grid:
    """What follows `\\begin`, up to its `\\end`."""
    name = parser.raw(command)
    if name not in ENVIRONMENTS:
        near = nearest(name, ENVIRONMENTS)
        raise command.error(
            f"names an environment that is not known, {name[:40]}"
            + (f"; did you mean {near}" if near else "")
        )
    columns, style, left, right = ENVIRONMENTS[name]
    rules: frozenset[int] = frozenset()
    if name == "array":
        columns, rules = _columns(parser.raw(command))
    elif name.startswith("alignat") or name == "alignedat":
        parser.raw(command)
    elif name.endswith("matrix*"):
        columns = parser.side("lcr") or columns
    elif style == "aligned":
        parser.side("tcb")
    cells = rows(parser, rf"\end{{{name}}}")
    end = parser.take(rf"\end{{{name}}}")
    if end.text != r"\end":
        raise end.error(rf"stands where \end{{{name}}} should")
    ending = parser.raw(end)
    if ending != name:
        raise end.error(f"ends {ending[:40]}, and {name} is open")
    return Grid(cells, columns, style, left, right, rules)


def rows(parser: "Parser", wanted: str) -> tuple[tuple[Node, ...], ...]:
    """Cells parted by `&` and rows parted by `\\\\`, up to an `\\end` or a closing brace, which stays."""
    found: list[list[Node]] = [[]]
    while True:
        found[-1].append(parser.row())
        token = parser.peek() or parser.take(wanted)
        if token.text in (r"\end", "}"):
            break
        parser.take(wanted)
        if token.text == r"\\":
            parser.skip_length()
            found.append([])
        elif token.text != "&":
            raise token.error(f"stands where {wanted} should")
        if len(found) > MOST_ROWS or len(found[-1]) > MOST_COLUMNS:
            raise token.error(
                f"is one too many: at most {MOST_ROWS} rows and {MOST_COLUMNS} columns are drawn"
            )
    if len(found) > 1 and found[-1] == [Row(())]:
        found.pop()
    return tuple(tuple(row) for row in found)


def _columns(written: str) -> tuple[str, frozenset[int]]:
    """The alignments in an array's `{cc|c}`, and the columns that a line stands before."""
    letters: list[str] = []
    rules: set[int] = set()
    for letter in written:
        if letter == "|":
            rules.add(len(letters))
        elif letter in "lcr":
            letters.append(letter)
    return "".join(letters) or "c", frozenset(rules)
