"""A walk over a trace: values arrive, then gradients; there and back again is the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab import Tape, Tensor, ops
from tuilab.autodiff import Trace
from tuilab.tui.graph import Walk, graph_of


def traced() -> Trace:
    w, x = Tensor(np.array(-2.0), name="w"), Tensor(np.array(3.0), name="x")
    with Tape() as tape:
        product = w * x
        loss = product * product + w
    return tape.trace(loss, w)


def state(walk: Walk) -> list[tuple[bool, bytes | None]]:
    gradients = [walk.gradient(value) for value in range(len(walk.trace.values))]
    return [
        (walk.has_value(value), None if gradient is None else gradient.tobytes())
        for value, gradient in enumerate(gradients)
    ]


TRACE = traced()


@given(st.lists(st.integers(-3, 3), max_size=40))
def test_what_is_there_depends_on_the_place_alone(steps: list[int]) -> None:
    straight = {}
    for place in range(-1, len(TRACE)):
        walk = Walk(TRACE)
        walk.go(place)
        straight[place] = state(walk)
    walk = Walk(TRACE)
    for step in steps:
        walk.go(walk.place + step)
        assert state(walk) == straight[walk.place]


def test_values_arrive_before_gradients() -> None:
    walk = Walk(TRACE)
    assert walk.text() == "what is given"
    assert not walk.has_value(TRACE.target)
    walk.go(walk.forward - 1)
    assert walk.has_value(TRACE.target)
    assert walk.text() == "forward 3 of 3 · add"
    assert walk.gradient(TRACE.target) == 1
    assert all(walk.gradient(value) is None for value in range(len(TRACE.values)) if value != TRACE.target)
    walk.go(len(walk) - 1)
    assert walk.text() == "backward 3 of 3 · multiply"
    assert walk.position == 1


def test_a_gradient_gathers_part_by_part() -> None:
    walk = Walk(TRACE)
    w = next(number for number, value in enumerate(TRACE.values) if value.name == "w")
    seen = []
    for place in range(len(TRACE)):
        walk.go(place)
        gradient = walk.gradient(w)
        seen.append((None if gradient is None else float(gradient), walk.is_whole(w)))
    assert seen[2:] == [(None, False), (1.0, False), (1.0, False), (1.0 + 2 * -6.0 * 3.0, True)]
    assert walk.gathers(w)


def test_it_turns_at_the_end_of_each_direction() -> None:
    walk = Walk(TRACE)
    places = []
    while walk.turn(1):
        places.append(walk.place)
    assert places == [2, 5]
    while walk.turn(-1):
        places.append(walk.place)
    assert places == [2, 5, 2, -1]
    assert not walk.go(-9)
    assert walk.go(99)
    assert walk.place == 5


def test_each_stop_is_at_a_node() -> None:
    walk, graph = Walk(TRACE), graph_of(TRACE)
    assert walk.node(graph) is None
    for place in range(len(TRACE)):
        walk.go(place)
        node = walk.node(graph)
        assert node is not None
        question = walk.question(graph.nodes[node])
        assert question.gradient == (walk.direction == "backward")


@pytest.mark.parametrize(
    ("array", "index"),
    [
        (np.array(2.0), ()),
        (np.array([1.0, -5.0, 2.0]), (1,)),
        (np.array([[0, 1], [3, 2]]), (1, 0)),
        (np.array([np.nan, 1.0, np.inf]), (1,)),
        (np.zeros((2, 0)), ()),
    ],
)
def test_of_an_array_the_element_that_counts_most_is_asked_for(
    array: np.ndarray, index: tuple[int, ...]
) -> None:
    from tuilab.tui.graph.walk import furthest

    assert furthest(array) == index


def test_without_a_way_back_there_is_only_forward() -> None:
    from tuilab.autodiff.expression import expression

    trace = expression("relu(x + 1)", {"x": [1.0]})
    walk = Walk(trace)
    walk.go(99)
    assert walk.direction == "forward"
    assert walk.gradient(trace.target) is None
    assert not walk.flows_to(trace.target)


def test_tensors_answer_whole() -> None:
    x = Tensor(np.ones((2, 3)), name="x")
    with Tape() as tape:
        loss = ops.sum(x * x)
    walk = Walk(tape.trace(loss, x))
    walk.go(99)
    gradient = walk.gradient(0)
    assert gradient is not None
    np.testing.assert_array_equal(gradient, 2 * np.ones((2, 3)))
