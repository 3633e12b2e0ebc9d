"""Shapes as the catalogue writes them, read and checked: `"(m,k),(k,n)->(m,n)"`.

A letter stands for one size, the same wherever it occurs; a number for itself; `...` for any leading
axes, which are broadcast by NumPy's rule: aligned from the right, each size equal or 1.
"""

import functools
import itertools
import math
import re
from collections.abc import Sequence

from tuilab.errors import ShapeError

Shape = tuple[int, ...]


@functools.lru_cache(maxsize=4096)
def match(name: str, spec: str, *shapes: Shape) -> Shape:
    """The output's shape where `shapes` fit `spec`; a `ShapeError` that says what is wrong where not."""
    wanted, result = _parse(spec)
    if len(shapes) != len(wanted):
        raise ShapeError(
            f"{name} takes {len(wanted)} arrays, {spec.split('->')[0]}. It was given {len(shapes)}."
        )
    sizes: dict[str, int] = {}
    leading: list[Shape] = []
    for axes, shape in zip(wanted, shapes, strict=True):
        named = [axis for axis in axes if axis != "..."]
        if len(shape) < len(named) or (len(shape) > len(named) and "..." not in axes):
            raise ShapeError(_mismatch(name, spec, shapes))
        if "..." in axes:
            leading.append(shape[: len(shape) - len(named)])
        for axis, size in zip(named, shape[len(shape) - len(named) :], strict=True):
            if sizes.setdefault(axis, int(axis) if axis.isdigit() else size) != size:
                raise ShapeError(_mismatch(name, spec, shapes))
    stretched = broadcast(name, *leading)
    return tuple(size for axis in result for size in (stretched if axis == "..." else (sizes[axis],)))


@functools.lru_cache(maxsize=4096)
def broadcast(name: str, *shapes: Shape) -> Shape:
    """The common shape of `shapes` by NumPy's rule, or a `ShapeError` that names the axis."""
    rank = max((len(shape) for shape in shapes), default=0)
    result = []
    for axis in range(-rank, 0):
        sizes = {shape[axis] for shape in shapes if len(shape) >= -axis} - {1}
        if len(sizes) > 1:
            raise ShapeError(
                f"{name}: {_pair(shapes)} cannot be broadcast together: aligned from the right, "
                f"axis {axis} has the sizes {' and '.join(str(size) for size in sorted(sizes))}. "
                "Sizes must be equal, or one of them 1."
            )
        result.append(sizes.pop() if sizes else 1)
    return tuple(result)


@functools.lru_cache(maxsize=1024)
def normalize_axes(name: str, axis: int | tuple[int, ...] | None, rank: int) -> tuple[int, ...]:
    """`axis` as sorted numbers from 0; None stands for all axes."""
    axes = tuple(range(rank)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    for one in axes:
        if rank == 0:
            raise ShapeError(f"{name}: axis {one} of a single number, which has no axes.")
        if not -rank <= one < rank:
            raise ShapeError(
                f"{name}: axis {one} of an array with {rank} axes. Expected {-rank} to {rank - 1}."
            )
    result = tuple(sorted(one % rank for one in axes))
    if len(set(result)) < len(result):
        raise ShapeError(f"{name}: axis={axes} names an axis twice.")
    return result


def reduced(shape: Shape, axes: tuple[int, ...], keepdims: bool) -> Shape:
    """The shape that is left of `shape` when `axes` are reduced."""
    if keepdims:
        return tuple(1 if axis in axes else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


def stretched_axes(shape: Shape, wide: Shape) -> tuple[int, ...]:
    """The axes of `wide` along which an array of `shape` was repeated to reach it."""
    offset = len(wide) - len(shape)
    return tuple(
        axis for axis in range(len(wide)) if axis < offset or (shape[axis - offset] == 1 and wide[axis] != 1)
    )


@functools.lru_cache(maxsize=1024)
def reshaped(shape: Shape, target: Shape) -> Shape:
    """`target` with its -1 replaced by what is left of `shape`; a `ShapeError` where the sizes differ."""
    size, unknown = math.prod(shape), [axis for axis, length in enumerate(target) if length == -1]
    known = math.prod(length for length in target if length != -1)
    if any(length < -1 for length in target) or len(unknown) > 1:
        raise ShapeError(f"reshape: {target} is no shape. Expected sizes of 0 or more, and at most one -1.")
    if (known == 0 and unknown) or (size % known if unknown else size != known):
        raise ShapeError(f"reshape: {shape} has {size} elements, which cannot fill {target}.")
    return tuple(size // known if length == -1 else length for length in target)


def order_of_axes(name: str, axes: tuple[int, ...] | None, rank: int) -> tuple[int, ...]:
    """`axes` as a permutation of 0 … rank - 1; None turns their order round."""
    if axes is None:
        return tuple(reversed(range(rank)))
    order = tuple(axis % rank if -rank <= axis < rank else axis for axis in axes)
    if sorted(order) != list(range(rank)):
        raise ShapeError(f"{name}: axes={axes} must name each of the {rank} axes once.")
    return order


def squeezed(shape: Shape, axis: int | tuple[int, ...] | None) -> Shape:
    """`shape` without the axes of size 1 that are named, or without all of them."""
    if axis is None:
        return tuple(size for size in shape if size != 1)
    axes = normalize_axes("squeeze", axis, len(shape))
    wide = [one for one in axes if shape[one] != 1]
    if wide:
        raise ShapeError(f"squeeze: axis {wide[0]} of {shape} has the size {shape[wide[0]]}. Expected 1.")
    return tuple(size for place, size in enumerate(shape) if place not in axes)


@functools.lru_cache(maxsize=1024)
def slices(
    name: str, shape: Shape, begin: tuple[int, ...], end: tuple[int, ...], step: tuple[int, ...]
) -> tuple[slice, ...]:
    """For each axis the slice begin:end:step, inside the shape; steps go forward."""
    if not len(begin) == len(end) == len(step) == len(shape):
        raise ShapeError(
            f"{name}: begin, end and step need a number for each of the {len(shape)} axes of {shape}. "
            f"They have {len(begin)}, {len(end)} and {len(step)}."
        )
    if any(one < 1 for one in step):
        raise ShapeError(f"{name}: step={step} must go forward. Use flip to go back.")
    return tuple(
        slice(*slice(a, b, c).indices(size)) for a, b, c, size in zip(begin, end, step, shape, strict=True)
    )


def padded(name: str, shape: Shape, widths: tuple[tuple[int, int], ...]) -> Shape:
    """`shape` with `widths` (before, after) added to each axis."""
    if len(widths) != len(shape) or any(min(pair) < 0 for pair in widths):
        raise ShapeError(
            f"{name}: widths={widths} must be a pair (before, after), 0 or more, for each axis of {shape}."
        )
    return tuple(before + size + after for size, (before, after) in zip(shape, widths, strict=True))


@functools.lru_cache(maxsize=256)
def joined(name: str, given: tuple[Shape, ...], axis: int) -> tuple[Shape, list[tuple[slice, ...]]]:
    """The shape of arrays joined along `axis`, and the place of each in it."""
    if not given:
        raise ShapeError(f"{name} needs at least one array.")
    (place,) = normalize_axes(name, axis, len(given[0]))
    if any(
        len(one) != len(given[0])
        or one[:place] != given[0][:place]
        or one[place + 1 :] != given[0][place + 1 :]
        for one in given
    ):
        listed = " and ".join(str(one) for one in given)
        raise ShapeError(f"{name} needs arrays that differ in axis {axis} only. It was given {listed}.")
    begins = [sum(one[place] for one in given[:count]) for count in range(len(given) + 1)]
    whole = [slice(None)] * place
    places = [(*whole, slice(begin, end)) for begin, end in itertools.pairwise(begins)]
    return (*given[0][:place], begins[-1], *given[0][place + 1 :]), places


@functools.lru_cache(maxsize=256)
def _parse(spec: str) -> tuple[list[list[str]], list[str]]:
    left, _, right = spec.partition("->")

    def groups(side: str) -> list[list[str]]:
        return [re.findall(r"\.\.\.|\w+", group) for group in re.findall(r"\(([^)]*)\)", side)]

    return groups(left), (groups(right) or [[]])[0]


def _mismatch(name: str, spec: str, shapes: Sequence[Shape]) -> str:
    if name == "matmul" and len(shapes) == 2 and all(len(shape) >= 2 for shape in shapes):
        a, b = shapes
        hint = " Did you mean a.T?" if a[-2] == b[-2] else " Did you mean b.T?" if a[-1] == b[-1] else ""
        return f"matmul needs the inner sizes to match: {a} @ {b}.{hint if len(a) == len(b) == 2 else ''}"
    return f"{name} takes the shapes {spec.split('->')[0]}. It was given {_pair(shapes)}."


def _pair(shapes: Sequence[Shape]) -> str:
    return " and ".join(str(shape) for shape in shapes)
