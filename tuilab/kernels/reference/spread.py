"""Variance and standard deviation along axes, and their way back."""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference.sums import count, mean, sum_gradient
from tuilab.kernels.reference.sums import sum as summed

Array = Any
Axis = int | tuple[int, ...] | None


def variance(x: Array, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Array:
    squares = (x - mean(x, axis, keepdims=True)) ** 2
    return summed(squares, axis, keepdims) / (count(x, axis) - correction)


def variance_gradient(
    gradient: Array, x: Array, axis: Axis = None, keepdims: bool = False, correction: float = 0
) -> Array:
    slope = 2 * (x - mean(x, axis, keepdims=True)) / (count(x, axis) - correction)
    return sum_gradient(gradient, x, axis, keepdims) * slope


def std(x: Array, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Array:
    return array_namespace(x).sqrt(variance(x, axis, keepdims, correction))


def std_gradient(
    gradient: Array,
    output: Array,
    x: Array,
    axis: Axis = None,
    keepdims: bool = False,
    correction: float = 0,
) -> Array:
    """That of the variance's root; 0 where all numbers are equal, and the root has a corner."""
    xp = array_namespace(x)
    flat = output == 0
    by_variance = xp.where(
        flat, xp.zeros_like(output), gradient / (2 * xp.where(flat, xp.ones_like(output), output))
    )
    return variance_gradient(by_variance, x, axis, keepdims, correction)
