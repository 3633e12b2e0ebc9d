"""Powers, with one exponent for all or one each."""

from typing import Any

from array_api_compat import array_namespace

Array = Any


def power(x: Array, exponent: float) -> Array:
    return x**exponent


def power_gradient(gradient: Array, x: Array, exponent: float) -> Array:
    return gradient * exponent * x ** (exponent - 1) if exponent != 0 else gradient * 0


def pow(a: Array, b: Array) -> Array:  # noqa: A001  (the array API's name)
    return a**b


def pow_gradient(gradient: Array, a: Array, b: Array) -> Array:
    xp = array_namespace(gradient, a, b)
    slope = gradient * b * a ** (b - 1)
    return xp.where(b == 0, xp.zeros_like(slope), slope)


def pow_exponent_gradient(gradient: Array, a: Array, b: Array) -> Array:
    xp = array_namespace(gradient, a, b)
    slope = gradient * a**b * xp.log(a)
    return xp.where((a == 0) & (b >= 0), xp.zeros_like(slope), slope)
