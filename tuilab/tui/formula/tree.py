"""The tree of a formula."""

from dataclasses import dataclass

from tuilab.tui.formula.symbols import Class


@dataclass(frozen=True, slots=True)
class Atom:
    """A sign, a letter, a number or a word. With `limits`, its subscript stands below it."""

    text: str
    kind: Class = "ord"
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Large:
    """An operator such as Σ, whose scripts are limits."""

    sign: str


@dataclass(frozen=True, slots=True)
class Space:
    """Room, in cells; -1 takes away the room that would be there."""

    width: int


@dataclass(frozen=True, slots=True)
class Row:
    """Nodes side by side."""

    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Scripts:
    """A base with a subscript, a superscript, or both; with `limits` they stand below and above it."""

    base: "Node"
    sub: "Node | None"
    sup: "Node | None"
    limits: bool = False
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Fraction:
    """One over another, with a bar between them but in a binomial."""

    top: "Node"
    bottom: "Node"
    bar: bool = True


@dataclass(frozen=True, slots=True)
class Root:
    """The root of `body`, the second where there is no `degree`."""

    body: "Node"
    degree: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Accent:
    """A mark over (or, `under`, below) `body`: hat, bar, vec, tilde, dot, ddot, under."""

    mark: str
    body: "Node"


@dataclass(frozen=True, slots=True)
class Fenced:
    """`parts` between the signs of `\\left`, `\\middle`s and `\\right`, which grow with them."""

    signs: tuple[str, ...]
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells: a matrix, cases, aligned equations.

    `columns` gives the alignments l, c, r, repeated as needed; `style` is the kind of grid; a line stands
    before each column of `rules`.
    """

    cells: "tuple[tuple[Node, ...], ...]"
    columns: str
    style: str
    left: str = ""
    right: str = ""
    rules: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Brace:
    """A lying brace over or under `body`, with a label beyond it."""

    over: bool
    body: "Node"
    label: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Stack:
    """Something small above or below `base`."""

    base: "Node"
    above: "Node | None" = None
    below: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow as long as what stands above and below it."""

    sign: str
    above: "Node"
    below: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Big:
    """A delimiter of `rows` rows, whatever it stands beside."""

    sign: str
    rows: int
    kind: Class


@dataclass(frozen=True, slots=True)
class Phantom:
    """The room that `body` would take."""

    body: "Node"


Small = Atom | Large | Space | Big
"""Nodes without parts."""
Node = Small | Row | Scripts | Fraction | Root | Accent | Fenced | Grid | Brace | Stack | Arrow | Phantom


def kind(node: Node) -> Class:
    """TeX's class of a node."""
    match node:
        case Atom() | Big():
            return node.kind
        case Arrow():
            return "rel"
        case Phantom():
            return kind(node.body)
        case Large():
            return "op"
        case Fraction():
            return "inner"
        case Scripts() | Stack():
            return kind(node.base)
        case Row(items=(only,)):
            return kind(only)
        case Grid():
            return "inner"
        case _:
            return "ord"
