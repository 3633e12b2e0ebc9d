"""Figures as SVG in the page itself, in the page's own colours: right in dark and in light."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from tuilab.text import number, safe
from tuilab.tui.charts import ticks
from tuilab.tui.charts.figure import Bars, Curves, Figure, Line, Matrix, Points
from tuilab.tui.tensors.picture import shrunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 44
LEVELS = 12
MOST_PIXELS = 64
MOST_PLACES = 1_200
BANDS = 9

_DASHES = ("", "7 4", "2 4", "10 4 2 4")


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around a figure: in words for those who do not see it, and beside its axes."""

    title: str = ""
    x_label: str = ""
    y_label: str = ""
    x_log: bool = False
    y_log: bool = False

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Words":
        """The words that a `lab:plot` has."""
        title, x_label, y_label = (str(options.get(name) or "") for name in ("title", "x_label", "y_label"))
        return cls(title, x_label, y_label, options.get("x_scale") == "log", options.get("y_scale") == "log")


def drawing(figure: Figure, words: Words, kind: str = "") -> str:
    """A `<figure>` with its drawing and what there is to say about it."""
    match figure:
        case Curves(lines):
            picture, said = _chart(lines, words, joined=True), _of_lines(lines, "curve")
        case Points(groups):
            picture, said = _chart(groups, words, joined=False), _of_lines(groups, "set of points")
        case Bars(edges, counts):
            picture = _bars(edges, counts, words)
            said = (
                f"A histogram of {int(counts.sum()):,} numbers from {number(edges[0])} to {number(edges[-1])}"
            )
        case Matrix(numbers, image):
            picture, said = _matrix(numbers, image, kind == "contour"), _of_matrix(numbers, kind)
    captions = [part for part in (words.title, figure.note) if part]
    caption = f"<figcaption>{_t(' · '.join(captions))}</figcaption>" if captions else ""
    label = _t(f"{words.title}. {said}." if words.title else f"{said}.")
    named = picture.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    return f"<figure>{named}{caption}</figure>"


def _t(words: str) -> str:
    return escape(safe(words, limit=300))


def _of_lines(lines: Sequence[Line], what: str) -> str:
    parts = []
    for line in lines:
        finite = [one for one in line.y.tolist() if math.isfinite(one)]
        ends = f"from {number(min(finite))} to {number(max(finite))}" if finite else "without a finite number"
        parts.append(f"{line.name + ': ' if line.name else ''}{len(line.y):,} values {ends}")
    return f"A {what}: {'; '.join(parts)}" if len(lines) == 1 else f"{len(lines)} {what}s: {'; '.join(parts)}"


def _of_matrix(numbers: "NDArray[Any]", kind: str) -> str:
    finite = [one for one in (numbers.min(), numbers.max()) if math.isfinite(one)]
    ends = f" from {number(finite[0])} to {number(finite[-1])}" if finite else ""
    return (
        f"{kind or 'matrix'} of {numbers.shape[0]:,} rows and {numbers.shape[1]:,} columns{ends}".capitalize()
    )


# Lines and points --------------------------------------------------------------------------------


def _chart(lines: Sequence[Line], words: Words, *, joined: bool) -> str:
    drawn = [(line, _scaled(line, words, joined)) for line in lines]
    xs = [x for _, points in drawn for x, _ in points if x is not None]
    ys = [y for _, points in drawn for _, y in points if y is not None]
    x_axis, y_axis = _axis(xs, words.x_log, joined), _axis(ys, words.y_log, joined)
    parts = [_frame(x_axis, y_axis, words)]
    for place, (_, points) in enumerate(drawn):
        if joined:
            dash = f' stroke-dasharray="{_DASHES[place % 4]}"' if place % 4 else ""
            parts.append(f'<path class="line c{place % 8}"{dash} d="{_path(points, x_axis, y_axis)}"/>')
        else:
            dots = "".join(
                _dot(place, _x(x_axis, x), _y(y_axis, y))
                for x, y in points
                if x is not None and y is not None
            )
            parts.append(f'<g class="dots c{place % 8}">{dots}</g>')
    legend = "" if len(lines) < 2 else _legend([line.name for line in lines], joined)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT + (22 if legend else 0)}">{"".join(parts)}{legend}</svg>'


def _scaled(line: Line, words: Words, joined: bool) -> list[tuple[float | None, float | None]]:
    """The places of a line in the axes' units, thinned to its lowest and highest where they lie dense; None
    where there is nothing to draw."""
    pairs = list(zip(line.x.tolist(), line.y.tolist(), strict=True))
    if joined and len(pairs) > MOST_PLACES:
        size = -(-len(pairs) * 2 // MOST_PLACES)
        kept: list[tuple[float, float]] = []
        for begin in range(0, len(pairs), size):
            part = pairs[begin : begin + size]
            known = [one for one in part if not math.isnan(one[1])] or part[:1]
            kept += sorted({min(known, key=lambda it: it[1]), max(known, key=lambda it: it[1])})
        pairs = kept
    return [(_unit(x, words.x_log), _unit(y, words.y_log)) for x, y in pairs]


def _unit(value: float, log: bool) -> float | None:
    if log:
        return math.log10(value) if value > 0 and math.isfinite(value) else None
    return value if math.isfinite(value) else None


def _axis(found: Sequence[float], log: bool, snap: bool) -> ticks.Axis:
    low, high = (min(found), max(found)) if found else (0.0, 1.0)
    if log:
        return ticks.log_axis(low, high, 6, snap=snap)
    pad = 0.0 if snap else (high - low) * 0.04
    return ticks.value_axis(low - pad, high + pad, 6, snap=False)


def _x(axis: ticks.Axis, place: float) -> float:
    return LEFT + axis.fraction(place) * (WIDTH - LEFT - RIGHT)


def _y(axis: ticks.Axis, place: float) -> float:
    return HEIGHT - BOTTOM - axis.fraction(place) * (HEIGHT - TOP - BOTTOM)


def _path(points: Sequence[tuple[float | None, float | None]], x_axis: ticks.Axis, y_axis: ticks.Axis) -> str:
    """A line that is broken where a number is missing; a single number is a dot as wide as the line."""
    parts: list[str] = []
    pen = False
    for x, y in points:
        if x is None or y is None:
            pen = False
            continue
        parts.append(f"{'L' if pen else 'M'}{_x(x_axis, x):.1f} {_y(y_axis, y):.1f}{'' if pen else 'h.01'}")
        pen = True
    return "".join(parts)


def _dot(place: int, x: float, y: float) -> str:
    """A sign that tells its group without colour."""
    match place % 4:
        case 0:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
        case 1:
            return f'<path d="M{x - 3:.1f} {y - 3:.1f}l6 6m0-6l-6 6"/>'
        case 2:
            return f'<path d="M{x:.1f} {y - 4:.1f}l3.5 6h-7z"/>'
    return f'<path d="M{x - 3:.1f} {y - 3:.1f}h6v6h-6z"/>'


def _frame(x_axis: ticks.Axis, y_axis: ticks.Axis, words: Words) -> str:
    bottom = HEIGHT - BOTTOM
    parts = [f'<path class="axis" d="M{LEFT} {TOP}V{bottom}H{WIDTH - RIGHT}"/>']
    for place, label in zip(y_axis.ticks, y_axis.labels, strict=True):
        y = _y(y_axis, place)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for place, label in zip(x_axis.ticks, x_axis.labels, strict=True):
        x = _x(x_axis, place)
        parts.append(f'<path class="axis" d="M{x:.1f} {bottom}v4"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 17}" text-anchor="middle">{label}</text>')
    if words.x_label:
        middle = (LEFT + WIDTH - RIGHT) / 2
        parts.append(f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{_t(words.x_label)}</text>')
    if words.y_label:
        middle = (TOP + bottom) / 2
        turned = f'transform="translate(12 {middle}) rotate(-90)"'
        parts.append(f'<text {turned} text-anchor="middle">{_t(words.y_label)}</text>')
    return "".join(parts)


def _legend(names: Sequence[str], joined: bool) -> str:
    parts: list[str] = []
    x = float(LEFT)
    y = HEIGHT + 8
    for place, name in enumerate(names):
        if joined:
            dash = f' stroke-dasharray="{_DASHES[place % 4]}"' if place % 4 else ""
            sign = f'<path class="line c{place % 8}"{dash} d="M{x:.0f} {y}h24"/>'
        else:
            sign = f'<g class="dots c{place % 8}">{_dot(place, x + 12, y)}</g>'
        shown = safe(name, limit=24)
        parts.append(f'{sign}<text x="{x + 30:.0f}" y="{y + 4}">{escape(shown)}</text>')
        x += 46 + 7.2 * len(shown)
    return "".join(parts)


# Bars and matrices -------------------------------------------------------------------------------


def _bars(edges: "NDArray[Any]", counts: "NDArray[Any]", words: Words) -> str:
    x_axis = ticks.value_axis(float(edges[0]), float(edges[-1]), 6, snap=False)
    y_axis = ticks.value_axis(0.0, float(max(counts.max(), 1)), 5)
    bars = "".join(
        f"M{_x(x_axis, left):.1f} {_y(y_axis, 0):.1f}V{_y(y_axis, count):.1f}H{_x(x_axis, right):.1f}"
        f"V{_y(y_axis, 0):.1f}z"
        for left, right, count in zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)
        if count
    )
    frame = _frame(x_axis, y_axis, words)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}">{frame}<path class="bar" d="{bars}"/></svg>'


def _matrix(numbers: "NDArray[Any]", image: bool, contour: bool) -> str:
    """One path a level of ink: above 0 in one colour, below in another, as everywhere."""
    import numpy as np

    finite = numbers[np.isfinite(numbers)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    furthest = max(abs(low), abs(high)) or 1.0
    numbers, low, high = np.clip(numbers, -furthest, furthest) / furthest, low / furthest, high / furthest
    rows, columns = numbers.shape
    most = max(rows, columns)
    if most > MOST_PIXELS:
        shape = [max(1, round(size * MOST_PIXELS / most)) for size in (rows, columns)]
        numbers = shrunk(numbers, min(rows, shape[0]), min(columns, shape[1]))
    if contour:
        ink = (numbers - low) / ((high - low) or 1.0)
        levels = np.floor(np.clip(ink, 0, 1) * (BANDS - 1e-9)) / (BANDS - 1) * LEVELS
    elif image:
        levels = np.rint((numbers - min(low, 0.0)) / ((high - min(low, 0.0)) or 1.0) * LEVELS)
    else:
        levels = np.rint(numbers * LEVELS)
    size = max(4, min(24, 360 // max(numbers.shape)))
    paths: dict[int, list[str]] = {}
    for row, line in enumerate(levels.tolist()):
        start = 0
        for end in range(1, len(line) + 1):
            if end < len(line) and (
                line[end] == line[start] or (line[end] != line[end] and line[start] != line[start])
            ):
                continue
            level = (
                LEVELS + 1 if math.isnan(line[start]) else int(max(-LEVELS, min(LEVELS, round(line[start]))))
            )
            paths.setdefault(level, []).append(
                f"M{start * size} {row * size}h{(end - start) * size}v{size}h{(start - end) * size}z"
            )
            start = end
    height, width = numbers.shape[0] * size, numbers.shape[1] * size
    parts = [f'<path class="paper" d="M0 0H{width}V{height}H0z"/>']
    for level, found in sorted(paths.items()):
        if level == LEVELS + 1:
            parts.append(f'<path class="missing" d="{"".join(found)}"/>')
        elif level:
            kind = "above" if level > 0 else "below"
            parts.append(f'<path class="{kind}" opacity="{abs(level) / LEVELS:.2f}" d="{"".join(found)}"/>')
    return (
        f'<svg viewBox="0 0 {width} {height}" style="max-width: {width}px" shape-rendering="crispEdges">'
        f"{''.join(parts)}</svg>"
    )
