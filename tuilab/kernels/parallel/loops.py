"""The loops that element-wise kernels share: a kernel is one of them with a function of numbers inside.

    @each
    def _negative(x):
        return -x

makes `_negative` a kernel of its own over whole arrays. `each` and `each_pair` walk flat arrays of one shape;
`broadcast_pairs` and `broadcast_threes` follow a `BroadcastPlan`, with a loop for each of the usual cases,
because one over a stride that is known only at run time is not vectorised.

A loop is not compiled around the function as a closure: Numba knows a closure over compiled code by a number
that is new in every process, and would never find its machine code again. It is the loop's own code with the
function among its globals, under the function's name and module, so the cache keeps each kernel apart.
"""

import types
from collections.abc import Callable
from typing import Any

from tuilab.kernels.jit import Kernel, device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, broadcast_plan, result, same_shape

element: Any = None
"""Stands for the function of single numbers in the loops below."""


def _with(loop: Callable[..., None], function: Callable[..., Any]) -> Kernel:
    its_own = types.FunctionType(
        loop.__code__, {**loop.__globals__, "element": device(function)}, function.__name__
    )
    its_own.__qualname__, its_own.__module__ = function.__qualname__, function.__module__
    its_own.__doc__ = function.__doc__
    made: Kernel = kernel(its_own)
    return made


def _over_each(x: Any, options: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = element(x[i], *options)


def _over_each_pair(x: Any, y: Any, options: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = element(x[i], y[i], *options)


def _over_pairs(
    a: Any, a_rows: Any, a_step: Any, b: Any, b_rows: Any, b_step: Any, width: Any, out: Any
) -> None:
    for r in prange(a_rows.size):
        z = out[r * width : (r + 1) * width]
        x, y = a[a_rows[r] :][: z.size], b[b_rows[r] :][: z.size]
        if a_step and b_step:
            for i in range(z.size):
                z[i] = element(x[i], y[i])
        elif b_step:
            for i in range(z.size):
                z[i] = element(x[0], y[i])
        else:
            for i in range(z.size):
                z[i] = element(x[i], y[0])


def _over_threes(
    a: Any,
    a_rows: Any,
    a_step: Any,
    b: Any,
    b_rows: Any,
    b_step: Any,
    c: Any,
    c_rows: Any,
    c_step: Any,
    width: Any,
    out: Any,
) -> None:
    for r in prange(a_rows.size):
        z = out[r * width : (r + 1) * width]
        u, v, w = a[a_rows[r] :], b[b_rows[r] :], c[c_rows[r] :]
        if a_step and b_step and c_step:
            for i in range(z.size):
                z[i] = element(u[i], v[i], w[i])
        elif a_step and b_step:
            for i in range(z.size):
                z[i] = element(u[i], v[i], w[0])
        elif a_step and c_step:
            for i in range(z.size):
                z[i] = element(u[i], v[0], w[i])
        else:
            for i in range(z.size):
                z[i] = element(u[i * a_step], v[i * b_step], w[i * c_step])


def each(function: Callable[..., Any]) -> Kernel:
    """A kernel (x, options, out): `function(x, *options)` of every element. `launch_each` launches it."""
    return _with(_over_each, function)


def each_pair(function: Callable[..., Any]) -> Kernel:
    """A kernel (x, y, options, out): `function(x, y, *options)` of the elements at the same place."""
    return _with(_over_each_pair, function)


def broadcast_pairs(function: Callable[..., Any]) -> Kernel:
    """A kernel of two arrays after broadcasting: `function(x, y)`. `launch_broadcast` launches it."""
    return _with(_over_pairs, function)


def broadcast_threes(function: Callable[..., Any]) -> Kernel:
    """A kernel of three arrays after broadcasting: `function(x, y, z)`."""
    return _with(_over_threes, function)


def launch_each(
    name: str, launch: Kernel, arrays: tuple[Array, ...], out: Array | None, *options: Any, dtype: Any = None
) -> Array:
    """The result of a kernel made with `each` or `each_pair`, of arrays of one shape and type; `dtype` where
    the result is of another."""
    shape = arrays[0].shape if len(arrays) == 1 else same_shape(name, *arrays)
    out = result(name, out, shape, dtype or arrays[0].dtype)
    launch(*[one.reshape(-1) for one in arrays], options, out.reshape(-1))
    return out


def launch_broadcast(
    name: str, launch: Kernel, arrays: tuple[Array, ...], out: Array | None, dtype: Any = None
) -> Array:
    """The result of a kernel made with `broadcast_pairs` or `broadcast_threes`."""
    plan = broadcast_plan(name, *[one.shape for one in arrays])
    out = result(name, out, plan.shape, dtype or arrays[0].dtype)
    walks = zip(arrays, plan.rows, plan.steps, strict=True)
    given = [part for one, rows, step in walks for part in (one.reshape(-1), rows, step)]
    launch(*given, plan.width, out.reshape(-1))
    return out
