"""A walk: where one stands in a trace's operations, and the way to the next stop and back.

A place is three numbers: the operation, the cell in it, the line in the cell. Cells below 0 are the stops at
an operation's opening. Moves are arithmetic on these numbers; only the cell that one stands in is looked at.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from tuilab.autodiff.trace import Trace
from tuilab.kernels.explanation import Index
from tuilab.walk.cells import cell as cell_of
from tuilab.walk.descending import CURVE, MAP
from tuilab.walk.done import Done, done
from tuilab.walk.lines import Cell, Line
from tuilab.walk.openings import Opening, openings

Level = Literal["term", "cell", "op"]
LEVELS: tuple[Level, ...] = ("term", "cell", "op")
KEPT_CELLS = 64
ROUNDING = 1e-7


class At(NamedTuple):
    """A place of a walk."""

    op: int
    cell: int
    line: int


@dataclass(frozen=True, slots=True)
class Move:
    """What is there at a place: the operation; its opening, or a cell and the line that was done last."""

    at: At
    done: Done
    opening: Opening | None
    cell: Cell | None
    line: Line | None

    @property
    def complete(self) -> bool:
        """Whether the cell has its value."""
        return self.cell is not None and self.at.line == self.cell.count - 1

    def known(self, output: int, index: Index) -> bool:
        """Whether an element of the operation's outputs is there by now."""
        if self.cell is None:
            return False
        if (output, index) == (self.cell.output, self.cell.index):
            return self.complete
        if output != self.cell.output:
            return output < self.cell.output
        order = self.done.order(output)
        return [index[axis] for axis in order] < [self.cell.index[axis] for axis in order]


class Walk:
    """The stops of a trace's forward way.

    `stops` names those to stop at, where not at all: openings by their names, the cells by the name of their
    operation or as `cells`. `moving`: points of the plane are seen on their way.
    """

    def __init__(self, trace: Trace, stops: Collection[str] | None = None, moving: bool = False) -> None:
        self.trace = trace
        self._moving = moving
        self.operations = done(trace)
        self.descends = any(value.name in (CURVE[1], MAP[2]) for value in trace.values)
        if stops is not None and not set(stops) & set(self.names):
            stops = None
        self._openings = [
            tuple(one for one in self._begins(step) if stops is None or one.name in stops)
            for step in self.operations
        ]
        self._cells = [
            self._walked(step) if stops is None or {step.name, "cells"} & set(stops) else 0
            for step in self.operations
        ]
        self._kept = [
            place for place in range(len(self.operations)) if self._openings[place] or self._cells[place]
        ]
        self._cell = lru_cache(maxsize=KEPT_CELLS)(self._made)

    def _begins(self, step: Done) -> tuple[Opening, ...]:
        """An operation's opening; the steps of a descent need none."""
        return () if self.descends and step.cells else openings(step, self._moving)

    def _walked(self, step: Done) -> int:
        """How many cells are walked; of a descent only those of the place, not of its velocity."""
        return step.shown[0].size if self.descends else step.cells

    def _made(self, op: int, cell: int) -> Cell:
        return cell_of(self.operations[op], cell)

    @property
    def names(self) -> tuple[str, ...]:
        """What `stops` may name in this walk."""
        found: dict[str, None] = {}
        for step in self.operations:
            found.update(dict.fromkeys((*(one.name for one in self._begins(step)), step.name)))
        return (*found, "cells")

    @property
    def first(self) -> At:
        return self._start(0)

    @property
    def last(self) -> At:
        return self._end(len(self._kept) - 1)

    def _start(self, number: int) -> At:
        op = self._kept[number]
        return At(op, -len(self._openings[op]), 0)

    def _end(self, number: int) -> At:
        op = self._kept[number]
        cells = self._cells[op]
        return self._cell_end(op, cells - 1) if cells else At(op, -1, 0)

    def _cell_end(self, op: int, cell: int) -> At:
        return At(op, cell, self.lines(op, cell) - 1)

    def lines(self, op: int, cell: int) -> int:
        """How many stops a cell has; 1 for an opening."""
        return self._cell(op, cell).count if cell >= 0 else 1

    def move(self, at: At) -> Move:
        """What is there at a place."""
        step = self.operations[at.op]
        if at.cell < 0:
            return Move(at, step, self._openings[at.op][at.cell], None, None)
        cell = self._cell(at.op, at.cell)
        return Move(at, step, None, cell, cell.line(at.line))

    def next(self, at: At, level: Level = "term") -> At:
        """The next stop; at a higher level the end of what one stands in, or of the next one. The last stop
        stays."""
        if level == "op":
            number = self._kept.index(at.op)
            if at != self._end(number):
                return self._end(number)
            return self._end(number + 1) if number + 1 < len(self._kept) else at
        if at.line + 1 < self.lines(at.op, at.cell):
            return at._replace(line=at.line + 1) if level == "term" else self._cell_end(at.op, at.cell)
        if at.cell + 1 < self._cells[at.op]:
            return At(at.op, at.cell + 1, 0) if level == "term" else self._cell_end(at.op, at.cell + 1)
        number = self._kept.index(at.op) + 1
        if number == len(self._kept):
            return at
        start = self._start(number)
        return start if level == "term" or start.cell < 0 else self._cell_end(start.op, start.cell)

    def previous(self, at: At, level: Level = "term") -> At:
        """The stop before; at a higher level the end of the cell, or operation, before. The first stays."""
        number = self._kept.index(at.op)
        if level == "op":
            return self._end(number - 1) if number else self.first
        if level == "term" and at.line > 0:
            return at._replace(line=at.line - 1)
        if at.cell > -len(self._openings[at.op]):
            return self._cell_end(at.op, at.cell - 1)
        return self._end(number - 1) if number else self.first

    def above(self, at: At, level: Level) -> Level:
        """The level above that differs from this one where one stands: cells of one line are terms."""
        inside = at._replace(cell=max(at.cell, 0))
        if level == "term" and self._cells[at.op] and self.lines(at.op, inside.cell) > 1:
            return "cell"
        return "op"

    def jump(self, at: At, index: Index, output: int = 0) -> At:
        """The end of the cell of an element, counted from the end where negative; outside, the nearest."""
        if not self._cells[at.op]:
            return at
        shape = self.operations[at.op].shown[output].shape
        inside = tuple(
            min(max(0, place + size if place < 0 else place), size - 1)
            for place, size in zip(index, shape, strict=True)
        )
        return self._cell_end(at.op, self.operations[at.op].cell_at(output, inside))

    def op(self, number: int) -> At:
        """The first stop of an operation, counted from 0 among those that are walked."""
        return self._start(min(max(0, number), len(self._kept) - 1))

    def position(self, at: At) -> float:
        """How far that is, from 0 to 1: every operation, and every cell in it, is as long as another."""
        if at == self.last:
            return 1.0
        number = self._kept.index(at.op)
        stops = len(self._openings[at.op]) + self._cells[at.op]
        done_here = at.cell + len(self._openings[at.op]) + at.line / self.lines(at.op, at.cell)
        return (number + done_here / stops) / len(self._kept)

    def seek(self, position: float) -> At:
        """The stop at a position."""
        if position >= 1:
            return self.last
        scaled = max(0.0, position) * len(self._kept)
        number = min(int(scaled + ROUNDING), len(self._kept) - 1)
        op = self._kept[number]
        stops = len(self._openings[op]) + self._cells[op]
        within = (scaled - number) * stops
        cell = min(int(within + ROUNDING), stops - 1)
        at = At(op, cell - len(self._openings[op]), 0)
        lines = self.lines(op, at.cell)
        return at._replace(line=min(lines - 1, int((within - cell) * lines + ROUNDING)))

    def words(self, at: At) -> str:
        """Where one stands, in words."""
        step = self.operations[at.op]
        text = step.name
        if len(self._kept) > 1:
            text = f"{self._kept.index(at.op) + 1} of {len(self._kept)} · {text}"
        if at.cell < 0:
            return f"{text} · {self._openings[at.op][at.cell].name}"
        output, index = step.element(at.cell)
        if self.descends:
            axis = "" if step.cells == 1 else f", {'xy'[index[0]]}"
            line = _line(self._cell(at.op, at.cell), at.line)
            return f"step {at.op + 1} of {len(self.operations)}{axis}{line}"
        which = f"{step.result_names[output]} " if len(step.shown) > 1 else ""
        place = f"cell ({', '.join(map(str, index))})" if index else "the number"
        return f"{text} · {which}{place}{_line(self._cell(at.op, at.cell), at.line)}"


def _line(cell: Cell, place: int) -> str:
    """Which line of a cell, in words."""
    if cell.count == 1:
        return ""
    if not cell.joined:
        return f", step {place + 1:,} of {cell.count:,}"
    if place >= cell.terms:
        return f", {cell.line(place).says}"
    return f", term {place + 1:,} of {cell.terms:,}"
