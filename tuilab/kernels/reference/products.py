"""The matrix product, and the views of a matrix."""

from typing import Any

from array_api_compat import array_namespace

Array = Any


def matmul(a: Array, b: Array) -> Array:
    return array_namespace(a, b).matmul(a, b)


def transpose(x: Array) -> Array:
    xp = array_namespace(x)
    return xp.permute_dims(x, tuple(reversed(range(x.ndim))))


def reshape(x: Array, shape: tuple[int, ...]) -> Array:
    return array_namespace(x).reshape(x, shape)
