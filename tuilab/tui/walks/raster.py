"""A small sheet of dots, two by four in a cell of braille, one in a cell where there is no braille."""

import copy
from collections.abc import Mapping

from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.walks.ink import Line, Runs, Styles

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_SIGNS: Mapping[GlyphSet, str] = {"braille": "", "block": "·", "ascii": "."}


class Sheet:
    """Dots and signs over a part of the plane, x to the right and y up."""

    def __init__(
        self,
        width: int,
        height: int,
        x: tuple[float, float],
        y: tuple[float, float],
        glyphs: GlyphSet,
        *,
        square: bool = False,
    ) -> None:
        self.width, self.height, self.glyphs = width, height, glyphs
        self._x, self._y = x, y
        if square:
            self._make_square()
        self._dots: dict[tuple[int, int], int] = {}
        self._styles: dict[tuple[int, int], str] = {}
        self._signs: dict[tuple[int, int], tuple[str, str]] = {}

    def _make_square(self) -> None:
        """Widen one axis so that a unit is as long up as to the right: a cell is twice as high as wide."""
        across, up = (max(end - begin, 1e-9) for begin, end in (self._x, self._y))
        scale = max(across / self.width, up / (2 * self.height))
        for axis, length in (("_x", scale * self.width), ("_y", 2 * scale * self.height)):
            begin, end = getattr(self, axis)
            middle = (begin + end) / 2
            setattr(self, axis, (middle - length / 2, middle + length / 2))

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """The row and column of a place; None outside."""
        across, down = (2, 4) if self.glyphs == "braille" else (1, 1)
        place = self._place(x, y, across, down)
        return None if place is None else (place[1] // down, place[0] // across)

    def _place(self, x: float, y: float, across: int, down: int) -> tuple[int, int] | None:
        if not (x == x and y == y):
            return None
        spans = self._x[1] - self._x[0], self._y[1] - self._y[0]
        column = (x - self._x[0]) / spans[0] * (self.width * across - 1) if spans[0] else 0.0
        row = (self._y[1] - y) / spans[1] * (self.height * down - 1) if spans[1] else 0.0
        if not (-0.5 <= column < self.width * across - 0.4 and -0.5 <= row < self.height * down - 0.4):
            return None
        return (
            min(max(0, round(column)), self.width * across - 1),
            min(max(0, round(row)), self.height * down - 1),
        )

    def dot(self, x: float, y: float, style: str) -> None:
        """A dot."""
        braille = self.glyphs == "braille"
        place = self._place(x, y, 2, 4) if braille else self._place(x, y, 1, 1)
        if place is None:
            return
        column, row = place
        cell = (row // 4, column // 2) if braille else (row, column)
        self._dots[cell] = self._dots.get(cell, 0) | (_DOTS[row % 4][column % 2] if braille else 1)
        self._styles[cell] = style

    def line(self, start: tuple[float, float], end: tuple[float, float], style: str) -> None:
        """A straight line of dots."""
        spans = self._x[1] - self._x[0] or 1.0, self._y[1] - self._y[0] or 1.0
        steps = 2 + int(
            2 * self.width * abs(end[0] - start[0]) / spans[0]
            + 4 * self.height * abs(end[1] - start[1]) / spans[1]
        )
        for at in range(min(steps, 4000) + 1):
            share = at / min(steps, 4000)
            self.dot(start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share, style)

    def axes(self, style: str) -> None:
        """The lines x = 0 and y = 0, where they are seen."""
        self.line((self._x[0], 0.0), (self._x[1], 0.0), style)
        self.line((0.0, self._y[0]), (0.0, self._y[1]), style)

    def sign(self, x: float, y: float, sign: str, style: str) -> None:
        """A sign over whatever is there."""
        cell = self.cell(x, y)
        if cell is not None:
            self._signs[cell] = (sign, style)

    def lines(self, styles: Styles) -> list[Line]:
        """The sheet as rows of segments."""
        rows: list[dict[int, tuple[str, str]]] = [{} for _ in range(self.height)]
        for (row, column), dots in self._dots.items():
            text = chr(0x2800 + dots) if self.glyphs == "braille" else _SIGNS[self.glyphs]
            rows[row][column] = (text, self._styles[row, column])
        for (row, column), sign in self._signs.items():
            rows[row][column] = sign
        return [self._line(row, styles) for row in rows]

    def _line(self, row: dict[int, tuple[str, str]], styles: Styles) -> Line:
        line = Runs(styles)
        end = 0
        for column in sorted(row):
            if column > end:
                line.add(" " * (column - end), "quiet")
            line.add(*row[column])
            end = column + 1
        if end < self.width:
            line.add(" " * (self.width - end), "quiet")
        return line.segments()

    def copy(self) -> "Sheet":
        """A sheet with the same dots and signs, to be drawn on further."""
        found = copy.copy(self)
        found._dots, found._styles, found._signs = dict(self._dots), dict(self._styles), dict(self._signs)
        return found
