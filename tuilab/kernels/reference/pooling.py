"""Pooling: a number for what lies under each window, in each channel."""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference.convolution import pad, seen, spread, unpad
from tuilab.kernels.windows import Axis, pooling

Array = Any


def _under(x: Array, down: Axis, across: Axis) -> Array:
    """What lies under each place of the windows: (places, batch, rows, columns, channels)."""
    places = [(i, j) for i in range(down.window) for j in range(across.window)]
    return array_namespace(x).stack([seen(x, i, j, down, across) for i, j in places])


def max_pool2d(x: Array, window: Any = 2, strides: Any = None, padding: Any = "valid") -> tuple[Array, Array]:
    xp = array_namespace(x)
    down, across = pooling("max_pool2d", x.shape[1:3], window, strides, padding)
    under = _under(pad(x, down, across, -xp.inf), down, across)
    small = down.window * across.window <= 256
    places = xp.astype(xp.argmax(under, axis=0), xp.uint8 if small else xp.int32)
    return xp.max(under, axis=0), places


def max_pool2d_gradient(
    gradient: Array, places: Array, x: Array, window: Any = 2, strides: Any = None, padding: Any = "valid"
) -> Array:
    xp = array_namespace(gradient, x)
    down, across = pooling("max_pool2d_gradient", x.shape[1:3], window, strides, padding)
    nothing = xp.zeros_like(gradient)
    padded = sum(
        spread(xp.where(places == i * across.window + j, gradient, nothing), i, j, down, across)
        for i in range(down.window)
        for j in range(across.window)
    )
    return unpad(padded, down, across)


def _counts(x: Array, down: Axis, across: Axis) -> Array:
    """How many numbers lie under each window, padding not counted: (1, rows, columns, 1)."""
    xp = array_namespace(x)
    ones = pad(xp.ones((1, down.size, across.size, 1), dtype=x.dtype), down, across)
    return xp.sum(_under(ones, down, across), axis=0)


def average_pool2d(x: Array, window: Any = 2, strides: Any = None, padding: Any = "valid") -> Array:
    down, across = pooling("average_pool2d", x.shape[1:3], window, strides, padding)
    under = _under(pad(x, down, across), down, across)
    return array_namespace(x).sum(under, axis=0) / _counts(x, down, across)


def average_pool2d_gradient(
    gradient: Array, x: Array, window: Any = 2, strides: Any = None, padding: Any = "valid"
) -> Array:
    down, across = pooling("average_pool2d_gradient", x.shape[1:3], window, strides, padding)
    share = gradient / _counts(x, down, across)
    padded = sum(spread(share, i, j, down, across) for i in range(down.window) for j in range(across.window))
    return unpad(padded, down, across)
