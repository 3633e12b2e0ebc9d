"""Arithmetic on pairs and threes, held against NumPy: all shapes that broadcast, all types, all corners."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import CATALOGUE
from tuilab.kernels.parallel import arithmetic, comparison, functions, powers

PAIRS = {
    "floor_divide": np.floor_divide,
    "mod": np.remainder,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "equal": np.equal,
    "not_equal": np.not_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
}
TYPES = ("float32", "float64", "int64", "uint8")
CORNERS = {
    "f": [0.0, -0.0, 1, -1, 0.5, -2.5, 7, 1e30, -3e-38, np.inf, -np.inf, np.nan],
    "i": [0, 1, -1, 7, -7, 100, -128, 127],
    "u": [0, 1, 2, 7, 128, 255],
}
BROADCAST = hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=4)
THREE = hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=4, min_side=0, max_side=4)


def drawn(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Any:
    return rng.choice(np.array(CORNERS[np.dtype(dtype).kind], dtype), shape)


@pytest.mark.parametrize("name", PAIRS)
@settings(max_examples=60, deadline=None)
@given(shapes=BROADCAST, dtype=st.sampled_from(TYPES), seed=st.integers(0, 99))
def test_pairs_are_numpys_in_value_sign_and_type(name: str, shapes: Any, dtype: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = (drawn(rng, shape, dtype) for shape in shapes.input_shapes)
    with np.errstate(all="ignore"):
        expected = PAIRS[name](a, b)
    found = CATALOGUE[name].parallel(a, b)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)
    if found.dtype.kind == "f" and name in ("floor_divide", "mod"):
        known = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(found[known]), np.signbit(expected[known]))


@settings(max_examples=60, deadline=None)
@given(shapes=THREE, dtype=st.sampled_from(TYPES), seed=st.integers(0, 99))
def test_where_is_numpys(shapes: Any, dtype: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    condition = rng.random(shapes.input_shapes[0]) < 0.5
    x, y = (drawn(rng, shape, dtype) for shape in shapes.input_shapes[1:])
    found = comparison.where(condition, x, y)
    assert found.dtype == x.dtype
    np.testing.assert_array_equal(found, np.where(condition, x, y))


@settings(max_examples=60, deadline=None)
@given(shapes=BROADCAST, dtype=st.sampled_from(["float64", "int64"]), seed=st.integers(0, 99))
def test_powers_are_numpys(shapes: Any, dtype: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = drawn(rng, shapes.input_shapes[0], dtype)
    b = rng.integers(0 if dtype == "int64" else -4, 9, shapes.input_shapes[1]).astype(dtype)
    with np.errstate(all="ignore"):
        expected = a**b
    np.testing.assert_allclose(powers.pow(a, b), expected, rtol=1e-14)


@pytest.mark.parametrize("name", ["abs", "sign", "floor", "ceil", "round", "negative", "isnan", "isfinite"])
@pytest.mark.parametrize("dtype", TYPES)
def test_functions_of_one_are_numpys(name: str, dtype: str) -> None:
    x = np.array(CORNERS[np.dtype(dtype).kind] + [1.5, 2.5, 0.499] * (dtype[0] == "f"), dtype)
    expected = getattr(np, name)(x)
    found = CATALOGUE[name].parallel(x)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def test_whole_numbers_of_two_kinds_are_compared_exactly() -> None:
    a, b = np.array([2**63 - 1, -1, 5]), np.array([2**63, 2**64 - 1, 5], np.uint64)
    for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
        np.testing.assert_array_equal(CATALOGUE[name].parallel(a, b), getattr(np, name)(a, b))
        np.testing.assert_array_equal(CATALOGUE[name].parallel(b, a), getattr(np, name)(b, a))
    large = np.array([2**53, 2**53 + 1])
    np.testing.assert_array_equal(comparison.equal(large, large[::-1]), [False, False])


def test_the_smallest_whole_number_by_minus_one_does_not_trap() -> None:
    for dtype in (np.int64, np.int32):
        smallest = np.array([np.iinfo(dtype).min], dtype)
        assert arithmetic.floor_divide(smallest, np.array([-1], dtype)) == smallest
        assert arithmetic.mod(smallest, np.array([-1], dtype)) == 0


def test_clip_keeps_whole_numbers_where_its_bounds_are_whole() -> None:
    x = np.arange(6, dtype=np.uint8)
    found = arithmetic.clip(x, -2, 3)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, [0, 1, 2, 3, 3, 3])
    np.testing.assert_array_equal(arithmetic.clip(x, 1.5, np.inf), [1.5, 1.5, 2, 3, 4, 5])
    for low, high in ((2, 1), (np.nan, 1), (0, np.nan)):
        with pytest.raises(TuilabError, match="clip needs low <= high"):
            arithmetic.clip(x, low, high)


def test_a_whole_exponent_keeps_the_type_of_the_base() -> None:
    x = np.array([1.5, 2], np.float32)
    assert powers.pow(x, np.array([2, 3])).dtype == np.float32
    with pytest.raises(TuilabError, match="the exponent -1 makes fractions of whole numbers"):
        powers.pow(np.array([2, 3]), np.array([1, -1]))


def test_a_plain_number_beside_an_array_in_where_takes_its_type() -> None:
    x = np.ones(3, np.float32)
    assert comparison.where(x > 0, x, 0).dtype == np.float32
    assert comparison.where(x > 0, x > 0, x > 1).dtype == np.bool_


def test_large_arrays_are_cut_into_blocks_that_join() -> None:
    x = np.linspace(-50, 50, 30_001)
    np.testing.assert_allclose(functions.sin(x), np.sin(x), atol=1e-15)
    np.testing.assert_array_equal(arithmetic.maximum(x, x[::-1]), np.maximum(x, x[::-1]))
