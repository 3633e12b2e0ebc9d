"""exp, tanh and the logistic sigmoid in plain arithmetic.

A call into the mathematics library for each element keeps LLVM from using the processor's vectors; these
are branch-free polynomials after Cephes (S. L. Moshier, 1989: `expf`, `tanhf`), which it does vectorise.
Single precision only: in double precision the library is called. Their error against float64 is measured
by a test over the whole range: at most 2 ulp for exp, 4 for tanh and sigmoid.
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


def exp(x: Any) -> Any:
    """exp(x), for use inside kernels."""
    raise NotImplementedError


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), for use inside kernels."""
    raise NotImplementedError


def tanh(x: Any) -> Any:
    """tanh(x), for use inside kernels."""
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
