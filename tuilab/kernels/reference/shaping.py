"""The same numbers in another shape, another order, or side by side."""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels import shapes

Array = Any
builtin_slice = slice
Widths = tuple[tuple[int, int], ...]


def reshape(x: Array, shape: tuple[int, ...]) -> Array:
    return array_namespace(x).reshape(x, shape)


def transpose(x: Array, axes: tuple[int, ...] | None = None) -> Array:
    return array_namespace(x).permute_dims(x, shapes.order_of_axes("transpose", axes, x.ndim))


def transpose_gradient(gradient: Array, axes: tuple[int, ...] | None = None) -> Array:
    order = shapes.order_of_axes("transpose_gradient", axes, gradient.ndim)
    return transpose(gradient, tuple(order.index(axis) for axis in range(gradient.ndim)))


def matrix_transpose(x: Array) -> Array:
    return transpose(x, (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


def expand_dims(x: Array, axis: int = 0) -> Array:
    return array_namespace(x).expand_dims(x, axis=axis)


def squeeze(x: Array, axis: int | tuple[int, ...] | None = None) -> Array:
    return reshape(x, shapes.squeezed(x.shape, axis))


def flip(x: Array, axis: int | tuple[int, ...] | None = None) -> Array:
    return array_namespace(x).flip(x, axis=axis)


def slice(x: Array, begin: tuple[int, ...], end: tuple[int, ...], step: tuple[int, ...]) -> Array:  # noqa: A001
    return x[shapes.slices("slice", x.shape, begin, end, step)]


def slice_gradient(
    gradient: Array, x: Array, begin: tuple[int, ...], end: tuple[int, ...], step: tuple[int, ...]
) -> Array:
    xp = array_namespace(gradient)
    for axis, one in enumerate(shapes.slices("slice_gradient", x.shape, begin, end, step)):
        places = xp.arange(x.shape[axis])
        within = (places >= one.start) & (places < one.stop) & ((places - one.start) % one.step == 0)
        source = xp.where(within, (places - one.start) // one.step, 0)
        if gradient.shape[axis] == 0:
            shape = (*gradient.shape[:axis], x.shape[axis], *gradient.shape[axis + 1 :])
            gradient = xp.zeros(shape, dtype=gradient.dtype)
            continue
        kept = xp.reshape(within, (-1,) + (1,) * (x.ndim - axis - 1))
        taken = xp.take(gradient, source, axis=axis)
        gradient = xp.where(kept, taken, xp.zeros_like(taken))
    return gradient


def pad(x: Array, widths: Widths, value: float = 0.0) -> Array:
    xp = array_namespace(x)
    for axis, (before, after) in enumerate(widths):
        parts = [
            xp.full((*x.shape[:axis], count, *x.shape[axis + 1 :]), value, dtype=x.dtype)
            for count in (before, after)
        ]
        x = xp.concat([parts[0], x, parts[1]], axis=axis)
    return x


def pad_gradient(gradient: Array, x: Array, widths: Widths) -> Array:
    begin = tuple(before for before, _ in widths)
    end = tuple(before + size for before, size in zip(begin, x.shape, strict=True))
    return slice(gradient, begin, end, (1,) * x.ndim)


def concatenate(*arrays: Array, axis: int = 0) -> Array:
    return array_namespace(*arrays).concat(arrays, axis=axis)


def concatenate_gradient(gradient: Array, *arrays: Array, axis: int = 0) -> tuple[Array, ...]:
    parts, begin = [], 0
    for array in arrays:
        size = array.shape[axis]
        place: Any = [builtin_slice(None)] * array.ndim
        place[axis] = builtin_slice(begin, begin + size)
        parts.append(gradient[tuple(place)])
        begin += size
    return tuple(parts)
