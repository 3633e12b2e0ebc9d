"""Where the nodes of a graph stand: layers from left to right, and in a layer from top to bottom.

Each node stands after all that it takes from, and right before the first that takes it. A line that passes a
layer holds a row free there; one that would pass many is cut, and a reference by name stands in its place. In
a layer everything stands as near as possible to what it takes from, so that few lines cross (K. Sugiyama,
S. Tagawa, M. Toda, 1981, Methods for Visual Understanding of Hierarchical System Structures) and most are
straight.
"""

import bisect
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tuilab.tui.graph.nodes import Graph
from tuilab.tui.graph.routing import Gutter, gutter

FURTHEST = 6
"""Layers that a line may pass; one that is longer is cut."""
Size = Callable[[int], tuple[int, int]]
"""Width and height of a node, by its number."""


@dataclass(slots=True)
class Item:
    """What stands in a layer: a node, a row held free for a line of `node` that passes, or, where that line
    was cut, the name of `node`."""

    kind: Literal["node", "pass", "reference"]
    node: int
    height: int
    width: int
    y: int = 0
    inputs: list["Item"] = field(default_factory=list, repr=False)
    goes_on: bool = False
    """Whether a line leaves it."""


@dataclass(frozen=True)
class Column:
    """A layer: where it begins, how wide it is, its items from top to bottom, and the lines before it."""

    x: int
    width: int
    items: tuple[Item, ...]
    before: Gutter

    @functools.cached_property
    def by_row(self) -> dict[int, Item]:
        """The items by the rows that they begin in."""
        return {item.y: item for item in self.items}

    def within(self, top: int, bottom: int) -> Sequence[Item]:
        """The items that have a row from `top` to before `bottom`."""
        first = bisect.bisect_left(self.items, top, key=lambda item: item.y + item.height - 1)
        last = bisect.bisect_left(self.items, bottom, key=lambda item: item.y)
        return self.items[first:last]


@dataclass(frozen=True)
class Layout:
    """The columns, and for each node its column and its item."""

    columns: tuple[Column, ...]
    places: tuple[tuple[int, Item], ...]
    width: int
    height: int

    def visible(self, left: int, right: int) -> range:
        """The numbers of the columns that have cells, or lines before them, from `left` to before `right`."""
        first = bisect.bisect_left(self.columns, left, key=lambda column: column.x + column.width - 1)
        last = bisect.bisect_left(self.columns, right, key=lambda column: column.x - column.before.width)
        return range(first, last)

    def order(self) -> list[int]:
        """The nodes in the order in which a cursor passes them: by layer, then from top to bottom."""
        return [item.node for column in self.columns for item in column.items if item.kind == "node"]


def lay_out(graph: Graph, size: Size, names: Sequence[str]) -> Layout:
    """The layout of a graph whose nodes take so much room; `names` are what references to them say."""
    layers = _layers(graph)
    filled, by_node = _filled(graph, layers, size, names)
    rank = _ranks(graph)
    for items in filled:
        for item in items:
            for one in item.inputs:
                one.goes_on = True
    _place(filled, rank)
    least = min((item.y for items in filled for item in items), default=0)
    for items in filled:
        for item in items:
            item.y -= least
    columns: list[Column] = []
    x = 0
    for number, items in enumerate(filled):
        between = gutter(_connections(items)) if number else gutter([])
        x += between.width
        width = max((item.width + 2 * (item.kind == "node") for item in items), default=0)
        columns.append(Column(x, width, tuple(items), between))
        x += width
    height = max((item.y + item.height for items in filled for item in items), default=0)
    places = tuple((layers[node], by_node[node]) for node in range(len(graph)))
    return Layout(tuple(columns), places, x, height)


def _layers(graph: Graph) -> list[int]:
    """The layer of each node."""
    layers = [0] * len(graph)
    for number, node in enumerate(graph.nodes):
        layers[number] = max((layers[one] + 1 for one in node.inputs), default=0)
    first: dict[int, int] = {}
    for number in range(len(graph) - 1, -1, -1):
        layers[number] = first.get(number, layers[number] + 1) - 1
        for one in graph.nodes[number].inputs:
            first[one] = min(first.get(one, layers[number]), layers[number])
    return layers


def _filled(
    graph: Graph, layers: Sequence[int], size: Size, names: Sequence[str]
) -> tuple[list[list[Item]], list[Item]]:
    """The items of each layer, each tied to those of the layer before that it takes from."""
    columns: list[list[Item]] = [[] for _ in range(max(layers, default=-1) + 1)]
    by_node: list[Item] = []
    for number in range(len(graph)):
        width, height = size(number)
        by_node.append(Item("node", number, height, width))
        columns[layers[number]].append(by_node[-1])
    stand_in: dict[tuple[int, int], Item] = {}

    def at(node: int, layer: int) -> Item:
        """What stands for a node in a layer after its own."""
        if layer == layers[node]:
            return by_node[node]
        if (node, layer) not in stand_in:
            stand_in[node, layer] = one = Item("pass", node, 1, 1)
            columns[layer].append(one)
            one.inputs.append(at(node, layer - 1))
        return stand_in[node, layer]

    references: dict[tuple[int, int], Item] = {}
    for number, node in enumerate(graph.nodes):
        layer = layers[number]
        for one in node.inputs:
            if layer - layers[one] <= FURTHEST:
                by_node[number].inputs.append(at(one, layer - 1))
                continue
            if (one, layer) not in references:
                references[one, layer] = Item("reference", one, 1, len(names[one]) + 2)
                columns[layer - 1].append(references[one, layer])
            by_node[number].inputs.append(references[one, layer])
    return columns, by_node


def _ranks(graph: Graph) -> list[int]:
    """The nodes in the order in which one meets them, going back from the end, inputs from top to bottom."""
    rank = [-1] * len(graph)
    count = 0
    for start in range(len(graph) - 1, -1, -1):
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if rank[node] < 0:
                rank[node] = count
                count += 1
                waiting += reversed(graph.nodes[node].inputs)
    return rank


def _place(columns: Sequence[Sequence[Item]], rank: Sequence[int]) -> None:
    """Give every item its row, a column after the other, and sort the columns."""
    for number, items in enumerate(columns):
        beside = _beside(columns[number + 1] if number + 1 < len(columns) else ())
        wanted = {id(item): _wanted(item, beside) for item in items}
        items = sorted(items, key=lambda item: (wanted[id(item)], rank[item.node], item.kind))
        columns[number][:] = items  # type: ignore[index]
        _settle(items, [wanted[id(item)] for item in items])
        _clear(items, columns[number - 1] if number else ())


def _beside(following: Sequence[Item]) -> dict[int, float]:
    """For what takes from nothing, the row near which it should stand: that of what is taken with it, a bit
    above or below by its place among the inputs."""
    rows: dict[int, float] = {}
    for taker in following:
        main = next((place for place, one in enumerate(taker.inputs) if one.inputs), None)
        for place, one in enumerate(taker.inputs):
            if one.inputs or id(one) in rows:
                continue
            if main is None:
                rows[id(one)] = float(3 * place)
            else:
                rows[id(one)] = _wanted(taker.inputs[main], {}) + 3.0 * (place - main)
    return rows


def _wanted(item: Item, beside: dict[int, float]) -> float:
    """The row where an item would stand best: that of what it takes first, so that its line is straight."""
    if not item.inputs:
        return beside.get(id(item), 0.0)
    made = [one for one in item.inputs if one.inputs]
    return float(made[0].y) if made else sum(one.y for one in item.inputs) / len(item.inputs)


def _settle(items: Sequence[Item], wanted: Sequence[float]) -> None:
    """Rows for items in this order, none over another, as near to where they should be as can be: the least
    squares, by pooling those that are in each other's way (isotonic regression)."""
    offset = 0
    blocks: list[list[float]] = []  # the sum of what is wanted, the weight, how many items
    offsets: list[int] = []
    for item, row in zip(items, wanted, strict=True):
        weight = 8.0 if item.inputs else 1.0
        offsets.append(offset)
        blocks.append([weight * (row - offset), weight, 1])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [one + other for one, other in zip(blocks[-1], last, strict=True)]
        offset += item.height + (item.kind != "pass")
    place = 0
    for total, weight, count in blocks:
        for _ in range(int(count)):
            items[place].y = round(total / weight) + offsets[place]
            place += 1


def _clear(items: Sequence[Item], before: Sequence[Item]) -> None:
    """Move down what stands in the row of a line that is not its own, so that no line seems to lead there."""
    taken = {item.y: item for item in before}
    free = -(10**9)
    for item in items:
        item.y = max(item.y, free)
        while item.inputs and item.y in taken and all(taken[item.y] is not one for one in item.inputs):
            item.y += 1
        free = item.y + item.height + (item.kind != "pass")


def _connections(items: Sequence[Item]) -> list[tuple[int, tuple[int, ...]]]:
    """For each item the row it is entered at, and the rows its lines come from."""
    return [(item.y, tuple(dict.fromkeys(one.y for one in item.inputs))) for item in items]
