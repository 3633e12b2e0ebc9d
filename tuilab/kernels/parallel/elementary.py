"""exp, expm1, tanh, the logistic sigmoid, logarithms, erf, sine and cosine in plain arithmetic.

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
    return y if x < np.float32(np.inf) and x != np.float32(0) else x


@device
def _expm1_32(x: Any) -> Any:
    bounded = min(max(x, np.float32(-20)), _OVERFLOW)
    n = np.floor(bounded * _LOG2_E + np.float32(0.5))
    r = bounded - n * _LN_2_HIGH - n * _LN_2_LOW
    p = np.float32(1.9875691500e-4)
    p = p * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(5.0000001201e-1)
    p = p * (r * r) + r
    # 2**n (1 + p) - 1 = ((p + 1) 2**half - 2**(half - n)) 2**(n - half), where nothing is lost to the 1
    whole = np.int32(n)
    half = np.int32(whole >> 1)
    first = np.int32((half + 127) << 23).view(np.float32)
    second = np.int32((whole - half + 127) << 23).view(np.float32)
    taken = np.int32((half - whole + 127) << 23).view(np.float32)
    y = (p * first + (first - taken)) * second
    y = np.float32(np.inf) if x > _OVERFLOW else y
    return y if x == x and x != np.float32(0) else x


@device
def _erf32(x: Any) -> Any:
    # after N. Juffa: below 475/512 a polynomial in x², beyond it 1 - exp of one
    size, z = abs(x), x * x
    p = np.float32(-5.96761703e-4)
    p = p * z + np.float32(4.99119423e-3)
    p = p * z - np.float32(2.67681349e-2)
    p = p * z + np.float32(1.12819925e-1)
    p = p * z - np.float32(3.76125336e-1)
    p = p * z + np.float32(1.28379166e-1)
    near = p * x + x
    bounded = min(size, np.float32(4))
    q = np.float32(-1.72853470e-5) * bounded + np.float32(3.83197126e-4)
    q = q * (bounded * bounded) + (np.float32(-3.88396438e-3) * bounded + np.float32(2.42546219e-2))
    q = q * bounded - np.float32(1.06777877e-1)
    q = q * bounded - np.float32(6.34846687e-1)
    q = q * bounded - np.float32(1.28717512e-1)
    q = q * bounded - bounded
    far = np.float32(1) - _exp32(q)
    far = -far if x < np.float32(0) else far
    y = near if size < np.float32(0.927734375) else far
    return y if x == x else x


MODERATE = np.float32(1 << 20)
"""Angles below it are brought to -π/4 … π/4 in float64 with all digits; larger ones go to the library."""
_HALF_PI_HIGH = float.fromhex("0x1.921fb54400000p+0")  # 33 bits, whose product with a whole number is exact
_HALF_PI_LOW = float.fromhex("0x1.0b4611a626331p-34")


@device
def _wave32(x: Any, turns: Any) -> Any:
    """sin(x + turns · π/2) of a moderate x."""
    wide = np.float64(x)
    n = np.floor(wide * (2 / math.pi) + 0.5)
    r = np.float32((wide - n * _HALF_PI_HIGH) - n * _HALF_PI_LOW)
    z = r * r
    s = np.float32(-1.9515295891e-4)
    s = s * z + np.float32(8.3321608736e-3)
    s = s * z - np.float32(1.6666654611e-1)
    s = s * z * r + r
    c = np.float32(2.443315711809948e-5)
    c = c * z - np.float32(1.388731625493765e-3)
    c = c * z + np.float32(4.166664568298827e-2)
    c = c * (z * z) - np.float32(0.5) * z + np.float32(1)
    quarter = np.int32(np.int32(n) + turns)
    y = c if quarter & 1 else s
    return -y if quarter & 2 else y


@device
def _sin32(x: Any) -> Any:
    return _wave32(x, np.int32(0))


@device
def _cos32(x: Any) -> Any:
    return _wave32(x, np.int32(1))


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


@overload(expm1, strict=False)
def _expm1(x: Any) -> Any:
    return (lambda x: _expm1_32(x)) if x == types.float32 else (lambda x: math.expm1(x))


@overload(erf, strict=False)
def _erf(x: Any) -> Any:
    return (lambda x: _erf32(x)) if x == types.float32 else (lambda x: math.erf(x))


@overload(sin, strict=False)
def _sin(x: Any) -> Any:
    if x == types.float32:
        return lambda x: _sin32(x) if abs(x) < MODERATE else np.float32(math.sin(np.float64(x)))
    return lambda x: math.sin(x)


@overload(cos, strict=False)
def _cos(x: Any) -> Any:
    if x == types.float32:
        return lambda x: _cos32(x) if abs(x) < MODERATE else np.float32(math.cos(np.float64(x)))
    return lambda x: math.cos(x)


@overload(sin_of_moderate, strict=False)
def _sin_of_moderate(x: Any) -> Any:
    return (lambda x: _sin32(x)) if x == types.float32 else (lambda x: math.sin(x))


@overload(cos_of_moderate, strict=False)
def _cos_of_moderate(x: Any) -> Any:
    return (lambda x: _cos32(x)) if x == types.float32 else (lambda x: math.cos(x))


@device
def _moderate32(x: Any) -> Any:
    others = 0
    for i in range(x.size):
        others += not abs(x[i]) < MODERATE
    return others == 0


@overload(moderate, strict=False)
def _moderate(x: Any) -> Any:
    return (lambda x: _moderate32(x)) if x.dtype == types.float32 else (lambda x: False)
