"""Shapes as the catalogue writes them, read and checked: `"(m,k),(k,n)->(m,n)"`.

A letter stands for one size, the same wherever it occurs; a number for itself; `...` for any leading
axes, which are broadcast by NumPy's rule: aligned from the right, each size equal or 1.
"""

import functools
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


@functools.lru_cache(maxsize=256)
def _parse(spec: str) -> tuple[list[list[str]], list[str]]:
    left, _, right = spec.partition("->")

    def groups(side: str) -> list[list[str]]:
        return [re.findall(r"\.\.\.|\w+", group) for group in re.findall(r"\(([^)]*)\)", side)]

    return groups(left), (groups(right) or [[]])[0]


def _mismatch(name: str, spec: str, shapes: Sequence[Shape]) -> str:
    if name == "matmul" and len(shapes) == 2 and all(len(shape) == 2 for shape in shapes):
        (m, k), (rows, n) = shapes
        hint = " Did you mean a.T?" if m == rows else " Did you mean b.T?" if k == n else ""
        return f"matmul needs the inner sizes to match: {(m, k)} @ {(rows, n)}.{hint}"
    return f"{name} takes the shapes {spec.split('->')[0]}. It was given {_pair(shapes)}."


def _pair(shapes: Sequence[Shape]) -> str:
    return " and ".join(str(shape) for shape in shapes)
