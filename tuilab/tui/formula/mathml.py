"""The tree of a formula as MathML, which a browser lays out: for pages, where cells are no measure."""

from collections.abc import Sequence
from html import escape
from typing import Final

from tuilab.tui.formula.parser import parse
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
    kind,
)

_MARKS: Final = {
    "hat": "^", "bar": "¯", "vec": "→", "tilde": "~", "dot": "˙", "ddot": "¨", "under": "_", "back": "←",
    "check": "ˇ", "breve": "˘", "ring": "˚", "acute": "´", "grave": "`",
}  # fmt: skip
_GROWING = ("bar", "under", "vec", "back")
_OPERATORS: Final = {"Σ": "∑", "Π": "∏"}
"""In cells these are Greek letters, which every font of a terminal has."""
_EMS: Final = {-1: "-0.167em", 0: "0", 1: "0.222em", 2: "1em", 4: "2em"}
_THIN = '<mspace width="0.167em"></mspace>'
_ALIGNED: Final = {"l": "left", "c": "center", "r": "right"}


def mathml(latex: str, *, display: bool = False) -> str:
    """A `<math>` element for `latex`, in a line of text or, with `display`, on one of its own.

    Raises FormulaError as `layout` and `inline` do.
    """
    content = _node(parse(latex))
    return (
        f'<math display="{"block" if display else "inline"}" '
        f'alttext="{escape(" ".join(latex.split()))}"><mrow>{content}</mrow></math>'
    )


def _node(node: Node) -> str:
    match node:
        case Atom():
            return _atom(node)
        case Large(sign):
            return _mo(_OPERATORS.get(sign, sign))
        case Space(width):
            return f'<mspace width="{_EMS.get(width, f"{width / 2:g}em")}"></mspace>'
        case Big(sign, rows, _):
            size = f"{0.6 + 0.6 * rows:g}em"
            return f'<mo stretchy="true" minsize="{size}" maxsize="{size}">{escape(sign)}</mo>'
        case Row(items):
            return f"<mrow>{_row(items)}</mrow>"
        case Scripts():
            return _scripts(node)
        case Fraction(top, bottom, bar):
            line = "" if bar else ' linethickness="0"'
            return f"<mfrac{line}>{_node(top)}{_node(bottom)}</mfrac>"
        case Root(body, None):
            return f"<msqrt>{_node(body)}</msqrt>"
        case Root(body, degree):
            assert degree is not None
            return f"<mroot>{_node(body)}{_node(degree)}</mroot>"
        case Accent(mark, body):
            grows = "true" if mark in _GROWING else "false"
            over = f'<mo stretchy="{grows}">{escape(_MARKS[mark])}</mo>'
            if mark == "under":
                return f'<munder accentunder="true">{_node(body)}{over}</munder>'
            return f'<mover accent="true">{_node(body)}{over}</mover>'
        case Fenced(signs, parts):
            return f"<mrow>{_fenced(signs, [_node(part) for part in parts])}</mrow>"
        case Grid():
            return _grid(node)
        case Brace(over, body, label):
            tag, sign = ("mover", "⏞") if over else ("munder", "⏟")
            braced = f'<{tag}>{_node(body)}<mo stretchy="true">{sign}</mo></{tag}>'
            return braced if label is None else f"<{tag}>{braced}{_node(label)}</{tag}>"
        case Stack(base, above, below):
            return _stacked(_node(base), _part(below), _part(above))
        case Arrow(sign, above, below):
            return _stacked(f'<mo stretchy="true">{sign}</mo>', _part(below, "0.4em"), _part(above, "0.4em"))
        case Phantom(body):
            return f"<mphantom>{_node(body)}</mphantom>"


def _part(node: Node | None, margin: str = "") -> str | None:
    if node is None:
        return None
    space = f'<mspace width="{margin}"></mspace>' if margin else ""
    return f"<mrow>{space}{_node(node)}{space}</mrow>" if margin else _node(node)


def _atom(node: Atom) -> str:
    text = escape(node.text)
    if node.kind in ("bin", "rel", "punct"):
        return f"<mo>{text}</mo>"
    if node.kind in ("open", "close"):
        return f'<mo stretchy="false">{text}</mo>'
    if node.text.replace(".", "", 1).isdecimal():
        return f"<mn>{text}</mn>"
    if len(node.text) == 1:
        return f"<mi>{text}</mi>" if node.text.isalpha() or node.text in "∂∇∞∅ℓ" else f"<mo>{text}</mo>"
    if node.kind == "op" or node.text.isalnum():
        return f"<mi>{text}</mi>"
    # A browser drops spaces at the edges of <mtext>, and words beside formulas live by them.
    return f"<mtext>{text.replace(' ', '&#xa0;')}</mtext>"


def _mo(sign: str) -> str:
    return f"<mo>{escape(sign)}</mo>"


def _row(items: Sequence[Node]) -> str:
    """Nodes side by side, with room after a function's name and before one, as TeX has it."""
    parts: list[str] = []
    before: Node | None = None
    for item in items:
        if before is not None and not isinstance(item, Space) and not isinstance(before, Space):
            named = _is_named(before), _is_named(item)
            if (named[0] and kind(item) in ("ord", "op", "inner")) or (
                named[1] and kind(before) in ("ord", "close", "inner")
            ):
                parts.append(_THIN)
        parts.append(_node(item))
        before = item
    return "".join(parts)


def _is_named(node: Node) -> bool:
    """Whether it is the name of a function, with its scripts."""
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Atom) and base.kind == "op"


def _scripts(node: Scripts) -> str:
    base = _node(node.base)
    sub = None if node.sub is None else _node(node.sub)
    sup = None if node.sup is None else _node(node.sup)
    if node.primes:
        primes = f"<mo>{'′' * node.primes}</mo>"
        sup = primes if sup is None else f"<mrow>{primes}{sup}</mrow>"
    if node.limits:
        return _stacked(base, sub, sup)
    if sub is not None and sup is not None:
        return f"<msubsup>{base}{sub}{sup}</msubsup>"
    return f"<msub>{base}{sub}</msub>" if sup is None else f"<msup>{base}{sup}</msup>"


def _stacked(base: str, below: str | None, above: str | None) -> str:
    if below is not None and above is not None:
        return f"<munderover>{base}{below}{above}</munderover>"
    if below is not None:
        return f"<munder>{base}{below}</munder>"
    return base if above is None else f"<mover>{base}{above}</mover>"


def _fenced(signs: Sequence[str], parts: Sequence[str]) -> str:
    """Parts, as they are written, between signs that grow with them."""
    written: list[str] = []
    for number, sign in enumerate(signs):
        if sign:
            form = "prefix" if number == 0 else "postfix" if number == len(signs) - 1 else "infix"
            written.append(f'<mo fence="true" stretchy="true" form="{form}">{escape(sign)}</mo>')
        if number < len(parts):
            written.append(parts[number])
    return "".join(written)


def _grid(node: Grid) -> str:
    rows = "".join(
        f"<mtr>{''.join(_cell(node, column, cell) for column, cell in enumerate(row))}</mtr>"
        for row in node.cells
    )
    display = ' displaystyle="true"' if node.style == "aligned" else ""
    table = f"<mtable{display}>{rows}</mtable>"
    if not node.left and not node.right:
        return table
    return f"<mrow>{_fenced((node.left, node.right), (table,))}</mrow>"


def _cell(node: Grid, column: int, cell: Node) -> str:
    side = _ALIGNED[node.columns[column % len(node.columns)]]
    # Browsers align what stands in a cell of a formula as a block, for which CSS has only these names.
    style = f"text-align: -webkit-{side}"
    if node.style == "aligned":
        # The two halves of an equation touch; the next equation in the row stands apart.
        style += f"; padding-left: {'2em' if column and column % 2 == 0 else '0'}; padding-right: 0"
    elif node.style == "cases":
        style += f"; padding-left: {'0' if column == 0 else '1em'}; padding-right: 0"
    if column in node.rules:
        style += "; border-left: 1px solid"
    return f'<mtd style="{style}">{_node(cell)}</mtd>'
