"""Dropout by Philox 4x32-10, on all threads: the numbers depend on seed, step and place alone."""

from typing import Any

import numpy as np

from tuilab.errors import TuilabError
from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, apart, contiguous, floating, result

CHUNK = 2048  # blocks of four words
_MULTIPLIER_A, _MULTIPLIER_C = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL_K, _WEYL_L = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
_HALF = np.uint64(32)


@device
def philox(a: Any, b: Any, c: Any, d: Any, k: Any, l: Any) -> Any:  # noqa: E741
    """Four random words from a counter of four and a key of two, all uint32."""
    for _ in range(10):
        p, q = _MULTIPLIER_A * np.uint64(a), _MULTIPLIER_C * np.uint64(c)
        a, b, c, d = (
            np.uint32(np.uint32(q >> _HALF) ^ b ^ k),
            np.uint32(q),
            np.uint32(np.uint32(p >> _HALF) ^ d ^ l),
            np.uint32(p),
        )
        k, l = np.uint32(k + _WEYL_K), np.uint32(l + _WEYL_L)  # noqa: E741
    return a, b, c, d


@device
def _scales(begin: Any, seed: Any, step: Any, threshold: Any, scale: Any, out: Any) -> None:
    """out = `scale` for numbers that are kept and 0 for others, from block `begin` on: four a block."""
    k, l = np.uint32(seed), np.uint32(seed >> _HALF)  # noqa: E741
    c0, d0 = np.uint32(step), np.uint32(step >> _HALF)
    zero, full = out.dtype.type(0), out.size // 4
    for i in range(full):
        block = np.uint64(begin + i)
        a, b, c, d = philox(np.uint32(block), np.uint32(block >> _HALF), c0, d0, k, l)
        out[4 * i] = scale if a >= threshold else zero
        out[4 * i + 1] = scale if b >= threshold else zero
        out[4 * i + 2] = scale if c >= threshold else zero
        out[4 * i + 3] = scale if d >= threshold else zero
    block = np.uint64(begin + full)
    words = philox(np.uint32(block), np.uint32(block >> _HALF), c0, d0, k, l)
    for i in range(4 * full, out.size):
        out[i] = scale if words[i - 4 * full] >= threshold else zero


@device
def _multiply(x: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] *= x[i]


@kernel
def _dropout(x: Any, seed: Any, step: Any, threshold: Any, scale: Any, out: Any) -> None:
    for chunk in prange((x.size + 4 * CHUNK - 1) // (4 * CHUNK)):
        begin, end = chunk * 4 * CHUNK, min(x.size, (chunk + 1) * 4 * CHUNK)
        _scales(chunk * CHUNK, np.uint64(seed[0]), np.uint64(step[0]), threshold, scale, out[begin:end])
        _multiply(x[begin:end], out[begin:end])


def dropout(x: Any, seed: Any, step: Any, rate: float = 0.5, out: Array | None = None) -> Array:
    (x,) = floating("dropout", x)
    seed, step = np.asarray(seed), np.asarray(step)
    shapes.match("dropout", "(...),(),()->(...)", x.shape, seed.shape, step.shape)
    if seed.dtype.kind not in "iu" or step.dtype.kind not in "iu":
        raise TuilabError(f"dropout takes whole numbers as seed and step, not {seed.dtype} and {step.dtype}.")
    if not 0 <= rate < 1:
        raise TuilabError(f"dropout: rate={rate}. Expected 0 or more, and less than 1.")
    apart("dropout", out, x)
    out = result("dropout", out, x.shape, x.dtype)
    _dropout(
        x.reshape(-1),
        contiguous(seed, np.int64).reshape(1),
        contiguous(step, np.int64).reshape(1),
        np.uint64(round(rate * 2**32)),
        x.dtype.type(1 / (1 - rate)),
        out.reshape(-1),
    )
    return out
