"""exp, tanh, the logistic sigmoid and logarithms in plain arithmetic.

A call into the mathematics library for each element keeps LLVM from using the processor's vectors; these
are branch-free polynomials after Cephes (S. L. Moshier, 1989: `expf`, `tanhf`, `logf`), which it vectorises.
Single precision only: in double precision the library is called. Their error against float64 is measured
by a test over the whole range: at most 2 ulp for exp and the logarithms, 4 for tanh and sigmoid.
"""

import math
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from tuilab.kernels.jit import device

_LOG2_E = np.float32(1.4426950408889634)
_LN_2_HIGH = np.float32(0.693359375)
_LN_2_LOW = np.float32(-2.12194440e-4)
_OVERFLOW = np.float32(88.72284)  # exp of more is infinite in float32
_UNDERFLOW = np.float32(-103.97208)  # exp of less is zero


@device
def _exp32(x: Any) -> Any:
    bounded = min(max(x, _UNDERFLOW), _OVERFLOW)
    n = np.floor(bounded * _LOG2_E + np.float32(0.5))
    r = bounded - n * _LN_2_HIGH - n * _LN_2_LOW
    p = np.float32(1.9875691500e-4)
    p = p * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(5.0000001201e-1)
    y = p * (r * r) + r + np.float32(1)
    # 2**n in two factors, so that results near the smallest and the largest float come out right
    whole = np.int32(n)
    half = np.int32(whole >> 1)
    y = y * np.int32((half + 127) << 23).view(np.float32)
    y = y * np.int32((whole - half + 127) << 23).view(np.float32)
    y = np.float32(np.inf) if x > _OVERFLOW else y
    y = np.float32(0) if x < _UNDERFLOW else y
    return y if x == x else x


@device
def _sigmoid32(x: Any) -> Any:
    small = _exp32(-abs(x))  # never overflows, so that the smallest results are right too
    return (small if x < np.float32(0) else np.float32(1)) / (np.float32(1) + small)


@device
def _tanh32(x: Any) -> Any:
    size = abs(x)
    far = np.float32(1) - np.float32(2) / (_exp32(size + size) + np.float32(1))
    z = x * x
    p = np.float32(-5.70498872745e-3)
    p = p * z + np.float32(2.06390887954e-2)
    p = p * z + np.float32(-5.37397155531e-2)
    p = p * z + np.float32(1.33314422036e-1)
    p = p * z + np.float32(-3.33332819422e-1)
    near = p * z * x + x
    far = -far if x < np.float32(0) else far
    y = near if size < np.float32(0.625) else far
    return y if x == x else x


@device
def _log32(x: Any) -> Any:
    # what is below the normal numbers is made larger first
    normal = x >= np.float32(1.17549435e-38)
    larger = np.float32(1) if normal else np.float32(33554432)
    powers = np.int32(0) if normal else np.int32(25)
    scaled = np.float32(x * larger)
    bits = scaled.view(np.int32)
    # x = m 2**e with m from sqrt(1/2) to sqrt(2), whose bits are those of 0.70710678 and more
    shifted = np.int32(bits - np.int32(0x3F3504F3))
    e = np.float32(np.int32(shifted >> 23) - powers)
    mantissa = np.int32((shifted & np.int32(0x007FFFFF)) + np.int32(0x3F3504F3))
    r = mantissa.view(np.float32) - np.float32(1)
    p = np.float32(7.0376836292e-2)
    p = p * r - np.float32(1.1514610310e-1)
    p = p * r + np.float32(1.1676998740e-1)
    p = p * r - np.float32(1.2420140846e-1)
    p = p * r + np.float32(1.4249322787e-1)
    p = p * r - np.float32(1.6668057665e-1)
    p = p * r + np.float32(2.0000714765e-1)
    p = p * r - np.float32(2.4999993993e-1)
    p = p * r + np.float32(3.3333331174e-1)
    z = r * r
    y = r * z * p + e * _LN_2_LOW - np.float32(0.5) * z
    y = (r + y) + e * _LN_2_HIGH
    y = np.float32(np.inf) if x == np.float32(np.inf) else y
    y = np.float32(-np.inf) if x == np.float32(0) else y
    y = np.float32(np.nan) if x < np.float32(0) else y
    return y if x == x else x


@device
def _log1p32(x: Any) -> Any:
    # log(1 + x), and what rounding 1 + x has lost (W. Kahan)
    whole = np.float32(1) + x
    lost = x - (whole - np.float32(1))
    correction = lost / whole
    correction = correction if whole > np.float32(0) else np.float32(0)
    y = _log32(whole) + correction
    return y if x < np.float32(np.inf) else x


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


@overload(exp, strict=False)
def _exp(x: Any) -> Any:
    return (lambda x: _exp32(x)) if x == types.float32 else (lambda x: math.exp(x))


@overload(sigmoid, strict=False)
def _sigmoid(x: Any) -> Any:
    if x == types.float32:
        return lambda x: _sigmoid32(x)
    return lambda x: (math.exp(x) if x < 0 else 1.0) / (1.0 + math.exp(-abs(x)))


@overload(tanh, strict=False)
def _tanh(x: Any) -> Any:
    return (lambda x: _tanh32(x)) if x == types.float32 else (lambda x: math.tanh(x))


@overload(log, strict=False)
def _log(x: Any) -> Any:
    return (lambda x: _log32(x)) if x == types.float32 else (lambda x: math.log(x))


@overload(log1p, strict=False)
def _log1p(x: Any) -> Any:
    return (lambda x: _log1p32(x)) if x == types.float32 else (lambda x: math.log1p(x))
