"""The finite difference of a trace's target by one element: a check of the whole way back at once."""

import numpy as np

from tuilab.autodiff.trace import Array, Index, Trace
from tuilab.errors import TuilabError

STEP = 1e-6


def finite_difference(trace: Trace, value: int, index: Index) -> float:
    """How much the target's sum changes with element `index` of a value, by doing everything after it again.

    A central difference, in float64 and with the reference kernels, so it shares nothing with the gradient
    that it checks. TuilabError: the value is not made of floating numbers.
    """
    array = trace.values[value].array
    if array.dtype.kind != "f":
        raise TuilabError(f"A finite difference needs floating numbers; this value is {array.dtype}.")
    size = STEP * max(1.0, abs(float(array[index])))
    up, down = (_target(trace, value, index, sign * size) for sign in (1, -1))
    return (up - down) / (2 * size)


def _target(trace: Trace, value: int, index: Index, change: float) -> float:
    """The sum of the target once an element of a value is another."""
    moved = trace.values[value].array.astype(np.float64)
    moved[index] += change
    known = {value: moved}
    wide: dict[int, Array] = {}

    def read(number: int) -> Array:
        if number in known:
            return known[number]
        if number not in wide:
            array = trace.values[number].array
            wide[number] = array.astype(np.float64) if array.dtype.kind == "f" else array
        return wide[number]

    for stop in trace.stops:
        if stop.direction == "backward":
            break
        if not any(number in known for number in stop.inputs):
            continue
        with np.errstate(all="ignore"):
            result = stop.row.reference(*map(read, stop.inputs), **stop.options)
        results = result if isinstance(result, tuple) else (result,)
        for number, one in zip(stop.outputs, results, strict=True):
            if number != value:
                known[number] = np.asarray(one)
    return float(read(trace.target).sum())
