"""An expression becomes a trace, or an error that tells a person what to write."""

import ast
import contextlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.autodiff.expression import expression
from tuilab.errors import TuilabError

A, B = [[1, 2, -1], [0, 1, 3]], [[0.5, 1], [2, -1], [1, 0.5]]


def test_a_product_is_one_stop() -> None:
    trace = expression("a @ b", {"a": A, "b": B})
    assert [stop.operation for stop in trace] == ["matmul"]
    np.testing.assert_array_equal(trace.values[trace.target].array, np.array(A) @ np.array(B))
    assert trace.explain(trace.target, (0, 1)).value == -1.5


def test_operations_stand_in_the_order_in_which_they_are_computed() -> None:
    trace = expression("relu(a @ b + 1) * 2", {"a": A, "b": B})
    assert [stop.operation for stop in trace] == ["matmul", "add", "relu", "multiply"]
    expected = np.maximum(np.array(A) @ np.array(B) + 1, 0) * 2
    np.testing.assert_array_equal(trace.values[trace.target].array, expected)


def test_options_are_given_as_in_python() -> None:
    trace = expression("sum(a, axis=0)", {"a": A})
    np.testing.assert_array_equal(trace.values[trace.target].array, [1, 3, 2])
    again = expression("sum(a, 0)", {"a": A})
    np.testing.assert_array_equal(again.values[again.target].array, [1, 3, 2])
    power = expression("-a.T ** 2", {"a": A})
    np.testing.assert_array_equal(power.values[power.target].array, -(np.array(A).T ** 2))


def test_a_name_used_twice_is_one_value() -> None:
    trace = expression("a * a", {"a": A})
    assert trace[0].inputs == (0, 0)
    assert trace.values[0].name == "a"


@pytest.mark.parametrize(
    ("text", "names", "says"),
    [
        ("a @", {"a": A}, "is no expression"),
        ("a", {"a": A}, "computes nothing"),
        ("a + c", {"a": A}, "There is no value 'c'"),
        ("alpha + alhpa", {"alpha": A}, "Did you mean 'alpha'?"),
        ("rleu(a)", {"a": A}, "There is no operation 'rleu'. Did you mean 'relu'?"),
        ("relu_gradient(a, a)", {"a": A}, "There is no operation 'relu_gradient'"),
        ("sum(a, axes=0)", {"a": A}, "sum has no option 'axes'. Its options: axis, keepdims."),
        ("sum(a, axis=b)", {"a": A}, "'b' is no plain value"),
        ("matmul(a)", {"a": A}, "matmul takes 2 arrays: a, b."),
        ("a @ a", {"a": A}, "matmul needs the inner sizes to match: (2, 3) @ (2, 3). Did you mean a.T?"),
        (
            "a + [1, 2]",
            {"a": A},
            "cannot be broadcast together: aligned from the right, axis -1 has the sizes",
        ),
        ("take(a, [9])", {"a": A}, "take cannot be computed of (2, 3) and (1,)"),
        ("a.shape + 1", {"a": A}, "cannot be stepped through"),
        ("__import__('os').system('true')", {}, "cannot be stepped through"),
        ("(lambda: 1)()", {}, "cannot be stepped through"),
        ("[x for x in a]", {"a": A}, "cannot be stepped through"),
        ("a + 1", {"a": [[1, 2], [3]]}, "a: rows must have one length"),
        ("a + 1", {"a": ["b"]}, "a is no array"),
        ("a + 1", {"a": np.zeros((60_000, 784))}, "a has 47,040,000 numbers: too many to step through."),
        ("a + 1", {"a": np.zeros((1, 1, 1, 1, 1, 1, 1))}, "at most 6 axes"),
        ("a.sum(axis=0) + a.soom()", {"a": A}, "'a.soom()' cannot be stepped through"),
        ("a[5] + 1", {"a": A}, "names no place of a, which has the shape (2, 3)"),
        ("(a + 1)[2]", {"a": A}, "Index 2 of axis 0, which has the places 0 to 1"),
        ("a['b'] + 1", {"a": A}, "names no part, as in x[0]"),
        ("dropout(a)", {"a": A}, "dropout takes 3 arrays: x, seed, step."),
        ("+".join(["a"] * 100), {"a": A}, "at most 64 operations"),
        ("a + 'x'", {"a": A}, "cannot be stepped through"),
        ("a" * 3000, {}, "at most 2000 signs"),
        ("(" * 500 + "a" + ")" * 500, {"a": A}, "is no expression"),
    ],
)
def test_what_cannot_be_stepped_through_is_said_in_a_line(text: str, names: dict, says: str) -> None:
    with pytest.raises(TuilabError) as caught:
        expression(text, names)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=60))
def test_no_text_does_anything_but_become_a_trace_or_be_refused(text: str) -> None:
    with contextlib.suppress(TuilabError):
        expression(text, {"a": A, "b": B})


def test_it_needs_no_numba() -> None:
    code = """
import sys
from tuilab.autodiff.expression import expression
expression("softmax(a @ b)", {"a": [[1.0, 2.0]], "b": [[1.0], [2.0]]})
sys.exit("numba" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


X = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.mark.parametrize(
    ("text", "operations"),
    [
        ("X + X[0]", ["add"]),
        ("X[1:3]", ["slice"]),
        ("(X * 2)[::-1, 0]", ["multiply", "flip", "slice", "reshape"]),
        ("X.sum(axis=0)", ["sum"]),
        ("X.mean()", ["mean"]),
        ("np.maximum(X, 0)", ["maximum"]),
        ("ops.relu(X)", ["relu"]),
        ("X > 2", ["greater"]),
        ("X @ X[0]", ["matmul"]),
        ("X[0] @ X[1]", ["matmul"]),
        ("X.reshape(2, -1)", ["reshape"]),
        ("X.reshape(-1)", ["reshape"]),
        ("X.T", ["transpose"]),
        ("X % 3 + X // 2", ["mod", "floor_divide", "add"]),
        ("2.0 ** X", ["pow"]),
        ("np.concatenate([X, X], axis=1)", ["concatenate"]),
        ("X[np.newaxis, 1:, ::2]", ["slice", "reshape"]),
    ],
)
def test_an_expression_is_written_as_numpy_writes_it_and_gives_the_same(
    text: str, operations: list[str]
) -> None:
    names = {"X": X, "np": np}
    trace = expression(text.replace("np.newaxis", "None"), names)
    assert [stop.operation for stop in trace] == operations
    names["ops"] = type("ops", (), {"relu": staticmethod(lambda x: np.maximum(x, 0))})
    expected = eval(text, names)
    found = trace.values[trace.target].array
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == expected.dtype


def test_a_part_of_a_name_is_a_value_by_that_name() -> None:
    trace = expression("X + X[0] + X[0]", {"X": X})
    assert [value.name for value in trace.values] == ["X", "X[0]", "", ""]


def test_tensors_are_taken_as_their_arrays() -> None:
    from tuilab import Tensor

    trace = expression("a * 2", {"a": Tensor([[1.0, 2.0]])})
    assert trace.values[0].array.dtype == trace.values[trace.target].array.dtype == np.float32


def test_what_is_no_operation_is_evaluated_where_that_is_allowed() -> None:
    names = {"X": X, "np": np, "rows": 3}

    def evaluate(node: ast.expr) -> object:
        return eval(compile(ast.Expression(node), "<here>", "eval"), names)

    trace = expression("X * len(X) + np.linalg.norm(X) + X.sum(axis=rows - 2).max()", names, evaluate)
    assert [stop.operation for stop in trace] == ["multiply", "add", "sum", "max", "add"]
    assert "len(X)" in [value.name for value in trace.values]
    np.testing.assert_allclose(
        trace.values[trace.target].array, X * 3 + np.linalg.norm(X) + X.sum(axis=1).max(), rtol=1e-6
    )
