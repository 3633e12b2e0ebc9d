"""Reductions: NumPy's answers along any axes, and what sets ours apart from a careless sum."""

from collections.abc import Callable, Iterator
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tuilab.errors import TuilabError
from tuilab.kernels import jit
from tuilab.kernels.catalogue import CATALOGUE
from tuilab.kernels.parallel import extremes, logsumexp, running, softmax, spread, sums
from tuilab.kernels.parallel.lines import ALONE

LONG = [(ALONE + 5,), (50_000, 3), (3, 50_000), (2, 30_000, 5), (300, 2000), (7, 501, 60), (20_000, 7)]
"""Shapes that are shared out among the threads, and cut in blocks in one way or another."""


def log_sum_exp(x: Any, axis: Any, keepdims: bool = False) -> Any:
    reduce: Any = np.logaddexp.reduce
    return reduce(x, axis=axis, keepdims=keepdims)


NUMPY: dict[str, Callable[..., Any]] = {
    "sum": np.sum,
    "mean": np.mean,
    "prod": np.prod,
    "max": np.max,
    "min": np.min,
    "all": np.all,
    "any": np.any,
    "variance": np.var,
    "std": np.std,
}


@settings(max_examples=60, deadline=None)
@given(hnp.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=6), st.data())
def test_they_are_those_of_numpy_along_any_axes(shape: tuple[int, ...], data: st.DataObject) -> None:
    x = np.random.default_rng(len(shape)).integers(-3, 4, shape) / 2
    axes = data.draw(st.sets(st.integers(-len(shape), len(shape) - 1))) if shape else set()
    axis = tuple({one % len(shape): one for one in axes}.values())
    keepdims = data.draw(st.booleans())
    for name, wanted in NUMPY.items():
        found = CATALOGUE[name].parallel(x, axis=axis, keepdims=keepdims)
        np.testing.assert_allclose(found, wanted(x, axis=axis, keepdims=keepdims), atol=1e-12, err_msg=name)
    for one in (*range(-len(shape), len(shape)), None):
        for name, place in (("argmax", np.argmax), ("argmin", np.argmin)):
            found = CATALOGUE[name].parallel(x, axis=one, keepdims=keepdims)
            np.testing.assert_array_equal(found, place(x, axis=one, keepdims=keepdims))
        if one is not None:
            np.testing.assert_allclose(running.cumulative_sum(x, axis=one), np.cumsum(x, axis=one))
            found = logsumexp.logsumexp(x, axis=one, keepdims=keepdims)
            np.testing.assert_allclose(found, log_sum_exp(x, one, keepdims), atol=1e-12)
            whole = log_sum_exp(x, one, True)
            np.testing.assert_allclose(softmax.softmax(x, axis=one), np.exp(x - whole), atol=1e-12)
            np.testing.assert_allclose(softmax.log_softmax(x, axis=one), x - whole, atol=1e-12)


@pytest.mark.parametrize("shape", LONG)
def test_long_ones_are_those_of_numpy(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).standard_normal(shape)
    x.flat[7] = 0
    for axis in (None, *range(len(shape))):
        for name, wanted in NUMPY.items():
            found = CATALOGUE[name].parallel(x, axis=axis)
            np.testing.assert_allclose(found, wanted(x, axis=axis), rtol=1e-9, atol=1e-9, err_msg=name)
        np.testing.assert_array_equal(extremes.argmax(x, axis=axis), np.argmax(x, axis=axis))
        np.testing.assert_array_equal(extremes.argmin(x, axis=axis), np.argmin(x, axis=axis))
        if axis is not None:
            np.testing.assert_allclose(logsumexp.logsumexp(x, axis), log_sum_exp(x, axis), rtol=1e-10)
            np.testing.assert_allclose(running.cumulative_sum(x, axis), np.cumsum(x, axis), atol=1e-9)


@pytest.fixture
def threads_as_before() -> Iterator[None]:
    before = jit.threads()
    yield
    jit.set_threads(before)


@pytest.mark.skipif(int(numba.config.NUMBA_NUM_THREADS) < 2, reason="one processor")
@pytest.mark.usefixtures("threads_as_before")
@pytest.mark.parametrize("shape", LONG)
def test_bits_do_not_depend_on_threads(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    names = [*NUMPY, "argmax", "logsumexp", "cumulative_sum", "softmax", "log_softmax"]
    for axis in range(len(shape)):
        answers = []
        for count in (1, 2):
            jit.set_threads(count)
            answers.append([CATALOGUE[name].parallel(x, axis=axis).tobytes() for name in names])
        assert answers[0] == answers[1]


def test_the_reduction_of_nothing_is_what_changes_nothing() -> None:
    empty = np.ones((0, 3))
    for name, wanted in (("sum", 0), ("prod", 1), ("all", True), ("any", False), ("logsumexp", -np.inf)):
        for axis in (None, 0, (0, 1)):
            found = CATALOGUE[name].parallel(empty, axis=axis)
            np.testing.assert_array_equal(found, np.full(np.sum(empty, axis=axis).shape, wanted))
    for name in ("max", "min", "argmax", "argmin"):
        with pytest.raises(TuilabError, match=r"has no (largest|smallest) element"):
            CATALOGUE[name].parallel(empty, axis=0)
        assert CATALOGUE[name].parallel(empty, axis=1).shape == (0,)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64, np.bool_])
def test_whole_numbers_are_added_exactly(dtype: Any) -> None:
    x = np.arange(-100, 100).astype(dtype)
    for name, wanted in (("sum", np.sum), ("max", np.max), ("min", np.min)):
        found = CATALOGUE[name].parallel(x)
        assert found.dtype == wanted(x).dtype
        assert found == wanted(x)
    large = np.array([2**60, 1, -3])
    assert sums.sum(large) == 2**60 - 2
    assert sums.prod(np.array([3, 2**40 + 1])) == 3 * (2**40 + 1)
    assert running.cumulative_sum(np.array([1, 2, 3], np.int32)).dtype == np.int32
    assert list(running.cumulative_sum(np.full(3, 200, np.uint8))) == [200, 400, 600]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_large_offset_costs_the_variance_no_digits(dtype: Any) -> None:
    for shape in ((1000,), (1000, 5), (ALONE * 2,)):
        small = np.random.default_rng(0).integers(0, 16, shape).astype(dtype)
        offset = dtype(2.0**19 if dtype == np.float32 else 2.0**48)
        wanted = np.var(small.astype(np.float64), axis=0)
        np.testing.assert_allclose(spread.variance(small + offset, axis=0), wanted, rtol=1e-5)


def test_the_deviation_of_equal_numbers_has_no_slope() -> None:
    x = np.full((2, 3), 5.0)
    x[1] = [1, 2, 4]
    found = spread.std_gradient(np.ones(2), spread.std(x, axis=1), x, axis=1)
    np.testing.assert_array_equal(found[0], 0)
    assert (found[1] != 0).all()


def test_a_product_with_zeros_has_the_right_slope() -> None:
    x = np.array([[2.0, 3, 4], [2, 0, 4], [0, 0, 4]])
    found = sums.prod_gradient(np.ones(3), x, axis=1)
    np.testing.assert_array_equal(found, [[12, 8, 6], [0, 8, 0], [0, 0, 0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sign", [1, -1])
def test_nan_of_either_sign_is_found_among_any_numbers(dtype: Any, sign: int) -> None:
    nan = np.copysign(dtype(np.nan), sign)
    for shape in ((5,), (100,), (70, 3), (10_000,)):
        for strange in (np.inf, -np.inf, 0.0):
            x = np.full(shape, strange, dtype)
            for up, name in ((np.max, "max"), (np.min, "min")):
                np.testing.assert_array_equal(CATALOGUE[name].parallel(x, axis=0), up(x, axis=0))
            x.reshape(-1)[3] = nan
            for name in ("max", "min"):
                assert np.isnan(CATALOGUE[name].parallel(x)), (name, shape)
            assert extremes.argmax(x, axis=None) == 3
            assert extremes.argmin(x, axis=None) == 3


def test_infinities_in_a_sum_of_powers() -> None:
    inf, nan = np.inf, np.nan
    x = np.array([[-inf, -inf], [inf, 1], [inf, -inf], [nan, inf], [1000, 1000], [-inf, 2]])
    wanted = [-inf, inf, inf, nan, 1000 + np.log(2), 2]
    np.testing.assert_allclose(logsumexp.logsumexp(x, axis=1), wanted)
    np.testing.assert_allclose(logsumexp.logsumexp(x.T.copy(), axis=0), wanted)
    long = np.full(3 * ALONE, -inf)
    assert logsumexp.logsumexp(long) == -inf
    long[-1] = -2000
    assert logsumexp.logsumexp(long) == -2000
    long[0] = inf
    assert logsumexp.logsumexp(long) == inf
