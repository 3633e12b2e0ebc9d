"""Arithmetic, element by element: arrays of unlike shapes are broadcast."""

from typing import Any

from array_api_compat import array_namespace

Array = Any


def add(a: Array, b: Array) -> Array:
    return a + b


def subtract(a: Array, b: Array) -> Array:
    return a - b


def multiply(a: Array, b: Array) -> Array:
    return a * b


def divide(a: Array, b: Array) -> Array:
    return a / b


def floor_divide(a: Array, b: Array) -> Array:
    return a // b


def mod(a: Array, b: Array) -> Array:
    return a % b


def maximum(a: Array, b: Array) -> Array:
    return array_namespace(a, b).maximum(a, b)


def minimum(a: Array, b: Array) -> Array:
    return array_namespace(a, b).minimum(a, b)


def maximum_gradient(gradient: Array, a: Array, b: Array) -> Array:
    xp = array_namespace(gradient, a, b)
    share = xp.where(a == b, gradient / 2, gradient)
    return xp.where(a < b, xp.zeros_like(share), share)


def negative(x: Array) -> Array:
    return -x


def abs(x: Array) -> Array:  # noqa: A001  (the array API's name)
    return array_namespace(x).abs(x)


def sign(x: Array) -> Array:
    return array_namespace(x).sign(x)


def floor(x: Array) -> Array:
    return array_namespace(x).floor(x)


def ceil(x: Array) -> Array:
    return array_namespace(x).ceil(x)


def round(x: Array) -> Array:  # noqa: A001  (the array API's name)
    return array_namespace(x).round(x)


def clip(x: Array, low: float, high: float) -> Array:
    return array_namespace(x).clip(x, low, high)


def clip_gradient(gradient: Array, x: Array, low: float, high: float) -> Array:
    xp = array_namespace(gradient, x)
    return xp.where((x < low) | (x > high), xp.zeros_like(gradient), gradient)


def rescale(x: Array, scale: float, offset: float = 0.0) -> Array:
    xp = array_namespace(x)
    floating = x if xp.isdtype(x.dtype, "real floating") else xp.astype(x, xp.float32)
    return floating * scale + offset
