"""NaN and infinity go through every kernel and are never hidden: they are how a diverged run is found."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tuilab.kernels.catalogue import CATALOGUE, Operation
from tuilab.kernels.parallel import dense, extremes, losses, softmax, sums

Draw = Callable[..., tuple[Any, ...]]
FLOATS = [np.float32, np.float64]
STOPPED = {
    # A place is a whole number. NaN counts as the largest, as in NumPy.
    ("argmax", 0),
    ("argmin", 0),
    # NaN is true, as it is not 0.
    ("all", 0),
    ("any", 0),
    # NaN is compared as any number is, and the answer is true or false; as a condition it holds.
    *((name, place) for name in ("equal", "not_equal", "less", "less_equal") for place in (0, 1)),
    *((name, place) for name in ("greater", "greater_equal") for place in (0, 1)),
    *((name, 0) for name in ("isnan", "isinf", "isfinite")),
    # A gradient that meets a unit which is off is not let through, whatever it is.
    ("relu_gradient", 0),
    ("maximum_gradient", 0),
    ("clip_gradient", 0),
    # What is not chosen stays out.
    ("where", 1),
    ("where", 2),
    # The input of these is only asked for its shape, or for which element is the largest.
    ("sum_gradient", 1),
    ("mean_gradient", 1),
    ("sum_to", 1),
    ("slice_gradient", 1),
    ("pad_gradient", 1),
    ("take_gradient", 1),
    ("take_along_axis_gradient", 1),
    ("gather_nd_gradient", 1),
    ("concatenate_gradient", 1),
    ("concatenate_gradient", 2),
    # Where the output is only compared with 0, the gradient passes as it is.
    ("relu_gradient", 1),
    ("leaky_relu_gradient", 1),
    ("hard_sigmoid_gradient", 1),
    ("clip_gradient", 1),
    ("maximum_gradient", 1),
    ("maximum_gradient", 2),
    ("dense_gradient", 1),
    ("conv2d_gradient", 1),
    ("max_pool2d_gradient", 2),
    ("average_pool2d_gradient", 1),
    # What came after the last step is no part of any gradient.
    ("lstm_gradient", 3),
    ("gru_gradient", 2),
}


def each(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_nan_in_any_input_reaches_the_output(row: Operation, draw: Draw, dtype: Any) -> None:
    sample = next(one for one in row.valid if all(np.prod(array.shape) > 0 for array in one.inputs))
    for place, array in enumerate(draw(row, sample, dtype)):
        if array.dtype.kind != "f" or (row.name, place) in STOPPED:
            continue
        inputs = list(draw(row, sample, dtype))
        inputs[place] = inputs[place].copy()
        inputs[place].flat[-1] = np.nan
        found = [one for one in each(row.parallel(*inputs, **sample.options)) if one is not None]
        assert any(np.isnan(one).any() for one in found), (row.name, place)


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_row_treats_numbers_that_are_not_finite_as_its_reference_does(
    row: Operation, draw: Draw, dtype: Any
) -> None:
    sample = next(one for one in row.valid if all(np.prod(array.shape) > 0 for array in one.inputs))
    # where 1 - p is clipped, float32 and the kernel's float64 differ in how near to 0 it can be
    tolerance = 0.02 if row.name == "binary_cross_entropy" else 1e-4
    for strange in (np.nan, np.inf, -np.inf):
        for place, array in enumerate(draw(row, sample, dtype)):
            if array.dtype.kind != "f":
                continue
            inputs = list(draw(row, sample, dtype))
            inputs[place] = inputs[place].copy()
            inputs[place].flat[0] = strange
            with np.errstate(all="ignore"):
                expected = each(row.reference(*inputs, **sample.options))
            found = each(row.parallel(*inputs, **sample.options))
            for one, wanted in zip(found, expected, strict=True):
                if one is not None:
                    np.testing.assert_allclose(
                        one, wanted, rtol=tolerance, atol=1e-5, err_msg=f"{strange} in input {place}"
                    )


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [1, 3, 17, 8192, 8193, 30_000])
def test_one_nan_among_many_numbers_is_the_sum_the_mean_and_the_largest(dtype: Any, size: int) -> None:
    for place in {0, size // 2, size - 1}:
        x = np.ones(size, dtype)
        x[place] = np.nan
        for name in ("sum", "mean", "max"):
            assert np.isnan(CATALOGUE[name].parallel(x)), (name, place)
        x[place] = np.inf
        assert sums.sum(x) == np.inf
        assert extremes.max(x) == np.inf
        x[(place + 1) % size] = -np.inf
        assert size == 1 or np.isnan(sums.sum(x))


@pytest.mark.parametrize("activation", ["linear", "relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_a_nan_goes_through_a_dense_layer_and_back(activation: str, dtype: Any) -> None:
    x, w, b = np.ones((3, 2), dtype), np.ones((2, 4), dtype), np.ones(4, dtype)
    x[1, 0] = np.nan
    y = dense.dense(x, w, b, activation)
    assert np.isnan(y[1]).all()
    assert np.isfinite(y[[0, 2]]).all()
    dx, dw, db = dense.dense_gradient(np.full_like(y, np.nan), y, x, w, activation)
    assert all(one is not None and np.isnan(one).any() for one in (dx, dw, db))


@pytest.mark.parametrize("name", ["relu_gradient", "sigmoid_gradient", "tanh_gradient"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_a_nan_gradient_at_a_nan_output_stays_one(name: str, dtype: Any) -> None:
    nan = np.full(3, np.nan, dtype)
    assert np.isnan(CATALOGUE[name].parallel(nan, nan)).all()
    assert np.isnan(CATALOGUE[name].reference(nan, nan)).all()


def test_a_class_that_is_ruled_out_costs_nothing_unless_it_is_the_right_one() -> None:
    logits = np.array([[0.0, 1.0, -np.inf]])
    expected = np.log1p(np.exp(-1.0))
    row = CATALOGUE["sparse_softmax_cross_entropy"]
    for kernel in (row.parallel, row.reference):
        np.testing.assert_allclose(kernel(logits, np.array([1])), [expected])
        np.testing.assert_array_equal(kernel(logits, np.array([2])), [np.inf])


@pytest.mark.parametrize("dtype", FLOATS)
def test_large_logits_cost_no_digits(dtype: Any) -> None:
    logits = np.array([[10_000, 9_999], [-10_000, -9_999], [3e6, 3e6]], dtype)
    expected = [np.log1p(np.exp(-1.0)), np.log1p(np.exp(-1.0)), np.log(2.0)]
    found = losses.sparse_softmax_cross_entropy(logits, np.array([0, 1, 0]))
    np.testing.assert_allclose(found, expected, rtol=3e-7)
    targets = np.array([[1, 0], [0, 1], [1, 0]], dtype)
    np.testing.assert_allclose(losses.softmax_cross_entropy(logits, targets), expected, rtol=3e-7)


@pytest.mark.parametrize("dtype", FLOATS)
def test_softmax_of_huge_logits_sums_to_one(dtype: Any) -> None:
    x = np.array([[1e30, -1e30, 0], [88, 89, 90], [-1e38, -1e38, -1e38]], dtype)
    np.testing.assert_allclose(softmax.softmax(x).sum(-1), 1, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_optimizers_keep_no_denormal_numbers_and_lose_no_nan(dtype: type[np.floating[Any]]) -> None:
    """Denormal memory made Adam three times slower after a few epochs."""
    nothing = np.zeros(3, dtype)
    memory = np.array([np.finfo(dtype).tiny * 2, np.nan, 1], dtype)
    for name, arrays in (("momentum", [memory]), ("rmsprop", [memory]), ("adam", [memory, memory])):
        options = {"step": 1} if name == "adam" else {}
        _, *new = CATALOGUE[name].parallel(nothing, nothing, *arrays, **options, learning_rate=0.1)
        for one in new:
            assert one[0] == 0
            assert np.isnan(one[1])
            assert one[2] > 0.5
