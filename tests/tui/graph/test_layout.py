"""The layout of any graph: every node once, nothing over anything, and every line leads where it should."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.tui.graph.drawing import Mark, draw_row
from tuilab.tui.graph.layout import FURTHEST, Layout, lay_out
from tuilab.tui.graph.nodes import Graph, Node
from tuilab.tui.graph.routing import DOWN, LEFT, RIGHT, UP


def graph(inputs: list[tuple[int, ...]]) -> Graph:
    nodes = tuple(
        Node(f"n{number}", number, "operation" if taken else "given", tuple(dict.fromkeys(taken)))
        for number, taken in enumerate(inputs)
    )
    return Graph(nodes, {number: number for number in range(len(nodes))}, {}, False)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    count = draw(st.integers(1, 24))
    reach = draw(st.integers(1, 24))
    return graph(
        [
            tuple(draw(st.lists(st.integers(max(0, number - reach), number - 1), max_size=3)))
            if number
            else ()
            for number in range(count)
        ]
    )


def laid_out(made: Graph, height: int = 2) -> Layout:
    return lay_out(
        made, lambda node: (len(made.nodes[node].label) + 4, height), [it.label for it in made.nodes]
    )


@given(graphs())
def test_every_node_stands_once_after_what_it_takes_from(made: Graph) -> None:
    layout = laid_out(made)
    assert sorted(layout.order()) == list(range(len(made)))
    for number, node in enumerate(made.nodes):
        column, item = layout.places[number]
        assert item in layout.columns[column].items
        assert all(layout.places[one][0] < column for one in node.inputs)


@given(graphs(), st.integers(1, 4))
def test_no_box_is_over_another(made: Graph, height: int) -> None:
    layout = laid_out(made, height)
    end = 0
    for column in layout.columns:
        assert column.x - column.before.width == end
        end = column.x + column.width
        for upper, lower in zip(column.items, column.items[1:], strict=False):
            assert upper.y + upper.height <= lower.y
        for item in column.items:
            assert item.width <= column.width
            assert 0 <= item.y <= item.y + item.height <= layout.height
    assert end == layout.width


@given(graphs())
def test_no_line_is_longer_than_can_be_followed(made: Graph) -> None:
    for column in laid_out(made).columns:
        for item in column.items:
            assert item.kind != "pass" or len(_way_back(item)) < FURTHEST


def _way_back(item: object) -> list[object]:
    way = []
    while getattr(item, "kind", "") == "pass":
        way.append(item)
        item = item.inputs[0]  # type: ignore[attr-defined]
    return way


@given(graphs())
def test_every_line_can_be_followed_from_its_end_to_each_of_its_beginnings(made: Graph) -> None:
    """Through the cells between two columns, by the sides that they lead to, as an eye would."""
    layout = laid_out(made)
    for column in layout.columns[1:]:
        for item in column.items:
            if not item.inputs:
                continue
            reached = _followed(column.before, item.y)
            assert {one.y for one in item.inputs} <= reached


def _followed(gutter: object, row: int) -> set[int]:
    """The rows at the left edge that are reached from a row at the right edge."""
    width = gutter.width  # type: ignore[attr-defined]
    seen = {(width - 1, row)}
    waiting = [(width - 1, row)]
    found = set()
    while waiting:
        x, y = waiting.pop()
        cell = gutter.row(y).get(x)  # type: ignore[attr-defined]
        if cell is None:
            continue
        if x == 0 and cell.sides & LEFT:
            found.add(y)
        for side, step in ((LEFT, (-1, 0)), (UP, (0, -1)), (DOWN, (0, 1))):
            if not cell.sides & side:
                continue
            ahead = x + step[0], y + step[1]
            # A line that crosses an upright one goes on behind it.
            while side == LEFT and (other := gutter.row(ahead[1]).get(ahead[0])) is not None:  # type: ignore[attr-defined]
                if other.sides & (LEFT | RIGHT):
                    break
                ahead = ahead[0] - 1, ahead[1]
            if ahead not in seen and ahead[0] >= 0:
                seen.add(ahead)
                waiting.append(ahead)
    return found


@given(graphs())
def test_no_line_seems_to_lead_into_what_does_not_take_from_it(made: Graph) -> None:
    layout = laid_out(made)
    for before, column in zip(layout.columns, layout.columns[1:], strict=False):
        leaving = {item.y: item for item in before.items}
        for item in column.items:
            beside = leaving.get(item.y)
            if item.inputs and beside is not None:
                assert any(beside is one for one in item.inputs)


def drawn(made: Graph, left: int = 0, right: int | None = None) -> list[str]:
    layout = laid_out(made, 1)
    names = [node.label for node in made.nodes]
    return [
        "".join(
            mark.text
            for mark in draw_row(
                layout,
                y,
                left,
                layout.width if right is None else right,
                lambda node: [[Mark(made.nodes[node].label)]],
                names,
            )
        )
        for y in range(layout.height)
    ]


def test_a_neuron_is_drawn_as_on_paper() -> None:
    made = graph([(), (), (0, 1), (), (2, 3), (4,)])
    assert [row.rstrip() for row in drawn(made)] == [
        " n0 ─────┐",
        "         │",
        "         ├─ n2 ─────┬─ n4 ────── n5",
        " n1 ─────┘          │",
        "            n3 ─────┘",
    ]


@given(graphs(), st.integers(0, 80), st.integers(1, 60))
def test_a_part_is_drawn_like_the_whole(made: Graph, left: int, width: int) -> None:
    for whole, part in zip(drawn(made), drawn(made, left, left + width), strict=True):
        assert part.rstrip() == whole[left : left + width].rstrip()


@given(graphs())
def test_every_label_is_drawn_once(made: Graph) -> None:
    layout = laid_out(made, 1)
    references = Counter(
        item.node for column in layout.columns for item in column.items if item.kind == "reference"
    )
    words = Counter(word for row in drawn(made) for word in row.replace("─", " ").split() if word[0] == "n")
    assert words == {f"n{number}": 1 + references[number] for number in range(len(made))}


@pytest.mark.parametrize("count", [3000])
def test_a_deep_graph_is_as_tall_as_a_shallow_one(count: int) -> None:
    """A chain in which each step takes a given value too stays on its row, however long it is."""
    inputs: list[tuple[int, ...]] = [()]
    for step in range(count):
        inputs += [(), (2 * step, 2 * step + 1)]
    layout = laid_out(graph(inputs))
    assert len(layout.columns) == count + 1
    assert layout.height < 12


def test_a_wide_graph_is_laid_out_too() -> None:
    layout = laid_out(graph([()] * 2000 + [tuple(range(2000))]))
    assert len(layout.columns) == 2
    assert layout.height >= 2000
