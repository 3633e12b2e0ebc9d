"""Reductions, and their opposite: an array repeated to a larger shape."""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels import shapes

Array = Any
Axis = int | tuple[int, ...] | None


def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:  # noqa: A001
    return array_namespace(x).sum(x, axis=axis, keepdims=keepdims, dtype=x.dtype)


def sum_gradient(gradient: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    xp = array_namespace(gradient)
    axes = shapes.normalize_axes("sum", axis, x.ndim)
    return xp.broadcast_to(xp.reshape(gradient, shapes.reduced(x.shape, axes, True)), x.shape)


def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return array_namespace(x).mean(x, axis=axis, keepdims=keepdims)


def mean_gradient(gradient: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    axes = shapes.normalize_axes("mean", axis, x.ndim)
    count = 1
    for one in axes:
        count *= x.shape[one]
    return sum_gradient(gradient, x, axis, keepdims) / count


def max(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:  # noqa: A001
    return array_namespace(x).max(x, axis=axis, keepdims=keepdims)


def max_gradient(gradient: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    xp = array_namespace(gradient)
    largest = xp.astype(x == max(x, axis, keepdims=True), x.dtype)
    ties = sum(largest, axis, keepdims=True)
    return sum_gradient(gradient, x, axis, keepdims) * largest / ties


def argmax(x: Array, axis: int = -1) -> Array:
    return array_namespace(x).argmax(x, axis=axis)


def broadcast_to(x: Array, shape: tuple[int, ...]) -> Array:
    return array_namespace(x).broadcast_to(x, shape)


def sum_to(x: Array, like: Array) -> Array:
    xp = array_namespace(x)
    axes = shapes.stretched_axes(like.shape, x.shape)
    return xp.reshape(xp.sum(x, axis=axes, dtype=x.dtype), like.shape) if axes else x
