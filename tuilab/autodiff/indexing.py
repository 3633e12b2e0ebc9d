"""`x[…]` on tensors, told in operations that a tape can follow."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tuilab.autodiff.tensor import Tensor, apply
from tuilab.errors import ShapeError, TuilabError


def part(x: Tensor, key: Any) -> Tensor:
    """The part of x that `key` names: numbers, slices, None, `...`, and at most one array."""
    keys = _whole(key if isinstance(key, tuple) else (key,), x.shape)
    if any(isinstance(one, np.ndarray) for one in keys):
        return _picked(x, keys)
    found = _regular(x.shape, keys)
    y = apply("flip", x, axis=found.backwards) if found.backwards else x
    if not found.everything(x.shape):
        y = apply("slice", y, begin=found.begin, end=found.end, step=found.step)
    return y if y.shape == found.shape else apply("reshape", y, shape=found.shape)


@dataclass(frozen=True, slots=True)
class Part:
    """A part that goes forward: begin, end and step of each axis, once the axes `backwards` were flipped; and
    the shape that it gets."""

    begin: tuple[int, ...]
    end: tuple[int, ...]
    step: tuple[int, ...]
    backwards: tuple[int, ...]
    shape: tuple[int, ...]

    def everything(self, shape: tuple[int, ...]) -> bool:
        """Whether nothing is left out of an array of this shape."""
        return (self.begin, self.end, self.step) == ((0,) * len(shape), shape, (1,) * len(shape))


def regular(shape: tuple[int, ...], key: Any) -> Part:
    """The part of an array of this shape that numbers, slices, None and `...` name."""
    return _regular(shape, _whole(key if isinstance(key, tuple) else (key,), shape))


def _regular(shape: tuple[int, ...], keys: list[Any]) -> Part:
    begin, end, step, backwards, left = [], [], [], [], []
    axis = 0
    for one in keys:
        if one is None:
            left.append(1)
            continue
        size = shape[axis]
        if isinstance(one, slice):
            first, last, stride = one.indices(size)
            if stride < 0:
                backwards.append(axis)
                first, last, stride = size - 1 - first, size - 1 - last, -stride
            begin.append(first)
            end.append(max(first, last))
            step.append(stride)
            left.append(len(range(first, last, stride)))
        else:
            begin.append(_inside(one, size, axis))
            end.append(begin[-1] + 1)
            step.append(1)
        axis += 1
    return Part(tuple(begin), tuple(end), tuple(step), tuple(backwards), tuple(left))


def _whole(keys: tuple[Any, ...], shape: tuple[int, ...]) -> list[Any]:
    """The keys with `...` written out and slices for the axes that are not named; arrays as arrays."""
    named = [_read(one) for one in keys]
    used = sum(
        one.ndim if isinstance(one, np.ndarray) and one.dtype == bool else 1
        for one in named
        if one is not None and one is not Ellipsis
    )
    if used > len(shape):
        raise ShapeError(f"{used} axes are named, but the tensor has {len(shape)}: {shape}.")
    dots = [place for place, one in enumerate(named) if one is Ellipsis]
    if len(dots) > 1:
        raise TuilabError("`...` may stand once among the keys of a part.")
    place = dots[0] if dots else len(named)
    rest = [slice(None)] * (len(shape) - used)
    return [*named[:place], *rest, *named[place + 1 :]]


def _read(one: Any) -> Any:
    if one is None or one is Ellipsis or isinstance(one, slice):
        return one
    if isinstance(one, int | np.integer) and not isinstance(one, bool):
        return int(one)
    array = one.data if isinstance(one, Tensor) else np.asarray(one)
    if array.dtype.kind not in "iub":
        raise TuilabError(
            "A part is named by whole numbers, slices, None, `...`, or an array of whole numbers or "
            f"booleans. It was given {type(one).__name__} {array.dtype}."
        )
    return array


def _inside(index: int, size: int, axis: int) -> int:
    if not -size <= index < size:
        raise ShapeError(f"Index {index} of axis {axis}, which has the places 0 to {size - 1}.")
    return index % size


def _picked(x: Tensor, keys: list[Any]) -> Tensor:
    """With one array among the keys: what it picks, then the rest."""
    place = next(number for number, one in enumerate(keys) if isinstance(one, np.ndarray))
    if sum(isinstance(one, np.ndarray) for one in keys) > 1:
        raise TuilabError("A part takes one array of places. For several, use ops.gather_nd.")
    array = keys[place]
    axis = sum(one is not None for one in keys[:place])
    if array.dtype == bool:
        if array.shape != x.shape[axis : axis + array.ndim]:
            raise ShapeError(f"A mask of {array.shape} does not fit the axes of {x.shape} from {axis} on.")
        shape = (*x.shape[:axis], array.size, *x.shape[axis + array.ndim :])
        x = apply("reshape", x, shape=shape)
        array = np.flatnonzero(array)
    taken = apply("take", x, array, axis=axis)
    others = [*keys[:place], *[slice(None)] * array.ndim, *keys[place + 1 :]]
    return part(taken, tuple(others))
