"""What the recurrent layers' kernels have in common.

The samples of a batch do not know of each other, so a task takes some of them through all steps, and no
thread waits for another between two steps. What a step needs, and what it leaves to the next, stays in
the processor's cache.
"""

from typing import Any

from tuilab.errors import ShapeError
from tuilab.kernels.jit import device
from tuilab.kernels.parallel.arrays import Array
from tuilab.kernels.parallel.blas import SHARES, gemm, gemm_add
from tuilab.kernels.parallel.elementary import sigmoid, tanh

MOST_ROWS = 64
LEAST_ROWS = 8


def rows_of_a_task(batch: int) -> int:
    """Samples a task: as many tasks as the machine has processors, of a size that suits the products."""
    return max(LEAST_ROWS, min(MOST_ROWS, -(-batch // SHARES)))


def check_gates(name: str, x: Array, w: Array, units: int, gates: int) -> None:
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
def sigmoid_row(z: Any, b: Any) -> None:
    """z = sigmoid(z + b), in place."""
    for j in range(z.size):
        z[j] = sigmoid(z[j] + b[j])


@device
def tanh_row(z: Any, b: Any) -> None:
    """z = tanh(z + b), in place."""
    for j in range(z.size):
        z[j] = tanh(z[j] + b[j])


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
    """The states that step t begins with, flat from sample `first` on, and how far apart they lie."""
    steps, units = sequence.shape[1:]
    if t == 0:
        return h0.reshape(-1)[first * units :], units
    return sequence.reshape(-1)[(first * steps + t - 1) * units :], steps * units


@device
def sums(
    x: Any, h0: Any, sequence: Any, w: Any, u: Any, first: Any, height: Any, t: Any, out: Any, apart: Any
) -> None:
    """x w + h u of `height` samples in step t, to rows of `out` that lie `apart` from each other."""
    steps, features = x.shape[1:]
    units, width = u.shape
    x_rows = x.reshape(-1)[(first * steps + t) * features :]
    gemm(False, False, height, width, features, x_rows, steps * features, w.reshape(-1), width, out, apart)
    h_rows, h_apart = states_before(h0, sequence, first, t)
    gemm_add(False, False, height, width, units, h_rows, h_apart, u.reshape(-1), width, out, apart)


@device
def sums_back(
    x: Any,
    h0: Any,
    sequence: Any,
    w: Any,
    u: Any,
    first: Any,
    height: Any,
    t: Any,
    dz: Any,
    dx: Any,
    dh: Any,
    part: Any,
) -> None:
    """From dz, the gradient by the sums of step t, those by x and h; those by w, u and b are added to the
    rows of `part`, one below the other. dx and `part` are empty where nobody asks."""
    steps, features = x.shape[1:]
    units, width = u.shape
    x_from, x_apart = (first * steps + t) * features, steps * features
    flat_dz = dz.reshape(-1)[first * width :]
    flat_dh = dh.reshape(-1)[first * units :]
    gemm(False, True, height, units, width, flat_dz, width, u.reshape(-1), width, flat_dh, units)
    if dx.size:
        flat_dx = dx.reshape(-1)[x_from:]
        gemm(False, True, height, features, width, flat_dz, width, w.reshape(-1), width, flat_dx, x_apart)
    if part.size:
        flat_part, flat_x = part.reshape(-1), x.reshape(-1)[x_from:]
        gemm_add(True, False, features, width, height, flat_x, x_apart, flat_dz, width, flat_part, width)
        h_rows, h_apart = states_before(h0, sequence, first, t)
        below = flat_part[features * width :]
        gemm_add(True, False, units, width, height, h_rows, h_apart, flat_dz, width, below, width)
        for sample in range(first, first + height):
            add_row(part[features + units], dz[sample])


@device
def sum_parts(parts: Any, number: Any, out: Any) -> None:
    """out = row `number` of each task's part, added in their order."""
    for j in range(out.size):
        out[j] = 0
    for task in range(len(parts)):
        add_row(out, parts[task, number])
