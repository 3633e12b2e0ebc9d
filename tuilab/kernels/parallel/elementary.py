"""exp, tanh, sine, … for use inside kernels: polynomials in single precision, the library in double."""

import math
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from tuilab.kernels.parallel import polynomials
from tuilab.kernels.parallel.polynomials import MODERATE


def number(value: Any, like: Any) -> Any:
    """The constant `value` in the type of `like`: beside a plain 0.5, float32 would become float64."""
    raise NotImplementedError


@overload(number, strict=False)
def _number(value: Any, like: Any) -> Any:
    if like == types.float32:
        return lambda value, like: np.float32(value)
    return (lambda value, like: np.float64(value)) if like == types.float64 else (lambda value, like: value)


def exp(x: Any) -> Any:
    """exp(x), for use inside kernels."""
    raise NotImplementedError


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), for use inside kernels."""
    raise NotImplementedError


def tanh(x: Any) -> Any:
    """tanh(x), for use inside kernels."""
    raise NotImplementedError


def log(x: Any) -> Any:
    """The natural logarithm of x, for use inside kernels."""
    raise NotImplementedError


def log1p(x: Any) -> Any:
    """log(1 + x), right for the smallest x too, for use inside kernels."""
    raise NotImplementedError


def expm1(x: Any) -> Any:
    """exp(x) - 1, right for the smallest x too, for use inside kernels."""
    raise NotImplementedError


def erf(x: Any) -> Any:
    """The error function of x, for use inside kernels."""
    raise NotImplementedError


def sin(x: Any) -> Any:
    """The sine of x, for use inside kernels."""
    raise NotImplementedError


def cos(x: Any) -> Any:
    """The cosine of x, for use inside kernels."""
    raise NotImplementedError


def sin_of_moderate(x: Any) -> Any:
    """The sine of an x that is `moderate`, without a branch."""
    raise NotImplementedError


def cos_of_moderate(x: Any) -> Any:
    """The cosine of an x that is `moderate`, without a branch."""
    raise NotImplementedError


def moderate(x: Any) -> Any:
    """Whether all of an array may be given to `sin_of_moderate`: never in double precision."""
    raise NotImplementedError


@overload(exp, strict=False)
def _exp(x: Any) -> Any:
    return (lambda x: polynomials.exp32(x)) if x == types.float32 else (lambda x: math.exp(x))


@overload(sigmoid, strict=False)
def _sigmoid(x: Any) -> Any:
    if x == types.float32:
        return lambda x: polynomials.sigmoid32(x)
    return lambda x: (math.exp(x) if x < 0 else 1.0) / (1.0 + math.exp(-abs(x)))


@overload(tanh, strict=False)
def _tanh(x: Any) -> Any:
    return (lambda x: polynomials.tanh32(x)) if x == types.float32 else (lambda x: math.tanh(x))


@overload(log, strict=False)
def _log(x: Any) -> Any:
    return (lambda x: polynomials.log32(x)) if x == types.float32 else (lambda x: math.log(x))


@overload(log1p, strict=False)
def _log1p(x: Any) -> Any:
    return (lambda x: polynomials.log1p32(x)) if x == types.float32 else (lambda x: math.log1p(x))


@overload(expm1, strict=False)
def _expm1(x: Any) -> Any:
    return (lambda x: polynomials.expm132(x)) if x == types.float32 else (lambda x: math.expm1(x))


@overload(erf, strict=False)
def _erf(x: Any) -> Any:
    return (lambda x: polynomials.erf32(x)) if x == types.float32 else (lambda x: math.erf(x))


@overload(sin, strict=False)
def _sin(x: Any) -> Any:
    if x == types.float32:
        return lambda x: polynomials.sin32(x) if abs(x) < MODERATE else np.float32(math.sin(np.float64(x)))
    return lambda x: math.sin(x)


@overload(cos, strict=False)
def _cos(x: Any) -> Any:
    if x == types.float32:
        return lambda x: polynomials.cos32(x) if abs(x) < MODERATE else np.float32(math.cos(np.float64(x)))
    return lambda x: math.cos(x)


@overload(sin_of_moderate, strict=False)
def _sin_of_moderate(x: Any) -> Any:
    return (lambda x: polynomials.sin32(x)) if x == types.float32 else (lambda x: math.sin(x))


@overload(cos_of_moderate, strict=False)
def _cos_of_moderate(x: Any) -> Any:
    return (lambda x: polynomials.cos32(x)) if x == types.float32 else (lambda x: math.cos(x))


@overload(moderate, strict=False)
def _moderate(x: Any) -> Any:
    return (lambda x: polynomials.moderate32(x)) if x.dtype == types.float32 else (lambda x: False)
