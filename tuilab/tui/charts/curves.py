"""A series made ready for drawing, whatever the size of the canvas."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tuilab.tui.charts.series import ChartOptions, Mark, Series
from tuilab.tui.charts.thinning import LARGEST, Points, finite, moving_average, thin

LEGEND_SPAN = 32.0
"""How many points the number in the legend averages over, where the line is smoothed."""

Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Look:
    """How a curve is told from the others.

    `line`, `raw`: the roles that give the line and its points their styles. `broken`: lengths of line and gap
    in pixels; None for a solid line. `sign` stands for the line in the legend, and draws it in ASCII. `top`:
    it lies over the others. `dots`: few points are marked.
    """

    line: str
    raw: str = "raw"
    broken: Ends | None = None
    sign: str = "*"
    top: bool = False
    dots: bool = False


class Curve(Protocol):
    """What drawing asks of a series. Values are in the scale's own units: log10 on a log scale."""

    @property
    def name(self) -> str: ...

    @property
    def look(self) -> Look: ...

    @property
    def last(self) -> float | None:
        """The number for the legend; None without points."""

    @property
    def extremes(self) -> Ends | None:
        """The lowest and the highest value there was, where the legend has room for them."""

    @property
    def x_ends(self) -> Ends | None: ...

    @property
    def is_empty(self) -> bool:
        """Whether no point of it can be drawn."""

    @property
    def is_smooth(self) -> bool:
        """Whether its line is another than its points."""

    def extent(self, window: Ends | None) -> Ends | None:
        """The lowest and highest value that is drawn."""

    def points(self, lower: float, upper: float, columns: int) -> Points:
        """Its points, thinned to pixel columns."""

    def line(self, lower: float, upper: float, columns: int) -> Points:
        """Its line, thinned to pixel columns."""

    def gap(self) -> Mark | None:
        """A mark where it first ceases to be a number."""


@dataclass(frozen=True, slots=True, eq=False)
class ArrayCurve:
    """A series of two arrays: its finite points, and the line over them."""

    series: Series
    finite: Points
    stroke: Points
    last: float | None
    x_ends: Ends | None

    @property
    def name(self) -> str:
        return self.series.name

    @property
    def look(self) -> Look:
        return LOOKS[self.series.kind]

    @property
    def extremes(self) -> Ends | None:
        return None

    @property
    def is_empty(self) -> bool:
        return not self.finite.x.size

    @property
    def is_smooth(self) -> bool:
        return self.series.kind == "train" and self.stroke is not self.finite

    def extent(self, window: Ends | None) -> Ends | None:
        # Of a ghost there is the line alone.
        drawn = [self.stroke] if self.series.kind == "ghost" else [self.finite, self.stroke]
        values = [one.y for one in drawn]
        if window is not None:
            values = [one.y[(one.x >= window[0]) & (one.x <= window[1])] for one in drawn]
        values = [one for one in values if one.size]
        return (min(float(y.min()) for y in values), max(float(y.max()) for y in values)) if values else None

    def points(self, lower: float, upper: float, columns: int) -> Points:
        return thin(self.finite, lower, upper, columns)

    def line(self, lower: float, upper: float, columns: int) -> Points:
        return thin(self.stroke, lower, upper, columns)

    def gap(self) -> Mark | None:
        if self.series.kind == "ghost":
            return None  # it would be taken for one of the run that is shown
        y = np.asarray(self.series.y, np.float64)
        bad = np.flatnonzero(~np.isfinite(y))
        if not bad.size:
            return None
        return gap_mark(float(self.series.x[bad[0]]), float(y[bad[0]]))


TRAIN = Look("train", top=True)
VALIDATION = Look("validation", broken=(3.0, 3.0), sign="=", dots=True)
GHOST = Look("ghost", broken=(1.0, 2.0), sign="~")
LOOKS = {"train": TRAIN, "validation": VALIDATION, "ghost": GHOST}


def gap_mark(x: float, value: float) -> Mark:
    """The mark for a value that is no number."""
    return Mark(x, f"✗ {'NaN' if np.isnan(value) else '∞'}", "nan")


def prepare(series: Series, options: ChartOptions, pixels: int) -> ArrayCurve:
    log = options.y_scale == "log"
    points = finite(series.x, series.y)
    x = np.asarray(series.x, np.float64)
    x = x[np.isfinite(x)]
    x = np.clip(x, -LARGEST, LARGEST)
    ends = (float(x.min()), float(x.max())) if x.size else None
    line = points
    if series.kind != "validation" and points.x.size > 1:
        span = smoothing_span(points.x.size, float(points.x[0]), float(points.x[-1]), options, pixels)
        if span > 1:
            line = Points(points.x, moving_average(points.y, span), points.starts)
    last: float | None = None
    if series.y.size:
        newest = float(series.y[-1])
        last = newest if line is points or not np.isfinite(newest) else _recent(points, options)
    if log:
        smooth = line is not points
        points = logarithm(points)
        line = logarithm(line) if smooth else points
    return ArrayCurve(series, points, line, last, ends)


def logarithm(points: Points) -> Points:
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


def smoothing_span(count: int, first: float, last: float, options: ChartOptions, pixels: int) -> float:
    """How many points the moving average spans: a pixel column's worth or more, and none for a few points.

    It is rounded to powers of two, and taken from the range that will be shown, so that it does not
    change, and the curve with it, while points come in.
    """
    if options.smoothing is not None:
        return options.smoothing
    apart = (last - first) / (count - 1)
    shown = last - first
    if options.window is not None:
        shown = options.window[1] - options.window[0]
    elif options.x_range is not None:
        shown = max(shown, options.x_range[1] - options.x_range[0])
    expected = shown / apart if apart > shown * 1e-9 else count
    if expected < 60 and options.smoothing_factor <= 1:
        return 1.0
    return options.smoothing_factor * float(2.0 ** np.ceil(np.log2(max(4.0, expected / pixels))))


def first_gap(curves: Sequence[Curve]) -> list[Mark]:
    """A mark where a series first ceases to be a number."""
    return [mark for curve in curves if (mark := curve.gap()) is not None][:1]
