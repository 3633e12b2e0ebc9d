"""Sums, means and products along axes, and their way back."""

import math
from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels import shapes

Array = Any
Axis = int | tuple[int, ...] | None


def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:  # noqa: A001
    return array_namespace(x).sum(x, axis=axis, keepdims=keepdims)


def sum_gradient(gradient: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    xp = array_namespace(gradient)
    axes = shapes.normalize_axes("sum", axis, x.ndim)
    return xp.broadcast_to(xp.reshape(gradient, shapes.reduced(x.shape, axes, True)), x.shape)


def count(x: Array, axis: Axis) -> int:
    """How many numbers a line of x along `axis` has."""
    return math.prod(x.shape[one] for one in shapes.normalize_axes("mean", axis, x.ndim))


def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return array_namespace(x).mean(x, axis=axis, keepdims=keepdims)


def mean_gradient(gradient: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return sum_gradient(gradient, x, axis, keepdims) / count(x, axis)


def prod(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return array_namespace(x).prod(x, axis=axis, keepdims=keepdims)


def prod_gradient(gradient: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """The product of all others on the line: nothing is divided, so that there may be zeros."""
    xp = array_namespace(x)
    axes = shapes.normalize_axes("prod", axis, x.ndim)
    kept = [one for one in range(x.ndim) if one not in axes]
    order = (*kept, *axes)
    turned = xp.permute_dims(x, order)
    line = xp.reshape(turned, (*turned.shape[: len(kept)], count(x, axis)))
    others = xp.stack(
        [
            xp.prod(xp.concat([line[..., :i], line[..., i + 1 :]], axis=-1), axis=-1)
            for i in range(line.shape[-1])
        ],
        axis=-1,
    )
    back = tuple(order.index(one) for one in range(x.ndim))
    return sum_gradient(gradient, x, axis, keepdims) * xp.permute_dims(xp.reshape(others, turned.shape), back)
