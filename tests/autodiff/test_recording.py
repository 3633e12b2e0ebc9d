"""An expression of a lesson becomes a trace that speaks the lesson's names."""

from typing import Any

import numpy as np
import pytest

from tuilab import Tensor, nn, ops
from tuilab.autodiff import graph
from tuilab.errors import TuilabError


def lesson() -> dict[str, Any]:
    return {"ops": ops, "w": -2.0, "x": 3, "b": 4.0, "X": np.ones((3, 2)), "n": 2, "word": "text"}


def names(trace: Any) -> list[str]:
    return [value.name for value in trace.values if value.name]


def test_the_trace_knows_the_names_of_the_lesson() -> None:
    given = lesson()
    trace = graph("ops.relu(w * x + b)", given, ("w", "b"))
    assert [stop.operation for stop in trace if stop.direction == "forward"] == ["multiply", "add", "relu"]
    assert set(names(trace)) == {"w", "x", "b"}
    assert float(trace.values[trace.target].array) == 0.0
    assert given["w"] == -2.0
    assert given["x"] == 3


def test_parameters_are_the_sources_and_otherwise_all_that_is_floating() -> None:
    by_name = {value.name: value.role for value in graph("w * x + b", lesson(), ("w",)).values if value.name}
    assert by_name == {"w": "source", "x": "given", "b": "given"}
    by_name = {value.name: value.role for value in graph("w * x + b", lesson()).values if value.name}
    assert by_name == {"w": "source", "x": "given", "b": "source"}


def test_a_whole_number_that_is_a_parameter_becomes_a_floating_one() -> None:
    trace = graph("w * x", lesson(), ("x",))
    place = next(number for number, value in enumerate(trace.values) if value.name == "x")
    gradient = trace.gradient(place)
    assert gradient is not None
    assert float(gradient) == -2.0


def test_whole_numbers_still_count_and_index() -> None:
    trace = graph("ops.sum(X[:n] ** n) + sum(w for _ in range(n))", lesson(), ("w",))
    assert float(trace.values[trace.target].array) == 4.0 - 4.0


def test_methods_of_arrays_are_those_of_tensors() -> None:
    trace = graph("(X ** 2).sum()", lesson(), ("X",))
    np.testing.assert_array_equal(trace.gradient(0), 2 * np.ones((3, 2)))


def test_a_function_s_globals_are_seen_too_and_left_as_they_were() -> None:
    given = lesson()
    exec("def loss(x):\n    return (w * x - 1.0) ** 2", given)
    trace = graph("loss(x)", given, ("w",))
    assert "w" in names(trace)
    assert given["w"] == -2.0
    with pytest.raises(ZeroDivisionError):
        graph("w * x + 1 // 0", given, ("w",))
    assert given["w"] == -2.0


def test_a_function_without_text_is_recorded_alike() -> None:
    x = Tensor([3.0], name="x")
    assert [stop.operation for stop in graph(lambda: x * x)] == ["multiply", "multiply"]


def test_the_weights_of_a_model_are_its_parameters() -> None:
    model = nn.Sequential([nn.Dense(3, activation="relu"), nn.Dense(1)])
    given = {**lesson(), "model": model}
    model(Tensor(given["X"]))
    trace = graph("ops.mean(model(X))", given)
    sources = {value.name for value in trace.values if value.role == "source"}
    assert {"dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"} <= sources


def test_a_change_holds_for_this_once() -> None:
    given = lesson()
    changed = graph("w * x", given, ("w",), {"w": [((), 5.0)], "x": [((), 0.5)]})
    assert float(changed.values[changed.target].array) == 2.5
    array = graph("ops.sum(X)", given, None, {"X": [((1, 1), -7.0)]})
    assert float(array.values[array.target].array) == -2.0
    assert given["X"].sum() == 6
    assert float(graph("w * x", given, ("w",)).values[-1].array) == -6.0


@pytest.mark.parametrize(
    ("expression", "options", "says"),
    [
        ("w *", {}, "no expression"),
        ("(" * 300, {}, "no expression"),
        ("n", {}, "nothing to walk"),
        ("word", {}, "gave str"),
        ("x > w", {}, "needs floating"),
        ("w * x", {"parameters": ("W",)}, "Did you mean 'w'"),
        ("w * x", {"changes": {"word": [((), 1.0)]}}, "no number that can be changed"),
        ("ops.sum(X)", {"changes": {"X": [((9, 9), 1.0)]}}, "has no element"),
    ],
)
def test_what_cannot_be_walked_is_said(expression: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(TuilabError, match=says):
        graph(expression, lesson(), **options)
