"""The functions of a single number that a textbook has a name for: roots, exponentials, logarithms, waves."""

import math
from typing import Any

from tuilab.kernels.jit import kernel, prange
from tuilab.kernels.parallel import elementary
from tuilab.kernels.parallel.arrays import CHUNK, Array, floating, result
from tuilab.kernels.parallel.elementary import number
from tuilab.kernels.parallel.loops import each, each_pair, launch_each


@each
def _sqrt(x: Any) -> Any:
    return math.sqrt(x)


def sqrt(x: Any, out: Array | None = None) -> Array:
    return launch_each("sqrt", _sqrt, floating("sqrt", x), out)


@each
def _exp(x: Any) -> Any:
    return elementary.exp(x)


def exp(x: Any, out: Array | None = None) -> Array:
    return launch_each("exp", _exp, floating("exp", x), out)


@each
def _expm1(x: Any) -> Any:
    return elementary.expm1(x)


def expm1(x: Any, out: Array | None = None) -> Array:
    return launch_each("expm1", _expm1, floating("expm1", x), out)


@each
def _log(x: Any) -> Any:
    return elementary.log(x)


def log(x: Any, out: Array | None = None) -> Array:
    return launch_each("log", _log, floating("log", x), out)


@each
def _log1p(x: Any) -> Any:
    return elementary.log1p(x)


def log1p(x: Any, out: Array | None = None) -> Array:
    return launch_each("log1p", _log1p, floating("log1p", x), out)


# Only where no number of a block is huge is the loop free of branches, and so vectorised.


@kernel
def _sin(x: Any, out: Any) -> None:
    for block in prange((x.size + CHUNK - 1) // CHUNK):
        angles, waves = x[block * CHUNK :][:CHUNK], out[block * CHUNK :][:CHUNK]
        if elementary.moderate(angles):
            for i in range(angles.size):
                waves[i] = elementary.sin_of_moderate(angles[i])
        else:
            for i in range(angles.size):
                waves[i] = elementary.sin(angles[i])


@kernel
def _cos(x: Any, out: Any) -> None:
    for block in prange((x.size + CHUNK - 1) // CHUNK):
        angles, waves = x[block * CHUNK :][:CHUNK], out[block * CHUNK :][:CHUNK]
        if elementary.moderate(angles):
            for i in range(angles.size):
                waves[i] = elementary.cos_of_moderate(angles[i])
        else:
            for i in range(angles.size):
                waves[i] = elementary.cos(angles[i])


def _wave(name: str, launch: Any, x: Any, out: Array | None) -> Array:
    (x,) = floating(name, x)
    out = result(name, out, x.shape, x.dtype)
    launch(x.reshape(-1), out.reshape(-1))
    return out


def sin(x: Any, out: Array | None = None) -> Array:
    return _wave("sin", _sin, x, out)


def cos(x: Any, out: Array | None = None) -> Array:
    return _wave("cos", _cos, x, out)


@each
def _erf(x: Any) -> Any:
    return elementary.erf(x)


def erf(x: Any, out: Array | None = None) -> Array:
    return launch_each("erf", _erf, floating("erf", x), out)


@each_pair
def _erf_gradient(gradient: Any, x: Any) -> Any:
    return gradient * number(2 / math.sqrt(math.pi), x) * elementary.exp(-x * x)


def erf_gradient(gradient: Any, x: Any, out: Array | None = None) -> Array:
    return launch_each("erf_gradient", _erf_gradient, floating("erf_gradient", gradient, x), out)
