"""An array repeated to a larger shape: what broadcasting does, and the way back of sums and means."""

from typing import Any

import numpy as np

from tuilab.errors import ShapeError
from tuilab.kernels.jit import Kernel, kernel, prange
from tuilab.kernels.parallel.arrays import Array, apart, broadcast_plan, floating, result
from tuilab.kernels.parallel.lines import Axis, flat, in_place, lines


@kernel
def _repeat(x: Any, rows: Any, step: Any, width: Any, divisor: Any, out: Any) -> None:
    for r in prange(rows.size):
        z = out[r * width : (r + 1) * width]
        if step:
            y = x[rows[r] :][: z.size]
            for c in range(z.size):
                z[c] = y[c] / divisor
        else:
            value = x[rows[r]] / divisor
            for c in range(z.size):
                z[c] = value


def repeated(name: str, x: Array, shape: tuple[int, ...], divisor: float, out: Array | None) -> Array:
    """x, divided by `divisor`, repeated to `shape`."""
    plan = broadcast_plan(name, x.shape, shape)
    if plan.shape != shape:
        raise ShapeError(f"{name}: an array of shape {x.shape} cannot be repeated to {shape}.")
    out = result(name, out, shape, x.dtype)
    (rows, _), (step, _) = plan.rows, plan.steps
    _repeat(x.reshape(-1), rows, step, plan.width, x.dtype.type(divisor), out.reshape(-1))
    return out


def given_back(
    name: str, gradient: Any, x: Any, axis: Axis, keepdims: bool, mean: bool, out: Array | None
) -> Array:
    """Each number's share of the gradient of its line: all of it, or as much of it as of a mean."""
    (gradient,) = floating(name, gradient)
    plan = lines(name, x.shape, axis, keepdims)
    must_be_like_result(name, gradient, plan.shape)
    return repeated(name, gradient.reshape(plan.kept), x.shape, max(1, plan.n) if mean else 1, out)


def back_along_lines(
    name: str,
    launch: Kernel,
    of_results: tuple[Array, ...],
    x: Array,
    axis: Axis,
    keepdims: bool,
    out: Array | None,
    *settings: Any,
) -> Array:
    """The gradient by x that a kernel (*of_results, x, n, *settings, gradient) works out line by line;
    `of_results` have a number a line, in the shape that the reduction gave."""
    plan = lines(name, x.shape, axis, keepdims)
    for one in of_results:
        must_be_like_result(name, one, plan.shape)
    apart(name, out, *of_results, x)
    out = result(name, out, x.shape, x.dtype)
    shares = out.reshape(-1) if plan.order is None else np.empty(x.size, x.dtype)
    by_line = [one.reshape(plan.outer, plan.inner) for one in of_results]
    launch(*by_line, flat(x, plan), plan.n, *settings, shares)
    return in_place(shares, x.shape, plan, out)


def must_be_like_result(name: str, gradient: Array, shape: tuple[int, ...]) -> None:
    """A `ShapeError` unless `gradient` has the shape that the reduction gave."""
    if gradient.shape != shape:
        raise ShapeError(f"{name} needs a gradient of the shape {shape}. It was given {gradient.shape}.")
