"""How reductions walk an array: as (outer, n, inner), with the axes that are reduced in the middle.

Each of the outer · inner lines of n numbers becomes one. The work is cut into pieces by sizes alone, never by
threads, and what the pieces of one line give is put together in order: so the bits are the same on any
number of threads. Small arrays are done by the thread that asked, piece by piece: waking others would take
longer.
"""

import functools
import math
from typing import Any, NamedTuple

import numpy as np

from tuilab.kernels import shapes
from tuilab.kernels.jit import device, repeatable
from tuilab.kernels.parallel.arrays import Array, contiguous

ALONE = 1 << 17
"""Elements up to which an array is done by one thread: with vectors that takes as long as a launch."""
BLOCK = 4096
"""Elements of a contiguous line that are reduced at a stretch."""
COLUMNS = 1024
"""Lines side by side that a piece has at most, so that their results stay in the fastest memory."""
STRIPS = 16
"""Pieces that lines side by side are cut into at least, where they are long."""
WIDE = 64
"""Numbers side by side that keep the processor's vectors busy."""
Axis = int | tuple[int, ...] | None


class Lines(NamedTuple):
    """The shape of a reduction's result, and how the array is walked."""

    shape: tuple[int, ...]
    kept: tuple[int, ...]
    """The result's shape with an axis of size 1 for each that was reduced."""
    order: tuple[int, ...] | None
    """The order of axes that brings the reduced ones together; None where they are."""
    outer: int
    n: int
    inner: int
    blocks: int
    """Into how many pieces each line is cut."""
    group: int
    """How many of the outer ones a piece has."""


@functools.lru_cache(maxsize=1024)
def lines(name: str, shape: tuple[int, ...], axis: Axis, keepdims: bool = False) -> Lines:
    """The plan for reducing an array of `shape` along `axis`; a `ShapeError` where there is no such axis."""
    axes = shapes.normalize_axes(name, axis, len(shape))
    n = math.prod(shape[one] for one in axes)
    order = None
    if axes and axes[-1] - axes[0] + 1 != len(axes):
        order = (*(one for one in range(len(shape)) if one not in axes), *axes)
        outer, inner = math.prod(shape[one] for one in order[: -len(axes)]), 1
    else:
        first, last = (axes[0], axes[-1] + 1) if axes else (len(shape), len(shape))
        outer, inner = math.prod(shape[:first]), math.prod(shape[last:])
    blocks = _blocks(outer, n, inner)
    group = max(1, BLOCK // max(1, n * inner)) if blocks == 1 and inner <= COLUMNS else 1
    kept = shapes.reduced(shape, axes, True)
    return Lines(
        kept if keepdims else shapes.reduced(shape, axes, False), kept, order, outer, n, inner, blocks, group
    )


def _blocks(outer: int, n: int, inner: int) -> int:
    if inner == 1:
        wanted = -(-n // BLOCK)
    else:
        beside = outer * -(-inner // COLUMNS)
        enough = outer * n * inner <= ALONE or beside >= STRIPS
        wanted = 1 if enough else min(-(-STRIPS // beside), -(-n * min(inner, COLUMNS) // BLOCK))
    if wanted <= 1:
        return 1
    return -(-n // -(-n // min(n, wanted)))  # so that no block is empty


def flat(x: Array, plan: Lines) -> Array:
    """All numbers of x in the order in which the plan walks them."""
    if plan.order is not None:
        x = contiguous(x.transpose(plan.order), x.dtype)
    return x.reshape(-1)


def in_place(flat: Array, shape: tuple[int, ...], plan: Lines, out: Array) -> Array:
    """What `flat` took apart, put back into `out`, an array of the `shape` that it came from."""
    if plan.order is None:
        return out
    turned = flat.reshape([shape[one] for one in plan.order]).transpose(np.argsort(plan.order))
    repeatable(np.copyto, out, turned)
    return out


@device
def pieces(size: Any, inner: Any, blocks: Any, group: Any) -> Any:
    """How many pieces of work there are for `size` results."""
    if size == 0:
        return 0
    return (size // inner + group - 1) // group * blocks * ((inner + COLUMNS - 1) // COLUMNS)


@device
def piece(number: Any, size: Any, n: Any, inner: Any, blocks: Any, group: Any) -> Any:
    """What piece `number` has: of the outer ones the first and the one after its last, its block, where that
    begins and ends in n, and the same of its columns."""
    chunks = (inner + COLUMNS - 1) // COLUMNS
    chunk, number = number % chunks, number // chunks
    block, number = number % blocks, number // blocks
    length = (n + blocks - 1) // blocks
    left = chunk * COLUMNS
    return (
        number * group,
        min((number + 1) * group, size // inner),
        block,
        block * length,
        min(n, (block + 1) * length),
        left,
        min(inner, left + COLUMNS),
    )
