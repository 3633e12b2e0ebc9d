"""Explanations: held against the operations they explain, element by element."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import CATALOGUE, Operation, Sample

Draw = Callable[..., tuple[Any, ...]]
INNER = ("_gradient", "_like", "_back")
"""Endings of rows that are only parts of another's way back."""
HALF_FLOATS = 2**-11


def each(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


def places(shape: tuple[int, ...], most: int = 3) -> list[tuple[int, ...]]:
    """The first, the last, and one in between."""
    size = int(np.prod(shape))
    return [
        tuple(int(one) for one in np.unravel_index(flat, shape))
        for flat in sorted({0, size // 2, size - 1})[:most]
        if size
    ]


def test_every_operation_explains_itself(row: Operation) -> None:
    assert row.explain is not None or row.name.endswith(INNER)


def cases(row: Operation, sample: Sample, draw: Draw) -> Any:
    if row.explain is None:
        pytest.skip("a part of another's way back")
    inputs = draw(row, sample)
    if sum(one.size for one in inputs) > 3000:
        pytest.skip("too many elements to change one by one")
    outputs = each(row.reference(*inputs, **sample.options))
    for number, output in enumerate(outputs[: row.outputs - row.kept]):
        for index in places(output.shape):
            yield (
                inputs,
                number,
                output,
                index,
                row.explanation(index, *inputs, output=number, **sample.options),
            )


def test_its_arithmetic_gives_the_element(row: Operation, sample: Sample, draw: Draw) -> None:
    for inputs, _number, output, index, explanation in cases(row, sample, draw):
        for one in explanation.sources:
            assert inputs[one.input][one.index] == one.value
        assert explanation.arithmetic
        if explanation.value is not None:
            np.testing.assert_allclose(explanation.value, output[index], rtol=1e-9, atol=1e-12)


def test_nothing_else_changes_the_element(row: Operation, sample: Sample, draw: Draw) -> None:
    """All that is not among the sources is moved, and the element stays."""
    for inputs, number, output, index, explanation in cases(row, sample, draw):
        changed = []
        for place, array in enumerate(inputs):
            if array.dtype.kind == "f":
                other = np.asarray(array * 0.75 + HALF_FLOATS)
                for one in explanation.sources:
                    if one.input == place:
                        other[one.index] = array[one.index]
                changed.append(other)
            else:
                changed.append(array)
        found = each(row.reference(*changed, **sample.options))[number]
        np.testing.assert_allclose(found[index], output[index], rtol=1e-12, atol=1e-12)


def test_a_row_without_one_says_so() -> None:
    with pytest.raises(TuilabError, match="relu_gradient has no explanation"):
        CATALOGUE["relu_gradient"].explanation((0,), [1.0], [1.0])


def test_the_arithmetic_can_be_read() -> None:
    row = CATALOGUE["dense"]
    found = row.explanation((0, 0), [[1.5, 0.25]], [[2.0], [-1.0]], [0.5], activation="relu")
    assert found.arithmetic == "relu(1.5 · 2 + 0.25 · (-1) + 0.5)"
    assert found.value == 3.25
    assert CATALOGUE["power"].explanation((0,), [3.0], exponent=2).arithmetic == "3 ^ 2"
    assert CATALOGUE["mean"].explanation((), [1.0, 2.0]).arithmetic == "(1 + 2) / 2"
    assert CATALOGUE["max"].explanation((), [1.0, -2.0]).arithmetic == "max(1, (-2))"


@pytest.mark.parametrize("name", ["sum", "mean", "max", "min"])
@pytest.mark.parametrize("axis", [None, 1])
def test_of_very_many_elements_those_that_count_most_are_named(name: str, axis: int | None) -> None:
    x = np.random.default_rng(0).standard_normal((2, 60_000))
    index = () if axis is None else (1,)
    found = CATALOGUE[name].explanation(index, x, axis=axis)
    assert len(found.terms) <= 1001
    assert found.value == pytest.approx(CATALOGUE[name].reference(x, axis=axis)[index], rel=1e-9)
    for one in found.sources:
        assert x[one.index] == one.value
