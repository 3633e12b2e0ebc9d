"""Element-wise kernels. Unary ones walk flat arrays; binary ones follow a `BroadcastPlan`, with a loop for
each of its three cases, because a loop over a stride that is known only at run time is not vectorised."""

from typing import Any

import numpy as np

from tuilab.kernels.jit import kernel, prange
from tuilab.kernels.parallel import elementary
from tuilab.kernels.parallel.arrays import Array, broadcast_plan, floating, numeric, result, same_shape


@kernel
def _add(a: Any, a_rows: Any, a_step: Any, b: Any, b_rows: Any, b_step: Any, width: Any, out: Any) -> None:
    for r in prange(a_rows.size):
        z = out[r * width : (r + 1) * width]
        x, y = a[a_rows[r] :][: z.size], b[b_rows[r] :][: z.size]
        if a_step and b_step:
            for c in range(z.size):
                z[c] = x[c] + y[c]
        elif b_step:
            for c in range(z.size):
                z[c] = x[0] + y[c]
        else:
            for c in range(z.size):
                z[c] = x[c] + y[0]


@kernel
def _subtract(
    a: Any, a_rows: Any, a_step: Any, b: Any, b_rows: Any, b_step: Any, width: Any, out: Any
) -> None:
    for r in prange(a_rows.size):
        z = out[r * width : (r + 1) * width]
        x, y = a[a_rows[r] :][: z.size], b[b_rows[r] :][: z.size]
        if a_step and b_step:
            for c in range(z.size):
                z[c] = x[c] - y[c]
        elif b_step:
            for c in range(z.size):
                z[c] = x[0] - y[c]
        else:
            for c in range(z.size):
                z[c] = x[c] - y[0]


@kernel
def _multiply(
    a: Any, a_rows: Any, a_step: Any, b: Any, b_rows: Any, b_step: Any, width: Any, out: Any
) -> None:
    for r in prange(a_rows.size):
        z = out[r * width : (r + 1) * width]
        x, y = a[a_rows[r] :][: z.size], b[b_rows[r] :][: z.size]
        if a_step and b_step:
            for c in range(z.size):
                z[c] = x[c] * y[c]
        elif b_step:
            for c in range(z.size):
                z[c] = x[0] * y[c]
        else:
            for c in range(z.size):
                z[c] = x[c] * y[0]


@kernel
def _divide(a: Any, a_rows: Any, a_step: Any, b: Any, b_rows: Any, b_step: Any, width: Any, out: Any) -> None:
    for r in prange(a_rows.size):
        z = out[r * width : (r + 1) * width]
        x, y = a[a_rows[r] :][: z.size], b[b_rows[r] :][: z.size]
        if a_step and b_step:
            for c in range(z.size):
                z[c] = x[c] / y[c]
        elif b_step:
            for c in range(z.size):
                z[c] = x[0] / y[c]
        else:
            for c in range(z.size):
                z[c] = x[c] / y[0]


def _binary(name: str, launch: Any, arrays: tuple[Array, ...], out: Array | None) -> Array:
    a, b = arrays
    plan = broadcast_plan(name, a.shape, b.shape)
    out = result(name, out, plan.shape, a.dtype)
    launch(
        a.reshape(-1),
        plan.a_rows,
        plan.a_step,
        b.reshape(-1),
        plan.b_rows,
        plan.b_step,
        plan.width,
        out.reshape(-1),
    )
    return out


def add(a: Any, b: Any, out: Array | None = None) -> Array:
    return _binary("add", _add, numeric("add", a, b), out)


def subtract(a: Any, b: Any, out: Array | None = None) -> Array:
    return _binary("subtract", _subtract, numeric("subtract", a, b), out)


def multiply(a: Any, b: Any, out: Array | None = None) -> Array:
    return _binary("multiply", _multiply, numeric("multiply", a, b), out)


def divide(a: Any, b: Any, out: Array | None = None) -> Array:
    return _binary("divide", _divide, floating("divide", a, b), out)


@kernel
def _negative(x: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = -x[i]


@kernel
def _square(x: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = x[i] * x[i]


@kernel
def _power(x: Any, exponent: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = x[i] ** exponent


@kernel
def _power_gradient(gradient: Any, x: Any, exponent: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = gradient[i] * exponent * x[i] ** (exponent - 1)


@kernel
def _exp(x: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = elementary.exp(x[i])


@kernel
def _log(x: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = elementary.log(x[i])


@kernel
def _relu(x: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = 0 if x[i] < 0 else x[i]  # NaN is not less than 0 and stays


@kernel
def _relu_gradient(gradient: Any, output: Any, out: Any) -> None:
    for i in prange(output.size):
        out[i] = 0 if output[i] <= 0 else gradient[i]  # nothing is known of NaN, so it is let through


@kernel
def _sigmoid(x: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = elementary.sigmoid(x[i])


@kernel
def _sigmoid_gradient(gradient: Any, output: Any, out: Any) -> None:
    one = output.dtype.type(1)  # a plain 1 would make float64 of float32
    for i in prange(output.size):
        out[i] = gradient[i] * output[i] * (one - output[i])


@kernel
def _tanh(x: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = elementary.tanh(x[i])


@kernel
def _tanh_gradient(gradient: Any, output: Any, out: Any) -> None:
    one = output.dtype.type(1)
    for i in prange(output.size):
        out[i] = gradient[i] * (one - output[i] * output[i])


@kernel
def _rescale(x: Any, scale: Any, offset: Any, out: Any) -> None:
    for i in prange(x.size):
        out[i] = x[i] * scale + offset


def _unary(name: str, launch: Any, arrays: tuple[Array, ...], out: Array | None) -> Array:
    (x,) = arrays
    out = result(name, out, x.shape, x.dtype)
    launch(x.reshape(-1), out.reshape(-1))
    return out


def _paired(name: str, launch: Any, gradient: Any, output: Any, out: Array | None) -> Array:
    gradient, output = floating(name, gradient, output)
    out = result(name, out, same_shape(name, gradient, output), gradient.dtype)
    launch(gradient.reshape(-1), output.reshape(-1), out.reshape(-1))
    return out


def negative(x: Any, out: Array | None = None) -> Array:
    return _unary("negative", _negative, numeric("negative", x), out)


def power(x: Any, exponent: float, out: Array | None = None) -> Array:
    (x,) = floating("power", x)
    if exponent == 2:
        return _unary("power", _square, (x,), out)
    out = result("power", out, x.shape, x.dtype)
    _power(x.reshape(-1), x.dtype.type(exponent), out.reshape(-1))
    return out


def power_gradient(gradient: Any, x: Any, exponent: float, out: Array | None = None) -> Array:
    gradient, x = floating("power_gradient", gradient, x)
    out = result("power_gradient", out, same_shape("power_gradient", gradient, x), x.dtype)
    _power_gradient(gradient.reshape(-1), x.reshape(-1), x.dtype.type(exponent), out.reshape(-1))
    return out


def exp(x: Any, out: Array | None = None) -> Array:
    return _unary("exp", _exp, floating("exp", x), out)


def log(x: Any, out: Array | None = None) -> Array:
    return _unary("log", _log, floating("log", x), out)


def relu(x: Any, out: Array | None = None) -> Array:
    return _unary("relu", _relu, numeric("relu", x), out)


def relu_gradient(gradient: Any, output: Any, out: Array | None = None) -> Array:
    return _paired("relu_gradient", _relu_gradient, gradient, output, out)


def sigmoid(x: Any, out: Array | None = None) -> Array:
    return _unary("sigmoid", _sigmoid, floating("sigmoid", x), out)


def sigmoid_gradient(gradient: Any, output: Any, out: Array | None = None) -> Array:
    return _paired("sigmoid_gradient", _sigmoid_gradient, gradient, output, out)


def tanh(x: Any, out: Array | None = None) -> Array:
    return _unary("tanh", _tanh, floating("tanh", x), out)


def tanh_gradient(gradient: Any, output: Any, out: Array | None = None) -> Array:
    return _paired("tanh_gradient", _tanh_gradient, gradient, output, out)


def rescale(x: Any, scale: float, offset: float = 0.0, out: Array | None = None) -> Array:
    x = np.asarray(x)
    (numbers,) = (np.ascontiguousarray(x),) if x.dtype == np.uint8 else floating("rescale", x)
    dtype = np.dtype(np.float32) if x.dtype.kind in "iub" else numbers.dtype
    out = result("rescale", out, x.shape, dtype)
    _rescale(numbers.reshape(-1), dtype.type(scale), dtype.type(offset), out.reshape(-1))
    return out
