"""exp and its relatives in single precision, in plain arithmetic.

A call into the mathematics library for each element keeps LLVM from using the processor's vectors; these
are branch-free polynomials after Cephes (S. L. Moshier, 1989: `expf`, `logf`, `sinf`), which it vectorises.
Their error against float64 is measured by a test over the whole range: at most 4 ulp for tanh and sigmoid,
2 for the others.
"""

import math
from typing import Any

import numpy as np

from tuilab.kernels.jit import device

_LOG2_E = np.float32(1.4426950408889634)
_LN_2_HIGH = np.float32(0.693359375)
_LN_2_LOW = np.float32(-2.12194440e-4)
_ROUND = np.float32(12582912)
"""1.5 · 2**23: added to a small number, it leaves the nearest whole one in the last bits of the sum."""
_ROUND_BITS = np.int32(0x4B400000)


@device
def exp32(x: Any) -> Any:
    bounded = np.float32(89) if x > np.float32(89) else x  # whose exp is infinite; NaN stays
    bounded = np.float32(-104) if bounded < np.float32(-104) else bounded  # whose exp is zero
    rounded = np.float32(bounded * _LOG2_E + _ROUND)
    n = rounded - _ROUND
    r = bounded - n * _LN_2_HIGH - n * _LN_2_LOW
    p = np.float32(1.9875691500e-4)
    p = p * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(5.0000001201e-1)
    y = p * (r * r) + r + np.float32(1)
    # 2**n in two factors, so that results near the smallest and the largest float come out right
    whole = np.int32(rounded.view(np.int32) - _ROUND_BITS)
    half = np.int32(whole >> 1)
    y = y * np.int32((half + 127) << 23).view(np.float32)
    return y * np.int32((whole - half + 127) << 23).view(np.float32)


@device
def sigmoid32(x: Any) -> Any:
    small = exp32(-abs(x))  # never overflows, so that the smallest results are right too
    return (small if x < np.float32(0) else np.float32(1)) / (np.float32(1) + small)


@device
def tanh32(x: Any) -> Any:
    # e / (e + 2) with e = exp(2x) - 1 = 2**n (2**f - 1) + 2**n - 1, for both signs: one polynomial and one
    # division, where a polynomial for small x beside exp for the others takes twice the time
    bounded = np.float32(9.02) if x > np.float32(9.02) else x  # whose tanh is 1 to the last digit; NaN stays
    bounded = np.float32(-9.02) if bounded < np.float32(-9.02) else bounded
    rounded = np.float32(bounded * (np.float32(2) * _LOG2_E) + _ROUND)
    f = bounded * (np.float32(2) * _LOG2_E) - (rounded - _ROUND)
    p = np.float32(1.540350931e-4)
    p = p * f + np.float32(1.339073526e-3)
    p = p * f + np.float32(9.618237615e-3)
    p = p * f + np.float32(5.550357327e-2)
    p = p * f + np.float32(2.402264923e-1)
    p = p * f + np.float32(6.931471825e-1)
    power = np.int32((rounded.view(np.int32) << 23) + (127 << 23)).view(np.float32)
    e = p * f * power + (power - np.float32(1))
    y = e / (e + np.float32(2))
    return y if x != np.float32(0) else x


@device
def log32(x: Any) -> Any:
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
def log1p32(x: Any) -> Any:
    # log(1 + x), and what rounding 1 + x has lost (W. Kahan)
    whole = np.float32(1) + x
    lost = x - (whole - np.float32(1))
    correction = lost / whole
    correction = correction if whole > np.float32(0) else np.float32(0)
    y = log32(whole) + correction
    return y if x < np.float32(np.inf) and x != np.float32(0) else x


@device
def expm132(x: Any) -> Any:
    bounded = np.float32(89) if x > np.float32(89) else x
    bounded = np.float32(-20) if bounded < np.float32(-20) else bounded
    rounded = np.float32(bounded * _LOG2_E + _ROUND)
    n = rounded - _ROUND
    r = bounded - n * _LN_2_HIGH - n * _LN_2_LOW
    p = np.float32(1.9875691500e-4)
    p = p * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(5.0000001201e-1)
    p = p * (r * r) + r
    # 2**n (1 + p) - 1 = (p 2**half + 2**half - 2**(half - n)) 2**(n - half), where nothing is lost to the 1
    whole = np.int32(rounded.view(np.int32) - _ROUND_BITS)
    half = np.int32(whole >> 1)
    first = np.int32((half + 127) << 23).view(np.float32)
    second = np.int32((whole - half + 127) << 23).view(np.float32)
    taken = np.int32((half - whole + 127) << 23).view(np.float32)
    y = (p * first + (first - taken)) * second
    return y if x != np.float32(0) else x


@device
def erf32(x: Any) -> Any:
    # after N. Juffa: below 475/512 a polynomial in x², beyond it 1 - exp of one
    size, z = abs(x), x * x
    p = np.float32(-5.96761703e-4)
    p = p * z + np.float32(4.99119423e-3)
    p = p * z - np.float32(2.67681349e-2)
    p = p * z + np.float32(1.12819925e-1)
    p = p * z - np.float32(3.76125336e-1)
    p = p * z + np.float32(1.28379166e-1)
    near = p * x + x
    bounded = np.float32(4) if size > np.float32(4) else size
    q = np.float32(-1.72853470e-5) * bounded + np.float32(3.83197126e-4)
    q = q * (bounded * bounded) + (np.float32(-3.88396438e-3) * bounded + np.float32(2.42546219e-2))
    q = q * bounded - np.float32(1.06777877e-1)
    q = q * bounded - np.float32(6.34846687e-1)
    q = q * bounded - np.float32(1.28717512e-1)
    q = q * bounded - bounded
    far = np.float32(1) - exp32(q)
    far = -far if x < np.float32(0) else far
    return near if size < np.float32(0.927734375) else far


MODERATE = np.float32(1 << 20)
"""Angles below it are brought to -π/4 … π/4 in float64 with all digits; larger ones go to the library."""
_HALF_PI_HIGH = float.fromhex("0x1.921fb54400000p+0")  # 33 bits, whose product with a whole number is exact
_HALF_PI_LOW = float.fromhex("0x1.0b4611a626331p-34")


@device
def wave32(x: Any, turns: Any) -> Any:
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
def sin32(x: Any) -> Any:
    return wave32(x, np.int32(0)) if x != np.float32(0) else x


@device
def cos32(x: Any) -> Any:
    return wave32(x, np.int32(1))


@device
def moderate32(x: Any) -> Any:
    others = 0
    for i in range(x.size):
        others += not abs(x[i]) < MODERATE
    return others == 0
