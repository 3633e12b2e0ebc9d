"""Rows of styled text from series: title and legend, axes, curves, marks."""

from collections.abc import Mapping, Sequence

import numpy as np
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from tuilab.text import safe
from tuilab.tui.charts import curves as ready
from tuilab.tui.charts import dots, legend, plotext_canvas, sparkline, ticks
from tuilab.tui.charts.canvas import PLAIN, Canvas, Row
from tuilab.tui.charts.curves import Curve
from tuilab.tui.charts.series import ChartOptions, Mark, RunSeries, Series
from tuilab.tui.charts.thinning import Points, dashes
from tuilab.tui.glyphs import SIGNS, Signs, plain


def draw(
    series: Sequence[Series | RunSeries],
    marks: Sequence[Mark],
    width: int,
    height: int,
    options: ChartOptions,
    styles: Mapping[str, Style] = PLAIN,
) -> list[Row]:
    """A chart as exactly `height` rows of exactly `width` cells. `styles`: one for each of `ROLES`."""
    if width <= 0 or height <= 0:
        return [[] for _ in range(max(height, 0))]
    pixels = max(16, (width - 6) * plotext_canvas.RESOLUTION[options.glyphs][0])
    curves = [_ready(one, options, pixels) for one in series]
    if width < sparkline.SMALLEST[0] or height < sparkline.SMALLEST[1]:
        return sparkline.small(curves, width, height, options, styles)
    header = legend.header(curves, width, options, styles, height)
    body = height - len(header)
    if all(curve.is_empty for curve in curves):
        return header + _empty(body, width, options, styles, bool(ready.first_gap(curves)))
    canvas = _body(curves, marks, width, body, options)
    return header + [canvas.row(index, styles) for index in range(body)]


def _ready(series: Series | RunSeries, options: ChartOptions, pixels: int) -> Curve:
    if isinstance(series, Series):
        return ready.prepare(series, options, pixels)
    from tuilab.tui.charts.metric_curve import MetricCurve

    return MetricCurve(series, options, pixels)


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


def _y_axis(curves: Sequence[Curve], rows: int, options: ChartOptions) -> ticks.Axis:
    count = max(2, min(8, rows // 2 if rows < 12 else rows // 3))
    log = options.y_scale == "log"
    fixed = options.y_range
    if fixed is not None and fixed[0] < fixed[1] and (not log or fixed[0] > 0):
        lower, upper = (float(np.log10(fixed[0])), float(np.log10(fixed[1]))) if log else fixed
    else:
        fixed = None
        extents = [it for curve in curves if (it := curve.extent(options.window)) is not None]
        lower = min((low for low, _ in extents), default=0.0)
        upper = max((high for _, high in extents), default=1.0)
    if log:
        return ticks.log_axis(lower, upper, count, snap=fixed is None)
    return ticks.value_axis(lower, upper, count, snap=fixed is None)


def _x_axis(curves: Sequence[Curve], width: int, options: ChartOptions) -> ticks.Axis:
    if options.window is not None:
        return _with_room_for_labels(*options.window, width, whole=False, snap=False)
    ends = [curve.x_ends for curve in curves if curve.x_ends is not None]
    if options.x_range is not None:
        ends.append(options.x_range)
    lower, upper = min(low for low, _ in ends), max(high for _, high in ends)
    whole = all(value.is_integer() for pair in ends for value in map(float, pair))
    known = options.x_range is not None and upper <= options.x_range[1]
    return _with_room_for_labels(lower, upper, width, whole=whole, snap=not known)


def _with_room_for_labels(lower: float, upper: float, width: int, *, whole: bool, snap: bool) -> ticks.Axis:
    for count in range(max(1, min(8, width // 7)), 0, -1):
        axis = ticks.step_axis(lower, upper, count, whole=whole, snap=snap)
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

    def to_pixels(thinned: Points) -> Points:
        heights = (thinned.y - y_axis.lower) / (y_axis.upper - y_axis.lower) * (levels - 1)
        # What a fixed range cuts off is drawn no further than a canvas away.
        return Points(thinned.x, np.clip(heights, -levels, 2 * levels), thinned.starts)

    def column_of(x: float) -> int:
        return gutter + round(x_axis.fraction(x) * (columns - 1)) // across

    shown = [mark for mark in marks if x_axis.lower <= mark.x <= x_axis.upper]
    if not any(mark.kind == "nan" for mark in marks):
        shown += [mark for mark in ready.first_gap(curves) if x_axis.lower <= mark.x <= x_axis.upper]
    for mark in sorted(shown, key=lambda one: one.kind):
        for row in range(rows):
            canvas.put(row, column_of(mark.x), signs.dashed, mark.kind)
    raster = (
        dots.raster if any(curve.look.line.startswith("run") for curve in curves) else plotext_canvas.raster
    )
    shown_on_x = (x_axis.lower, x_axis.upper, columns)
    order = sorted(curves, key=lambda curve: (curve.look.line != "ghost", curve.look.top))
    for curve in order:
        if curve.is_smooth and curve.look.line != "ghost":
            points = to_pixels(curve.points(*shown_on_x))
            columns_apart = np.flatnonzero(np.diff(points.x, prepend=-1.0))
            band = Points(points.x, points.y, columns_apart)
            raw = raster(band, plot, rows, options.glyphs)
            canvas.lay(raw, gutter, curve.look.raw, None if options.glyphs == "braille" else signs.raw)
    for curve in order:
        line, look = to_pixels(curve.line(*shown_on_x)), curve.look
        stroke = line
        if look.broken is not None:
            on, off = look.broken if across > 1 else (2 * length / 3 for length in look.broken)
            stroke = _dashed(line, on=on, off=off)
        drawn = raster(stroke, plot, rows, options.glyphs)
        canvas.lay(drawn, gutter, look.line, look.sign if options.glyphs == "ascii" else None)
        if look.dots and line.x.size * 4 <= plot:
            for x, y in zip(line.x.tolist(), line.y.tolist(), strict=True):
                if 0 <= round(y) < levels:
                    row, column = rows - 1 - round(y) // down, gutter + int(x) // across
                    canvas.put(row, column, signs.point, look.line)
    if options.cursor is not None and x_axis.lower <= options.cursor <= x_axis.upper:
        for row in range(rows):
            canvas.put(row, column_of(options.cursor), signs.vertical, "cursor")
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
    """Each mark's label beside its line, where it hides least; NaN first, then the newest."""
    labels = Canvas(canvas.width, rows)
    for mark, column in sorted(marks, key=lambda one: (one[0].kind != "nan", -one[0].x)):
        words = "".join(s if cell_len(s) == 1 else "?" for s in plain(safe(mark.label), options.glyphs))
        places = [
            (row, start)
            for row in range(rows)
            for start in (column + 2, column - 1 - len(words))
            if start >= gutter and start + len(words) <= canvas.width
            if labels.is_free(row, start - 1, len(words) + 2)
        ]
        hidden = [frozenset(), frozenset({"raw"}), frozenset({"raw", "change", "nan"})]
        if mark.kind == "nan":
            hidden.append(frozenset({"raw", "change", "nan", "train", "validation"}))
        for below in hidden:
            clear = [(r, c) for r, c in places if canvas.is_free(r, c - 1, len(words) + 2, below)]
            if clear:
                labels.put(*clear[0], words, mark.kind)
                canvas.put(*clear[0], words, mark.kind)
                break
