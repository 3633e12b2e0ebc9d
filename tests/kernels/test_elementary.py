"""exp and its relatives in float32, measured in ulp against float64 over all that float32 holds."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special

from tuilab.kernels.parallel import activations, dense, functions

SMALLEST = np.float64(2.0**-149)
"""The distance between the smallest float32 numbers, those below 2**-126."""
MOST = {"exp": 2.0, "expm1": 2.0, "tanh": 4.0, "sigmoid": 4.0, "log": 2.0, "log1p": 2.0}
MOST |= {"erf": 2.0, "sin": 2.0, "cos": 2.0}
"""What the kernels promise, in ulp."""
KERNELS = {
    "exp": functions.exp,
    "expm1": functions.expm1,
    "tanh": activations.tanh,
    "sigmoid": activations.sigmoid,
    "log": functions.log,
    "log1p": functions.log1p,
    "erf": functions.erf,
    "sin": functions.sin,
    "cos": functions.cos,
}
POSITIVE = ("log", "log1p")
RISING = [name for name in MOST if name not in ("sin", "cos")]


def exact(name: str, x: Any) -> Any:
    wide = x.astype(np.float64)
    if name == "sigmoid":
        return np.where(wide < 0, np.exp(np.minimum(wide, 0)), 1) / (1 + np.exp(-np.abs(wide)))
    return scipy.special.erf(wide) if name == "erf" else getattr(np, name)(wide)


def ulp(of: Any) -> Any:
    """The distance between the float32 numbers around each of `of`."""
    return np.maximum(2.0 ** (np.floor(np.log2(np.maximum(np.abs(of), 2.0**-200))) - 23), SMALLEST)


def every_size_of_number(steps: int) -> Any:
    """Numbers of both signs, from the smallest float32 to the largest, evenly among all of them."""
    bits = np.linspace(0, 0x7F7FFFFF, steps).astype(np.uint32)
    positive = bits.view(np.float32)
    return np.concatenate([positive, -positive])


def inputs() -> Any:
    ranges = [(-104, 89), (-1, 1), (-20, 20), (-104, -87), (0.6, 0.65), (8, 10), (-4, 4)]
    dense = [np.linspace(low, high, 200_001).astype(np.float32) for low, high in ranges]
    return np.concatenate([every_size_of_number(200_001), *dense])


def angles() -> Any:
    """Those next to a multiple of π/2, where digits cancel, and those where the library takes over."""
    zeros = (np.arange(1, 600_000) * (np.pi / 2)).astype(np.float32)
    return np.concatenate([inputs(), zeros, -zeros, np.linspace(1e6, 1.1e6, 200_001).astype(np.float32)])


def inputs_of(name: str) -> Any:
    if name in ("sin", "cos"):
        return angles()
    return np.abs(inputs()[inputs() != 0]) if name in POSITIVE else inputs()


@pytest.mark.parametrize("name", MOST)
def test_error_is_within_what_is_promised(name: str) -> None:
    x = inputs_of(name)
    with np.errstate(over="ignore"):
        expected = exact(name, x)
        found = KERNELS[name](x)
        finite = np.abs(expected) <= np.finfo(np.float32).max
    error = np.abs(found[finite] - expected[finite]) / ulp(expected[finite])
    worst = int(np.argmax(error))
    assert error[worst] <= MOST[name], f"{error[worst]:.2f} ulp at {x[finite][worst]!r}"
    assert np.isinf(found[~finite]).all()


@pytest.mark.parametrize("name", RISING)
def test_order_is_kept_but_for_the_last_bits(name: str) -> None:
    x = np.sort(inputs_of(name))
    y = KERNELS[name](x).astype(np.float64)
    with np.errstate(invalid="ignore"):
        falls = np.nan_to_num(np.diff(y), nan=0.0)
    assert (falls >= -MOST[name] * ulp(y[1:])).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("kernel", "at_zero", "below", "above"),
    [
        (functions.exp, 1, 0, np.inf),
        (functions.expm1, 0, -1, np.inf),
        (functions.erf, 0, -1, 1),
        (activations.tanh, 0, -1, 1),
        (activations.sigmoid, 0.5, 0, 1),
    ],
)
def test_ends_of_the_line(
    kernel: Callable[..., Any], at_zero: float, below: float, above: float, dtype: Any
) -> None:
    x = np.array([0, -0.0, -np.inf, -1e30, 1e30, np.inf, np.nan, -np.nan], dtype)
    expected = np.array([at_zero, at_zero, below, below, above, above, np.nan, np.nan], dtype)
    np.testing.assert_array_equal(kernel(x), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_keeps_its_sign_and_what_is_tiny_its_digits(dtype: Any) -> None:
    tiny = np.array([0.0, -0.0, 1e-30, -1e-30], dtype)
    for kernel in (functions.expm1, functions.log1p, functions.sin, activations.tanh):
        np.testing.assert_array_equal(kernel(tiny), tiny)
        np.testing.assert_array_equal(np.signbit(kernel(tiny)), np.signbit(tiny))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_angle_that_is_not_finite_has_no_sine(dtype: Any) -> None:
    x = np.array([np.inf, -np.inf, np.nan, 0], dtype)
    np.testing.assert_array_equal(functions.sin(x), np.array([np.nan, np.nan, np.nan, 0], dtype))
    np.testing.assert_array_equal(functions.cos(x), np.array([np.nan, np.nan, np.nan, 1], dtype))


def test_an_angle_has_the_same_sine_beside_a_huge_one() -> None:
    x = np.random.default_rng(0).uniform(-100, 100, 1003).astype(np.float32)
    beside = np.append(x, np.float32(3e38))
    for kernel in (functions.sin, functions.cos):
        np.testing.assert_array_equal(kernel(beside)[:-1], kernel(x))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_logarithm_of_nothing_is_infinite_and_of_less_is_none(dtype: Any) -> None:
    x = np.array([0, -0.0, 1, -1, np.inf, -np.inf, np.nan], dtype)
    expected = np.array([-np.inf, -np.inf, 0, np.nan, np.inf, np.nan, np.nan], dtype)
    np.testing.assert_array_equal(functions.log(x), expected)


def test_results_below_the_normal_numbers_are_not_flushed_to_zero() -> None:
    x = np.array([-88, -90, -95, -100, -103], np.float32)
    for kernel in (functions.exp, activations.sigmoid):
        np.testing.assert_allclose(kernel(x), np.exp(x.astype(np.float64)), atol=1.5e-45, rtol=3e-7)
    tiny = np.float64(-740)
    assert activations.sigmoid(tiny) == pytest.approx(np.exp(tiny), abs=1e-323)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_fused_activations_are_the_same_functions(activation: str) -> None:
    x = np.linspace(-30, 30, 999, dtype=np.float32)[:, None]
    fused = dense.dense(x, np.ones((1, 1), np.float32), np.zeros(1, np.float32), activation)
    np.testing.assert_array_equal(fused, KERNELS[activation](x))


def test_a_number_has_the_same_result_wherever_it_stands() -> None:
    """Vectors and the rest that does not fill one compute alike."""
    both = np.random.default_rng(0).uniform(-20, 20, 1003).astype(np.float32)
    for name, kernel in KERNELS.items():
        x = np.abs(both) if name in POSITIVE else both
        whole = kernel(x)
        assert all(kernel(x[i : i + 1])[0] == whole[i] for i in range(0, 1003, 13))
        np.testing.assert_array_equal(kernel(x[3:]), whole[3:])
