"""Rows of styled text from series: title and legend, axes, curves, marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from tuilab.text import safe
from tuilab.tui.charts import plotext_canvas, ticks
from tuilab.tui.charts.series import ChartOptions, Mark, Series
from tuilab.tui.charts.thinning import LARGEST, Points, dashes, finite, moving_average, thin
from tuilab.tui.glyphs import SIGNS, Signs, plain

Row = list[Segment]

ROLES = ("title", "axis", "train", "raw", "validation", "change", "nan", "empty")
PLAIN: dict[str, Style] = {role: Style() for role in ROLES}

SMALLEST = (20, 5)
"""Below this size, in cells, axes would leave no room for a curve: numbers and a sparkline are shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A series made ready: its finite points, the solid line over them (train), its last value."""

    series: Series
    points: Points
    line: Points
    last: float | None
    x_ends: tuple[float, float] | None


class Canvas:
    """A grid of signs, one a cell, each with the role that will give it its style."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.signs = [[" "] * width for _ in range(height)]
        self.roles = [[""] * width for _ in range(height)]

    def put(self, row: int, column: int, text: str, role: str) -> None:
        if 0 <= row < self.height:
            for offset, sign in enumerate(text):
                if 0 <= column + offset < self.width:
                    self.signs[row][column + offset] = sign
                    self.roles[row][column + offset] = role

    def lay(self, rows: Sequence[str], column: int, role: str, sign: str | None = None) -> None:
        """Lay a raster over what is there: its blanks leave what is below, `sign` replaces its signs."""
        for row, text in enumerate(rows):
            for offset, drawn in enumerate(text):
                if drawn != " ":
                    self.put(row, column + offset, sign or drawn, role)

    def is_free(self, row: int, column: int, length: int, but: frozenset[str] = frozenset()) -> bool:
        roles = self.roles[row][max(column, 0) : column + length]
        return all(role == "" or role in but for role in roles)

    def row(self, index: int, styles: Mapping[str, Style]) -> Row:
        cells = zip(self.signs[index], self.roles[index], strict=True)
        return [
            Segment("".join(sign for sign, _ in run), styles.get(role))
            for role, run in groupby(cells, key=lambda cell: cell[1])
        ]


def draw(
    series: Sequence[Series],
    marks: Sequence[Mark],
    width: int,
    height: int,
    options: ChartOptions,
    styles: Mapping[str, Style] = PLAIN,
) -> list[Row]:
    """A chart as exactly `height` rows of exactly `width` cells. `styles`: one for each of `ROLES`."""
    if width <= 0 or height <= 0:
        return [[] for _ in range(max(height, 0))]
    pixels = max(1, (width - 6) * plotext_canvas.RESOLUTION[options.glyphs][0])
    curves = [_curve(one, options, pixels) for one in series]
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return _small(curves, width, height, options, styles)
    header = _header(curves, width, options, styles, tall=height >= 8)
    body = height - len(header)
    if not any(curve.points.x.size for curve in curves):
        return header + _empty(body, width, options, styles, bool(_first_gaps(curves)))
    canvas = _body(curves, marks, width, body, options)
    return header + [canvas.row(index, styles) for index in range(body)]


def _curve(series: Series, options: ChartOptions, pixels: int) -> Curve:
    log = options.y_scale == "log"
    points = finite(series.x, series.y)
    x = np.asarray(series.x, np.float64)
    x = x[np.isfinite(x)]
    x = np.clip(x, -LARGEST, LARGEST)
    ends = (float(x.min()), float(x.max())) if x.size else None
    line = points
    if series.kind == "train" and points.x.size > 1:
        span = _span(points, options, pixels)
        line = Points(points.x, moving_average(points.y, span), points.starts)
    last: float | None = None
    if series.y.size:
        newest = float(series.y[-1])
        last = float(line.y[-1]) if np.isfinite(newest) and line.y.size else newest
    if log:
        points, line = _logarithm(points), _logarithm(line)
    return Curve(series, points, line, last, ends)


def _logarithm(points: Points) -> Points:
    """The points on a log scale: values of zero and below become gaps."""
    gaps = np.zeros(points.x.size, bool)
    gaps[points.starts] = True
    good = points.y > 0
    before = np.concatenate(([False], good[:-1]))
    starts = np.flatnonzero((good & (gaps | ~before))[good])
    return Points(points.x[good], np.log10(points.y[good]), starts)


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
    expected = shown / apart if apart > 0 else count
    if not expected >= 60:
        return 1.0
    return float(2.0 ** np.ceil(np.log2(max(4.0, expected / pixels))))


def _header(
    curves: Sequence[Curve], width: int, options: ChartOptions, styles: Mapping[str, Style], *, tall: bool
) -> list[Row]:
    """The title, and to the right of it each series with a sample of its line and its last value."""
    signs = SIGNS[options.glyphs]
    title = plain(safe(options.title), options.glyphs)
    entries = [_legend(curve, options, signs) for curve in curves if curve.last is not None]
    if not entries:
        return [_beside(title, [], width, options, styles)]
    for shown in (slice(0, None), slice(1, None)):
        line: list[tuple[str, str]] = []
        for parts in entries:
            line += [("  ", "")] * bool(line) + list(parts[shown])
        if cell_len(title) + 2 + _length(line) <= width:
            return [_beside(title, line, width, options, styles)]
        if tall and len(entries) > 1:
            longest = max(_length(parts[shown]) for parts in entries)
            if cell_len(title) + 2 + longest <= width:
                rows = [_beside(title, entries[0][shown], width, options, styles)]
                return rows + [_beside("", parts[shown], width, options, styles) for parts in entries[1:]]
    values = [parts[-1] for parts in entries]
    for kept in (values, values[:1]):
        line = [part for value in kept for part in (("  ", ""), value)][1:]
        if cell_len(title) + 1 + _length(line) <= width:
            return [_beside(title, line, width, options, styles)]
    return [_beside(title, [], width, options, styles)]


def _legend(curve: Curve, options: ChartOptions, signs: Signs) -> list[tuple[str, str]]:
    validation = curve.series.kind == "validation"
    role = "validation" if validation else "train"
    value = ticks.value_label(curve.last) if curve.last is not None else ""
    bad = curve.last is not None and not np.isfinite(curve.last)
    return [
        ((signs.dashed_sample if validation else signs.solid_sample) + " ", role),
        (plain(safe(curve.series.name), options.glyphs) + " ", "axis"),
        (value.ljust(6), "nan" if bad else role),
    ]


def _length(parts: Sequence[tuple[str, str]]) -> int:
    return sum(cell_len(text) for text, _ in parts)


def _beside(
    title: str,
    parts: Sequence[tuple[str, str]],
    width: int,
    options: ChartOptions,
    styles: Mapping[str, Style],
) -> Row:
    room = width - _length(parts)
    if cell_len(title) > room:
        title = set_cell_size(title, max(0, room - 1)) + SIGNS[options.glyphs].ellipsis
    row = [Segment(set_cell_size(title, room), styles.get("title"))]
    return row + [Segment(text, styles.get(role)) for text, role in parts]


def _empty(
    height: int, width: int, options: ChartOptions, styles: Mapping[str, Style], only_gaps: bool
) -> list[Row]:
    words = "no value so far is a number" if only_gaps else plain(safe(options.empty), options.glyphs)
    canvas = [[Segment(" " * width, None)] for _ in range(height)]
    if cell_len(words) > width:
        words = set_cell_size(words, width - 1) + SIGNS[options.glyphs].ellipsis
    before = (width - cell_len(words)) // 2
    canvas[(height - 1) // 2] = [
        Segment(" " * before, None),
        Segment(words, styles.get("nan" if only_gaps else "empty")),
        Segment(" " * (width - before - cell_len(words)), None),
    ]
    return canvas


def _first_gaps(curves: Sequence[Curve]) -> list[Mark]:
    """A mark where a series first ceases to be a number."""
    marks = []
    for curve in curves:
        y = np.asarray(curve.series.y, np.float64)
        bad = np.flatnonzero(~np.isfinite(y))
        if bad.size:
            name = "NaN" if np.isnan(y[bad[0]]) else "∞"
            marks.append(Mark(float(curve.series.x[bad[0]]), f"✗ {name}", "nan"))
    return marks[:1]


def _y_axis(curves: Sequence[Curve], rows: int, options: ChartOptions) -> ticks.Axis:
    count = max(1, min(8, rows // 2 if rows < 12 else rows // 3))
    log = options.y_scale == "log"
    fixed = options.y_range
    if fixed is not None and fixed[0] < fixed[1] and (not log or fixed[0] > 0):
        lower, upper = (float(np.log10(fixed[0])), float(np.log10(fixed[1]))) if log else fixed
    else:
        fixed = None
        values = [points.y for curve in curves for points in (curve.points, curve.line) if points.y.size]
        lower, upper = min(float(y.min()) for y in values), max(float(y.max()) for y in values)
    if log:
        return ticks.log_axis(lower, upper, count, snap=fixed is None)
    return ticks.value_axis(lower, upper, count, snap=fixed is None)


def _x_axis(curves: Sequence[Curve], width: int, options: ChartOptions) -> ticks.Axis:
    ends = [curve.x_ends for curve in curves if curve.x_ends is not None]
    if options.x_range is not None:
        ends.append(options.x_range)
    lower, upper = min(low for low, _ in ends), max(high for _, high in ends)
    whole = all(value.is_integer() for pair in ends for value in map(float, pair))
    known = options.x_range is not None and upper <= options.x_range[1]
    for count in range(max(1, min(8, width // 7)), 0, -1):
        axis = ticks.step_axis(lower, upper, count, whole=whole, snap=not known)
        if len(axis.labels) * (max(map(len, axis.labels), default=0) + 2) <= width + 2:
            break
    return axis


def _body(
    curves: Sequence[Curve], marks: Sequence[Mark], width: int, height: int, options: ChartOptions
) -> Canvas:
    """Axes and curves: all rows but the header's."""
    signs = SIGNS[options.glyphs]
    canvas = Canvas(width, height)
    rows = height - 2
    y_axis = _y_axis(curves, rows, options)
    gutter = max(map(len, y_axis.labels), default=0) + 1
    if gutter > width // 3:
        gutter = 1
    plot = width - gutter
    x_axis = _x_axis(curves, plot, options)
    _draw_axes(canvas, y_axis, x_axis, gutter, rows, signs)
    across, down = plotext_canvas.RESOLUTION[options.glyphs]
    columns, levels = plot * across, rows * down

    def to_pixels(points: Points) -> Points:
        thinned = thin(points, x_axis.lower, x_axis.upper, columns)
        heights = (thinned.y - y_axis.lower) / (y_axis.upper - y_axis.lower) * (levels - 1)
        # What a fixed range cuts off is drawn no further than a canvas away.
        return Points(thinned.x, np.clip(heights, -levels, 2 * levels), thinned.starts)

    def column_of(x: float) -> int:
        return gutter + round(x_axis.fraction(x) * (columns - 1)) // across

    shown = [mark for mark in marks if x_axis.lower <= mark.x <= x_axis.upper]
    if not any(mark.kind == "nan" for mark in marks):
        shown += [mark for mark in _first_gaps(curves) if x_axis.lower <= mark.x <= x_axis.upper]
    for mark in sorted(shown, key=lambda one: one.kind):
        for row in range(rows):
            canvas.put(row, column_of(mark.x), signs.dashed, mark.kind)
    order = sorted(curves, key=lambda curve: curve.series.kind == "train")
    for curve in order:
        if curve.series.kind == "train" and curve.line is not curve.points:
            raw = plotext_canvas.raster(to_pixels(curve.points), plot, rows, options.glyphs, lines=False)
            canvas.lay(raw, gutter, "raw", None if options.glyphs == "braille" else signs.raw)
    for curve in order:
        line = to_pixels(curve.line)
        if curve.series.kind == "train":
            drawn = plotext_canvas.raster(line, plot, rows, options.glyphs, lines=True)
            canvas.lay(drawn, gutter, "train", "*" if options.glyphs == "ascii" else None)
            continue
        length = 3 if across > 1 else 2
        dashed = _dashed(line, on=length, off=length)
        sign = "=" if options.glyphs == "ascii" else None
        drawn = plotext_canvas.raster(dashed, plot, rows, options.glyphs, lines=True)
        canvas.lay(drawn, gutter, "validation", sign)
        if line.x.size * 4 <= plot:
            for x, y in zip(line.x.tolist(), line.y.tolist(), strict=True):
                if 0 <= round(y) < levels:
                    row, column = rows - 1 - round(y) // down, gutter + int(x) // across
                    canvas.put(row, column, signs.point, "validation")
    _draw_labels(canvas, [(mark, column_of(mark.x)) for mark in shown], gutter, rows, options)
    return canvas


def _dashed(line: Points, on: float, off: float) -> Points:
    if line.x.size == 0:
        return line
    ends = [*line.starts[1:].tolist(), line.x.size]
    runs = zip(line.starts.tolist(), ends, strict=True)
    pieces = [dashes(line.x[a:b], line.y[a:b], on, off) for a, b in runs]
    sizes = np.cumsum([0] + [piece.x.size for piece in pieces])
    return Points(
        np.concatenate([piece.x for piece in pieces]),
        np.concatenate([piece.y for piece in pieces]),
        np.concatenate([piece.starts + size for piece, size in zip(pieces, sizes[:-1], strict=True)]),
    )


def _draw_axes(
    canvas: Canvas, y_axis: ticks.Axis, x_axis: ticks.Axis, gutter: int, rows: int, signs: Signs
) -> None:
    for row in range(rows):
        canvas.put(row, gutter - 1, signs.vertical, "axis")
    canvas.put(rows, gutter - 1, signs.corner + signs.horizontal * (canvas.width - gutter), "axis")
    taken: set[int] = set()
    for place, label in zip(y_axis.ticks, y_axis.labels, strict=True):
        row = rows - 1 - round(y_axis.fraction(place) * (rows - 1))
        if row in taken or not 0 <= row < rows:
            continue
        taken |= {row}
        canvas.put(row, gutter - 1, signs.tick_left, "axis")
        if gutter > 1:
            canvas.put(row, 0, label.rjust(gutter - 1), "axis")
    free = 0
    plot = canvas.width - gutter
    for place, label in zip(x_axis.ticks, x_axis.labels, strict=True):
        column = gutter + round(x_axis.fraction(place) * (plot - 1))
        canvas.put(rows, column, signs.tick_down, "axis")
        start = min(max(0, column - (len(label) - 1) // 2), canvas.width - len(label))
        if start >= free:
            canvas.put(rows + 1, start, label, "axis")
            free = start + len(label) + 2


def _draw_labels(
    canvas: Canvas, marks: Sequence[tuple[Mark, int]], gutter: int, rows: int, options: ChartOptions
) -> None:
    """Each mark's label beside its line, where it hides nothing; newest and worst first."""
    for mark, column in sorted(marks, key=lambda one: (one[0].kind != "nan", -one[0].x)):
        words = "".join(s if cell_len(s) == 1 else "?" for s in plain(safe(mark.label), options.glyphs))
        sides = [column + 2, column - 1 - len(words)]
        places = [
            (row, start)
            for row in range(rows)
            for start in sides
            if start >= gutter and start + len(words) <= canvas.width
        ]
        for but in (frozenset(), frozenset({"raw"}), frozenset({"raw", "change"})):
            clear = [(r, c) for r, c in places if canvas.is_free(r, c - 1, len(words) + 2, but)]
            if clear:
                canvas.put(*clear[0], words, mark.kind)
                break
        else:
            if mark.kind == "nan" and places:
                canvas.put(*places[0], words, mark.kind)


def _small(
    curves: Sequence[Curve], width: int, height: int, options: ChartOptions, styles: Mapping[str, Style]
) -> list[Row]:
    """Numbers, and below them (beside them on one row) a sparkline of the first series."""
    signs = SIGNS[options.glyphs]
    title = plain(safe(options.title), options.glyphs)
    if height == 1:
        value = next((ticks.value_label(curve.last) for curve in curves if curve.last is not None), "")
        head = f"{title} {value}".strip()
        if cell_len(head) > width:
            head = value if value else title
        spark = width - cell_len(head) - 1
        row = [Segment(set_cell_size(head, min(width, cell_len(head))), styles.get("title"))]
        if spark < 3 or not curves:
            return [[Segment(set_cell_size(head, width), styles.get("title"))]]
        return [row + [Segment(" ", None)] + _sparkline(curves[0], spark, 1, signs, styles)[0]]
    rows = _header(curves, width, options, styles, tall=False)
    if width < SMALLEST[0]:
        rows = _stacked(curves, title, width, height - 1, options, styles)
    rows = rows[: height - 1]
    left = height - len(rows)
    if not curves:
        return rows + [[Segment(" " * width, None)] for _ in range(left)]
    return rows + _sparkline(curves[0], width, left, signs, styles)


def _stacked(
    curves: Sequence[Curve],
    title: str,
    width: int,
    height: int,
    options: ChartOptions,
    styles: Mapping[str, Style],
) -> list[Row]:
    """The title, then a row for each series, each as wide as a narrow pane."""
    rows = [[Segment(set_cell_size(title, width), styles.get("title"))]] if height > len(curves) else []
    for curve in curves[: height - len(rows)]:
        parts = _legend(curve, options, SIGNS[options.glyphs])[1:]
        while len(parts) > 1 and _length(parts) > width:
            parts = parts[1:]
        text = "".join(part for part, _ in parts)
        rows.append([Segment(set_cell_size(text, width), styles.get(parts[-1][1]))])
    return rows


def _sparkline(curve: Curve, width: int, height: int, signs: Signs, styles: Mapping[str, Style]) -> list[Row]:
    """The solid line of a curve as bars of eighths."""
    style = styles.get("train" if curve.series.kind == "train" else "validation")
    if curve.x_ends is None or not curve.line.x.size:
        return [[Segment(" " * width, style)] for _ in range(height)]
    thinned = thin(curve.line, *curve.x_ends, width)
    lower, upper = float(thinned.y.min()), float(thinned.y.max())
    per_cell = len(signs.levels) - 1
    heights = np.zeros(width)
    top = height * per_cell
    span = upper - lower
    for column, value in zip(thinned.x.astype(int).tolist(), thinned.y.tolist(), strict=True):
        level = 1 + ((value - lower) / span if span > 0 else 0.5) * (top - 1)
        heights[column] = max(heights[column], level)
    # Columns between points carry on the last level; a gap of NaN stays blank at the end.
    filled = np.flatnonzero(heights)
    for before, after in pairwise(filled):
        heights[before + 1 : after] = heights[before]
    rows = []
    for row in range(height):
        base = (height - 1 - row) * per_cell
        levels = np.clip(np.rint(heights) - base, 0, per_cell).astype(int)
        rows.append([Segment("".join(signs.levels[level] for level in levels), style)])
    return rows
