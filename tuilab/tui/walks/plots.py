"""Walks as pictures in the plane: points that a map moves, and a descent on a curve or over a map."""

import itertools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style

from tuilab.text import number
from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.walks.ink import Line, Styles, cut, words
from tuilab.tui.walks.raster import Sheet
from tuilab.walk.descending import CURVE, MAP
from tuilab.walk.done import Done
from tuilab.walk.journey import At, Walk
from tuilab.walk.openings import on_its_way

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_POINTS = 2000
BALL: dict[GlyphSet, str] = {"braille": "●", "block": "o", "ascii": "O"}
TRAIL: dict[GlyphSet, str] = {"braille": "•", "block": "·", "ascii": "o"}
RING: dict[GlyphSet, str] = {"braille": "○", "block": "o", "ascii": "o"}
WAY: dict[GlyphSet, str] = {"braille": "·", "block": "·", "ascii": "."}
HEIGHTS = " .:-=+*#%@"
Shade = Callable[[float], Style | None]


def points(
    done: Done, share: float, point: int | None, width: int, height: int, styles: Styles, glyphs: GlyphSet
) -> list[Line]:
    """The points before as rings, and on their way by `share` to where the operation moves them. `point`:
    the one that is looked at."""
    import numpy as np

    before, after = done.inputs[0][:MOST_POINTS], done.outputs[0][:MOST_POINTS]
    now = on_its_way(done, share)[:MOST_POINTS]
    both = np.concatenate([before, after, np.zeros((1, 2))])
    both = both[np.isfinite(both).all(axis=1)]
    low, high = both.min(axis=0), both.max(axis=0)
    around = 0.08 * max(float((high - low).max()), 1e-6)
    spans = [(float(a) - around, float(b) + around) for a, b in zip(low, high, strict=True)]
    sheet = Sheet(width, max(1, height - 1), spans[0], spans[1], glyphs, square=True)
    sheet.axes("rule")
    few = len(before) * 6 <= width * height
    for old, new in zip(before.tolist(), now.tolist(), strict=True):
        if few:
            sheet.line((old[0], old[1]), (new[0], new[1]), "quiet")
    for old in before.tolist():
        if few:
            sheet.sign(old[0], old[1], RING[glyphs], "quiet")
        else:
            sheet.dot(old[0], old[1], "quiet")
    for at, new in enumerate(now.tolist()):
        if at == point:
            continue
        if few:
            sheet.sign(new[0], new[1], TRAIL[glyphs], "forward")
        else:
            sheet.dot(new[0], new[1], "forward")
    if point is not None and point < len(now):
        sheet.sign(float(now[point, 0]), float(now[point, 1]), BALL[glyphs], "accent")
    legend = f"{RING[glyphs]} before   {TRAIL[glyphs]} after {done.name}"
    return [*sheet.lines(styles), [Segment(words(legend, glyphs), styles["quiet"])]]


class Descent:
    """The places of a descent, and the curve or the map that it goes down."""

    def __init__(self, walk: Walk) -> None:
        named = {value.name: value.array for value in walk.trace.values}
        self.places = [walk.operations[0].inputs[0], *(one.outputs[0] for one in walk.operations)]
        self.slopes = [one.inputs[1] for one in walk.operations]
        self.curve = tuple(named[name] for name in CURVE) if CURVE[1] in named else None
        self._base: tuple[tuple[int, int, GlyphSet], Sheet] | None = None
        self.map = tuple(named[name] for name in MAP) if MAP[2] in named else None

    def draw(
        self, at: At, complete: bool, width: int, height: int, styles: Styles, glyphs: GlyphSet, shade: Shade
    ) -> list[Line]:
        """The descent up to a place of its walk; the step that one stands in is taken once it is complete."""
        step = at.op + complete
        if self.curve is not None:
            return self._over_a_curve(step, at.op, width, height, styles, glyphs)
        return self._over_a_map(step, at.op, width, height, styles, glyphs, shade)

    def _over_a_curve(
        self, step: int, op: int, width: int, height: int, styles: Styles, glyphs: GlyphSet
    ) -> list[Line]:
        import numpy as np

        assert self.curve is not None
        xs, ys = self.curve
        finite = ys[np.isfinite(ys)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        margin = 0.06 * (high - low or 1.0)
        label = max(len(number(one)) for one in (low, high)) + 1
        room = max(4, width - label)
        sheet = self._with_curve(room, max(2, height - 1), (low - margin, high + margin), glyphs)
        place = float(self.places[op][0])
        slope = float(self.slopes[op][0])
        reach = 0.14 * float(xs[-1] - xs[0])
        base = self._height(place)
        for sign in (-1, 1):
            sheet.line((place, base), (place + sign * reach, base + sign * reach * slope), "gradient")
        for old in self.places[:step]:
            sheet.sign(float(old[0]), self._height(float(old[0])), TRAIL[glyphs], "quiet")
        now = float(self.places[step][0])
        sheet.sign(now, self._height(now), BALL[glyphs], "accent")
        lines = sheet.lines(styles)
        for row, value in ((0, high), (len(lines) - 1, low)):
            lines[row] = [Segment(f"{number(value):>{label - 1}} ", styles["quiet"]), *lines[row]]
        for row in range(1, len(lines) - 1):
            lines[row] = [Segment(" " * label), *lines[row]]
        left, right = number(float(xs[0])), number(float(xs[-1]))
        axis = left + " " * max(1, room - len(left) - len(right)) + right
        return [*lines, [Segment(" " * label + axis, styles["quiet"])]]

    def _with_curve(self, width: int, height: int, span: tuple[float, float], glyphs: GlyphSet) -> Sheet:
        """A sheet with the curve on it; it is drawn once for a size."""
        assert self.curve is not None
        size = (width, height, glyphs)
        if self._base is None or self._base[0] != size:
            xs, ys = (one.tolist() for one in self.curve)
            sheet = Sheet(width, height, (xs[0], xs[-1]), span, glyphs)
            for start, end in itertools.pairwise(zip(xs, ys, strict=True)):
                if math.isfinite(start[1]) and math.isfinite(end[1]):
                    sheet.line(start, end, "forward")
            self._base = size, sheet
        return self._base[1].copy()

    def _height(self, place: float) -> float:
        import numpy as np

        assert self.curve is not None
        xs, ys = self.curve
        return float(np.interp(place, xs, ys))

    def _over_a_map(
        self, step: int, op: int, width: int, height: int, styles: Styles, glyphs: GlyphSet, shade: Shade
    ) -> list[Line]:
        import numpy as np

        assert self.map is not None
        xs, ys, over = self.map
        rows = max(2, height - 1)
        flat = float(ys[-1] - ys[0]) / float(xs[-1] - xs[0]) / 2
        room = width
        rows, width = min(rows, max(2, round(width * flat))), min(width, max(2, round(rows / flat)))
        levels = _levels(over)
        row_of = np.rint(np.linspace(len(ys) - 1, 0, rows)).astype(int)
        column_of = np.rint(np.linspace(0, len(xs) - 1, width)).astype(int)
        seen = levels[np.ix_(row_of, column_of)]
        marks = self._trail(step, width, rows, glyphs)
        lines = [
            _banded(levels, marks.get(row, {}), styles, shade) for row, levels in enumerate(seen.tolist())
        ]
        left, right, low, high = (number(float(one)) for one in (xs[0], xs[-1], ys[0], ys[-1]))
        ends = f"x {left} to {right}, y {low} to {high}"
        deep = ", lighter is lower" if shade(0.0) is not None else ", denser is higher"
        said = ends + deep if len(ends + deep) <= width else ends
        lines.append([Segment(cut(said, width, ""), styles["quiet"])])
        margin = [Segment(" " * ((room - width) // 2))]
        return [[*margin, *line] for line in lines]

    def _trail(
        self, step: int, width: int, rows: int, glyphs: GlyphSet
    ) -> dict[int, dict[int, tuple[str, str]]]:
        """The signs of the places so far, and of the way between them, by row and column."""
        assert self.map is not None
        xs, ys, _ = self.map
        sheet = Sheet(width, rows, (float(xs[0]), float(xs[-1])), (float(ys[0]), float(ys[-1])), glyphs)
        found: dict[int, dict[int, tuple[str, str]]] = {}

        def mark(x: float, y: float, sign: str, style: str) -> None:
            cell = sheet.cell(x, y)
            if cell is not None:
                found.setdefault(cell[0], {})[cell[1]] = (sign, style)

        places = [(float(x), float(y)) for x, y in self.places[: step + 1]]
        unit = (float(xs[-1] - xs[0])) / width
        for (x, y), (u, v) in itertools.pairwise(places):
            count = min(60, 1 + int(math.hypot(u - x, v - y) / unit))
            for at in range(1, count):
                mark(x + (u - x) * at / count, y + (v - y) * at / count, WAY[glyphs], "title")
        for x, y in places[:-1]:
            mark(x, y, TRAIL[glyphs], "title")
        mark(*places[-1], BALL[glyphs], "accent")
        return found


def _banded(levels: list[float], marks: dict[int, tuple[str, str]], styles: Styles, shade: Shade) -> Line:
    """A row of a map: stretches of one height, and signs in them."""
    line: Line = []
    begin = 0
    for end in range(1, len(levels) + 1):
        apart = end == len(levels) or levels[end] != levels[begin] or end in marks or begin in marks
        if not apart:
            continue
        level, ground = levels[begin], shade(levels[begin])
        if begin in marks:
            sign, style = marks[begin]
            line.append(Segment(sign, styles[style] + (ground or Style.null())))
        elif ground is None:
            sign = HEIGHTS[round(level * (len(HEIGHTS) - 1))] if level == level else "?"
            line.append(Segment(sign * (end - begin), styles["quiet"]))
        else:
            line.append(Segment(" " * (end - begin), ground))
        begin = end
    return line


BANDS = 12


def _levels(over: "NDArray[Any]") -> "NDArray[Any]":
    """Heights from 0 to 1 in bands: by their rank, so that a flat valley is seen as well as a steep wall."""
    import numpy as np

    finite = over[np.isfinite(over)]
    if not finite.size:
        return np.full(over.shape, np.nan)
    low = float(finite.min())
    scaled = np.log1p((over - low) / (float(np.median(finite)) - low or 1.0))
    most = float(np.nanmax(np.where(np.isfinite(scaled), scaled, np.nan))) or 1.0
    return np.floor(scaled / most * (BANDS - 1e-9)) / (BANDS - 1)
