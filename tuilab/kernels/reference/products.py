"""The matrix product."""

from typing import Any

from array_api_compat import array_namespace

Array = Any


def matmul(a: Array, b: Array) -> Array:
    return array_namespace(a, b).matmul(a, b)
