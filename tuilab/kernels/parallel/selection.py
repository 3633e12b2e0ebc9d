"""Elements picked by their places, and put back to them.

Arrays are walked as (outer, n, inner) with the picked axis in the middle. Where several picks add to one
place, each thread owns places and takes the picks in their order: the same sum on any number of threads.
"""

import math
from typing import Any

import numpy as np

from tuilab.errors import ShapeError, TuilabError
from tuilab.kernels import shapes
from tuilab.kernels.jit import kernel, prange, repeatable
from tuilab.kernels.parallel.arrays import Array, contiguous, floating, integer_labels, numeric, result

OWNERS = 8  # shares of the places that picks are added to, whatever the threads
ROWS = 16  # rows copied in one task


@kernel
def _take(x: Any, indices: Any, out: Any) -> None:
    outer, m, inner = out.shape
    n = x.shape[1]
    source, target = x.reshape(-1), out.reshape(-1)
    for task in prange((outer * m + ROWS - 1) // ROWS):
        for row in range(task * ROWS, min(outer * m, (task + 1) * ROWS)):
            index = indices[row % m]
            begin = (row // m * n + (index + n if index < 0 else index)) * inner
            target[row * inner : (row + 1) * inner] = source[begin : begin + inner]


@kernel
def _add_rows(indices: Any, updates: Any, out: Any) -> None:
    outer, n, inner = out.shape
    m = indices.size
    source, target = updates.reshape(-1), out.reshape(-1)
    for owner in prange(outer * OWNERS):
        o, share = owner // OWNERS, owner % OWNERS
        for i in range(m):
            index = indices[i] + n if indices[i] < 0 else indices[i]
            if index % OWNERS == share:
                begin, row = (o * n + index) * inner, (o * m + i) * inner
                total, part = target[begin : begin + inner], source[row : row + inner]
                for k in range(inner):
                    total[k] += part[k]


@kernel
def _take_along(x: Any, indices: Any, out: Any) -> None:
    outer, m, inner = out.shape
    n = x.shape[1]
    for o in prange(outer):
        for i in range(m):
            for k in range(inner):
                index = indices[o, i, k]
                out[o, i, k] = x[o, index + n if index < 0 else index, k]


@kernel
def _add_along(indices: Any, gradient: Any, out: Any) -> None:
    outer, m, inner = gradient.shape
    n = out.shape[1]
    for o in prange(outer):
        for i in range(m):
            for k in range(inner):
                index = indices[o, i, k]
                out[o, index + n if index < 0 else index, k] += gradient[o, i, k]


@kernel
def _one_hot(labels: Any, out: Any) -> None:
    for i in prange(labels.size):
        row = out[i]
        row[:] = 0
        row[labels[i]] = 1


def _places(name: str, indices: Any, size: int, axis: int) -> Array:
    """Whole numbers that name places of an axis, each checked to lie in -size … size - 1."""
    found = np.asarray(indices)
    if found.dtype.kind not in "iu":
        raise TuilabError(f"{name} takes whole numbers as indices. It was given {found.dtype}.")
    repeatable(_check_places, name, found, size, axis)
    return contiguous(found, np.int64)


def _check_places(name: str, found: Array, size: int, axis: int) -> None:
    if found.size and (found.min() < -size or found.max() >= size):
        raise TuilabError(
            f"{name}: the indices run from {found.min()} to {found.max()}, but axis {axis} has the places "
            f"0 to {size - 1}."
        )


def _middle(shape: tuple[int, ...], place: int) -> tuple[int, int, int]:
    return math.prod(shape[:place]), shape[place], math.prod(shape[place + 1 :])


def take(x: Any, indices: Any, axis: int = 0, out: Array | None = None) -> Array:
    (x,) = numeric("take", x)
    (place,) = shapes.normalize_axes("take", axis, x.ndim)
    indices = _places("take", indices, x.shape[place], axis)
    out = result("take", out, (*x.shape[:place], *indices.shape, *x.shape[place + 1 :]), x.dtype)
    outer, n, inner = _middle(x.shape, place)
    if out.size:
        _take(x.reshape(outer, n, inner), indices.reshape(-1), out.reshape(outer, indices.size, inner))
    return out


def take_gradient(gradient: Any, x: Any, indices: Any, axis: int = 0, out: Array | None = None) -> Array:
    (gradient,) = floating("take_gradient", gradient)
    shape = np.shape(x)
    (place,) = shapes.normalize_axes("take_gradient", axis, len(shape))
    expected = (*shape[:place], *np.shape(indices), *shape[place + 1 :])
    if gradient.shape != expected:
        raise ShapeError(
            f"take_gradient needs a gradient of the shape {expected}. It was given {gradient.shape}."
        )
    out = result("take_gradient", out, shape, gradient.dtype)
    repeatable(out.fill, 0)
    return _added("take_gradient", indices, gradient, place, axis, out)


def scatter_add(x: Any, indices: Any, updates: Any, axis: int = 0, out: Array | None = None) -> Array:
    x, updates = numeric("scatter_add", x, updates)
    (place,) = shapes.normalize_axes("scatter_add", axis, x.ndim)
    expected = (*x.shape[:place], *np.shape(indices), *x.shape[place + 1 :])
    if updates.shape != expected:
        raise ShapeError(f"scatter_add needs updates of the shape {expected}. It was given {updates.shape}.")
    out = result("scatter_add", out, x.shape, x.dtype)
    if out is not x:
        repeatable(np.copyto, out, x)
    return _added("scatter_add", indices, updates, place, axis, out)


def _added(name: str, indices: Any, updates: Array, place: int, axis: int, out: Array) -> Array:
    outer, n, inner = _middle(out.shape, place)
    found = _places(name, indices, n, axis)
    if updates.size:
        _add_rows(found.reshape(-1), updates.reshape(outer, found.size, inner), out.reshape(outer, n, inner))
    return out


def _along(name: str, x: Any, indices: Any, axis: int) -> tuple[int, tuple[int, ...]]:
    shape, found = np.shape(x), np.shape(indices)
    (place,) = shapes.normalize_axes(name, axis, len(shape))
    if len(found) != len(shape) or any(found[one] != shape[one] for one in range(len(shape)) if one != place):
        raise ShapeError(
            f"{name} needs indices of the shape of x but for axis {axis}: x is {shape}, the indices {found}."
        )
    return place, found


def take_along_axis(x: Any, indices: Any, axis: int = -1, out: Array | None = None) -> Array:
    (x,) = numeric("take_along_axis", x)
    place, shape = _along("take_along_axis", x, indices, axis)
    found = _places("take_along_axis", indices, x.shape[place], axis)
    out = result("take_along_axis", out, shape, x.dtype)
    if out.size:
        middle = _middle(shape, place)
        _take_along(x.reshape(_middle(x.shape, place)), found.reshape(middle), out.reshape(middle))
    return out


def take_along_axis_gradient(
    gradient: Any, x: Any, indices: Any, axis: int = -1, out: Array | None = None
) -> Array:
    (gradient,) = floating("take_along_axis_gradient", gradient)
    place, shape = _along("take_along_axis_gradient", x, indices, axis)
    if gradient.shape != shape:
        raise ShapeError(
            f"take_along_axis_gradient needs a gradient of the shape {shape}. It was given {gradient.shape}."
        )
    out = result("take_along_axis_gradient", out, np.shape(x), gradient.dtype)
    found = _places("take_along_axis_gradient", indices, out.shape[place], axis)
    repeatable(out.fill, 0)
    if gradient.size:
        middle = _middle(shape, place)
        _add_along(found.reshape(middle), gradient.reshape(middle), out.reshape(_middle(out.shape, place)))
    return out


def _end_to_end(name: str, indices: Any, shape: tuple[int, ...]) -> tuple[Array, tuple[int, ...]]:
    """Places over several axes as places in all of them laid end to end, and the shape of x laid so."""
    found = np.asarray(indices)
    count = found.shape[-1] if found.ndim else 0
    if not 1 <= count <= len(shape) or found.dtype.kind not in "iu":
        raise ShapeError(
            f"{name} needs whole numbers of the shape (…, axes), 1 to {len(shape)} axes. "
            f"It was given {found.shape} {found.dtype}."
        )
    flat = np.empty(found.shape[:-1], np.int64)
    repeatable(_lay_end_to_end, name, found, shape, flat)
    return flat, (math.prod(shape[:count]), *shape[count:])


def _lay_end_to_end(name: str, found: Array, shape: tuple[int, ...], flat: Array) -> None:
    flat[...] = 0
    for axis in range(found.shape[-1]):
        _check_places(name, found[..., axis], shape[axis], axis)
        flat *= shape[axis]
        flat += found[..., axis].astype(np.int64) % max(shape[axis], 1)


def gather_nd(x: Any, indices: Any, out: Array | None = None) -> Array:
    (x,) = numeric("gather_nd", x)
    flat, rows = _end_to_end("gather_nd", indices, x.shape)
    out = result("gather_nd", out, (*flat.shape, *rows[1:]), x.dtype)
    return take(x.reshape(rows), flat, 0, out)


def gather_nd_gradient(gradient: Any, x: Any, indices: Any, out: Array | None = None) -> Array:
    (gradient,) = floating("gather_nd_gradient", gradient)
    shape = np.shape(x)
    flat, rows = _end_to_end("gather_nd_gradient", indices, shape)
    if gradient.shape != (*flat.shape, *rows[1:]):
        raise ShapeError(
            f"gather_nd_gradient needs a gradient of the shape {(*flat.shape, *rows[1:])}. "
            f"It was given {gradient.shape}."
        )
    out = result("gather_nd_gradient", out, shape, gradient.dtype)
    repeatable(out.fill, 0)
    _added("gather_nd_gradient", flat, gradient, 0, 0, out.reshape(rows))
    return out


def one_hot(labels: Any, classes: int = 2, out: Array | None = None) -> Array:
    found = integer_labels("one_hot", labels, classes)
    out = result("one_hot", out, (*found.shape, classes), np.float32)
    if out.size:
        _one_hot(found.reshape(-1), out.reshape(-1, classes))
    return out
