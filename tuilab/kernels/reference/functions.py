"""Roots, exponentials, logarithms, waves, and the error function."""

import math
from typing import Any

from array_api_compat import array_namespace

Array = Any


def sqrt(x: Array) -> Array:
    return array_namespace(x).sqrt(x)


def exp(x: Array) -> Array:
    return array_namespace(x).exp(x)


def expm1(x: Array) -> Array:
    return array_namespace(x).expm1(x)


def log(x: Array) -> Array:
    return array_namespace(x).log(x)


def log1p(x: Array) -> Array:
    return array_namespace(x).log1p(x)


def sin(x: Array) -> Array:
    return array_namespace(x).sin(x)


def cos(x: Array) -> Array:
    return array_namespace(x).cos(x)


def erf(x: Array) -> Array:
    """The series 2/√π · exp(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 ⋯ (2n + 1)), terms of one sign: none cancels."""
    xp = array_namespace(x)
    z = xp.clip(x, -6, 6)
    term = total = z
    for n in range(1, 150):
        term = term * (2 * z * z / (2 * n + 1))
        total = total + term
    near = 2 / math.sqrt(math.pi) * exp(-z * z) * total
    return xp.where(xp.abs(x) < 6, near, xp.sign(x))  # beyond, it is ±1 to the last digit


def erf_gradient(gradient: Array, x: Array) -> Array:
    return gradient * 2 / math.sqrt(math.pi) * exp(-x * x)
