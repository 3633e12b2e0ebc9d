"""Rows of styled text from a figure: what `lab:plot` draws in a lesson."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from tuilab.text import number, safe
from tuilab.tui.charts import plotext_canvas, ticks
from tuilab.tui.charts.canvas import Canvas, Row
from tuilab.tui.charts.figure import Bars, Curves, Figure, Line, Matrix, Points
from tuilab.tui.charts.thinning import Floats, dashes, finite, thin
from tuilab.tui.charts.thinning import Points as Pixels
from tuilab.tui.glyphs import SIGNS, GlyphSet, plain
from tuilab.tui.tensors.picture import Inks, Way, picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

Scale = Literal["linear", "log"]

SERIES = 6
"""Styles for lines and groups, which come round again after so many."""
ROLES = ("title", "axis", "quiet", *(f"series-{number_}" for number_ in range(SERIES)))
DASHES = ((0.0, 0.0), (5.0, 4.0), (1.0, 3.0), (9.0, 4.0))
"""On and off, in pixels, line by line: they differ without colour. 0 is a line without gaps."""
LINE_SIGNS = "*=+o#~"
"""Lines in ASCII."""
GROUP_SIGNS: Mapping[GlyphSet, str] = {"braille": "•×+○▲◆", "block": "•x+o*#", "ascii": "ox+*#@"}
BANDS = 9


@dataclass(frozen=True, slots=True)
class PlotOptions:
    """What stands around a figure, and how its axes run."""

    title: str = ""
    x_label: str = ""
    y_label: str = ""
    x_scale: Scale = "linear"
    y_scale: Scale = "linear"
    glyphs: GlyphSet = "braille"
    contour: bool = False
    way: Way = "colours"

    @classmethod
    def of(cls, options: Mapping[str, Any], glyphs: GlyphSet, way: Way) -> "PlotOptions":
        """From the options of a `lab:plot`."""
        words = {name: str(options.get(name) or "") for name in ("title", "x_label", "y_label")}
        return cls(
            **words,
            x_scale=options["x_scale"],
            y_scale=options["y_scale"],
            glyphs=glyphs,
            contour=options["kind"] == "contour",
            way=way,
        )


def draw(
    figure: Figure, width: int, height: int, options: PlotOptions, styles: Mapping[str, Style], inks: Inks
) -> list[Row]:
    """A figure as at most `height` rows of `width` cells. `styles`: one for each of `ROLES`."""
    if width < 12 or height < 5:
        return [_words("a wider window shows the plot", width, styles, "quiet")][:height]
    head = _head(figure, width, options, styles)
    room = height - len(head)
    match figure:
        case Curves(lines):
            body = _chart(lines, width, room, options, styles, joined=True)
        case Points(groups):
            body = _chart(groups, width, room, options, styles, joined=False)
        case Bars():
            body = _bars(figure, width, room, options, styles)
        case Matrix():
            body = _matrix(figure, width, room, options, styles, inks)
    return [*head, *body]


def _head(figure: Figure, width: int, options: PlotOptions, styles: Mapping[str, Style]) -> list[Row]:
    """The title, what the vertical axis is, and the names of several lines."""
    signs = SIGNS[options.glyphs]
    rows: list[Row] = []
    title = " · ".join(part for part in (options.title, figure.note) if part)
    if title:
        rows.append(_words(title.replace("·", signs.dot), width, styles, "title", options.glyphs))
    parts: list[tuple[str, str]] = [(options.y_label, "quiet")] if options.y_label else []
    if isinstance(figure, Curves | Points):
        lines = figure.lines if isinstance(figure, Curves) else figure.groups
        for place, line in enumerate(lines):
            if line.name:
                parts.append(
                    (f"{_sample(figure, place, options.glyphs)} {line.name}", f"series-{place % SERIES}")
                )
    if parts:
        row: Row = []
        left = width
        for place, (words, role) in enumerate(parts):
            shown = ("  " if place else "") + plain(safe(words, limit=40), options.glyphs)
            if cell_len(shown) > left:
                break
            row.append(Segment(shown, styles.get(role)))
            left -= cell_len(shown)
        rows.append([*row, Segment(" " * left)])
    return rows


def _sample(figure: Figure, place: int, glyphs: GlyphSet) -> str:
    if isinstance(figure, Points):
        return GROUP_SIGNS[glyphs][place % SERIES]
    if glyphs == "ascii":
        return LINE_SIGNS[place % SERIES] * 2
    signs = SIGNS[glyphs]
    return (signs.solid_sample, signs.dashed_sample, signs.dot * 2, signs.dashed_sample)[place % 4]


def _words(
    words: str, width: int, styles: Mapping[str, Style], role: str, glyphs: GlyphSet = "braille"
) -> Row:
    text = plain(safe(words, limit=400), glyphs)
    if cell_len(text) > width:
        text = set_cell_size(text, width - 1) + SIGNS[glyphs].ellipsis
    return [Segment(set_cell_size(text, width), styles.get(role))]


def height_for(figure: Figure, most: int) -> int:
    """The rows that a figure is best drawn in, at most `most`."""
    if isinstance(figure, Matrix):
        return min(most, 2 * len(figure.numbers) + 3)
    return most


# Axes --------------------------------------------------------------------------------------------


def _axis(found: Floats, scale: Scale, count: int, pad: float) -> ticks.Axis:
    low, high = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)
    if scale == "log":
        return ticks.log_axis(low, high, count)
    margin = (high - low) * pad
    return ticks.value_axis(low - margin, high + margin, count, snap=False)


def _frame(
    canvas: Canvas, x_axis: ticks.Axis, y_axis: ticks.Axis, gutter: int, rows: int, options: PlotOptions
) -> None:
    signs = SIGNS[options.glyphs]
    plot = canvas.width - gutter
    for row in range(rows):
        canvas.put(row, gutter - 1, signs.vertical, "axis")
    canvas.put(rows, gutter - 1, signs.corner + signs.horizontal * plot, "axis")
    for place, label in zip(y_axis.ticks, y_axis.labels, strict=True):
        row = rows - 1 - round(y_axis.fraction(place) * (rows - 1))
        if 0 <= row < rows:
            canvas.put(row, gutter - 1, signs.tick_left, "axis")
            canvas.put(row, 0, label.rjust(gutter - 1), "axis")
    x_label = plain(safe(options.x_label, limit=24), options.glyphs)
    end = canvas.width - (cell_len(x_label) + 2 if x_label else 0)
    free = 0
    for place, label in zip(x_axis.ticks, x_axis.labels, strict=True):
        column = gutter + round(x_axis.fraction(place) * (plot - 1))
        start = min(max(0, column - (len(label) - 1) // 2), canvas.width - len(label))
        if start >= free and start + len(label) <= end:
            canvas.put(rows, column, signs.tick_down, "axis")
            canvas.put(rows + 1, start, label, "axis")
            free = start + len(label) + 2
    canvas.put(rows + 1, canvas.width - cell_len(x_label), x_label, "quiet")


def _counts(width: int, rows: int) -> tuple[int, int]:
    return max(2, min(8, width // 9)), max(2, min(8, rows // 2 if rows < 12 else rows // 3))


# Curves and points -------------------------------------------------------------------------------


def _chart(
    lines: Sequence[Line],
    width: int,
    height: int,
    options: PlotOptions,
    styles: Mapping[str, Style],
    *,
    joined: bool,
) -> list[Row]:
    scaled = [_scaled(line, options) for line in lines]
    known = [np.isfinite(x) & np.isfinite(y) for x, y in scaled]
    xs = np.concatenate([x[good] for (x, _), good in zip(scaled, known, strict=True)] or [np.empty(0)])
    ys = np.concatenate([y[good] for (_, y), good in zip(scaled, known, strict=True)] or [np.empty(0)])
    if not xs.size:
        return [_words("no value is a number that can be drawn here", width, styles, "quiet", options.glyphs)]
    rows = height - 2
    counts = _counts(width, rows)
    y_axis = _axis(ys, options.y_scale, counts[1], 0.0 if joined else 0.04)
    gutter = min(width // 3, max(map(len, y_axis.labels), default=0) + 1)
    x_axis = _axis(xs, options.x_scale, counts[0], 0.0 if joined else 0.03)
    canvas = Canvas(width, height)
    _frame(canvas, x_axis, y_axis, gutter, rows, options)
    plot = width - gutter
    for place, (x, y) in reversed(list(enumerate(scaled))):
        role = f"series-{place % SERIES}"
        if joined:
            pixels = _pixels(x, y, x_axis, y_axis, plot, rows, place, options.glyphs)
            sign = LINE_SIGNS[place % SERIES] if options.glyphs == "ascii" else None
            canvas.lay(plotext_canvas.raster(pixels, plot, rows, options.glyphs), gutter, role, sign)
        else:
            good = known[place]
            for column, row in {
                (round(x_axis.fraction(a) * (plot - 1)), rows - 1 - round(y_axis.fraction(b) * (rows - 1)))
                for a, b in zip(x[good].tolist(), y[good].tolist(), strict=True)
            }:
                canvas.put(row, gutter + column, GROUP_SIGNS[options.glyphs][place % SERIES], role)
    return [canvas.row(index, styles) for index in range(height)]


def _scaled(line: Line, options: PlotOptions) -> tuple[Floats, Floats]:
    """A line in the axes' units; NaN where there is no place for it."""
    found = []
    for numbers, scale in ((line.x, options.x_scale), (line.y, options.y_scale)):
        values = np.where(np.isfinite(numbers), numbers, np.nan)
        if scale == "log":
            values = np.log10(np.where(values > 0, values, np.nan))
        found.append(np.clip(values, -1e300, 1e300))
    return found[0], found[1]


def _pixels(
    x: Floats,
    y: Floats,
    x_axis: ticks.Axis,
    y_axis: ticks.Axis,
    plot: int,
    rows: int,
    place: int,
    glyphs: GlyphSet,
) -> Pixels:
    """A line in pixels, dashed unless it is the first."""
    across, down = plotext_canvas.RESOLUTION[glyphs]
    columns, levels = plot * across, rows * down
    finite_x = x[np.isfinite(x)]
    if (np.diff(finite_x) >= 0).all():
        thinned = thin(finite(x, y), x_axis.lower, x_axis.upper, columns)
        column, height, starts = thinned.x, thinned.y, thinned.starts
    else:  # it runs back, as a circle does
        good = np.isfinite(x) & np.isfinite(y)
        first = good & ~np.concatenate(([False], good[:-1]))
        starts = np.flatnonzero(first[good])
        column = (x[good] - x_axis.lower) / (x_axis.upper - x_axis.lower) * (columns - 1)
        height = y[good]
    height = (height - y_axis.lower) / (y_axis.upper - y_axis.lower) * (levels - 1)
    on, off = DASHES[place % len(DASHES)]
    if not on or not column.size:
        return Pixels(column, height, starts)
    ends = [*starts[1:].tolist(), column.size]
    pieces = [dashes(column[a:b], height[a:b], on, off) for a, b in zip(starts.tolist(), ends, strict=True)]
    sizes = np.cumsum([0, *(piece.x.size for piece in pieces)])
    return Pixels(
        np.concatenate([piece.x for piece in pieces]),
        np.concatenate([piece.y for piece in pieces]),
        np.concatenate([piece.starts + size for piece, size in zip(pieces, sizes[:-1], strict=True)]),
    )


# Bars and matrices -------------------------------------------------------------------------------


def _bars(
    figure: Bars, width: int, height: int, options: PlotOptions, styles: Mapping[str, Style]
) -> list[Row]:
    rows = height - 2
    counts = _counts(width, rows)
    most = max(1.0, float(figure.counts.max()))
    y_axis = ticks.value_axis(0.0, most, counts[1])
    gutter = min(width // 3, max(map(len, y_axis.labels), default=0) + 1)
    plot = width - gutter
    x_axis = ticks.value_axis(float(figure.edges[0]), float(figure.edges[-1]), counts[0], snap=False)
    canvas = Canvas(width, height)
    _frame(canvas, x_axis, y_axis, gutter, rows, options)
    levels = SIGNS[options.glyphs].levels
    full = len(levels) - 1
    bins = len(figure.counts)
    for column in range(plot):
        first, last = column * bins // plot, max(column * bins // plot + 1, (column + 1) * bins // plot)
        count = float(figure.counts[first:last].max())
        filled = math.ceil(count / y_axis.upper * rows * full - 1e-9)
        for row in range(rows):
            level = max(0, min(full, filled - (rows - 1 - row) * full))
            if level:
                canvas.put(row, gutter + column, levels[level], "series-0")
    return [canvas.row(index, styles) for index in range(height)]


def _matrix(
    figure: Matrix, width: int, height: int, options: PlotOptions, styles: Mapping[str, Style], inks: Inks
) -> list[Row]:
    numbers = figure.numbers
    known = numbers[np.isfinite(numbers)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    furthest = max(abs(low), abs(high)) or 1.0
    shown = np.clip(numbers, -furthest, furthest) / furthest
    if options.contour:
        shown = _banded(shown, low / furthest, high / furthest)
    rows = picture(shown, width, height - 1, 1.0, options.way, inks)
    across = "x" if options.glyphs == "ascii" else "×"
    size = f"{numbers.shape[0]:,} {across} {numbers.shape[1]:,}"
    bands = f", {BANDS} bands" if options.contour else ""
    said = f"{size}  {number(low)} to {number(high)}{bands}"
    return [*rows, _words(said, width, styles, "quiet", options.glyphs)]


def _banded(numbers: "NDArray[Any]", low: float, high: float) -> "NDArray[Any]":
    """Numbers from 0 to 1 in steps of one width: a contour line would run where the step changes."""
    share = (numbers - low) / ((high - low) or 1.0)
    return np.floor(np.clip(share, 0, 1) * (BANDS - 1e-9)) / (BANDS - 1)
