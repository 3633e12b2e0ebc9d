"""The largest and the smallest along axes, where they are, and whether any or all numbers are true."""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference.sums import sum as summed
from tuilab.kernels.reference.sums import sum_gradient

Array = Any
Axis = int | tuple[int, ...] | None


def max(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:  # noqa: A001
    return array_namespace(x).max(x, axis=axis, keepdims=keepdims)


def min(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:  # noqa: A001
    return array_namespace(x).min(x, axis=axis, keepdims=keepdims)


def max_gradient(gradient: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return _shared(gradient, x, max(x, axis, keepdims=True), axis, keepdims)


def min_gradient(gradient: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return _shared(gradient, x, min(x, axis, keepdims=True), axis, keepdims)


def _shared(gradient: Array, x: Array, extreme: Array, axis: Axis, keepdims: bool) -> Array:
    """The gradient, in equal parts to all that are the extreme of their line."""
    chosen = array_namespace(x).astype(x == extreme, x.dtype)
    return sum_gradient(gradient, x, axis, keepdims) * chosen / summed(chosen, axis, keepdims=True)


def argmax(x: Array, axis: int | None = -1, keepdims: bool = False) -> Array:
    return array_namespace(x).argmax(x, axis=axis, keepdims=keepdims)


def argmin(x: Array, axis: int | None = -1, keepdims: bool = False) -> Array:
    return array_namespace(x).argmin(x, axis=axis, keepdims=keepdims)


def all(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:  # noqa: A001
    return array_namespace(x).all(x, axis=axis, keepdims=keepdims)


def any(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:  # noqa: A001
    return array_namespace(x).any(x, axis=axis, keepdims=keepdims)
