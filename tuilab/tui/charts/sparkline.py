"""A chart where there is no room for axes: numbers and a line of bars."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from tuilab.text import safe
from tuilab.tui.charts import legend, ticks
from tuilab.tui.charts.canvas import Row
from tuilab.tui.charts.curves import Curve
from tuilab.tui.charts.series import ChartOptions
from tuilab.tui.glyphs import SIGNS, Signs, plain

SMALLEST = (20, 5)
"""Below this size, in cells, axes would leave no room for a curve: numbers and a sparkline are shown."""


def small(
    curves: Sequence[Curve], width: int, height: int, options: ChartOptions, styles: Mapping[str, Style]
) -> list[Row]:
    """Numbers, and below them (beside them on one row) a sparkline of the first series; no ghosts."""
    curves = [curve for curve in curves if curve.look.line != "ghost"]
    signs = SIGNS[options.glyphs]
    title = plain(safe(options.title), options.glyphs)
    if height == 1:
        value = next((ticks.value_label(curve.last) for curve in curves if curve.last is not None), "")
        head = f"{title} {value}".strip()
        # A number cut short is another number: it is shown whole or not at all.
        head = next((words for words in (head, value) if cell_len(words) <= width), "")
        room = width - cell_len(head) - 1 if head else width
        if room < 3 <= width or not curves:
            return [[Segment(set_cell_size(head, width), styles.get("title"))]]
        row = [Segment(head + " ", styles.get("title"))] if head else []
        return [row + _sparkline(curves[0], room, 1, signs, styles)[0]]
    rows = legend.header(curves, width, options, styles, 0)
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
    signs = SIGNS[options.glyphs]
    rows = [[Segment(set_cell_size(title, width), styles.get("title"))]] if height > len(curves) else []
    for curve in curves[: height - len(rows)]:
        parts = legend.entry(curve, options, signs)[1:]
        parts[-1] = (parts[-1][0].rstrip(), parts[-1][1])
        while len(parts) > 1 and legend.length(parts) > width:
            parts = parts[1:]
        text = "".join(part for part, _ in parts)
        if cell_len(text) > width:
            text = set_cell_size(signs.ellipsis, width)
        rows.append([Segment(set_cell_size(text, width), styles.get(parts[-1][1]))])
    return rows


def _sparkline(curve: Curve, width: int, height: int, signs: Signs, styles: Mapping[str, Style]) -> list[Row]:
    """The solid line of a curve as bars of eighths."""
    style = styles.get(curve.look.line)
    thinned = curve.line(*curve.x_ends, width) if curve.x_ends is not None and not curve.is_empty else None
    if thinned is None or not thinned.y.size:
        return [[Segment(" " * width, style)] for _ in range(height)]
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
