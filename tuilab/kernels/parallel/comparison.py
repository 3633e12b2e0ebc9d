"""Comparisons, which answer true or false, their logic, and the choice between two arrays by it."""

from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from tuilab.kernels.parallel.arrays import Array, contiguous, floating, real
from tuilab.kernels.parallel.loops import (
    broadcast_pairs,
    broadcast_threes,
    each,
    launch_broadcast,
    launch_each,
)


def _is_below(a: Any, b: Any) -> Any:
    """a < b, exactly for int64 beside uint64 too, which Numba would compare as float64; inside kernels."""
    raise NotImplementedError


def _is_same(a: Any, b: Any) -> Any:
    """a = b, exactly for int64 beside uint64 too; inside kernels."""
    raise NotImplementedError


@overload(_is_below, strict=False)
def _below_of(a: Any, b: Any) -> Any:
    if (a, b) == (types.int64, types.uint64):
        return lambda a, b: a < 0 or np.uint64(a) < b
    if (a, b) == (types.uint64, types.int64):
        return lambda a, b: b >= 0 and a < np.uint64(b)
    return lambda a, b: a < b


@overload(_is_same, strict=False)
def _same_of(a: Any, b: Any) -> Any:
    if (a, b) == (types.int64, types.uint64):
        return lambda a, b: a >= 0 and np.uint64(a) == b
    if (a, b) == (types.uint64, types.int64):
        return lambda a, b: b >= 0 and a == np.uint64(b)
    return lambda a, b: a == b


def _alike(name: str, *arrays: Any) -> tuple[Array, ...]:
    """The arrays in their common type, booleans too; int64 beside uint64, which have none, as they are."""
    found = real(name, arrays)
    common = np.result_type(*found)
    if common.kind == "f" and all(one.dtype.kind in "iu" for one in found):
        return tuple(contiguous(one, np.int64 if one.dtype.kind == "i" else np.uint64) for one in found)
    return tuple(contiguous(one, np.float32 if common.char == "e" else common) for one in found)


def _compare(name: str, launch: Any, a: Any, b: Any, out: Array | None) -> Array:
    return launch_broadcast(name, launch, _alike(name, a, b), out, np.bool_)


@broadcast_pairs
def _equal(a: Any, b: Any) -> Any:
    return _is_same(a, b)


def equal(a: Any, b: Any, out: Array | None = None) -> Array:
    return _compare("equal", _equal, a, b, out)


@broadcast_pairs
def _not_equal(a: Any, b: Any) -> Any:
    return not _is_same(a, b)


def not_equal(a: Any, b: Any, out: Array | None = None) -> Array:
    return _compare("not_equal", _not_equal, a, b, out)


@broadcast_pairs
def _less(a: Any, b: Any) -> Any:
    return _is_below(a, b)


def less(a: Any, b: Any, out: Array | None = None) -> Array:
    return _compare("less", _less, a, b, out)


@broadcast_pairs
def _less_equal(a: Any, b: Any) -> Any:
    return _is_below(a, b) or _is_same(a, b)


def less_equal(a: Any, b: Any, out: Array | None = None) -> Array:
    return _compare("less_equal", _less_equal, a, b, out)


@broadcast_pairs
def _greater(a: Any, b: Any) -> Any:
    return _is_below(b, a)


def greater(a: Any, b: Any, out: Array | None = None) -> Array:
    return _compare("greater", _greater, a, b, out)


@broadcast_pairs
def _greater_equal(a: Any, b: Any) -> Any:
    return _is_below(b, a) or _is_same(a, b)


def greater_equal(a: Any, b: Any, out: Array | None = None) -> Array:
    return _compare("greater_equal", _greater_equal, a, b, out)


@broadcast_pairs
def _logical_and(a: Any, b: Any) -> Any:
    return (a != 0) & (b != 0)


def logical_and(a: Any, b: Any, out: Array | None = None) -> Array:
    return _compare("logical_and", _logical_and, a, b, out)


@broadcast_pairs
def _logical_or(a: Any, b: Any) -> Any:
    return (a != 0) | (b != 0)


def logical_or(a: Any, b: Any, out: Array | None = None) -> Array:
    return _compare("logical_or", _logical_or, a, b, out)


@each
def _logical_not(x: Any) -> Any:
    return x == 0


def logical_not(x: Any, out: Array | None = None) -> Array:
    return launch_each("logical_not", _logical_not, _alike("logical_not", x), out, dtype=np.bool_)


@each
def _isnan(x: Any) -> Any:
    return x != x


def isnan(x: Any, out: Array | None = None) -> Array:
    return launch_each("isnan", _isnan, floating("isnan", x), out, dtype=np.bool_)


@each
def _isinf(x: Any) -> Any:
    return np.abs(x) == np.inf


def isinf(x: Any, out: Array | None = None) -> Array:
    return launch_each("isinf", _isinf, floating("isinf", x), out, dtype=np.bool_)


@each
def _isfinite(x: Any) -> Any:
    return np.abs(x) < np.inf


def isfinite(x: Any, out: Array | None = None) -> Array:
    return launch_each("isfinite", _isfinite, floating("isfinite", x), out, dtype=np.bool_)


@broadcast_threes
def _where(condition: Any, x: Any, y: Any) -> Any:
    return x if condition != 0 else y


def where(condition: Any, x: Any, y: Any, out: Array | None = None) -> Array:
    (chooses,) = _alike("where", condition)
    found = real("where", (x, y))
    weak = [
        given if type(given) in (int, float) else one for given, one in zip((x, y), found, strict=True)
    ]  # a plain number takes the type of the array beside it
    common = np.result_type(*weak)
    dtype = np.float32 if common.char == "e" else common
    arrays = (chooses, *(contiguous(one, dtype) for one in found))
    return launch_broadcast("where", _where, arrays, out, dtype)
