"""The tree of a formula to a box: what stands where, and how much room is between."""

import unicodedata

from tuilab.tui.formula import box, shapes, symbols
from tuilab.tui.formula.ascii import plain
from tuilab.tui.formula.box import Box
from tuilab.tui.formula.inline import linear, small
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


def layout(latex: str, ascii: bool = False) -> Box:  # noqa: A002
    """`latex` drawn as rows of text of one width, with the row of its baseline.

    With `ascii` no other character occurs, and the shapes are the same. Raises FormulaError for what is
    not known, too long, too deep or too large.
    """
    return _Layout(ascii).draw(parse(latex))


class _Layout:
    """Draws nodes. `tight` is the style of scripts and limits: no room around signs."""

    def __init__(self, ascii_only: bool, tight: bool = False) -> None:
        self.ascii = ascii_only
        self.tight = tight

    @property
    def script(self) -> "_Layout":
        return _Layout(self.ascii, tight=True)

    def small(self, node: Scripts) -> tuple[str, str] | None:
        """The scripts of `node` in small letters, if all of them can be so."""
        return None if self.ascii else small(node)

    def raised(self, node: Scripts) -> bool:
        return self.small(node) is None

    def sign(self, unicode: str, ascii_only: str) -> str:
        return ascii_only if self.ascii else unicode

    def draw(self, node: Node) -> Box:
        match node:
            case Atom():
                return box.text(plain(node.text) if self.ascii else node.text)
            case Large():
                return box.text(plain(node.sign, large=True) if self.ascii else node.sign)
            case Big():
                side = (node.rows - 1) // 2
                return shapes.delimiter(node.sign, side, side, self.ascii)
            case Space():
                return box.blank(max(0, node.width))
            case Phantom():
                body = self.draw(node.body)
                return Box([" " * body.width] * body.height, body.baseline, body.width)
            case Arrow():
                below = None if node.below is None else self.script.draw(node.below)
                return shapes.arrow(node.sign, self.script.draw(node.above), below, self.ascii)
            case Row():
                return self.row(node)
            case Scripts():
                return self.scripts(node)
            case Fraction():
                return self.fraction(node)
            case Root():
                return self.root(node)
            case Accent():
                return self.accent(node)
            case Fenced():
                return self.fenced(node)
            case Grid():
                return self.grid(node)
            case Brace():
                return self.brace(node)
            case Stack():
                parts = [self.script.draw(node.above)] if node.above else []
                parts += [self.draw(node.base)]
                parts += [self.script.draw(node.below)] if node.below else []
                return box.stacked(parts, 1 if node.above else 0)

    def row(self, node: Row) -> Box:
        if self.ascii and self.tight and not any(isinstance(item, Grid) for item in node.items):
            return box.text(linear(node, True))
        parts: list[Box] = []
        for gap, item in gaps(node.items, tight=self.tight, ascii_only=self.ascii, raised=self.raised):
            parts += [box.blank(gap), self.draw(item)]
        return box.beside(parts)

    def scripts(self, node: Scripts) -> Box:
        if self.ascii and self.tight:
            return box.text(linear(node, True))
        base = self.draw(node.base)
        if node.primes:
            base = box.beside([base, box.text(self.sign("′", "'") * node.primes)])
        sub, sup = node.sub, node.sup
        if sub is None and sup is None:
            return base
        if node.limits:
            parts = [self.script.draw(sup)] if sup else []
            parts += [base]
            parts += [self.script.draw(sub)] if sub else []
            return box.stacked(parts, 1 if sup else 0)
        letters = self.small(node)
        if letters and (base.height == 1 or isinstance(_only(node.base), Accent)):
            return box.beside([base, box.text("".join(letters))])
        if letters:
            below, above = (box.text(written) if written else None for written in letters)
        else:
            above = self.script.draw(sup) if sup else None
            below = self.script.draw(sub) if sub else None
        width = max((part.width for part in (above, below) if part), default=0)
        rows = [" " * width] * base.height
        baseline = base.baseline
        if above:
            # A letter has its superscript in the row above, over its accent; what is taller, at its top.
            letter = base.baseline == 0 or isinstance(_only(node.base), Accent)
            raised = box.widened(above, width, "l").lines
            rows = [*raised, *rows[0 if letter else 1 :]]
            baseline += above.height - (not letter)
        if below:
            lowered = box.widened(below, width, "l").lines
            rows = [*(rows if base.below == 0 else rows[:-1]), *lowered]
        return box.beside([base, Box(rows, baseline, width)])

    def fraction(self, node: Fraction) -> Box:
        top, bottom = self.draw(node.top), self.draw(node.bottom)
        # A bar among scripts would lift them far from what they belong to.
        if self.tight and node.bar and (self.ascii or top.height == bottom.height == 1):
            return box.text(linear(node, self.ascii))
        width = max(top.width, bottom.width, 1)
        if not node.bar:
            return box.stacked([top, box.blank(width), bottom], 1)
        if any(isinstance(_only(part), Fraction) for part in (node.top, node.bottom)):
            # The outer bar of nested fractions is the longer one.
            width += 2
        return box.stacked([top, box.text(self.sign("─", "-") * width), bottom], 1)

    def root(self, node: Root) -> Box:
        degree = None if node.degree is None else self.script.draw(node.degree)
        return shapes.root(self.draw(node.body), degree, self.ascii)

    def accent(self, node: Accent) -> Box:
        body = self.draw(node.body)
        only = _only(node.body)
        if isinstance(only, Atom) and len(only.text) == 1 and not self.ascii:
            composed = unicodedata.normalize("NFC", only.text + symbols.COMBINING[node.mark])
            if len(composed) == 1:
                return box.text(composed)
        width = max(1, body.width)
        marks = {
            "hat": "^",
            "tilde": "~",
            "dot": self.sign("˙", "."),
            "ddot": self.sign("¨", ".."),
            "bar": "_" * width,
            "vec": self.sign("─", "-") * (width - 1) + self.sign("→", ">"),
            "under": self.sign("‾", "-") * width,
            "back": self.sign("←", "<") + self.sign("─", "-") * (width - 1),
            "check": self.sign("ˇ", "v"),
            "breve": self.sign("˘", "u"),
            "ring": self.sign("˚", "o"),
            "acute": self.sign("´", "/"),
            "grave": "`",
        }
        mark = box.text(marks[node.mark])
        return box.stacked([body, mark], 0) if node.mark == "under" else box.stacked([mark, body], 1)

    def fenced(self, node: Fenced) -> Box:
        parts = [self.draw(part) for part in node.parts]
        above = max(part.baseline for part in parts)
        below = max(part.below for part in parts)
        boxes: list[Box] = []
        for index, sign in enumerate(node.signs):
            grown = shapes.delimiter(sign, above, below, self.ascii)
            outer = index in (0, len(node.signs) - 1)
            boxes += [grown] if outer else [box.blank(1), grown, box.blank(1)]
            boxes += parts[index : index + 1]
        return box.beside(boxes)

    def grid(self, node: Grid) -> Box:
        count = max(len(row) for row in node.cells)
        nodes = [[*row, *[Row(())] * (count - len(row))] for row in node.cells]
        columns = "".join(node.columns[column % len(node.columns)] for column in range(count))
        room = [2 if column else 0 for column in range(count)]
        if node.style == "aligned" and node.columns == "rl":
            # A right-hand side begins with its relation, which needs the room before it.
            nodes = [[_led(cell) if column % 2 else cell for column, cell in enumerate(row)] for row in nodes]
            room = [0 if column % 2 else before for column, before in enumerate(room)]
        elif node.style == "matrix":
            numbers = [all(_is_number(row[column]) for row in nodes) for column in range(count)]
            columns = "".join("r" if number else side for side, number in zip(columns, numbers, strict=True))
        cells = [[self.draw(cell) for cell in row] for row in nodes]
        # The point of a brace needs a row of its own between two cases.
        airy = node.style == "cases" and len(cells) % 2 == 0
        room = [3 if column and column in node.rules else before for column, before in enumerate(room)]
        lines = "".join(
            self.sign("│", "|") if column and column in node.rules else " " for column in range(count)
        )
        body = shapes.grid(cells, columns, room, airy, lines)
        left, right = (
            shapes.delimiter(sign, body.baseline, body.below, self.ascii)
            for sign in (node.left or "|" * (0 in node.rules), node.right or "|" * (count in node.rules))
        )
        rim = box.blank(1 if node.style == "cases" or node.rules else 0)
        return box.beside(
            [left, rim if left.width else box.blank(0), body, rim if right.width else box.blank(0), right]
        )

    def brace(self, node: Brace) -> Box:
        label = None if node.label is None else self.script.draw(node.label)
        return shapes.brace(self.draw(node.body), label, node.over, self.ascii)


def _led(node: Node) -> Row:
    return Row((Row(()), *(node.items if isinstance(node, Row) else (node,))))


def _is_number(node: Node) -> bool:
    items = node.items if isinstance(node, Row) else (node,)
    texts = [item.text if isinstance(item, Atom) else "?" for item in items]
    return "".join(texts).lstrip("−+").replace(".", "", 1).isdecimal()


def _only(node: Node) -> Node:
    while isinstance(node, Row) and len(node.items) == 1:
        node = node.items[0]
    return node
