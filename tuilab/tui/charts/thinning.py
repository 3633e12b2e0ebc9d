"""From a million values to two a pixel column, so that no spike vanishes; and the moving average."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LARGEST = 1e300
"""Values beyond this, either way, are drawn at it: differences of such values stay finite."""


CROWDED = 8
"""Runs in a pixel column, on average, from which on they cannot be told apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Finite points in order of x, in runs: `starts` holds the index of the first point of each run."""

    x: Floats
    y: Floats
    starts: NDArray[np.intp]


def finite(x: NDArray[Any], y: NDArray[Any], *, positive: bool = False) -> Points:
    """The finite points of a series, split into runs where values that cannot be drawn lie between.

    With `positive` (a log scale) values of zero and below cannot be drawn either.
    """
    length = min(x.size, y.size)
    x = np.asarray(x, np.float64).ravel()[:length]
    y = np.asarray(y, np.float64).ravel()[:length]
    has_x = np.isfinite(x)
    if not has_x.all():
        x, y = x[has_x], y[has_x]
    if x.size > 1 and (x[1:] < x[:-1]).any():
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    good = np.isfinite(y)
    if positive:
        good &= y > 0
    if good.all():
        starts = np.zeros(min(x.size, 1), np.intp)
    else:
        before = np.concatenate(([False], good[:-1]))
        first = good & ~before
        starts = np.flatnonzero(first[good])
        x, y = x[good], y[good]
    return Points(np.clip(x, -LARGEST, LARGEST), np.clip(y, -LARGEST, LARGEST), starts)


def thin(points: Points, lower: float, upper: float, columns: int) -> Points:
    """At most two points for each run in each of `columns` pixel columns: the lowest and the highest.

    Where there are very many runs (`CROWDED` for each column), those within a column are drawn as one. The
    columns are centred on `columns` evenly spaced values from `lower` to `upper`; points outside are
    left out. The x of the result is the index of the column.
    """
    x, y = points.x, points.y
    if columns < 1 or x.size == 0 or not lower <= upper:
        return Points(np.empty(0), np.empty(0), np.empty(0, np.intp))
    step = (upper - lower) / max(columns - 1, 1) or 1.0
    edges = lower + (np.arange(columns + 1) - 0.5) * step
    edges[0], edges[-1] = lower, np.nextafter(max(upper, edges[-1]), np.inf)
    cuts = np.searchsorted(x, edges)
    begin, end = cuts[0], cuts[-1]
    groups = np.union1d(cuts[:-1], points.starts)
    groups = groups[(groups >= begin) & (groups < end)]
    if groups.size > CROWDED * columns:
        groups = np.unique(cuts[:-1][cuts[1:] > cuts[:-1]])
    if groups.size == 0:
        return Points(np.empty(0), np.empty(0), np.empty(0, np.intp))
    column = np.searchsorted(cuts, groups, side="right") - 1
    lowest = np.minimum.reduceat(y[begin:end], groups - begin)
    highest = np.maximum.reduceat(y[begin:end], groups - begin)
    last = np.concatenate((groups[1:], [end])) - 1
    falling = y[last] < y[groups]
    pairs = np.stack((np.where(falling, highest, lowest), np.where(falling, lowest, highest)), axis=1)
    kept = np.stack((np.ones(groups.size, bool), lowest != highest), axis=1).ravel()
    place = np.cumsum(kept) - 1
    run_first = np.isin(groups, points.starts)
    run_first[0] = True
    return Points(np.repeat(column, 2)[kept].astype(np.float64), pairs.ravel()[kept], place[::2][run_first])


def moving_average(y: Floats, span: float) -> Floats:
    """The debiased exponential moving average: s = a s + (1 - a) y, shown as s / (1 - aⁿ), a = 1 - 1/span.

    Kingma and Ba, "Adam" (2015), section 3: the division takes away the pull towards the zero it starts at.
    Computed in blocks: inside a block as a product with a triangular matrix, then once over the blocks' ends.
    """
    if span <= 1 or y.size < 2:
        return y
    decay = 1.0 - 1.0 / min(span, 1e6)
    average = _decaying_sum(y * (1.0 - decay), decay)
    # From the 40th span on the weights lack less than float64 can tell from one.
    early = np.arange(1, min(y.size, int(40 * span)) + 1, dtype=np.float64)
    average[: early.size] /= -np.expm1(early * np.log(decay))
    return average


def _decaying_sum(y: Floats, decay: float) -> Floats:
    """s[i] = decay s[i-1] + y[i]."""
    block = 32
    if y.size <= block:
        total, out = 0.0, np.empty_like(y)
        for index, value in enumerate(y.tolist()):
            total = decay * total + value
            out[index] = total
        return out
    rows = -(-y.size // block)
    padded = np.zeros(rows * block)
    padded[: y.size] = y
    powers = decay ** np.arange(block + 1)
    lag = np.subtract.outer(np.arange(block), np.arange(block))
    inside = padded.reshape(rows, block) @ np.where(lag >= 0, powers[np.maximum(lag, 0)], 0.0).T
    ends = _decaying_sum(np.ascontiguousarray(inside[:, -1]), float(powers[block]))
    inside[1:] += ends[:-1, None] * powers[1:]
    sums: Floats = inside.ravel()[: y.size]
    return sums


def dashes(x: Floats, y: Floats, on: float, off: float) -> Points:
    """A polyline cut into dashes `on` long with gaps `off` long, measured along the line."""
    if x.size < 2:
        return Points(x, y, np.zeros(min(x.size, 1), np.intp))
    along = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    period = on + off
    begin = np.arange(0.0, along[-1] + period, period)
    every = np.unique(np.concatenate((along, begin, begin + on)))
    every = every[every <= along[-1]]
    phase = np.mod(every, period)
    # A distance computed as a dash's end can land a rounding before or after it.
    drawn = (phase <= on + 1e-9) | (phase >= period - 1e-9)
    starts_here = phase <= 1e-9
    starts_here |= phase >= period - 1e-9
    first = drawn & (starts_here | ~np.concatenate(([False], drawn[:-1])))
    return Points(
        np.interp(every, along, x)[drawn], np.interp(every, along, y)[drawn], np.flatnonzero(first[drawn])
    )
