"""The rows over a chart: its title, and what each line is and stands at."""

from collections.abc import Mapping, Sequence

import numpy as np
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from tuilab.text import safe
from tuilab.tui.charts import ticks
from tuilab.tui.charts.canvas import Row
from tuilab.tui.charts.curves import Curve
from tuilab.tui.charts.series import ChartOptions
from tuilab.tui.glyphs import SIGNS, Signs, plain


def header(
    curves: Sequence[Curve], width: int, options: ChartOptions, styles: Mapping[str, Style], height: int
) -> list[Row]:
    """The title, and to the right of it each series with a sample of its line and its last value.

    `height` is that of the whole chart, of which the legend takes at most a fourth. A ghost is named where
    nothing else has to give way to it.
    """
    tall = height >= 8
    signs = SIGNS[options.glyphs]
    title = plain(safe(options.title), options.glyphs)
    entries = [entry(curve, options, signs) for curve in curves if curve.last is not None and curve.name]
    if not entries:
        return [_beside(title, [], width, options, styles)]
    if extended := _with_extremes(title, curves, entries, width):
        return [_beside(title, extended, width, options, styles)]
    own = [curve for curve in curves if curve.look.line != "ghost"]
    most_rows = 2 if len(own) < len(curves) else max(2, height // 4)
    for shown in (slice(0, None), slice(1, None)):
        line: list[tuple[str, str]] = []
        for parts in entries:
            line += [("  ", "")] * bool(line) + list(parts[shown])
        if cell_len(title) + 2 + length(line) <= width:
            return [_beside(title, line, width, options, styles)]
        if tall and 1 < len(entries) <= most_rows:
            longest = max(length(parts[shown]) for parts in entries)
            if cell_len(title) + 2 + longest <= width:
                rows = [_beside(title, entries[0][shown], width, options, styles)]
                return rows + [_beside("", parts[shown], width, options, styles) for parts in entries[1:]]
    if len(entries) > 2:
        rows, shown_entries = _packed(title, entries, width, max(1, height // 5), options, styles)
        if shown_entries == len(entries) or len(own) == len(curves):
            return rows
    if len(own) < len(curves):
        return header(own, width, options, styles, height)
    values = [parts[-1] for parts in entries]
    for kept in (values, values[:1]):
        line = [part for value in kept for part in (("  ", ""), value)][1:]
        if cell_len(title) + 1 + length(line) <= width:
            return [_beside(title, line, width, options, styles)]
    return [_beside(title, [], width, options, styles)]


def _with_extremes(
    title: str, curves: Sequence[Curve], entries: Sequence[Sequence[tuple[str, str]]], width: int
) -> list[tuple[str, str]]:
    """The entries in one row, each with the lowest and highest of its values; empty where they do not fit."""
    named = [curve for curve in curves if curve.last is not None and curve.name]
    line: list[tuple[str, str]] = []
    for curve, parts in zip(named, entries, strict=True):
        if curve.extremes is None:
            return []
        low, high = map(ticks.value_label, curve.extremes)
        line += [("  ", "")] * bool(line) + [*parts, (f" from {low} to {high}", "axis")]
    return line if cell_len(title) + 2 + length(line) <= width else []


def _packed(
    title: str,
    entries: Sequence[Sequence[tuple[str, str]]],
    width: int,
    rows: int,
    options: ChartOptions,
    styles: Mapping[str, Style],
) -> tuple[list[Row], int]:
    """As many entries as fit beside and below the title, and how many more there are; their number, too."""
    lines: list[list[tuple[str, str]]] = [[]]
    shown = 0
    for number, parts in enumerate(entries):
        room = width - (cell_len(title) + 2 if len(lines) == 1 else 0)
        more = len(f"  and {len(entries) - number - 1} more") * (number + 1 < len(entries))
        reserved = more if len(lines) == rows else 0
        if length(lines[-1]) + 2 * bool(lines[-1]) + length(parts) + reserved > room:
            if len(lines) == rows or length(parts) > width:
                break
            lines.append([])
        lines[-1] += [("  ", "")] * bool(lines[-1]) + list(parts)
        shown += 1
    if shown < len(entries):
        lines[-1].append((f"  and {len(entries) - shown} more" if shown else "", "axis"))
    packed = [
        _beside(title if not row else "", line, width, options, styles) for row, line in enumerate(lines)
    ]
    return packed, shown


def entry(curve: Curve, options: ChartOptions, signs: Signs) -> list[tuple[str, str]]:
    look = curve.look
    role = look.line
    sample = signs.dashed_sample if look.broken else signs.solid_sample
    if role == "ghost":
        sample = signs.dot * 2
    if options.glyphs == "ascii" and look.sign not in ("*", "="):
        sample = look.sign * 2
    value = ticks.value_label(curve.last) if curve.last is not None else ""
    bad = curve.last is not None and not np.isfinite(curve.last)
    return [
        (sample + " ", role),
        (plain(safe(curve.name), options.glyphs) + " ", "axis"),
        (value.ljust(6), "nan" if bad else role),
    ]


def length(parts: Sequence[tuple[str, str]]) -> int:
    return sum(cell_len(text) for text, _ in parts)


def _beside(
    title: str,
    parts: Sequence[tuple[str, str]],
    width: int,
    options: ChartOptions,
    styles: Mapping[str, Style],
) -> Row:
    room = width - length(parts)
    if cell_len(title) > room:
        title = set_cell_size(title, max(0, room - 1)) + SIGNS[options.glyphs].ellipsis
    row = [Segment(set_cell_size(title, room), styles.get("title"))]
    return row + [Segment(text, styles.get(role)) for text, role in parts]
