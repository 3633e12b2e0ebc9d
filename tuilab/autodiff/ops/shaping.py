"""The same numbers in another shape, another order, or side by side."""

import itertools
from collections.abc import Sequence
from typing import Literal

import numpy as np

from tuilab.autodiff.tensor import Tensor, TensorLike, apply
from tuilab.errors import ShapeError
from tuilab.kernels import shapes

Axis = int | tuple[int, ...] | None


def broadcast_to(x: TensorLike, shape: tuple[int, ...]) -> Tensor:
    """x repeated along new axes and axes of size 1 until it has `shape`."""
    return apply("broadcast_to", x, shape=tuple(shape))


def reshape(x: TensorLike, shape: tuple[int, ...]) -> Tensor:
    """The same elements in another shape; one size may be -1, for what is left."""
    return apply("reshape", x, shape=tuple(shape))


def transpose(x: TensorLike, axes: tuple[int, ...] | None = None) -> Tensor:
    """x with its axes in the order `axes`, or in reverse order."""
    return apply("transpose", x, axes=None if axes is None else tuple(axes))


def expand_dims(x: TensorLike, axis: int) -> Tensor:
    """x with an axis of size 1 put in at `axis`."""
    return apply("expand_dims", x, axis=axis)


def squeeze(x: TensorLike, axis: Axis = None) -> Tensor:
    """x without the axes of size 1 in `axis`, or without all of them."""
    return apply("squeeze", x, axis=axis)


def flip(x: TensorLike, axis: Axis = None) -> Tensor:
    """x from the end to the beginning along `axis`, or along all axes."""
    return apply("flip", x, axis=axis)


def concatenate(arrays: Sequence[TensorLike], axis: int = 0) -> Tensor:
    """The arrays one after the other along an axis they have; their other sizes are equal."""
    if not arrays:
        raise ShapeError("concatenate needs at least one array. It was given none.")
    return apply("concatenate", *arrays, axis=axis)


def stack(arrays: Sequence[TensorLike], axis: int = 0) -> Tensor:
    """The arrays, all of one shape, one after the other along a new axis."""
    return concatenate([expand_dims(one, axis) for one in arrays], axis)


def split(x: TensorLike, parts: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """x cut along `axis` into so many equal parts, or before each of the places in `parts`."""
    whole = x if isinstance(x, Tensor) else Tensor(x)
    (place,) = shapes.normalize_axes("split", axis, whole.ndim)
    size = whole.shape[place]
    if isinstance(parts, int):
        if parts < 1 or size % parts:
            raise ShapeError(f"split: {size} cannot be cut into {parts} equal parts.")
        edges = list(range(0, size + 1, size // parts)) if size else [0] * (parts + 1)
    else:
        edges = [0, *parts, size]
    return [_part(whole, place, begin, end) for begin, end in itertools.pairwise(edges)]


def _part(x: Tensor, axis: int, begin: int, end: int) -> Tensor:
    first = tuple(begin if one == axis else 0 for one in range(x.ndim))
    last = tuple(end if one == axis else size for one, size in enumerate(x.shape))
    return apply("slice", x, begin=first, end=last, step=(1,) * x.ndim)


def slice(  # noqa: A001
    x: TensorLike, begin: tuple[int, ...], end: tuple[int, ...], step: tuple[int, ...] | None = None
) -> Tensor:
    """The part begin … end of each axis, every `step`-th element; `x[…]` says the same in brackets."""
    steps = (1,) * len(begin) if step is None else tuple(step)
    return apply("slice", x, begin=tuple(begin), end=tuple(end), step=steps)


def pad(
    x: TensorLike,
    widths: Sequence[tuple[int, int]],
    mode: Literal["constant", "reflect", "edge"] = "constant",
    value: float = 0.0,
) -> Tensor:
    """x with a margin of (before, after) along each axis: `value`, or x mirrored at its edge, or its edge
    repeated."""
    pairs = tuple((int(before), int(after)) for before, after in widths)
    if mode == "constant":
        return apply("pad", x, widths=pairs, value=value)
    tensor = x if isinstance(x, Tensor) else Tensor(x)
    shapes.padded("pad", tensor.shape, pairs)
    for axis, (before, after) in enumerate(pairs):
        if before or after:
            places = np.pad(np.arange(tensor.shape[axis]), (before, after), mode=mode)
            tensor = apply("take", tensor, places, axis=axis)
    return tensor
