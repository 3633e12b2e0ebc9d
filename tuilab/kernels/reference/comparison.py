"""Comparisons and their logic; numbers count as true where they are not 0, NaN among them."""

from typing import Any

from array_api_compat import array_namespace

Array = Any


def equal(a: Array, b: Array) -> Array:
    return a == b


def not_equal(a: Array, b: Array) -> Array:
    return a != b


def less(a: Array, b: Array) -> Array:
    return a < b


def less_equal(a: Array, b: Array) -> Array:
    return a <= b


def greater(a: Array, b: Array) -> Array:
    return a > b


def greater_equal(a: Array, b: Array) -> Array:
    return a >= b


def logical_and(a: Array, b: Array) -> Array:
    return (a != 0) & (b != 0)


def logical_or(a: Array, b: Array) -> Array:
    return (a != 0) | (b != 0)


def logical_not(x: Array) -> Array:
    return x == 0


def isnan(x: Array) -> Array:
    return array_namespace(x).isnan(x)


def isinf(x: Array) -> Array:
    return array_namespace(x).isinf(x)


def isfinite(x: Array) -> Array:
    return array_namespace(x).isfinite(x)


def where(condition: Array, x: Array, y: Array) -> Array:
    return array_namespace(condition, x, y).where(condition != 0, x, y)
