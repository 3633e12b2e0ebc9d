"""Running sums along an axis."""

from typing import Any

from array_api_compat import array_namespace

Array = Any


def cumulative_sum(x: Array, axis: int = -1) -> Array:
    return array_namespace(x).cumulative_sum(x, axis=axis, dtype=x.dtype)
