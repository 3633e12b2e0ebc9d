"""NumPy as HIPS autograd traces it, under the array API's names: what reference kernels are run on.

autograd has gradients for most of NumPy. What it lacks is said here with what it has; indexing above all.
"""

from typing import Any

import array_api_compat.numpy as standard
import autograd.numpy as anp
import numpy as np

Array = Any


def astype(x: Array, dtype: Any, copy: bool = True) -> Array:
    return x.astype(dtype)


def broadcast_to(x: Array, shape: tuple[int, ...]) -> Array:
    return x + np.zeros(shape, x.dtype)


def cumulative_sum(x: Array, axis: int = -1, dtype: Any = None) -> Array:
    return anp.cumsum(x, axis)


def flip(x: Array, axis: int | tuple[int, ...] | None = None) -> Array:
    axes = range(x.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    wanted = {one % x.ndim for one in axes}
    return x[tuple(slice(None, None, -1 if one in wanted else 1) for one in range(x.ndim))]


def take(x: Array, indices: Array, axis: int = 0) -> Array:
    return x[(slice(None),) * (axis % x.ndim) + (indices,)]


def take_along_axis(x: Array, indices: Array, axis: int = -1) -> Array:
    sizes = list(x.shape)
    sizes[axis] = indices.shape[axis]
    places = list(np.indices(sizes, sparse=True))
    places[axis] = indices
    return x[tuple(places)]


def where(condition: Array, x: Array, y: Array) -> Array:
    kind = np.result_type(x.dtype, y.dtype)
    like = np.zeros(np.broadcast_shapes(condition.shape, x.shape, y.shape), kind)
    return anp.where(condition, x + like, y + like)  # autograd's own does not broadcast on the way back


RENAMED = {
    "acos": "arccos",
    "asin": "arcsin",
    "atan": "arctan",
    "concat": "concatenate",
    "permute_dims": "transpose",
    "pow": "power",
}
HERE = {
    one.__name__: one for one in (astype, broadcast_to, cumulative_sum, flip, take, take_along_axis, where)
}
WITHOUT_GRADIENT = {"isdtype", "finfo", "iinfo", "result_type", "can_cast"}


class Namespace:
    """The array API's functions, each with its gradient."""

    def __getattr__(self, name: str) -> Any:
        if name in HERE:
            return HERE[name]
        if name in WITHOUT_GRADIENT:
            return getattr(standard, name)
        return getattr(anp, RENAMED.get(name, name))


NAMESPACE = Namespace()
