"""Reductions in blocks of a fixed size, summed in order: the same bits on any number of threads."""

import builtins
import math
from typing import Any

import numpy as np

from tuilab.errors import ShapeError
from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, broadcast_plan, floating, numeric, result

BLOCK = 4096  # elements summed by one thread at a stretch
STRIPS = 8  # the most blocks where each sums whole rows: they are added up by one thread at the end
Axis = int | tuple[int, ...] | None
SUMS = frozenset({"contract", "reassoc"})  # without reassociation a sum waits for each addition in turn


@kernel(float_rules=SUMS)
def _sum(x: Any, partial: Any, divisor: Any, out: Any) -> None:
    outer, n, inner = x.shape
    flat = x.reshape(-1)
    blocks = partial.shape[1]
    length = (n + blocks - 1) // blocks
    for task in prange(outer * blocks):
        o, block = task // blocks, task % blocks
        begin, end = min(n, block * length), min(n, (block + 1) * length)
        sums = partial[o, block]
        if inner == 1:
            values = flat[o * n + begin : o * n + end]
            total = x.dtype.type(0)
            for i in range(values.size):
                total += values[i]
            sums[0] = total
        else:
            sums[:] = 0
            for i in range(begin, end):
                row = x[o, i]
                for k in range(inner):
                    sums[k] += row[k]
        if blocks == 1:
            for k in range(inner):
                out[o, k] = sums[k] / divisor
    if blocks > 1:  # few sums of few blocks (`_blocks`): not worth another round of the threads
        for o in range(outer):
            for k in range(inner):
                total = partial[o, 0, k]
                for block in range(1, blocks):
                    total += partial[o, block, k]
                out[o, k] = total / divisor


@device
def _larger(a: Any, b: Any) -> Any:
    """The larger of two numbers, or NaN if one of them is."""
    return b if b > a or b != b else a


LANES = 64  # a maximum kept in so many parts is taken with vectors; in one part it is not


@kernel
def _max(x: Any, partial: Any, out: Any) -> None:
    outer, n, inner = x.shape
    flat = x.reshape(-1)
    blocks = partial.shape[1]
    length = (n + blocks - 1) // blocks
    for task in prange(outer * blocks):
        o, block = task // blocks, task % blocks
        begin, end = min(n - 1, block * length), min(n, (block + 1) * length)
        largest = partial[o, block]
        if inner == 1:
            values = flat[o * n + begin : o * n + end]
            lanes = np.full(LANES, values[0], x.dtype)
            whole = values.size // LANES * LANES
            for i in range(0, whole, LANES):
                row = values[i : i + LANES]
                for k in range(row.size):
                    lanes[k] = _larger(lanes[k], row[k])
            for i in range(whole, values.size):
                lanes[0] = _larger(lanes[0], values[i])
            for k in range(1, LANES):
                lanes[0] = _larger(lanes[0], lanes[k])
            largest[0] = lanes[0]
        else:
            largest[:] = x[o, begin]
            for i in range(begin + 1, end):
                row = x[o, i]
                for k in range(inner):
                    largest[k] = _larger(largest[k], row[k])
        if blocks == 1:
            out[o] = largest
    if blocks > 1:
        for o in range(outer):
            for k in range(inner):
                most = partial[o, 0, k]
                for block in range(1, blocks):
                    most = _larger(most, partial[o, block, k])
                out[o, k] = most


@kernel
def _argmax(x: Any, out: Any) -> None:
    outer, n, inner = x.shape
    for o in prange(outer):
        for k in range(inner):
            best = 0
            for i in range(1, n):
                value, most = x[o, i, k], x[o, best, k]
                if value > most or (value != value and most == most):
                    best = i
            out[o, k] = best


@kernel
def _max_gradient(gradient: Any, largest: Any, x: Any, out: Any) -> None:
    outer, n, inner = x.shape
    for o in prange(outer):
        for k in range(inner):
            ties = 0
            for i in range(n):
                ties += x[o, i, k] == largest[o, k]
            for i in range(n):  # a product, so that NaN, which equals nothing, gives 0 / 0
                out[o, i, k] = gradient[o, k] * (x[o, i, k] == largest[o, k]) / ties


@kernel
def _repeat(x: Any, rows: Any, step: Any, width: Any, divisor: Any, out: Any) -> None:
    for r in prange(rows.size):
        i, o = rows[r], r * width
        for c in range(min(width, out.size - o)):
            out[o + c] = x[i + c * step] / divisor


def _grouped(x: Array, axes: tuple[int, ...]) -> tuple[Array, int, int, int]:
    """`x` as (outer, n, inner) with the reduced axes in the middle, moved there if they are apart."""
    together = not axes or axes[-1] - axes[0] + 1 == len(axes)
    if not together:
        kept = [axis for axis in range(x.ndim) if axis not in axes]
        x = np.ascontiguousarray(x.transpose(*kept, *axes))
        axes = tuple(range(len(kept), x.ndim))
    first, last = (axes[0], axes[-1]) if axes else (x.ndim, x.ndim - 1)
    outer, n = math.prod(x.shape[:first]), math.prod(x.shape[first : last + 1])
    inner = math.prod(x.shape[last + 1 :])
    return x.reshape(outer, n, inner), outer, n, inner


def _blocks(outer: int, n: int, inner: int) -> int:
    """Into how many blocks n is cut: one where the other axes give the threads enough to do."""
    if outer * inner >= BLOCK:
        return 1
    wanted = -(-n * inner // BLOCK)
    return builtins.max(1, min(n, wanted if inner == 1 else min(wanted, STRIPS)))


def _reduced(
    arrays: tuple[Array, ...], axis: Axis, keepdims: bool, divide: bool, name: str, out: Array | None
) -> Array:
    (x,) = arrays
    axes = shapes.normalize_axes(name, axis, x.ndim)
    out = result(name, out, shapes.reduced(x.shape, axes, keepdims), x.dtype)
    grouped, outer, n, inner = _grouped(x, axes)
    partial = np.empty((outer, _blocks(outer, n, inner), inner), x.dtype)
    _sum(grouped, partial, x.dtype.type(n if divide else 1), out.reshape(outer, inner))
    return out


def sum(x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Array:  # noqa: A001
    return _reduced(floating("sum", x), axis, keepdims, False, "sum", out)


def mean(x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Array:
    return _reduced(floating("mean", x), axis, keepdims, True, "mean", out)


def max(x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Array:  # noqa: A001
    (x,) = numeric("max", x)
    axes = shapes.normalize_axes("max", axis, x.ndim)
    if any(x.shape[one] == 0 for one in axes):
        raise ShapeError(f"max: an array of shape {x.shape} has no largest element along axis {axis}.")
    out = result("max", out, shapes.reduced(x.shape, axes, keepdims), x.dtype)
    grouped, outer, n, inner = _grouped(x, axes)
    partial = np.empty((outer, _blocks(outer, n, inner), inner), x.dtype)
    _max(grouped, partial, out.reshape(outer, inner))
    return out


def argmax(x: Any, axis: int = -1, out: Array | None = None) -> Array:
    (x,) = numeric("argmax", x)
    axes = shapes.normalize_axes("argmax", axis, x.ndim)
    if x.shape[axes[0]] == 0:
        raise ShapeError(f"argmax: an array of shape {x.shape} has no largest element along axis {axis}.")
    out = result("argmax", out, shapes.reduced(x.shape, axes, False), np.int64)
    grouped, outer, _, inner = _grouped(x, axes)
    _argmax(grouped, out.reshape(outer, inner))
    return out


def _spread(x: Array, shape: tuple[int, ...], divisor: float, out: Array | None, name: str) -> Array:
    plan = broadcast_plan(name, x.shape, shape)
    if plan.shape != shape:
        raise ShapeError(f"{name}: an array of shape {x.shape} cannot be repeated to {shape}.")
    out = result(name, out, shape, x.dtype)
    (rows, _), (step, _) = plan.rows, plan.steps
    _repeat(x.reshape(-1), rows, step, plan.width, x.dtype.type(divisor), out.reshape(-1))
    return out


def _incoming(name: str, gradient: Array, x: Array, axis: Axis, keepdims: bool) -> tuple[int, ...]:
    """The reduced axes, where `gradient` has the shape that the reduction of `x` along them gave."""
    axes = shapes.normalize_axes(name, axis, x.ndim)
    expected = shapes.reduced(x.shape, axes, keepdims)
    if gradient.shape != expected:
        raise ShapeError(f"{name} needs a gradient of the shape {expected}. It was given {gradient.shape}.")
    return axes


def sum_gradient(
    gradient: Any, x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None
) -> Array:
    (gradient,) = floating("sum_gradient", gradient)
    axes = _incoming("sum_gradient", gradient, x, axis, keepdims)
    return _spread(gradient.reshape(shapes.reduced(x.shape, axes, True)), x.shape, 1, out, "sum_gradient")


def mean_gradient(
    gradient: Any, x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None
) -> Array:
    (gradient,) = floating("mean_gradient", gradient)
    axes = _incoming("mean_gradient", gradient, x, axis, keepdims)
    count = math.prod(x.shape[one] for one in axes)
    return _spread(
        gradient.reshape(shapes.reduced(x.shape, axes, True)), x.shape, count, out, "mean_gradient"
    )


def max_gradient(
    gradient: Any, x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None
) -> Array:
    gradient, x = floating("max_gradient", gradient, x)
    axes = _incoming("max_gradient", gradient, x, axis, keepdims)
    out = result("max_gradient", out, x.shape, x.dtype)
    grouped, outer, n, inner = _grouped(x, axes)
    spread = np.empty((outer, n, inner), x.dtype)
    _max_gradient(gradient.reshape(outer, inner), max(x, axis).reshape(outer, inner), grouped, spread)
    kept = tuple(one for one in range(x.ndim) if one not in axes)
    order = (*kept, *axes) if axes and axes[-1] - axes[0] + 1 != len(axes) else tuple(range(x.ndim))
    out[...] = spread.reshape([x.shape[one] for one in order]).transpose(np.argsort(order))
    return out


def broadcast_to(x: Any, shape: tuple[int, ...], out: Array | None = None) -> Array:
    (x,) = floating("broadcast_to", x)
    return _spread(x, tuple(shape), 1, out, "broadcast_to")


def sum_to(x: Any, like: Any, out: Array | None = None) -> Array:
    (wide,) = floating("sum_to", x)
    if wide.shape == like.shape and out is None:
        return wide
    if shapes.broadcast("sum_to", wide.shape, like.shape) != wide.shape:
        raise ShapeError(f"sum_to: {like.shape} is not a shape that was stretched to {wide.shape}.")
    axes = shapes.stretched_axes(like.shape, wide.shape)
    out = result("sum_to", out, like.shape, wide.dtype)
    _reduced((wide,), axes, False, False, "sum_to", out.reshape(shapes.reduced(wide.shape, axes, False)))
    return out
