"""Pooling of images, vectorised over the channels."""

from typing import Any

import numpy as np

from tuilab.errors import ShapeError, TuilabError
from tuilab.kernels.jit import device, kernel, prange, repeatable
from tuilab.kernels.parallel.arrays import Array, apart, contiguous, floating, numeric, result, same_shape
from tuilab.kernels.parallel.blocks import clear
from tuilab.kernels.parallel.largest import give_back, keep_largest
from tuilab.kernels.windows import Axis, pooling


@device
def _first(along: Any, step: Any) -> Any:
    """The first place of a window that is not padding."""
    return max(0, along.before - step * along.stride)


@device
def _end(along: Any, step: Any) -> Any:
    """The place behind the last one of a window that is not padding."""
    return min(along.window, along.size + along.before - step * along.stride)


@kernel
def _max_pool2d(x: Any, down: Any, across: Any, out: Any, places: Any) -> None:
    channels, flat_x, flat_out, flat_places = x.shape[3], x.reshape(-1), out.reshape(-1), places.reshape(-1)
    row = across.size * channels
    for line in prange(len(x) * down.steps):
        picture, r = line // down.steps, line % down.steps
        i, rows = _first(down, r), _end(down, r) - _first(down, r)
        top = (picture * down.size + r * down.stride + i - down.before) * row
        for c in range(across.steps):
            j, columns = _first(across, c), _end(across, c) - _first(across, c)
            into = (line * across.steps + c) * channels
            keep_largest(
                flat_x, top + (c * across.stride + j - across.before) * channels, row, rows, columns,
                i * across.window + j, across.window, channels, flat_out, into, flat_places, into,
            )  # fmt: skip


@device
def _apart(along: Any) -> Any:
    """Whether no number lies under two windows."""
    return along.stride >= along.window


@device
def _covered(axis: Any) -> Any:
    """Whether every place lies under a window."""
    side_by_side = axis.stride == axis.window or axis.steps == 1
    return axis.before == 0 and side_by_side and axis.steps * axis.window == axis.size


@kernel
def _max_pool2d_gradient(gradient: Any, places: Any, down: Any, across: Any, dx: Any) -> None:
    channels, flat_gradient, flat_places = dx.shape[3], gradient.reshape(-1), places.reshape(-1)
    flat_dx, row = dx.reshape(-1), across.size * channels
    alone = _apart(down) and _apart(across)
    covered = _covered(down) and _covered(across)
    for picture in prange(len(dx)):
        if not (alone and covered):
            clear(flat_dx[picture * down.size * row : (picture + 1) * down.size * row])
        for r in range(down.steps):
            i, rows = _first(down, r), _end(down, r) - _first(down, r)
            top = (picture * down.size + r * down.stride + i - down.before) * row
            for c in range(across.steps):
                j, columns = _first(across, c), _end(across, c) - _first(across, c)
                give_back(
                    flat_gradient, flat_places, ((picture * down.steps + r) * across.steps + c) * channels,
                    row, rows, columns, i * across.window + j, across.window, channels, not alone,
                    flat_dx, top + (c * across.stride + j - across.before) * channels,
                )  # fmt: skip


@kernel
def _average_pool2d(x: Any, down: Any, across: Any, out: Any) -> None:
    channels = x.shape[3]
    for line in prange(len(x) * down.steps):
        picture, r = line // down.steps, line % down.steps
        for c in range(across.steps):
            total = out[picture, r, c]
            total[:] = 0
            rows, columns = _end(down, r) - _first(down, r), _end(across, c) - _first(across, c)
            for i in range(_first(down, r), _end(down, r)):
                row = x[picture, r * down.stride + i - down.before]
                for j in range(_first(across, c), _end(across, c)):
                    under = row[c * across.stride + j - across.before]
                    for k in range(channels):
                        total[k] += under[k]
            count = out.dtype.type(rows * columns)
            for k in range(channels):
                total[k] /= count


@kernel
def _average_pool2d_gradient(gradient: Any, down: Any, across: Any, dx: Any) -> None:
    channels = dx.shape[3]
    for picture in prange(len(dx)):
        dx[picture] = 0
        for r in range(down.steps):
            for c in range(across.steps):
                flow = gradient[picture, r, c]
                rows, columns = _end(down, r) - _first(down, r), _end(across, c) - _first(across, c)
                count = dx.dtype.type(rows * columns)
                for i in range(_first(down, r), _end(down, r)):
                    row = dx[picture, r * down.stride + i - down.before]
                    for j in range(_first(across, c), _end(across, c)):
                        into = row[c * across.stride + j - across.before]
                        for k in range(channels):
                            into[k] += flow[k] / count


def _axes(name: str, x: Array, window: Any, strides: Any, padding: Any) -> tuple[Axis, Axis]:
    if x.ndim != 4:
        raise ShapeError(f"{name} takes images (batch, height, width, channels). It was given {x.shape}.")
    return pooling(name, x.shape[1:3], window, strides, padding)


def _pooled_shape(x: Array, down: Axis, across: Axis) -> tuple[int, ...]:
    return len(x), down.steps, across.steps, x.shape[3]


def _place_type(down: Axis, across: Axis) -> Any:
    return np.dtype(np.uint8 if down.window * across.window <= 256 else np.int32)


def max_pool2d(
    x: Any,
    window: Any = 2,
    strides: Any = None,
    padding: Any = "valid",
    out: tuple[Array, Array] | None = None,
) -> tuple[Array, Array]:
    (x,) = numeric("max_pool2d", x)
    if x.dtype.kind != "f":
        return _of_whole_numbers(x, window, strides, padding, out)
    down, across = _axes("max_pool2d", x, window, strides, padding)
    shape, kind = _pooled_shape(x, down, across), _place_type(down, across)
    y, places = out or (None, None)
    apart("max_pool2d", y, x)
    y, places = result("max_pool2d", y, shape, x.dtype), result("max_pool2d", places, shape, kind)
    _max_pool2d(x, down, across, y, places)
    return y, places


def _of_whole_numbers(
    x: Array, window: Any, strides: Any, padding: Any, out: tuple[Array, Array] | None
) -> tuple[Array, Array]:
    """By way of float64, which holds them up to 2^53."""
    y, own_places = out or (None, None)
    found, places = max_pool2d(contiguous(x, np.float64), window, strides, padding)
    y = result("max_pool2d", y, found.shape, x.dtype)
    repeatable(np.copyto, y, found, "unsafe")
    if own_places is not None:
        repeatable(np.copyto, result("max_pool2d", own_places, places.shape, places.dtype), places)
        places = own_places
    return y, places


def max_pool2d_gradient(
    gradient: Any, places: Any, x: Any, window: Any = 2, strides: Any = None, padding: Any = "valid"
) -> Array:
    name = "max_pool2d_gradient"
    gradient, x = floating(name, gradient, x)
    down, across = _axes(name, x, window, strides, padding)
    places = np.asarray(places)
    if places.dtype.kind not in "iu":
        raise TuilabError(f"{name} takes whole numbers as places. It was given {places.dtype}.")
    kind = _place_type(down, across)
    expected = np.broadcast_to(x.dtype.type(0), _pooled_shape(x, down, across))
    same_shape(name, gradient, places, expected)
    dx: Array = np.empty_like(x)
    _max_pool2d_gradient(gradient, contiguous(places, kind), down, across, dx)
    return dx


def average_pool2d(
    x: Any, window: Any = 2, strides: Any = None, padding: Any = "valid", out: Array | None = None
) -> Array:
    (x,) = floating("average_pool2d", x)
    down, across = _axes("average_pool2d", x, window, strides, padding)
    apart("average_pool2d", out, x)
    out = result("average_pool2d", out, _pooled_shape(x, down, across), x.dtype)
    _average_pool2d(x, down, across, out)
    return out


def average_pool2d_gradient(
    gradient: Any, x: Any, window: Any = 2, strides: Any = None, padding: Any = "valid"
) -> Array:
    name = "average_pool2d_gradient"
    gradient, x = floating(name, gradient, x)
    down, across = _axes(name, x, window, strides, padding)
    same_shape(name, gradient, np.broadcast_to(x.dtype.type(0), _pooled_shape(x, down, across)))
    dx: Array = np.empty_like(x)
    _average_pool2d_gradient(gradient, down, across, dx)
    return dx
