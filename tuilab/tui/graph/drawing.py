"""Rows of a laid out graph as pieces of text: only what lies between two columns of cells is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len, set_cell_size

from tuilab.tui.graph.layout import Column, Layout
from tuilab.tui.graph.routing import ASCII, LEFT, RIGHT, SIGNS

Content = Callable[[int], Sequence[Sequence["Mark"]]]
"""The rows of a node, by its number."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a row: text, its tone, and the node that it is, or that the line leads into; -1 for none.
    `ink` is a style of its own, for pictures."""

    text: str
    tone: str = ""
    node: int = -1
    ink: object = None


def draw_row(
    layout: Layout, y: int, left: int, right: int, content: Content, names: Sequence[str], plain: bool = False
) -> list[Mark]:
    """Row `y` of the graph, from cell `left` to before `right`."""
    marks: list[Mark] = []
    at = left
    for number in layout.visible(left, right):
        column = layout.columns[number]
        for x, mark in (*_lines(column, y, plain), *_items(column, y, content, names, plain)):
            begin, mark = (x, mark) if x >= at else (at, _cut(mark, at - x))
            if not mark.text or begin >= right:
                continue
            if begin > at:
                marks.append(Mark(" " * (begin - at)))
            room = right - begin
            if cell_len(mark.text) > room:
                mark = replace(mark, text=set_cell_size(mark.text, room))
            marks.append(mark)
            at = begin + cell_len(mark.text)
    return marks


def _cut(mark: Mark, cells: int) -> Mark:
    """The mark without its first cells."""
    text = mark.text
    while text and cells > 0:
        cells -= cell_len(text[0])
        text = text[1:]
    return replace(mark, text=" " * -cells + text)


def _lines(column: Column, y: int, plain: bool) -> list[tuple[int, Mark]]:
    signs = ASCII if plain else SIGNS
    begin = column.x - column.before.width
    into = column.by_row
    found: list[tuple[int, Mark]] = []
    for x, cell in sorted(column.before.row(y).items()):
        node = into[cell.into].node
        if found and found[-1][1].node == node and found[-1][0] + len(found[-1][1].text) == begin + x:
            before, mark = found.pop()
            found.append((before, Mark(mark.text + signs[cell.sides], "line", node)))
        else:
            found.append((begin + x, Mark(signs[cell.sides], "line", node)))
    return found


def _items(
    column: Column, y: int, content: Content, names: Sequence[str], plain: bool
) -> list[tuple[int, Mark]]:
    found: list[tuple[int, Mark]] = []
    level = (ASCII if plain else SIGNS)[LEFT | RIGHT]
    for item in column.within(y, y + 1):
        marks: list[Mark] = []
        if item.kind == "node":
            rows = content(item.node)
            marks = [replace(one, node=item.node) for one in _row(rows, y - item.y)]
        elif item.kind == "reference":
            marks = [Mark(names[item.node] + " ", "reference", item.node)]
        x = column.x + (item.kind == "node")
        for mark in marks:
            found.append((x, mark))
            x += cell_len(mark.text)
        if y == item.y and item.goes_on:
            gap = 1 if item.kind == "node" else 0
            room = column.x + column.width - x - gap
            if room > 0:
                found.append((x + gap, Mark(level * room, "line", item.node)))
    return found


def _row(rows: Sequence[Sequence[Mark]], number: int) -> Sequence[Mark]:
    return rows[number] if number < len(rows) else ()
