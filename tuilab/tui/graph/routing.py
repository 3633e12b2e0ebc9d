"""The lines between two layers: from rows of the left one, over upright tracks, to rows of the right one.

All lines that enter one item meet on a track of its own, so a line that ends is never taken for one that
crosses: where two cross, the upright one is drawn through.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

LEFT, RIGHT, UP, DOWN = 1, 2, 4, 8
SIGNS = {
    LEFT | RIGHT: "─",
    UP | DOWN: "│",
    RIGHT | DOWN: "┌",
    LEFT | DOWN: "┐",
    RIGHT | UP: "└",
    LEFT | UP: "┘",
    UP | DOWN | RIGHT: "├",
    UP | DOWN | LEFT: "┤",
    LEFT | RIGHT | DOWN: "┬",
    LEFT | RIGHT | UP: "┴",
    LEFT | RIGHT | UP | DOWN: "┼",
    LEFT: "─",
    RIGHT: "─",
    UP: "│",
    DOWN: "│",
}
ASCII = {sides: "-" if sides & 3 == sides else "|" if sides & 12 == sides else "+" for sides in range(1, 16)}
EDGE = 1
"""Cells of every line before its first track and after its last."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with a line: the sides that it leads to, and the row of the item that it leads into."""

    sides: int
    into: int


@dataclass(frozen=True)
class Gutter:
    """The room between two layers. `connections` are the rows entered, each with the rows its lines come
    from; `tracks` the column of each row entered that needs an upright line."""

    width: int
    connections: tuple[tuple[int, tuple[int, ...]], ...] = ()
    tracks: dict[int, int] = field(default_factory=dict)
    _cells: dict[int, dict[int, Cell]] = field(default_factory=dict, repr=False)

    def row(self, y: int) -> dict[int, Cell]:
        """The cells with lines in row `y`, by column."""
        if not self._cells and self.connections:
            self._draw()
        return self._cells.get(y, {})

    def _draw(self) -> None:
        fed: dict[int, list[int]] = {}
        for into, sources in self.connections:
            for source in sources:
                fed.setdefault(source, []).append(into)
        crossed: dict[int, dict[int, Cell]] = self._cells
        for into, sources in self.connections:
            if (track := self.tracks.get(into)) is None:
                continue
            ends = (into, *sources)
            low, high = min(ends), max(ends)
            for y in range(low, high + 1):
                sides = UP * (y > low) + DOWN * (y < high)
                crossed.setdefault(y, {})[track] = Cell(sides, into)
        for source, targets in fed.items():
            furthest = max(self.width if one == source else self.tracks[one] for one in targets)
            main = max(targets, key=lambda one: self.width if one == source else self.tracks[one])
            self._run(source, 0, furthest, main, set(targets))
        for into, sources in self.connections:
            if sources and into in self.tracks:
                self._run(into, self.tracks[into], self.width, into, {into})

    def _run(self, y: int, begin: int, end: int, into: int, own: set[int]) -> None:
        """A line in row `y` from column `begin` to `end`, which joins the upright lines of its own items."""
        row = self._cells.setdefault(y, {})
        for x in range(begin, min(end + 1, self.width)):
            cell = row.get(x)
            sides = LEFT * (x > begin or begin == 0) + RIGHT * (x < end)
            if cell is None:
                row[x] = Cell(sides, into)
            elif cell.sides & (UP | DOWN):
                if cell.into in own:
                    row[x] = Cell(cell.sides | sides, cell.into)
            else:
                row[x] = Cell(cell.sides | sides, cell.into)


def gutter(connections: Sequence[tuple[int, tuple[int, ...]]]) -> Gutter:
    """The lines for these connections, on as few tracks as keep them apart.

    Items that a straight line enters come last: what comes to them from elsewhere then joins behind the
    places where that line turns off to others.
    """
    upright = [
        (into in sources, min(into, *sources), max(into, *sources), into)
        for into, sources in connections
        if sources and set(sources) != {into}
    ]
    tracks: dict[int, int] = {}
    begin = 0
    for straight in (False, True):
        ending: list[tuple[int, int]] = []
        used = 0
        for _, low, high, into in sorted(one for one in upright if one[0] == straight):
            if ending and ending[0][0] < low - 1:
                _, track = heapq.heappop(ending)
            else:
                track, used = used, used + 1
            tracks[into] = EDGE + 2 * (begin + track)
            heapq.heappush(ending, (high, track))
        begin += used
    width = 2 * EDGE + max(0, 2 * begin - 1) if begin else 2 * EDGE if any(s for _, s in connections) else 0
    return Gutter(width, tuple(connections), tracks)
