"""Which of two numbers lies further in a direction, up or down. NaN lies further than any."""

from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from tuilab.kernels.jit import device
from tuilab.kernels.parallel.lines import WIDE


@device
def larger(a: Any, b: Any) -> Any:
    """The larger of two numbers, or NaN if one of them is."""
    return b if b > a or b != b else a


@device
def smaller(a: Any, b: Any) -> Any:
    """The smaller of two numbers, or NaN if one of them is."""
    return b if b < a or b != b else a


@device
def further(a: Any, b: Any, up: Any) -> Any:
    """The larger of two numbers, or where not `up` the smaller."""
    return larger(a, b) if up else smaller(a, b)


@device
def _furthest_rows(x: Any, rows: Any, step: Any, up: Any, into: Any) -> None:
    """into = what lies furthest of so many rows of its width, which begin `step` apart; two at a time, so
    that `into` is read and written half as often."""
    into[:] = x[: into.size]
    for i in range(1, rows - 1, 2):
        one, other = x[i * step :][: into.size], x[(i + 1) * step :][: into.size]
        if up:
            for k in range(into.size):
                into[k] = larger(larger(into[k], one[k]), other[k])
        else:
            for k in range(into.size):
                into[k] = smaller(smaller(into[k], one[k]), other[k])
    for i in range(rows - 1 + rows % 2, rows):
        row = x[i * step :][: into.size]
        if up:
            for k in range(into.size):
                into[k] = larger(into[k], row[k])
        else:
            for k in range(into.size):
                into[k] = smaller(into[k], row[k])


@device
def furthest_lines(x: Any, n: Any, inner: Any, up: Any, into: Any) -> None:
    """into[k] = the largest (where not `up` the smallest) x[i · inner + k] over n, of which there is one."""
    if inner == 1:
        into[0] = furthest(x[:n], up)
    elif into.size < inner or inner >= WIDE // 2 or n < WIDE:
        _furthest_rows(x, n, inner, up, into)
    else:
        beside = WIDE // inner
        wide = np.empty(beside * inner, x.dtype)
        rows = n // beside
        _furthest_rows(x, rows, wide.size, up, wide)
        _furthest_rows(wide, beside, inner, up, into)
        for i in range(rows * beside, n):
            for k in range(inner):
                into[k] = further(into[k], x[i * inner + k], up)


def furthest(x: Any, up: Any) -> Any:
    """The largest of x, where not `up` the smallest, or NaN where there is one; for use inside kernels."""
    raise NotImplementedError


@overload(furthest, strict=False)
def _furthest(x: Any, up: Any) -> Any:
    if x.dtype == types.float32:
        return lambda x, up: _furthest32(x, up)
    if x.dtype == types.float64:
        return lambda x, up: _furthest64(x, up)
    return lambda x, up: _furthest_whole(x, up)


# A comparison that must mind NaN keeps LLVM from its vectors: with these it takes a quarter of the time.
# Bits read as a whole number have the order of the floats they are, once those of negative ones are turned
# round; a NaN lies beyond infinity, on the side of its sign.


@device
def _turned32(bits: Any) -> Any:
    return np.int32(bits ^ ((bits >> np.int32(31)) & np.int32(0x7FFFFFFF)))


@device
def _furthest32(x: Any, up: Any) -> Any:
    bits = x.view(np.int32)
    least, most = np.int32(0x7FFFFFFF), np.int32(-0x80000000)
    for i in range(bits.size):
        own = bits[i]
        place = np.int32(own ^ ((own >> np.int32(31)) & np.int32(0x7FFFFFFF)))
        least, most = min(least, place), max(most, place)
    first, last = np.int32(_turned32(least)).view(np.float32), np.int32(_turned32(most)).view(np.float32)
    if first != first:
        return first
    return last if up or last != last else first


@device
def _turned64(bits: Any) -> Any:
    return bits ^ ((bits >> np.int64(63)) & np.int64(0x7FFFFFFFFFFFFFFF))


@device
def _furthest64(x: Any, up: Any) -> Any:
    bits = x.view(np.int64)
    least, most = np.int64(0x7FFFFFFFFFFFFFFF), np.int64(-0x8000000000000000)
    for i in range(bits.size):
        place = _turned64(bits[i])
        least, most = min(least, place), max(most, place)
    first, last = np.int64(_turned64(least)).view(np.float64), np.int64(_turned64(most)).view(np.float64)
    if first != first:
        return first
    return last if up or last != last else first


@device
def _furthest_whole(x: Any, up: Any) -> Any:
    found = x[0]
    if up:
        for i in range(x.size):
            found = max(found, x[i])
    else:
        for i in range(x.size):
            found = min(found, x[i])
    return found
