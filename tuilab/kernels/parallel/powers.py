"""Powers, with one exponent for all or one each."""

import math
from typing import Any

import numpy as np

from tuilab.errors import TuilabError
from tuilab.kernels.jit import repeatable
from tuilab.kernels.parallel.arrays import Array, contiguous, floating, numeric
from tuilab.kernels.parallel.elementary import number
from tuilab.kernels.parallel.loops import (
    broadcast_pairs,
    broadcast_threes,
    each,
    each_pair,
    launch_broadcast,
    launch_each,
)


@each
def _square(x: Any) -> Any:
    return x * x


@each
def _power(x: Any, exponent: Any) -> Any:
    return x**exponent


def power(x: Any, exponent: float, out: Array | None = None) -> Array:
    (x,) = floating("power", x)
    if exponent == 2:
        return launch_each("power", _square, (x,), out)
    return launch_each("power", _power, (x,), out, x.dtype.type(exponent))


@each_pair
def _power_gradient(gradient: Any, x: Any, exponent: Any) -> Any:
    slope = exponent * x ** (exponent - number(1, x))
    return gradient * slope if exponent != 0 else gradient * number(0, x)  # where x is 0 too, slope is NaN


def power_gradient(gradient: Any, x: Any, exponent: float, out: Array | None = None) -> Array:
    gradient, x = floating("power_gradient", gradient, x)
    return launch_each("power_gradient", _power_gradient, (gradient, x), out, x.dtype.type(exponent))


@broadcast_pairs
def _pow(a: Any, b: Any) -> Any:
    return a**b


@broadcast_pairs
def _pow_whole(a: Any, b: Any) -> Any:
    product = a * 0 + 1
    while b > 0:
        if b & 1:
            product *= a
        a *= a
        b >>= 1
    return product


def pow(a: Any, b: Any, out: Array | None = None) -> Array:  # noqa: A001  (the array API's name)
    if (dtype := np.asarray(b).dtype).kind in "iub" and np.asarray(a).dtype.kind == "f":
        (a,) = floating("pow", a)
        return launch_broadcast("pow", _pow, (a, contiguous(np.asarray(b), a.dtype)), out)
    arrays = numeric("pow", a, b)
    if arrays[0].dtype.kind == "f":
        return launch_broadcast("pow", _pow, arrays, out)
    if dtype.kind == "i":
        repeatable(_check_exponents, arrays[1])
    return launch_broadcast("pow", _pow_whole, arrays, out)


def _check_exponents(exponents: Array) -> None:
    if exponents.min(initial=0) < 0:
        raise TuilabError(
            f"pow: the exponent {exponents.min()} makes fractions of whole numbers. Give floating ones."
        )


@broadcast_threes
def _pow_gradient(gradient: Any, a: Any, b: Any) -> Any:
    slope = b * a ** (b - number(1, a))
    return gradient * slope if b != 0 else number(0, a)


def pow_gradient(gradient: Any, a: Any, b: Any, out: Array | None = None) -> Array:
    return launch_broadcast("pow_gradient", _pow_gradient, floating("pow_gradient", gradient, a, b), out)


@broadcast_threes
def _pow_exponent_gradient(gradient: Any, a: Any, b: Any) -> Any:
    return number(0, a) if a == 0 and b >= 0 else gradient * a**b * math.log(a)


def pow_exponent_gradient(gradient: Any, a: Any, b: Any, out: Array | None = None) -> Array:
    arrays = floating("pow_exponent_gradient", gradient, a, b)
    return launch_broadcast("pow_exponent_gradient", _pow_exponent_gradient, arrays, out)
