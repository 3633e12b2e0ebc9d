"""A trace as nodes: each operation and each given value once, and what repeats folded into one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.autodiff.trace import Stop, Trace, Value
from tuilab.tui.graph import graph_of
from tuilab.tui.graph.repeats import Repeat, repeats


def unrolled(steps: int) -> Trace:
    """h = tanh(h · w + x_t), so many times."""
    values = [Value(np.array(0.5), "given", "h"), Value(np.array(2.0), "source", "w")]
    stops = []
    h = 0
    for step in range(steps):
        begin = len(values)
        values += [Value(np.array(float(step)), "given", f"x{step}")]
        values += [Value(np.array(0.1), "computed")] * 3
        stops += [
            Stop("forward", "multiply", (h, 1), (begin + 1,)),
            Stop("forward", "add", (begin + 1, begin), (begin + 2,)),
            Stop("forward", "tanh", (begin + 2,), (begin + 3,)),
        ]
        h = begin + 3
    return Trace(tuple(values), tuple(stops), h)


def test_every_operation_and_every_given_value_is_a_node() -> None:
    trace = unrolled(2)
    graph = graph_of(trace)
    assert [node.label for node in graph.nodes] == [
        *("h", "w", "×", "x0", "+", "tanh"),
        *("×₂", "x1", "+₂", "tanh"),
    ]
    assert [node.kind for node in graph.nodes[:4]] == ["given", "parameter", "operation", "given"]
    assert graph.nodes[2].inputs == (0, 1)
    assert graph.nodes[-1].name == "L"
    assert set(graph.of_value) == set(range(len(trace.values)))
    assert not graph.foldable


def test_what_repeats_is_one_node_until_it_is_opened() -> None:
    trace = unrolled(30)
    graph = graph_of(trace)
    (fold,) = [number for number, node in enumerate(graph.nodes) if node.kind == "fold"]
    assert graph.foldable
    assert len(graph) < 20
    assert "more times 3 operations" in graph.nodes[fold].label
    assert graph.nodes[fold].inputs
    assert any(fold in node.inputs for node in graph.nodes)
    assert set(graph.of_value) == set(range(len(trace.values)))
    hidden = set(graph.nodes[fold].stops)
    shown = {place for node in graph.nodes if node.kind == "operation" for place in node.stops}
    assert hidden | shown == set(range(len(trace)))
    assert not hidden & shown
    assert all(graph.of_stop[place] == fold for place in hidden)
    opened = graph_of(trace, folded=False)
    assert all(node.kind != "fold" for node in opened.nodes)
    assert len(opened) == len(trace.values)


@given(st.lists(st.integers(0, 3), max_size=60))
def test_repeated_parts_are_what_they_say(keys: list[int]) -> None:
    end = 0
    for found in repeats(keys):
        assert found.begin >= end
        end = found.end
        assert end <= len(keys)
        part = keys[found.begin : found.begin + found.length]
        assert keys[found.begin : found.end] == part * found.count


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ([1, 2, 3] * 5, [Repeat(0, 3, 5)]),
        ([9, *[1, 2] * 6, 8], [Repeat(1, 2, 6)]),
        ([7] * 9, [Repeat(0, 1, 9)]),
        ([1, 2, 3], []),
        ([1, 2, 1, 2, 1, 2], []),
        ([], []),
    ],
)
def test_the_shortest_part_that_covers_most_is_found(keys: list[int], found: list[Repeat]) -> None:
    assert repeats(keys) == found
