"""Elements picked by their places, and put back to them."""

import numpy as np

from tuilab.autodiff.ops.shaping import broadcast_to, concatenate, expand_dims, reshape
from tuilab.autodiff.tensor import Tensor, TensorLike, apply
from tuilab.errors import ShapeError, TuilabError
from tuilab.kernels import shapes


def take(x: TensorLike, indices: TensorLike, axis: int = 0) -> Tensor:
    """The parts of x at the places `indices` of an axis; negative ones count from the end."""
    return apply("take", x, indices, axis=axis)


def take_along_axis(x: TensorLike, indices: TensorLike, axis: int = -1) -> Tensor:
    """For each line of x along `axis` the elements at the places that the same line of `indices` holds. The
    other axes are broadcast."""
    x, indices = (one if isinstance(one, Tensor) else Tensor(one) for one in (x, indices))
    if x.ndim == indices.ndim > 0:
        (place,) = shapes.normalize_axes("take_along_axis", axis, x.ndim)
        others = [(*one.shape[:place], 1, *one.shape[place + 1 :]) for one in (x, indices)]
        if others[0] != others[1]:
            wide = shapes.broadcast("take_along_axis", *others)
            x = broadcast_to(x, (*wide[:place], x.shape[place], *wide[place + 1 :]))
            places = (*wide[:place], indices.shape[place], *wide[place + 1 :])
            indices = Tensor(np.broadcast_to(indices.data, places))
    return apply("take_along_axis", x, indices, axis=axis)


def gather_nd(x: TensorLike, indices: TensorLike) -> Tensor:
    """The parts of x at the places that the rows of `indices` (…, axes) name, over its first axes."""
    return apply("gather_nd", x, indices)


def scatter_add(x: TensorLike, indices: TensorLike, updates: TensorLike, axis: int = 0) -> Tensor:
    """x with each of the updates added at its place along `axis`; several may meet at one place."""
    return apply("scatter_add", x, indices, updates, axis=axis)


def one_hot(labels: TensorLike, classes: int) -> Tensor:
    """1 at the place of each class number, 0 elsewhere: (…) -> (…, classes), float32."""
    return apply("one_hot", labels, classes=classes)


def embedding(ids: TensorLike, table: TensorLike) -> Tensor:
    """The row of `table` (words, units) for each id: (…) -> (…, units)."""
    table = table if isinstance(table, Tensor) else Tensor(table)
    if table.ndim != 2:
        raise ShapeError(f"embedding needs a table of the shape (words, units). It was given {table.shape}.")
    return apply("take", table, ids, axis=0)


def repeat(x: TensorLike, times: int, axis: int = 0) -> Tensor:
    """Each element along `axis` so many times, one beside the other."""
    tensor = x if isinstance(x, Tensor) else Tensor(x)
    (place,) = shapes.normalize_axes("repeat", axis, tensor.ndim)
    _must_be_count("repeat", times)
    wide = expand_dims(tensor, place + 1)
    shape = (*tensor.shape[: place + 1], times, *tensor.shape[place + 1 :])
    whole = (*tensor.shape[:place], tensor.shape[place] * times, *tensor.shape[place + 1 :])
    return reshape(broadcast_to(wide, shape), whole)


def tile(x: TensorLike, times: tuple[int, ...]) -> Tensor:
    """x laid out so many times along each axis, as tiles are; where there are too few numbers, they are for
    the last axes."""
    tensor = x if isinstance(x, Tensor) else Tensor(x)
    times = (1,) * (tensor.ndim - len(times)) + tuple(times)
    while tensor.ndim < len(times):
        tensor = expand_dims(tensor, 0)
    for axis, count in enumerate(times):
        _must_be_count("tile", count)
        if count != 1:
            tensor = (
                concatenate([tensor] * count, axis) if count else tensor[(slice(None),) * axis + (slice(0),)]
            )
    return tensor


def _must_be_count(name: str, times: int) -> None:
    if isinstance(times, bool) or not isinstance(times, int) or times < 0:
        raise TuilabError(f"{name} takes a whole number of times, 0 or more. It was given {times!r}.")
