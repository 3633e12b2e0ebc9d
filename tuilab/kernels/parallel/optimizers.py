"""Optimizer updates in one pass over parameter, gradient and memory, in place.

In place, because a kernel that reads one array and writes another which may be the same is not
vectorised: Adam on 784 x 512 weights took 119 µs so, and 54 µs like this.
"""

import math
from typing import Any

from tuilab.errors import ShapeError
from tuilab.kernels.jit import kernel, prange
from tuilab.kernels.parallel.arrays import Array, floating, result


@kernel
def _sgd(parameter: Any, gradient: Any, learning_rate: Any) -> None:
    for i in prange(parameter.size):
        parameter[i] -= learning_rate * gradient[i]


@kernel
def _momentum(
    parameter: Any, gradient: Any, velocity: Any, learning_rate: Any, momentum: Any, nesterov: Any
) -> None:
    for i in prange(parameter.size):
        velocity[i] = momentum * velocity[i] - learning_rate * gradient[i]
        parameter[i] += momentum * velocity[i] - learning_rate * gradient[i] if nesterov else velocity[i]


@kernel
def _rmsprop(
    parameter: Any, gradient: Any, mean_square: Any, learning_rate: Any, rho: Any, epsilon: Any
) -> None:
    for i in prange(parameter.size):
        mean_square[i] = rho * mean_square[i] + (1 - rho) * gradient[i] * gradient[i]
        parameter[i] -= learning_rate * gradient[i] / math.sqrt(mean_square[i] + epsilon)


@kernel
def _adam(
    parameter: Any, gradient: Any, m: Any, v: Any, rate: Any, rest_1: Any, rest_2: Any, epsilon: Any
) -> None:
    for i in prange(parameter.size):
        m[i] += rest_1 * (gradient[i] - m[i])
        v[i] += rest_2 * (gradient[i] * gradient[i] - v[i])
        parameter[i] -= rate * m[i] / (math.sqrt(v[i]) + epsilon)


def _update(
    name: str, launch: Any, arrays: tuple[Any, ...], options: tuple[Any, ...], out: Any
) -> tuple[Array, ...]:
    """Launch in place, on copies unless `out` is the parameter and the memory themselves."""
    found = floating(name, *arrays)
    parameter, gradient, *memory = found
    if any(array.shape != parameter.shape for array in found):
        listed = " and ".join(str(array.shape) for array in found)
        raise ShapeError(
            f"{name} needs a parameter, a gradient and memory of one shape. It was given {listed}."
        )
    changed = [parameter, *memory]
    outs = [result(name, one, parameter.shape, parameter.dtype) for one in out or (None,) * len(changed)]
    for one, source in zip(outs, changed, strict=True):
        if one is not source:
            one[...] = source
    numbers = [option if isinstance(option, bool) else parameter.dtype.type(option) for option in options]
    launch(outs[0].reshape(-1), gradient.reshape(-1), *(one.reshape(-1) for one in outs[1:]), *numbers)
    return tuple(outs)


def sgd(parameter: Any, gradient: Any, learning_rate: float, out: Array | None = None) -> Array:
    return _update("sgd", _sgd, (parameter, gradient), (learning_rate,), None if out is None else (out,))[0]


def momentum(
    parameter: Any,
    gradient: Any,
    velocity: Any,
    learning_rate: float,
    momentum: float = 0.9,
    nesterov: bool = False,
    out: tuple[Array, Array] | None = None,
) -> tuple[Array, ...]:
    options = (learning_rate, momentum, bool(nesterov))
    return _update("momentum", _momentum, (parameter, gradient, velocity), options, out)


def rmsprop(
    parameter: Any,
    gradient: Any,
    mean_square: Any,
    learning_rate: float,
    rho: float = 0.9,
    epsilon: float = 1e-7,
    out: tuple[Array, Array] | None = None,
) -> tuple[Array, ...]:
    return _update(
        "rmsprop", _rmsprop, (parameter, gradient, mean_square), (learning_rate, rho, epsilon), out
    )


def adam(
    parameter: Any,
    gradient: Any,
    m: Any,
    v: Any,
    step: int,
    learning_rate: float,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
    out: tuple[Array, Array, Array] | None = None,
) -> tuple[Array, ...]:
    rate = learning_rate * math.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    options = (rate, 1 - beta_1, 1 - beta_2, epsilon)
    return _update("adam", _adam, (parameter, gradient, m, v), options, out)
