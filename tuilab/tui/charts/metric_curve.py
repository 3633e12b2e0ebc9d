"""A metric of a log made ready for drawing: exactly what `thin` would give, from few of its values.

Ten million points are thinned in some ten milliseconds, because the chunks of a `MetricSeries` know the
lowest and highest of their blocks. The tests hold both ways against each other, point for point.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuilab.logs.series import BLOCK, CHUNK, Axis, Chunk, Floats, MetricSeries
from tuilab.tui.charts import curves
from tuilab.tui.charts.curves import Ends, Look
from tuilab.tui.charts.series import ChartOptions, Mark, RunSeries
from tuilab.tui.charts.thinning import CROWDED, LARGEST, Points, finite, moving_average, thin

HUES = 8
"""Colours that are told apart with ease, by people who see few colours too."""
BREAKS: tuple[Ends | None, ...] = (None, (6.0, 3.0), (2.0, 2.0), (9.0, 3.0))
SIGNS = "*+xo#%@="


def look_of(series: RunSeries, hues: bool) -> Look:
    """A run's look: its hue by its number, and once hues are used up, or without them, a broken line."""
    pattern = series.part or (series.place // HUES if hues else series.place)
    role = "ghost" if series.ghost else f"run{series.place % HUES}"
    return Look(
        role,
        f"raw{series.place % HUES}",
        BREAKS[pattern % len(BREAKS)],
        SIGNS[series.place % len(SIGNS)],
        top=not series.ghost,
    )


class MetricCurve:
    """A metric of a run as a curve; nothing of it is computed before it is drawn."""

    def __init__(self, series: RunSeries, options: ChartOptions, pixels: int) -> None:
        self._series = series
        self._metric = series.metric
        self._log = options.y_scale == "log"
        self._span = 1.0
        self._cursor = options.cursor
        self.look = look_of(series, options.hues)
        with self._metric.lock:
            self.x_ends = self._metric.ends(series.axis, series.begin)
        if self.x_ends is not None and self._metric.count > 1:
            self._span = curves.smoothing_span(self._metric.count, *self.x_ends, options, pixels)

    @property
    def name(self) -> str:
        return self._series.name

    @property
    def last(self) -> float | None:
        """The newest value or, where a place is read, the one there."""
        if not self._metric.count:
            return None
        if self._cursor is None:
            return self._metric.last
        with self._metric.lock:
            found = self._metric.value_at(self._cursor, self._series.axis, self._series.begin)
        return found[1] if found is not None else None

    @property
    def extremes(self) -> Ends | None:
        if self._cursor is not None or not self._metric.highest >= self._metric.lowest:
            return None
        return self._metric.lowest, self._metric.highest

    @property
    def is_empty(self) -> bool:
        return not (self._metric.highest > 0 if self._log else self._metric.highest >= self._metric.lowest)

    @property
    def is_smooth(self) -> bool:
        return self._span > 1

    def extent(self, window: Ends | None) -> Ends | None:
        if self.is_empty:
            return None
        ends = (self._metric.lowest, self._metric.highest)
        if window is not None or (self._log and ends[0] <= 0):
            window = window or self.x_ends or (0.0, 0.0)
            found = self.points(*window, 1).y
            return (float(found.min()), float(found.max())) if found.size else None
        low, high = (float(np.clip(end, -LARGEST, LARGEST)) for end in ends)
        return (float(np.log10(low)), float(np.log10(high))) if self._log else (low, high)

    def points(self, lower: float, upper: float, columns: int) -> Points:
        where = (self._series.axis, self._series.begin)
        with self._metric.lock:
            found = thinned(self._metric, *where, lower, upper, columns, positive=self._log)
        return Points(found.x, np.log10(found.y), found.starts) if self._log else found

    def line(self, lower: float, upper: float, columns: int) -> Points:
        if not self.is_smooth:
            return self.points(lower, upper, columns)
        with self._metric.lock:
            found = smoothed(self._metric, self._series.axis, self._series.begin, lower, upper, self._span)
        return thin(curves.logarithm(found) if self._log else found, lower, upper, columns)

    def gap(self) -> Mark | None:
        for chunk in self._metric.chunks:
            if not chunk.is_finite:
                values = chunk.values[: chunk.count]
                at = int(np.flatnonzero(~np.isfinite(values))[0])
                place = chunk.x(self._series.axis, self._series.begin)[at]
                return curves.gap_mark(float(place), float(values[at]))
        return None


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """Stretches of values, each within one pixel column and one run."""

    column: NDArray[np.intp]
    lowest: Floats
    highest: Floats
    first: Floats
    last: Floats
    begins: NDArray[np.bool_]


def thinned(
    series: MetricSeries,
    axis: Axis,
    begin: float,
    lower: float,
    upper: float,
    columns: int,
    *,
    positive: bool = False,
) -> Points:
    """`thin(finite(x, y, positive=positive), lower, upper, columns)` for the points of a metric."""
    if not series.is_ordered or columns < 1 or not lower <= upper:
        return thin(finite(*series.points(axis, begin), positive=positive), lower, upper, columns)
    step = (upper - lower) / max(columns - 1, 1) or 1.0
    edges: Floats = lower + (np.arange(columns + 1, dtype=np.float64) - 0.5) * step
    edges[0], edges[-1] = lower, np.nextafter(max(upper, edges[-1]), np.inf)
    found: list[_Groups] = []
    gap = True
    inside = [chunk for chunk in series.chunks if _lies_in(chunk, edges, axis, begin)]
    # Runs that cannot be told apart need not be told apart first.
    crowded = sum(chunk.runs(positive) for chunk in inside) > CROWDED * columns
    groups = _groups_in_crowd if crowded else _groups
    for chunk in series.chunks:
        ends = chunk.ends(axis, begin)
        if ends[1] >= lower and ends[0] < edges[-1]:
            found.append(groups(chunk, edges, axis, begin, gap, positive))
        last = chunk.values[chunk.count - 1]
        gap = not np.isfinite(last) or (positive and last <= 0)
    return _pairs(_merged(found, 0 if crowded else CROWDED * columns))


def _lies_in(chunk: Chunk, edges: Floats, axis: Axis, begin: float) -> bool:
    """Whether all of a chunk is shown."""
    first, last = chunk.ends(axis, begin)
    return bool(first >= edges[0] and last < edges[-1])


def _nothing() -> _Groups:
    none = np.empty(0)
    return _Groups(np.empty(0, np.intp), none, none, none, none, np.empty(0, np.bool_))


def _groups(
    chunk: Chunk, edges: Floats, axis: Axis, begin: float, gap: bool, positive: bool = False
) -> _Groups:
    """The groups of a chunk; `gap`: no number lies before it."""
    if not chunk.is_finite or (positive and not chunk.is_positive()):
        return _groups_with_gaps(chunk, edges, axis, begin, gap, positive)
    ends = chunk.ends(axis, begin)
    # Only the edges near the chunk cut it.
    first = max(int(np.searchsorted(edges, ends[0], side="right")) - 1, 0)
    last = min(int(np.searchsorted(edges, ends[1], side="right")) + 1, len(edges))
    cuts = chunk.cuts(edges[first:last], axis, begin)
    full = np.flatnonzero(cuts[1:] > cuts[:-1])
    if not full.size:
        return _nothing()
    bounds = np.append(cuts[full], cuts[full[-1] + 1])
    lowest, highest = chunk.extremes(bounds)
    values = chunk.values
    begins = np.zeros(full.size, np.bool_)
    begins[0] = gap and bounds[0] == 0
    return _Groups(
        full + first,
        lowest,
        highest,
        values[bounds[:-1]].astype(np.float64),
        values[bounds[1:] - 1].astype(np.float64),
        begins,
    )


def _groups_with_gaps(
    chunk: Chunk, edges: Floats, axis: Axis, begin: float, gap: bool, positive: bool
) -> _Groups:
    values = chunk.values[: chunk.count]
    points = finite(chunk.x(axis, begin), values, positive=positive)
    goes_on = not gap and np.isfinite(values[0]) and (values[0] > 0 or not positive)
    starts = points.starts[1:] if goes_on else points.starts
    cuts = np.searchsorted(points.x, edges)
    groups = np.union1d(cuts[:-1], starts)
    groups = groups[(groups >= cuts[0]) & (groups < cuts[-1])].astype(np.intp)
    if not groups.size:
        return _nothing()
    bounds = np.append(groups, cuts[-1])
    inside = points.y[: cuts[-1]]
    return _Groups(
        np.searchsorted(cuts, groups, side="right") - 1,
        np.minimum.reduceat(inside, groups),
        np.maximum.reduceat(inside, groups),
        inside[groups],
        inside[bounds[1:] - 1],
        np.isin(groups, starts),
    )


def _groups_in_crowd(
    chunk: Chunk, edges: Floats, axis: Axis, begin: float, gap: bool, positive: bool
) -> _Groups:
    """As `_groups`, where runs are so many that those of a column are drawn as one: no run is looked for."""
    values = chunk.values[: chunk.count].astype(np.float64)
    good = np.isfinite(values)
    if positive:
        good &= values > 0
    cuts = chunk.cuts(edges, axis, begin)
    full = np.flatnonzero(cuts[1:] > cuts[:-1])
    if not full.size:
        return _nothing()
    heads, end = cuts[full], cuts[full[-1] + 1]
    place = np.arange(len(values))
    first = np.minimum.reduceat(np.where(good, place, len(values))[:end], heads)
    last = np.maximum.reduceat(np.where(good, place, -1)[:end], heads)
    some = last >= 0
    first, last = first[some], last[some]
    before = np.where(first > 0, ~good[first - 1], gap)
    return _Groups(
        full[some],
        np.minimum.reduceat(np.where(good, values, np.inf)[:end], heads)[some],
        np.maximum.reduceat(np.where(good, values, -np.inf)[:end], heads)[some],
        values[first],
        values[last],
        before.astype(np.bool_),
    )


def _merged(parts: list[_Groups], most: int) -> _Groups:
    """The groups of all chunks: what a chunk's end has cut in two is one again, and where there are more than
    `most`, each column is one."""
    parts = parts or [_nothing()]
    column, lowest, highest, first, last, begins = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("column", "lowest", "highest", "first", "last", "begins")
    )
    if not column.size:
        return _nothing()
    begins[0] = True
    other = column[1:] != column[:-1]
    heads = np.flatnonzero(np.append(True, other | begins[1:]))
    if heads.size > most:
        heads = np.flatnonzero(np.append(True, other))
    tails = np.append(heads[1:], column.size) - 1
    return _Groups(
        column[heads],
        np.minimum.reduceat(lowest, heads),
        np.maximum.reduceat(highest, heads),
        first[heads],
        last[tails],
        begins[heads],
    )


def _pairs(groups: _Groups) -> Points:
    """Two points a group where it has two, in the order in which the values move; as `thin` gives them."""
    lowest, highest = (np.clip(one, -LARGEST, LARGEST) for one in (groups.lowest, groups.highest))
    falls = groups.last < groups.first
    both = np.stack((np.where(falls, highest, lowest), np.where(falls, lowest, highest)), axis=1)
    kept = np.stack((np.ones(len(lowest), bool), lowest != highest), axis=1).ravel()
    place = np.cumsum(kept) - 1
    column = np.repeat(groups.column, 2)[kept].astype(np.float64)
    return Points(column, both.ravel()[kept], place[::2][groups.begins])


def smoothed(
    series: MetricSeries, axis: Axis, begin: float, lower: float, upper: float, span: float
) -> Points:
    """The moving average over `span` points, where it is shown: from `lower` to `upper`.

    A span of many blocks is averaged over the blocks' means, which a pixel column cannot tell apart from the
    average over points.
    """
    if not series.is_ordered:
        points = finite(*series.points(axis, begin))
        return Points(points.x, moving_average(points.y, span), points.starts)
    if span >= 4 * BLOCK:
        x, y = _block_means(series, axis, begin)
        return Points(x, moving_average(y, span / BLOCK), np.zeros(min(len(x), 1), np.intp))
    shown = series.between(lower, upper, axis, begin)
    if not shown:
        return Points(np.empty(0), np.empty(0), np.empty(0, np.intp))
    at = series.chunks.index(shown[0])
    # What lies forty spans back weighs nothing.
    lead = int(-(-40 * span // CHUNK))
    chunks = series.chunks[max(at - lead, 0) : at] + shown
    points = finite(
        np.concatenate([chunk.x(axis, begin) for chunk in chunks]),
        np.concatenate([chunk.values[: chunk.count] for chunk in chunks]),
    )
    return Points(points.x, moving_average(points.y, span), points.starts)


def _block_means(series: MetricSeries, axis: Axis, begin: float) -> tuple[Floats, Floats]:
    x: list[Floats] = []
    y: list[Floats] = []
    for chunk in series.chunks:
        if chunk.sums is not None:
            x.append(chunk.block_ends(axis, begin))
            y.append(chunk.sums / BLOCK)
            continue
        places = chunk.x(axis, begin)
        values = chunk.values[: chunk.count].astype(np.float64)
        good = np.isfinite(values)
        heads = np.arange(0, chunk.count, BLOCK)
        counts = np.add.reduceat(good.astype(np.float64), heads)
        sums = np.add.reduceat(np.where(good, values, 0.0), heads)
        ends = np.minimum(heads + BLOCK, chunk.count) - 1
        some = counts > 0
        x.append(places[ends][some])
        y.append(sums[some] / counts[some])
    return np.concatenate(x), np.concatenate(y)
