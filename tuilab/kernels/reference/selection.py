"""Elements picked by their places, and put back to them."""

import math
from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels import shapes

Array = Any


def take(x: Array, indices: Array, axis: int = 0) -> Array:
    xp = array_namespace(x)
    (place,) = shapes.normalize_axes("take", axis, x.ndim)
    flat = xp.take(x, xp.reshape(indices, (-1,)), axis=place)
    return xp.reshape(flat, (*x.shape[:place], *indices.shape, *x.shape[place + 1 :]))


def take_gradient(gradient: Array, x: Array, indices: Array, axis: int = 0) -> Array:
    xp = array_namespace(gradient)
    return scatter_add(xp.zeros_like(x), indices, gradient, axis)


def scatter_add(x: Array, indices: Array, updates: Array, axis: int = 0) -> Array:
    xp = array_namespace(x)
    (place,) = shapes.normalize_axes("scatter_add", axis, x.ndim)
    flat = xp.reshape(indices, (-1,))
    rows = xp.reshape(updates, (*x.shape[:place], flat.shape[0], *x.shape[place + 1 :]))
    places = xp.arange(x.shape[place])
    for number in range(flat.shape[0]):
        here = xp.reshape(places == flat[number], (-1,) + (1,) * (x.ndim - place - 1))
        row = xp.take(rows, xp.asarray([number]), axis=place)
        x = xp.where(here, x + row, x)
    return x


def take_along_axis(x: Array, indices: Array, axis: int = -1) -> Array:
    return array_namespace(x).take_along_axis(x, indices, axis=axis)


def take_along_axis_gradient(gradient: Array, x: Array, indices: Array, axis: int = -1) -> Array:
    xp = array_namespace(gradient)
    (place,) = shapes.normalize_axes("take_along_axis", axis, x.ndim)
    places = xp.reshape(xp.arange(x.shape[place]), (-1,) + (1,) * (x.ndim - place - 1))
    total = xp.zeros_like(x)
    for number in range(indices.shape[place]):
        one = xp.asarray([number])
        here = xp.take(indices, one, axis=place) == places
        total = xp.where(here, total + xp.take(gradient, one, axis=place), total)
    return total


def gather_nd(x: Array, indices: Array) -> Array:
    xp = array_namespace(x)
    count = indices.shape[-1]
    rows = xp.reshape(x, (math.prod(x.shape[:count]), *x.shape[count:]))
    return take(rows, _end_to_end(indices, x.shape))


def gather_nd_gradient(gradient: Array, x: Array, indices: Array) -> Array:
    xp = array_namespace(gradient)
    count = indices.shape[-1]
    rows = xp.reshape(xp.zeros_like(x), (math.prod(x.shape[:count]), *x.shape[count:]))
    return xp.reshape(scatter_add(rows, _end_to_end(indices, x.shape), gradient), x.shape)


def _end_to_end(indices: Array, shape: tuple[int, ...]) -> Array:
    """Places over several axes as places in all of them laid end to end."""
    xp = array_namespace(indices)
    flat = xp.zeros_like(indices[..., 0])
    for axis in range(indices.shape[-1]):
        place = indices[..., axis]
        flat = flat * shape[axis] + xp.where(place < 0, place + shape[axis], place)
    return flat


def one_hot(labels: Array, classes: int = 2) -> Array:
    xp = array_namespace(labels)
    return xp.astype(xp.expand_dims(labels, axis=-1) == xp.arange(classes), xp.float32)
