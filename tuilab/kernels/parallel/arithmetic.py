"""Sums, products and quotients; the larger of two, the whole part, the sign."""

import math
from typing import Any

import numpy as np

from tuilab.errors import TuilabError
from tuilab.kernels.jit import repeatable
from tuilab.kernels.parallel.arrays import Array, contiguous, floating, numeric, result
from tuilab.kernels.parallel.elementary import number
from tuilab.kernels.parallel.loops import (
    broadcast_pairs,
    broadcast_threes,
    each,
    each_pair,
    launch_broadcast,
    launch_each,
)


@broadcast_pairs
def _add(a: Any, b: Any) -> Any:
    return a + b


def add(a: Any, b: Any, out: Array | None = None) -> Array:
    return launch_broadcast("add", _add, numeric("add", a, b), out)


@broadcast_pairs
def _subtract(a: Any, b: Any) -> Any:
    return a - b


def subtract(a: Any, b: Any, out: Array | None = None) -> Array:
    return launch_broadcast("subtract", _subtract, numeric("subtract", a, b), out)


@broadcast_pairs
def _multiply(a: Any, b: Any) -> Any:
    return a * b


def multiply(a: Any, b: Any, out: Array | None = None) -> Array:
    return launch_broadcast("multiply", _multiply, numeric("multiply", a, b), out)


@broadcast_pairs
def _divide(a: Any, b: Any) -> Any:
    return a / b


def divide(a: Any, b: Any, out: Array | None = None) -> Array:
    return launch_broadcast("divide", _divide, floating("divide", a, b), out)


@broadcast_pairs
def _floor_divide(a: Any, b: Any) -> Any:
    rest = np.fmod(a, b)
    if b == 0 or rest != rest:
        return a / b if b == 0 else rest
    quotient = (a - rest) / b
    if rest != 0 and (b < 0) != (rest < 0):
        quotient -= number(1, a)
    if quotient == 0:
        return math.copysign(number(0, a), a / b)
    whole = np.floor(quotient)
    return whole + number(1, a) if quotient - whole > number(0.5, a) else whole


@broadcast_pairs
def _floor_divide_whole(a: Any, b: Any) -> Any:
    if b == 0:
        return a * 0
    if b == -1:
        return -a  # the processor traps where the smallest number is divided by -1
    return a // b


def floor_divide(a: Any, b: Any, out: Array | None = None) -> Array:
    arrays = numeric("floor_divide", a, b)
    launch = _floor_divide if arrays[0].dtype.kind == "f" else _floor_divide_whole
    return launch_broadcast("floor_divide", launch, arrays, out)


@broadcast_pairs
def _mod(a: Any, b: Any) -> Any:
    rest = np.fmod(a, b)
    if rest == 0:
        return math.copysign(number(0, a), b)
    return rest + b if (b < 0) != (rest < 0) else rest


@broadcast_pairs
def _mod_whole(a: Any, b: Any) -> Any:
    return a * 0 if b == 0 or b == -1 else a % b


def mod(a: Any, b: Any, out: Array | None = None) -> Array:
    arrays = numeric("mod", a, b)
    launch = _mod if arrays[0].dtype.kind == "f" else _mod_whole
    return launch_broadcast("mod", launch, arrays, out)


@broadcast_pairs
def _maximum(a: Any, b: Any) -> Any:
    return a if a > b or a != a else b


def maximum(a: Any, b: Any, out: Array | None = None) -> Array:
    return launch_broadcast("maximum", _maximum, numeric("maximum", a, b), out)


@broadcast_pairs
def _minimum(a: Any, b: Any) -> Any:
    return a if a < b or a != a else b


def minimum(a: Any, b: Any, out: Array | None = None) -> Array:
    return launch_broadcast("minimum", _minimum, numeric("minimum", a, b), out)


@broadcast_threes
def _maximum_gradient(gradient: Any, a: Any, b: Any) -> Any:
    share = gradient * number(0.5, gradient) if a == b else gradient
    return number(0, gradient) if a < b else share


def maximum_gradient(gradient: Any, a: Any, b: Any, out: Array | None = None) -> Array:
    arrays = floating("maximum_gradient", gradient, a, b)
    return launch_broadcast("maximum_gradient", _maximum_gradient, arrays, out)


@each
def _negative(x: Any) -> Any:
    return -x


def negative(x: Any, out: Array | None = None) -> Array:
    return launch_each("negative", _negative, numeric("negative", x), out)


@each
def _abs(x: Any) -> Any:
    return np.abs(x)


def abs(x: Any, out: Array | None = None) -> Array:  # noqa: A001  (the array API's name)
    return launch_each("abs", _abs, numeric("abs", x), out)


@each
def _sign(x: Any) -> Any:
    one = number(1, x)
    return one if x > 0 else -one if x < 0 else x  # 0 and NaN stay what they are


def sign(x: Any, out: Array | None = None) -> Array:
    return launch_each("sign", _sign, numeric("sign", x), out)


@each
def _floor(x: Any) -> Any:
    return np.floor(x)


@each
def _ceil(x: Any) -> Any:
    return np.ceil(x)


@each
def _round(x: Any) -> Any:
    return np.rint(x)


def _whole(name: str, launch: Any, x: Any, out: Array | None) -> Array:
    (x,) = numeric(name, x)
    if x.dtype.kind == "f":
        return launch_each(name, launch, (x,), out)
    out = result(name, out, x.shape, x.dtype)
    repeatable(np.copyto, out, x)
    return out


def floor(x: Any, out: Array | None = None) -> Array:
    return _whole("floor", _floor, x, out)


def ceil(x: Any, out: Array | None = None) -> Array:
    return _whole("ceil", _ceil, x, out)


def round(x: Any, out: Array | None = None) -> Array:  # noqa: A001  (the array API's name)
    return _whole("round", _round, x, out)


@each
def _clip(x: Any, low: Any, high: Any) -> Any:
    x = low if x < low else x  # NaN is neither less nor more, and stays
    return high if x > high else x


def clip(x: Any, low: float, high: float, out: Array | None = None) -> Array:
    _check_bounds("clip", low, high)
    (x,) = numeric("clip", x)
    whole = x.dtype.kind in "iu" and all(not math.isfinite(one) or one == int(one) for one in (low, high))
    if not whole:
        (x,) = floating("clip", x)
        return launch_each("clip", _clip, (x,), out, x.dtype.type(low), x.dtype.type(high))
    smallest, largest = int(np.iinfo(x.dtype).min), int(np.iinfo(x.dtype).max)
    bounds = [int(max(smallest, min(largest, one))) for one in (low, high)]
    return launch_each("clip", _clip, (x,), out, *(x.dtype.type(one) for one in bounds))


@each_pair
def _clip_gradient(gradient: Any, x: Any, low: Any, high: Any) -> Any:
    return number(0, gradient) if x < low or x > high else gradient


def clip_gradient(gradient: Any, x: Any, low: float, high: float, out: Array | None = None) -> Array:
    _check_bounds("clip_gradient", low, high)
    gradient, x = floating("clip_gradient", gradient, x)
    bounds = x.dtype.type(low), x.dtype.type(high)
    return launch_each("clip_gradient", _clip_gradient, (gradient, x), out, *bounds)


def _check_bounds(name: str, low: float, high: float) -> None:
    if not low <= high:
        raise TuilabError(f"{name} needs low <= high. It was given low={low} and high={high}.")


@each
def _rescale(x: Any, scale: Any, offset: Any) -> Any:
    return x * scale + offset


def rescale(x: Any, scale: float, offset: float = 0.0, out: Array | None = None) -> Array:
    x = np.asarray(x)
    (numbers,) = (contiguous(x, np.uint8),) if x.dtype == np.uint8 else floating("rescale", x)
    dtype = np.dtype(np.float32) if x.dtype.kind in "iub" else numbers.dtype
    options = dtype.type(scale), dtype.type(offset)
    return launch_each("rescale", _rescale, (numbers,), out, *options, dtype=dtype)
