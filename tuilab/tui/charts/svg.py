"""Curves as an SVG drawing, for a page or a paper: one chart under the other."""

from collections.abc import Sequence
from html import escape

import numpy as np

from tuilab.text import safe
from tuilab.tui.charts import ticks
from tuilab.tui.charts.series import ChartOptions, Mark, Series
from tuilab.tui.charts.thinning import Points, finite, moving_average, thin

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 36, 32
COLOURS = {"train": "#1f6fb2", "validation": "#444444"}
DASHES = ' stroke-dasharray="7 4"'
GAP = "&#160;&#160;"
STYLE = "font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 12px"


def drawing(charts: Sequence[tuple[ChartOptions, Sequence[Series]]], marks: Sequence[Mark] = ()) -> str:
    """The charts as one SVG document; curves thinned to two points a pixel column: no spike is lost."""
    height = HEIGHT * len(charts)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
    parts = [
        f'{head} height="{height}" role="img">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for place, (options, series) in enumerate(charts):
        parts += [f'<g transform="translate(0 {place * HEIGHT})">', *_chart(options, series, marks), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _chart(options: ChartOptions, series: Sequence[Series], marks: Sequence[Mark]) -> list[str]:
    log = options.y_scale == "log"
    ready = []
    for one in series:
        points = finite(one.x, one.y, positive=log)
        if points.x.size:
            ready.append((one, points))
    title = _text(LEFT, TOP - 16, options.title, "font-weight: bold")
    if not ready:
        return [title, _text(LEFT, HEIGHT / 2, options.empty)]
    low = min(float(points.y.min()) for _, points in ready)
    high = max(float(points.y.max()) for _, points in ready)
    y_axis = ticks.log_axis(np.log10(low), np.log10(high), 5) if log else ticks.value_axis(low, high, 5)
    first = min(float(points.x[0]) for _, points in ready)
    last = max(float(points.x[-1]) for _, points in ready)
    x_axis = ticks.step_axis(first, last, 6, whole=True, snap=False)
    parts = [title, *_axes(x_axis, y_axis), *_marks(marks, x_axis)]
    for one, points in ready:
        parts += _curve(one, points, x_axis, y_axis)
    return [*parts, _legend([one for one, _ in ready])]


def _curve(one: Series, points: Points, x_axis: ticks.Axis, y_axis: ticks.Axis) -> list[str]:
    colour = COLOURS[one.kind]
    dashes = DASHES if one.kind == "validation" else ""
    parts = []
    span = max(1.0, points.x.size / 150) if one.kind == "train" else 1.0
    if span > 1:
        parts += _paths(points, x_axis, y_axis, f'stroke="{colour}" stroke-opacity=".3" stroke-width="1"')
        points = Points(points.x, moving_average(points.y, span), points.starts)
    return [*parts, *_paths(points, x_axis, y_axis, f'stroke="{colour}" stroke-width="2"{dashes}')]


def _paths(points: Points, x_axis: ticks.Axis, y_axis: ticks.Axis, look: str) -> list[str]:
    """A path for each run of finite values: what cannot be drawn is a gap."""
    columns = WIDTH - LEFT - RIGHT + 1
    shown = thin(points, x_axis.lower, x_axis.upper, columns)
    height = np.log10(shown.y) if y_axis.log else shown.y
    down = HEIGHT - BOTTOM - (height - y_axis.lower) / (y_axis.upper - y_axis.lower) * (HEIGHT - TOP - BOTTOM)
    ends = [*shown.starts[1:], shown.x.size]
    paths = []
    for begin, end in zip(shown.starts, ends, strict=True):
        steps = " ".join(f"{LEFT + shown.x[i]:g},{down[i]:.1f}" for i in range(int(begin), int(end)))
        if end - begin == 1:
            place = f'cx="{LEFT + shown.x[begin]:g}" cy="{down[begin]:.1f}"'
            paths.append(f'<circle {place} r="1.5" fill="none" {look.replace(DASHES, "")}/>')
        elif end > begin:
            paths.append(f'<polyline points="{steps}" fill="none" {look}/>')
    return paths


def _axes(x_axis: ticks.Axis, y_axis: ticks.Axis) -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = [f'<path d="M{LEFT},{TOP} V{bottom} H{right}" fill="none" stroke="#888888"/>']
    for tick, label in zip(y_axis.ticks, y_axis.labels, strict=True):
        y = bottom - y_axis.fraction(tick) * (bottom - TOP)
        parts.append(f'<path d="M{LEFT},{y:.1f} H{right}" stroke="#e4e4e4"/>')
        parts.append(_text(LEFT - 6, y + 4, label, anchor="end"))
    for tick, label in zip(x_axis.ticks, x_axis.labels, strict=True):
        x = LEFT + x_axis.fraction(tick) * (right - LEFT)
        parts.append(f'<path d="M{x:.1f},{bottom} v4" stroke="#888888"/>')
        parts.append(_text(x, bottom + 18, label, anchor="middle"))
    return parts


def _marks(marks: Sequence[Mark], x_axis: ticks.Axis) -> list[str]:
    parts = []
    for mark in marks:
        if x_axis.lower <= mark.x <= x_axis.upper:
            x = LEFT + x_axis.fraction(mark.x) * (WIDTH - LEFT - RIGHT)
            colour = "#b00020" if mark.kind == "nan" else "#2e7d32"
            line = f'<path d="M{x:.1f},{TOP} V{HEIGHT - BOTTOM}" stroke="{colour}" stroke-dasharray="2 3"/>'
            parts += [line, _text(x + 4, TOP + 10, mark.label, f"fill: {colour}")]
    return parts


def _legend(series: Sequence[Series]) -> str:
    spans = []
    for one in series:
        words = escape(safe(f"{one.name} {ticks.value_label(float(one.y[-1]))}", limit=100))
        spans.append(f'<tspan fill="{COLOURS[one.kind]}">{words}</tspan>')
    place = f'x="{WIDTH - RIGHT}" y="{TOP - 16}" text-anchor="end"'
    return f'<text {place} style="{STYLE}">{GAP.join(spans)}</text>'


def _text(x: float, y: float, words: str, style: str = "", anchor: str = "start") -> str:
    words = escape(safe(words, limit=100))
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="#333333" style="{STYLE}; {style}">{words}</text>'
