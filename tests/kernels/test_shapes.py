"""Shapes as the catalogue writes them."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tuilab.errors import ShapeError
from tuilab.kernels import shapes


def test_a_letter_is_one_size_wherever_it_stands() -> None:
    assert shapes.match("matmul", "(m,k),(k,n)->(m,n)", (2, 3), (3, 4)) == (2, 4)
    with pytest.raises(ShapeError, match=r"inner sizes to match: \(2, 3\) @ \(4, 5\)"):
        shapes.match("matmul", "(m,k),(k,n)->(m,n)", (2, 3), (4, 5))


def test_a_number_is_itself() -> None:
    assert shapes.match("cross", "(n,3),(n,3)->(n,3)", (2, 3), (2, 3)) == (2, 3)
    with pytest.raises(ShapeError, match=r"cross takes the shapes \(n,3\),\(n,3\)"):
        shapes.match("cross", "(n,3),(n,3)->(n,3)", (2, 4), (2, 4))


def test_three_dots_stand_for_any_leading_axes_which_are_broadcast() -> None:
    assert shapes.match("f", "(...,c),(...,c)->(...)", (5, 1, 3), (4, 3)) == (5, 4)
    assert shapes.match("f", "(...)->(...)", ()) == ()
    with pytest.raises(ShapeError, match=r"f takes the shapes"):
        shapes.match("f", "(...,c)->(...)", ())


def test_the_wrong_number_of_arrays_is_told() -> None:
    with pytest.raises(ShapeError, match=r"add takes 2 arrays.*It was given 1"):
        shapes.match("add", "(...),(...)->(...)", (2,))


@pytest.mark.parametrize(("a", "b", "hint"), [((3, 2), (3, 4), "a.T"), ((2, 3), (4, 3), "b.T")])
def test_a_product_that_a_transpose_would_mend_says_so(a: Any, b: Any, hint: str) -> None:
    with pytest.raises(ShapeError, match=f"Did you mean {hint}"):
        shapes.match("matmul", "(m,k),(k,n)->(m,n)", a, b)


SIDES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)


@given(st.lists(SIDES, max_size=3))
def test_broadcasting_is_that_of_numpy(found: list[tuple[int, ...]]) -> None:
    try:
        expected = np.broadcast_shapes(*found)
    except ValueError:
        with pytest.raises(ShapeError, match=r"cannot be broadcast together"):
            shapes.broadcast("add", *found)
    else:
        assert shapes.broadcast("add", *found) == expected
        spec = ",".join("(...)" for _ in found) + "->(...)"
        assert not found or shapes.match("add", spec, *found) == expected


@given(SIDES, st.lists(st.integers(-1, 6), max_size=4))
def test_reshaping_is_that_of_numpy(shape: tuple[int, ...], target: list[int]) -> None:
    try:
        expected = np.empty(shape).reshape(target).shape
    except ValueError:
        with pytest.raises(ShapeError, match=r"reshape"):
            shapes.reshaped(shape, tuple(target))
    else:
        assert shapes.reshaped(shape, tuple(target)) == expected


@given(SIDES, st.data())
def test_axes_are_counted_from_both_ends(shape: tuple[int, ...], data: st.DataObject) -> None:
    axis = data.draw(st.integers(-6, 6))
    if -len(shape) <= axis < len(shape):
        axes = shapes.normalize_axes("sum", axis, len(shape))
        assert shapes.reduced(shape, axes, False) == np.empty(shape).sum(axis).shape
        assert shapes.reduced(shape, axes, True) == np.empty(shape).sum(axis, keepdims=True).shape
    else:
        what = f"an array with {len(shape)} axes" if shape else "a single number, which has no axes"
        with pytest.raises(ShapeError, match=re.escape(f"axis {axis} of {what}")):
            shapes.normalize_axes("sum", axis, len(shape))
