"""An array repeated to a larger shape, and summed back to a smaller one."""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels import shapes

Array = Any


def broadcast_to(x: Array, shape: tuple[int, ...]) -> Array:
    return array_namespace(x).broadcast_to(x, shape)


def sum_to(x: Array, like: Array) -> Array:
    xp = array_namespace(x)
    axes = shapes.stretched_axes(like.shape, x.shape)
    return xp.reshape(xp.sum(x, axis=axes, dtype=x.dtype), like.shape) if axes else x
