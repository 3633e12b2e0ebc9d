"""A series made ready for drawing, whatever the size of the canvas."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuilab.tui.charts.series import ChartOptions, Mark, Series
from tuilab.tui.charts.thinning import LARGEST, Points, finite, moving_average

LEGEND_SPAN = 32.0
"""How many points the number in the legend averages over, where the line is smoothed."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A series made ready: its finite points, the solid line over them (train), its last value."""

    series: Series
    points: Points
    line: Points
    last: float | None
    x_ends: tuple[float, float] | None


def prepare(series: Series, options: ChartOptions, pixels: int) -> Curve:
    log = options.y_scale == "log"
    points = finite(series.x, series.y)
    x = np.asarray(series.x, np.float64)
    x = x[np.isfinite(x)]
    x = np.clip(x, -LARGEST, LARGEST)
    ends = (float(x.min()), float(x.max())) if x.size else None
    line = points
    if series.kind == "train" and points.x.size > 1:
        span = _span(points, options, pixels)
        if span > 1:
            line = Points(points.x, moving_average(points.y, span), points.starts)
    last: float | None = None
    if series.y.size:
        newest = float(series.y[-1])
        last = newest if line is points or not np.isfinite(newest) else _recent(points, options)
    if log:
        smooth = line is not points
        points = _logarithm(points)
        line = _logarithm(line) if smooth else points
    return Curve(series, points, line, last, ends)


def _logarithm(points: Points) -> Points:
    """The points on a log scale: values of zero and below become gaps."""
    gaps = np.zeros(points.x.size, bool)
    gaps[points.starts] = True
    good = points.y > 0
    before = np.concatenate(([False], good[:-1]))
    starts = np.flatnonzero((good & (gaps | ~before))[good])
    return Points(points.x[good], np.log10(points.y[good]), starts)


def _recent(points: Points, options: ChartOptions) -> float:
    """The moving average at the newest point, over the same span whatever the size of the chart."""
    span = options.smoothing or LEGEND_SPAN
    return float(moving_average(points.y[-int(40 * span) :], span)[-1])


def _span(points: Points, options: ChartOptions, pixels: int) -> float:
    """How many points the moving average spans: a pixel column's worth or more, and none for a few points.

    It is rounded to powers of two, and taken from the range that will be shown, so that it does not
    change, and the curve with it, while points come in.
    """
    if options.smoothing is not None:
        return options.smoothing
    count = points.x.size
    apart = (points.x[-1] - points.x[0]) / (count - 1)
    shown = points.x[-1] - points.x[0]
    if options.x_range is not None:
        shown = max(shown, options.x_range[1] - options.x_range[0])
    expected = shown / apart if apart > shown * 1e-9 else count
    if expected < 60:
        return 1.0
    return float(2.0 ** np.ceil(np.log2(max(4.0, expected / pixels))))


def first_gap(curves: Sequence[Curve]) -> list[Mark]:
    """A mark where a series first ceases to be a number."""
    marks = []
    for curve in curves:
        y = np.asarray(curve.series.y, np.float64)
        bad = np.flatnonzero(~np.isfinite(y))
        if bad.size:
            name = "NaN" if np.isnan(y[bad[0]]) else "∞"
            marks.append(Mark(float(curve.series.x[bad[0]]), f"✗ {name}", "nan"))
    return marks[:1]
