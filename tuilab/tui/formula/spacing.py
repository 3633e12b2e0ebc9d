"""How much room stands between two neighbours: TeX's rule by classes, for cells."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tuilab.tui.formula.ascii import plain
from tuilab.tui.formula.symbols import Class
from tuilab.tui.formula.tree import (
    Accent,
    Atom,
    Fenced,
    Fraction,
    Large,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    kind,
)

_ROOM: Final[dict[Class, dict[Class, int]]] = {
    "ord": {"op": 1, "bin": 1, "rel": 1, "inner": 1},
    "op": {"ord": 1, "op": 1, "bin": 1, "rel": 1, "inner": 1},
    "bin": {"ord": 1, "op": 1, "open": 1, "inner": 1},
    "rel": {"ord": 1, "op": 1, "open": 1, "inner": 1},
    "open": {},
    "close": {"op": 1, "bin": 1, "rel": 1, "inner": 1},
    "punct": dict.fromkeys(("ord", "op", "bin", "rel", "open", "inner", "punct"), 1),
    "inner": {"ord": 1, "op": 1, "bin": 1, "rel": 1, "open": 1, "inner": 1},
}
"""Cells between a class and the class on its right."""


def gaps(
    items: Sequence[Node],
    *,
    tight: bool = False,
    ascii_only: bool = False,
    raised: Callable[[Scripts], bool] | None = None,
) -> Iterator[tuple[int, Node]]:
    """Each node but the spaces, with the cells of room before it.

    `tight`: only the room without which words would run together, as in scripts. `raised` says which
    scripts stand in rows of their own; without it, everything stands on one line.
    """
    flat = raised is None
    drawn = [item for item in items if not isinstance(item, Space)]
    asked = _asked(items)
    unary = _unary(drawn)
    wide = set() if tight or flat else _wide_relations(drawn)
    for number, item in enumerate(drawn):
        room = 0
        if number:
            before = drawn[number - 1]
            first: Class = "ord" if number - 1 in unary else _right(before)
            second: Class = "ord" if number in unary else _left(item)
            if not tight:
                room = _ROOM[first].get(second, 0)
            if second == "open" and _is_large(before):
                room = 1
            if number - 1 in unary and (flat or second != "inner"):
                room = 0
            elif number in wide or number - 1 in wide:
                room = 2
            if _runs_together(before, item, ascii_only) or (
                raised is not None and _crowds(before, item, raised)
            ):
                room = max(room, 1)
            if _parts_roots(before, item, first, second) and number - 1 not in unary:
                room = max(room, 1)
        if asked[number]:
            room = 0 if min(asked[number]) < 0 else max(room, sum(asked[number]))
        yield room, item
    if sum(asked[-1]) > 0:
        yield sum(asked[-1]), Row(())


def _asked(items: Sequence[Node]) -> list[list[int]]:
    """The widths of the spaces before each node that is not one, and at the end."""
    asked: list[list[int]] = [[]]
    for item in items:
        if isinstance(item, Space):
            asked[-1].append(item.width)
        else:
            asked.append([])
    return asked


def _unary(drawn: Sequence[Node]) -> set[int]:
    """Where a sign such as − has nothing on one side to join: it is no operation there."""
    unary: set[int] = set()
    for number, item in enumerate(drawn):
        if _left(item) == "bin" and (
            number == 0
            or number - 1 in unary
            or _right(drawn[number - 1]) in ("bin", "op", "rel", "open", "punct")
            or number + 1 == len(drawn)
            or _left(drawn[number + 1]) in ("rel", "close", "punct")
        ):
            unary.add(number)
    return unary


def _wide_relations(drawn: Sequence[Node]) -> set[int]:
    """Relations beside a fraction's bar, which would look like a part of it.

    Not those that follow an empty node: they stand under each other in aligned equations.
    """
    return {
        number
        for number, item in enumerate(drawn)
        if kind(item) == "rel"
        and not (number == 1 and drawn[0] == Row(()))
        and any(isinstance(near, Fraction) for near in drawn[max(0, number - 1) : number + 2])
    }


def _left(node: Node) -> Class:
    match node:
        case Fenced():
            return "open" if node.signs[0] else "ord"
        case Scripts():
            return _left(node.base)
        case Row(items=(only,)):
            return _left(only)
    return kind(node)


def _right(node: Node) -> Class:
    match node:
        case Fenced():
            return "close" if node.signs[-1] else "ord"
        case Scripts():
            return _right(node.base)
        case Row(items=(only,)):
            return _right(only)
    return kind(node)


def _is_large(node: Node) -> bool:
    return isinstance(node, Large) or (isinstance(node, Scripts) and isinstance(node.base, Large))


def _crowds(before: Node, after: Node, raised: Callable[[Scripts], bool]) -> bool:
    """Whether raised or lowered rows would touch what follows them."""
    follows = isinstance(after, Fenced) or _left(after) in ("ord", "inner")
    return follows and _has_scripts(before, raised)


def _parts_roots(before: Node, after: Node, first: Class, second: Class) -> bool:
    """Whether what follows a root would seem to stand under it, or its hook would touch what is before it."""
    if isinstance(before, Root) and second in ("ord", "open"):
        return True
    hooked = isinstance(after, Root) and (after.degree is not None or not _is_sign(after.body))
    return hooked and first in ("ord", "close")


def _is_sign(node: Node) -> bool:
    """Whether `node` is one character, over which a root sign has no roof."""
    while isinstance(node, Row) and len(node.items) == 1:
        node = node.items[0]
    return isinstance(node, Atom) and len(node.text) == 1


def _has_scripts(node: Node, raised: Callable[[Scripts], bool]) -> bool:
    """Whether raised or lowered rows stand at the right end of `node`."""
    match node:
        case Scripts():
            return not node.limits and (node.sub is not None or node.sup is not None) and raised(node)
        case Row():
            return bool(node.items) and _has_scripts(node.items[-1], raised)
    return False


def _runs_together(before: Node, after: Node, ascii_only: bool) -> bool:
    """Whether a word would touch a letter: `relu x` needs room, `∂x` and `2x` do not."""
    first, second = _last_text(before), _first_text(after)
    if ascii_only:
        if any(
            kind(node) in ("rel", "bin") and plain(text).isalpha()
            for node, text in ((before, first), (after, second))
        ):
            return True
        if first != "∂":
            first, second = plain(first), plain(second)
    return (
        first[-1:].isalnum()
        and second[:1].isalnum()
        and any(len(text) > 1 and not text[0].isdigit() for text in (first, second))
    )


def _first_text(node: Node) -> str:
    match node:
        case Atom():
            return node.text
        case Scripts():
            return _first_text(node.base)
        case Accent():
            return _first_text(node.body)
        case Row(items=(first, *_)):
            return _first_text(first)
    return ""


def _last_text(node: Node) -> str:
    match node:
        case Atom():
            return node.text
        case Accent():
            return _last_text(node.body)
        case Scripts():
            return _last_text(node.base)
        case Row(items=(*_, last)):
            return _last_text(last)
    return ""
