"""Sequential minimal optimization: two multipliers at a time.

The dual of a support vector machine is to minimise ½ αᵀQα - Σα with 0 <= α <= C and Σ y α = 0, where
Q_ij = y_i y_j k(x_i, x_j). Two multipliers are the fewest that can move (J. Platt, 1998). Of the first, the
gradient pulls hardest; the second lets the objective fall most with it (R.-E. Fan, P.-H. Chen, C.-J. Lin,
Working Set Selection Using Second Order Information, 2005, "WSS 2").
"""

from typing import Any

import numpy as np

from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.blas import gemm
from tuilab.learners.kernels.gram import similarity

SMALLEST_CURVATURE = 1e-12


@device
def _row(
    i: Any,
    members: Any,
    gram: Any,
    x: Any,
    square: Any,
    form: Any,
    gamma: Any,
    degree: Any,
    coef0: Any,
    slots: Any,
    slot_of: Any,
    owner: Any,
    used: Any,
    now: Any,
) -> Any:
    """The slot that has k(x_i, ·) over the members; the one used longest ago is filled where none has."""
    if slot_of[i] >= 0:
        used[slot_of[i]] = now
        return slot_of[i]
    slot = np.argmin(used)
    if owner[slot] >= 0:
        slot_of[owner[slot]] = -1
    owner[slot], slot_of[i], used[slot] = i, slot, now
    values = slots[slot]
    if gram.shape[0]:
        line = gram[members[i]]
        for j in range(members.size):
            values[j] = line[members[j]]
        return slot
    features = x.shape[1]
    dots = np.empty(members.size, x.dtype)
    gemm(False, True, 1, members.size, features, x[i], features, x.reshape(-1), features, dots, members.size)
    for j in range(members.size):
        values[j] = similarity(np.float64(dots[j]), square[i], square[j], form, gamma, degree, coef0)
    return slot


@device
def _first(sign: Any, alpha: Any, C: Any, gradient: Any) -> Any:
    """The multiplier that may rise (in the sense of its sign) and is pulled hardest, and by how much."""
    best, at = -np.inf, -1
    for t in range(sign.size):
        may = alpha[t] < C if sign[t] > 0 else alpha[t] > 0.0
        if may and -sign[t] * gradient[t] > best:
            best, at = -sign[t] * gradient[t], t
    return at, best


@device
def _second(i: Any, pull: Any, row: Any, diagonal: Any, sign: Any, alpha: Any, C: Any, gradient: Any) -> Any:
    """The multiplier with which the objective falls most, and the least pull among those that may fall."""
    best, at, least = 0.0, -1, np.inf
    for t in range(sign.size):
        may = alpha[t] > 0.0 if sign[t] > 0 else alpha[t] < C
        if not may:
            continue
        here = -sign[t] * gradient[t]
        least = min(least, here)
        gap = pull - here
        if gap > 0:
            curvature = max(diagonal[i] + diagonal[t] - 2.0 * row[t], SMALLEST_CURVATURE)
            fall = gap * gap / curvature
            if fall > best:
                best, at = fall, t
    return at, least


@device
def _move(i: Any, j: Any, curvature: Any, sign: Any, alpha: Any, C: Any, gradient: Any) -> None:
    """Take both to the least of the objective along their line, inside the square from 0 to C."""
    step = (-sign[i] * gradient[i] + sign[j] * gradient[j]) / curvature
    most_i = C - alpha[i] if sign[i] > 0 else alpha[i]
    most_j = alpha[j] if sign[j] > 0 else C - alpha[j]
    reached = min(step, most_i, most_j)
    alpha[i] += sign[i] * reached
    alpha[j] -= sign[j] * reached
    # What reached a side is put on it exactly: a rest of rounding would count as free.
    if reached == most_i:
        alpha[i] = C if sign[i] > 0 else 0.0
    if reached == most_j:
        alpha[j] = 0.0 if sign[j] > 0 else C


@device
def _offset(sign: Any, alpha: Any, C: Any, gradient: Any) -> Any:
    """b: the mean pull of the free multipliers, or the middle of what the others allow."""
    total, free, upper, lower = 0.0, 0, np.inf, -np.inf
    for t in range(sign.size):
        pull = -sign[t] * gradient[t]
        if 0.0 < alpha[t] < C:
            total += pull
            free += 1
        elif (alpha[t] == 0.0) == (sign[t] > 0):
            lower = max(lower, pull)
        else:
            upper = min(upper, pull)
    return total / free if free else (upper + lower) / 2.0


@device
def _solve(
    x: Any,
    square: Any,
    gram: Any,
    members: Any,
    sign: Any,
    form: Any,
    gamma: Any,
    degree: Any,
    coef0: Any,
    C: Any,
    tol: Any,
    most: Any,
    slot_count: Any,
    alpha: Any,
    moved: Any,
    change: Any,
) -> Any:
    """Moves pairs until none is `tol` from the optimum; answers (b, moves, gap left)."""
    n = members.size
    gradient = np.full(n, -1.0)
    diagonal = np.empty(n)
    for t in range(n):
        diagonal[t] = similarity(square[t], square[t], square[t], form, gamma, degree, coef0)
    count = max(2, min(n, slot_count))
    slots = np.empty((count, n), np.float32)
    slot_of, owner, used = np.full(n, -1), np.full(count, -1), np.zeros(count, np.int64)
    step, gap = 0, np.inf
    while step < most:
        i, pull = _first(sign, alpha, C, gradient)
        if i < 0:
            gap = 0.0
            break
        a = _row(
            i, members, gram, x, square, form, gamma, degree, coef0, slots, slot_of, owner, used, 2 * step + 1
        )
        j, least = _second(i, pull, slots[a], diagonal, sign, alpha, C, gradient)
        gap = pull - least
        if j < 0 or gap < tol:
            break
        b = _row(
            j, members, gram, x, square, form, gamma, degree, coef0, slots, slot_of, owner, used, 2 * step + 2
        )
        curvature = max(diagonal[i] + diagonal[j] - 2.0 * slots[a, j], SMALLEST_CURVATURE)
        before_i, before_j = alpha[i], alpha[j]
        _move(i, j, curvature, sign, alpha, C, gradient)
        d_i, d_j = sign[i] * (alpha[i] - before_i), sign[j] * (alpha[j] - before_j)
        for t in range(n):
            gradient[t] += sign[t] * (d_i * slots[a, t] + d_j * slots[b, t])
        if step < moved.shape[0]:
            moved[step, 0], moved[step, 1] = i, j
            change[step, 0], change[step, 1], change[step, 2] = alpha[i], alpha[j], gap
        step += 1
    return _offset(sign, alpha, C, gradient), step, gap


@kernel
def solve_pairs(
    x: Any,
    square: Any,
    gram: Any,
    members: Any,
    sign: Any,
    bounds: Any,
    form: Any,
    gamma: Any,
    degree: Any,
    coef0: Any,
    C: Any,
    tol: Any,
    most: Any,
    slots: Any,
    alpha: Any,
    offset: Any,
    steps: Any,
    gap: Any,
    moved: Any,
    change: Any,
) -> None:
    """Solve each problem p, over the samples members[bounds[p]:bounds[p + 1]], with signs `sign`.

    `gram` holds k between all samples, or nothing: then rows are computed when needed, and `slots[p]` of
    them are kept. The first moves of problem p are noted in moved[p] (which two) and change[p] (their
    new values, and the gap before).
    """
    for p in prange(offset.size):
        part = slice(bounds[p], bounds[p + 1])
        own = members[part]
        own_square = square[own]
        own_x = x[own] if gram.shape[0] == 0 else x[:0]
        offset[p], steps[p], gap[p] = _solve(
            own_x,
            own_square,
            gram,
            own,
            sign[part],
            form,
            gamma,
            degree,
            coef0,
            C,
            tol,
            most,
            slots,
            alpha[part],
            moved[p],
            change[p],
        )
