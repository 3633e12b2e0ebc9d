"""What the recurrent layers' kernels have in common.

The samples of a batch do not know of each other, so a task takes some of them through all steps, and no
thread waits for another between two steps. What a step needs, and what it leaves to the next, stays in
the processor's cache. Its products are small, and each is of other memory: register tiles copy none of it,
where the BLAS packs the weights anew in every step (64 samples, 128 units, LSTM: 75 µs a product, 101 µs).
"""

import functools
from typing import Any

import numpy as np

from tuilab.errors import ShapeError
from tuilab.kernels.jit import device
from tuilab.kernels.parallel.arrays import Array
from tuilab.kernels.parallel.blas import SHARES
from tuilab.kernels.parallel.elementary import sigmoid, tanh
from tuilab.kernels.parallel.register_tiles import multiply

MOST_ROWS = 64
LEAST_ROWS = 16
ONE, X, H, STATE, SUM, KEPT, JOINED = range(7)


def rows_of_a_task(batch: int) -> int:
    """Samples a task: as many tasks as the machine has processors, of a size that suits the products."""
    return max(LEAST_ROWS, min(MOST_ROWS, -(-batch // SHARES)))


@functools.lru_cache(maxsize=64)
def offsets(steps: int, features: int, units: int, width: int, kept: int = 0) -> Array:
    """How far from each other things lie in memory, as register tiles want it: row `what` has the multiples
    of what lies between two neighbours (ONE), between two samples of x (X), of all states (H), of one
    state (STATE), of the gates' sums (SUM: `width` numbers), of `kept` numbers (KEPT), and of x, h
    and 1 joined (JOINED)."""
    joined = features + units + 1
    between = np.array([1, steps * features, steps * units, units, width, kept, joined])
    multiples: Array = np.multiply.outer(between, np.arange(max(MOST_ROWS, joined, width)))
    return multiples


def other_axis_first(kept: Any) -> Array:
    """(batch, steps, …) as (steps, batch, …) and back, the memory as it is. What is kept for the way back
    lies in memory step after step, so that the processor reads ahead: an LSTM's takes 5 % less time."""
    return np.swapaxes(np.asarray(kept), 0, 1)


def check_gates(name: str, x: Array, w: Array, units: int, gates: int) -> None:
    """A ShapeError unless the weights have columns for `gates` gates, and nothing is empty but the batch."""
    if w.shape[1] != gates * units:
        raise ShapeError(
            f"{name} has {gates} gates, so its weights for {units} units have {gates * units} columns. "
            f"They were given as {w.shape}."
        )
    if not x.shape[-1] or not units:
        raise ShapeError(
            f"{name} needs at least one feature and one unit. It was given {x.shape[-1]} and {units}."
        )


@device
def sigmoid_row(z: Any) -> None:
    """z = sigmoid(z), in place."""
    for j in range(z.size):
        z[j] = sigmoid(z[j])


@device
def tanh_row(z: Any) -> None:
    """z = tanh(z), in place."""
    for j in range(z.size):
        z[j] = tanh(z[j])


@device
def add_row(total: Any, row: Any) -> None:
    """total += row."""
    for j in range(total.size):
        total[j] += row[j]


@device
def copy_row(row: Any, out: Any) -> None:
    """out = row."""
    for j in range(row.size):
        out[j] = row[j]


@device
def states_before(h0: Any, sequence: Any, first: Any, t: Any) -> Any:
    """The states that step t begins with: flat, where sample `first` lies, and how far apart samples lie."""
    steps, units = sequence.shape[1:]
    if t == 0:
        return h0.reshape(-1), first * units, STATE
    return sequence.reshape(-1), (first * steps + t - 1) * units, H


@device
def sums(
    x: Any, h0: Any, sequence: Any, w: Any, u: Any, b: Any, first: Any, height: Any, t: Any, apart: Any,
    out: Any, place: Any, between: Any,
) -> None:  # fmt: skip
    """x w + h u + b of `height` samples in step t, to `out` from `place` on, where samples lie
    `apart[between]`."""
    steps, features = x.shape[1:]
    units, width = u.shape
    multiply(
        x.reshape(-1), (first * steps + t) * features, apart[X], height, apart[ONE], features,
        w.reshape(-1), 0, width, width, out, place, apart[between], b, 0, False, False,
    )  # fmt: skip
    states, begin, lie = states_before(h0, sequence, first, t)
    multiply(
        states, begin, apart[lie], height, apart[ONE], units,
        u.reshape(-1), 0, width, width, out, place, apart[between], b, 0, True, False,
    )  # fmt: skip


@device
def turn_row(w: Any, number: Any, out: Any) -> None:
    """out = column `number` of w."""
    for j in range(out.size):
        out[j] = w[j, number]


@device
def state_gradients(
    dz: Any, u_turned: Any, first: Any, height: Any, apart: Any, more: Any, nothing: Any, dh: Any
) -> None:
    """dh = dz uᵀ, or added to dh if `more`."""
    width, units = u_turned.shape
    multiply(
        dz.reshape(-1), first * width, apart[SUM], height, apart[ONE], width, u_turned.reshape(-1), 0, units,
        units, dh.reshape(-1), first * units, apart[STATE], nothing, 0, more, False,
    )  # fmt: skip


@device
def input_gradients(
    dz: Any, w_turned: Any, first: Any, height: Any, t: Any, apart: Any, nothing: Any, dx: Any
) -> None:
    """dx = dz wᵀ for step t."""
    width, features = w_turned.shape
    place = (first * dx.shape[1] + t) * features
    multiply(
        dz.reshape(-1), first * width, apart[SUM], height, apart[ONE], width, w_turned.reshape(-1), 0,
        features, features, dx.reshape(-1), place, apart[X], nothing, 0, False, False,
    )  # fmt: skip


@device
def join_row(x: Any, h: Any, out: Any) -> None:
    """out = x, h and 1: what w, u and b are multiplied by."""
    features, units = x.size, h.size
    copy_row(x, out[:features])
    copy_row(h, out[features : features + units])
    out[features + units] = 1


@device
def add_weight_gradients(
    joined: Any, begin: Any, count: Any, dz: Any, first: Any, height: Any, apart: Any, nothing: Any, part: Any
) -> None:
    """Add joinedᵀ dz to `part`: `count` of its rows, from `begin` on. With rows of x, h and 1 joined, these
    are the gradients by w, u and b, one below the other."""
    depth, width = joined.shape[1], dz.shape[1]
    multiply(
        joined.reshape(-1), first * depth + begin, apart[ONE], count, apart[JOINED], height, dz.reshape(-1),
        first * width, width, width, part.reshape(-1), begin * width, apart[SUM], nothing, 0, True, False,
    )  # fmt: skip


@device
def sum_parts(parts: Any, number: Any, out: Any) -> None:
    """out = row `number` of each task's part, added in their order."""
    for j in range(out.size):
        out[j] = 0
    for task in range(len(parts)):
        add_row(out, parts[task, number])
