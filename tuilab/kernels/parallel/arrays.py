"""Getting arrays ready for a launch: types, contiguity, the output, and the plan of a broadcast."""

import functools
import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tuilab.errors import ShapeError, TuilabError
from tuilab.kernels import shapes
from tuilab.kernels.jit import repeatable

Array = npt.NDArray[Any]
FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def floating(name: str, *arrays: Any) -> tuple[Array, ...]:
    """The arrays in their common floating type (float32 only where all are), contiguous.

    Integers and booleans count as float64; half precision as float32.
    """
    if _ready(arrays):
        return arrays
    found = _real(name, arrays)
    common = floating_type(name, *found)
    return tuple(contiguous(array, common) for array in found)


def floating_type(name: str, *arrays: Array) -> np.dtype[Any]:
    """float32 where all arrays are that or less, float64 otherwise."""
    if all(array.dtype in FLOATS[:1] for array in arrays):
        return FLOATS[0]
    small = {"f2", "f4"}
    return FLOATS[not all(array.dtype.str[1:] in small for array in _real(name, arrays))]


def numeric(name: str, *arrays: Any) -> tuple[Array, ...]:
    """The arrays in their common type by NumPy's promotion, contiguous; booleans count as integers."""
    if _ready(arrays):
        return arrays
    found = _real(name, arrays)
    common = np.result_type(*found)
    common = (
        np.dtype(np.int64) if common.kind == "b" else np.dtype(np.float32) if common.char == "e" else common
    )
    return tuple(contiguous(array, common) for array in found)


def _ready(arrays: tuple[Any, ...]) -> bool:
    """Whether all are contiguous arrays of one of the kernels' own types: the usual case, so told fast."""
    first = arrays[0]
    if type(first) is not np.ndarray or first.dtype not in FLOATS:
        return False
    dtype = first.dtype
    for array in arrays:
        if type(array) is not np.ndarray or array.dtype is not dtype or not array.flags.carray:
            return False
    return True


class _Memory:
    """An array's memory, offered to NumPy as such that may be written; if `length` is given, as a flat array
    of so many elements."""

    def __init__(self, owner: Array, length: int | None = None) -> None:
        self.owner = owner
        found = owner.__array_interface__
        self.__array_interface__ = {**found, "data": (found["data"][0], False)}
        if length is not None:
            self.__array_interface__ |= {"shape": (length,), "strides": None}


def contiguous(array: Array, dtype: npt.DTypeLike) -> Array:
    """The array in rows and of the type, as kernels take it: itself where it is so already.

    A kernel writes nowhere but into its results, and is compiled for each kind of array that it gets. So
    one that may not be written to is given as one that may, and no kernel is compiled a second time for it.
    """
    found = array
    if array.dtype != dtype or not array.flags.c_contiguous or not array.flags.aligned:
        found = np.empty(array.shape, dtype)
        repeatable(np.copyto, found, array)
    return found if found.flags.writeable else np.asarray(_Memory(found))


def flat_memory(array: Array) -> Array:
    """What lies from the first element to the last of an array whose steps go forward, as a flat array."""
    if array.flags.carray:
        return array.reshape(-1)
    steps = zip(array.shape, array.strides, strict=True)
    length = 1 + sum((size - 1) * stride for size, stride in steps) // array.itemsize
    return np.asarray(_Memory(array, length))


def real(name: str, x: Any) -> Array:
    """x as an array of real numbers, of whatever type; a `TuilabError` where it holds others."""
    return _real(name, (x,))[0]


def _real(name: str, arrays: tuple[Any, ...]) -> list[Array]:
    found = [np.asarray(array) for array in arrays]
    if any(array.dtype.kind not in "fiub" for array in found):
        kinds = " and ".join(str(array.dtype) for array in found)
        raise TuilabError(f"{name} works on real numbers. It was given {kinds}.")
    return found


def integer_labels(name: str, labels: Any, classes: int) -> Array:
    """Class numbers as a contiguous vector, each checked to lie in 0 … classes - 1."""
    found = np.asarray(labels)
    if found.dtype.kind not in "iu":
        raise TuilabError(f"{name} takes whole class numbers as labels. It was given {found.dtype}.")
    repeatable(_check_labels, name, found, classes)
    return contiguous(found, found.dtype.newbyteorder("="))


def _check_labels(name: str, found: Array, classes: int) -> None:
    below = found.dtype.kind == "i" and found.min(initial=0) < 0
    if below or (found.size and found.max() >= classes):
        raise TuilabError(
            f"{name}: the labels run from {found.min()} to {found.max()}, but there are {classes} classes, "
            f"0 to {classes - 1}."
        )


def result(name: str, out: Array | None, shape: tuple[int, ...], dtype: Any) -> Array:
    """`out` if it can take the result, or a new array."""
    if out is None:
        return np.empty(shape, dtype)
    if out.shape != shape or out.dtype != dtype or not out.flags.c_contiguous or not out.flags.writeable:
        raise ShapeError(
            f"{name}: the result is {shape} {np.dtype(dtype)}, contiguous and writable; "
            f"out= was given as {out.shape} {out.dtype}."
        )
    return out


def same_shape(name: str, *arrays: Array) -> tuple[int, ...]:
    """The one shape of `arrays`, or a `ShapeError`: a kernel would read beyond the end of a smaller one."""
    for array in arrays:
        if array.shape != arrays[0].shape:
            listed = " and ".join(str(one.shape) for one in arrays)
            raise ShapeError(f"{name} needs arrays of one shape. It was given {listed}.")
    return arrays[0].shape


def apart(name: str, out: Array | None, *inputs: Array) -> None:
    """A `ShapeError` where `out` lies in an input that is still read while `out` is written."""
    if out is not None and any(np.may_share_memory(out, one) for one in inputs):
        raise ShapeError(f"{name}: out= shares memory with an input. Give it memory of its own.")


class BroadcastPlan(NamedTuple):
    """How a binary kernel walks two flat arrays: row by row, each row `width` elements.

    Row r of the output takes a[a_rows[r] + c * a_step] and b[b_rows[r] + c * b_step], c = 0 … width - 1.
    """

    shape: tuple[int, ...]
    a_rows: npt.NDArray[np.int64]
    a_step: int
    b_rows: npt.NDArray[np.int64]
    b_step: int
    width: int


CHUNK = 8192  # elements a row of equal-shaped arrays: long enough to vectorise, short enough to share out


@functools.lru_cache(maxsize=64)
def broadcast_plan(name: str, a: tuple[int, ...], b: tuple[int, ...]) -> BroadcastPlan:
    """The plan for `a` and `b`, by NumPy's broadcasting; a `ShapeError` where they do not fit."""
    shape = shapes.broadcast(name, a, b)
    size = math.prod(shape)
    if a == b:
        rows = np.arange(0, size, CHUNK, dtype=np.int64)
        return BroadcastPlan(shape, rows, 1, rows, 1, CHUNK)
    a, b = (1,) * (len(shape) - len(a)) + a, (1,) * (len(shape) - len(b)) + b
    inner = len(shape)
    steps: list[int] | None = None
    while inner > 0:  # widen the row as long as each array is either whole or repeated along all of it
        axis = inner - 1
        these = [int(a[axis] == shape[axis]), int(b[axis] == shape[axis])]
        if shape[axis] != 1 and steps is not None and these != steps:
            break
        if shape[axis] != 1:
            steps = these
        inner -= 1
    steps = steps or [1, 1]
    return BroadcastPlan(
        shape,
        _row_starts(a, shape, inner),
        steps[0],
        _row_starts(b, shape, inner),
        steps[1],
        math.prod(shape[inner:]),
    )


def _row_starts(own: tuple[int, ...], shape: tuple[int, ...], inner: int) -> npt.NDArray[np.int64]:
    starts = np.zeros(shape[:inner], np.int64)
    stride = math.prod(own[inner:])
    for axis in reversed(range(inner)):
        if own[axis] != 1:
            steps = np.arange(shape[axis], dtype=np.int64) * stride
            starts += steps.reshape((-1,) + (1,) * (inner - axis - 1))
        stride *= own[axis]
    return starts.reshape(-1)
