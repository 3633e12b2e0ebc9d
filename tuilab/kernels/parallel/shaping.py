"""The same numbers in another shape, another order, or side by side.

What needs no arithmetic and no new memory is a view: reshape, transpose, flip and slice answer the memory
they were given, with other strides. What moves numbers leaves it to NumPy, which moves them as fast as
memory allows; the moves are noted like launches, so that a replayed step makes them again.
"""

from typing import Any

import numpy as np

from tuilab.errors import ShapeError
from tuilab.kernels import shapes
from tuilab.kernels.jit import repeatable
from tuilab.kernels.parallel.arrays import Array, contiguous, numeric, result

Widths = tuple[tuple[int, int], ...]
builtin_slice = slice


def reshape(x: Any, shape: tuple[int, ...]) -> Array:
    x = np.asarray(x)
    target = shapes.reshaped(x.shape, tuple(shape))
    if x.flags.c_contiguous:
        view: Array = x.reshape(target)
        return view
    try:
        return np.reshape(x, target, copy=False)
    except ValueError:  # no strides say this: the numbers must be laid out anew
        return contiguous(x, x.dtype).reshape(target)


def transpose(x: Any, axes: tuple[int, ...] | None = None) -> Array:
    x = np.asarray(x)
    view: Array = x.transpose(shapes.order_of_axes("transpose", axes, x.ndim))
    return view


def transpose_gradient(gradient: Any, axes: tuple[int, ...] | None = None) -> Array:
    gradient = np.asarray(gradient)
    order = shapes.order_of_axes("transpose_gradient", axes, gradient.ndim)
    view: Array = gradient.transpose([order.index(axis) for axis in range(gradient.ndim)])
    return view


def matrix_transpose(x: Any) -> Array:
    x = np.asarray(x)
    if x.ndim < 2:
        raise ShapeError(f"matrix_transpose needs two axes or more. It was given {x.shape}.")
    view: Array = x.swapaxes(-1, -2)
    return view


def expand_dims(x: Any, axis: int = 0) -> Array:
    x = np.asarray(x)
    (place,) = shapes.normalize_axes("expand_dims", axis, x.ndim + 1)
    return reshape(x, (*x.shape[:place], 1, *x.shape[place:]))


def squeeze(x: Any, axis: int | tuple[int, ...] | None = None) -> Array:
    x = np.asarray(x)
    return reshape(x, shapes.squeezed(x.shape, axis))


def flip(x: Any, axis: int | tuple[int, ...] | None = None) -> Array:
    x = np.asarray(x)
    return np.flip(x, shapes.normalize_axes("flip", axis, x.ndim))


def slice(x: Any, begin: tuple[int, ...], end: tuple[int, ...], step: tuple[int, ...]) -> Array:  # noqa: A001
    x = np.asarray(x)
    view: Array = x[shapes.slices("slice", x.shape, begin, end, step)]
    return view


def slice_gradient(
    gradient: Any,
    x: Any,
    begin: tuple[int, ...],
    end: tuple[int, ...],
    step: tuple[int, ...],
    out: Array | None = None,
) -> Array:
    (gradient,) = numeric("slice_gradient", gradient)
    shape = np.shape(x)
    out = result("slice_gradient", out, shape, gradient.dtype)
    part = out[shapes.slices("slice_gradient", shape, begin, end, step)]
    if part.shape != gradient.shape:
        raise ShapeError(
            f"slice_gradient needs a gradient of the shape {part.shape}. It was given {gradient.shape}."
        )
    repeatable(out.fill, 0)
    repeatable(np.copyto, part, gradient)
    return out


def pad(x: Any, widths: Widths, value: float = 0.0, out: Array | None = None) -> Array:
    (x,) = numeric("pad", x)
    shape = shapes.padded("pad", x.shape, widths)
    out = result("pad", out, shape, x.dtype)
    inner = tuple(
        builtin_slice(before, before + size) for (before, _), size in zip(widths, x.shape, strict=True)
    )
    repeatable(out.fill, value)
    repeatable(np.copyto, out[inner], x)
    return out


def pad_gradient(gradient: Any, x: Any, widths: Widths) -> Array:
    gradient, shape = np.asarray(gradient), np.shape(x)
    if gradient.shape != shapes.padded("pad_gradient", shape, widths):
        raise ShapeError(
            f"pad_gradient needs a gradient of the shape {shapes.padded('pad_gradient', shape, widths)}. "
            f"It was given {gradient.shape}."
        )
    begin = tuple(before for before, _ in widths)
    end = tuple(before + size for before, size in zip(begin, shape, strict=True))
    return slice(gradient, begin, end, (1,) * len(shape))


def concatenate(*arrays: Any, axis: int = 0, out: Array | None = None) -> Array:
    found = numeric("concatenate", *arrays)
    shape, places = shapes.joined("concatenate", tuple(one.shape for one in found), axis)
    out = result("concatenate", out, shape, found[0].dtype)
    for array, place in zip(found, places, strict=True):
        repeatable(np.copyto, out[place], array)
    return out


def concatenate_gradient(gradient: Any, *arrays: Any, axis: int = 0) -> tuple[Array, ...]:
    gradient = np.asarray(gradient)
    shape, places = shapes.joined("concatenate_gradient", tuple(np.shape(one) for one in arrays), axis)
    if gradient.shape != shape:
        raise ShapeError(
            f"concatenate_gradient needs a gradient of the shape {shape}. It was given {gradient.shape}."
        )
    return tuple(gradient[place] for place in places)
