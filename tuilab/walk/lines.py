"""A cell of an operation's output as the lines of its arithmetic, each of them a stop.

A cell is made when one comes to it, and its lines when they are shown, so that an array of millions is as
quick to walk as one of nine.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.kernels.explanation import OUTER, Explanation, Index, Source

Array = npt.NDArray[Any]
SIGNS = {"sum": "+", "mean": "+", "largest": "max", "smallest": "min", "product": "·", "steps": ""}
"""How the lines of a cell are joined."""
KEPT = 1 << 16
"""Lines up to which all running results are kept; of longer cells those after so many lines."""
LISTED = 6
"""Numbers of a long list that are written out."""


def written(value: float) -> str:
    """A number inside arithmetic: four digits, negative ones in brackets."""
    text = plainly(value)
    return f"({text})" if text.startswith("-") else text


def plainly(value: float) -> str:
    """A number by itself, with four digits."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    value = float(value)
    if math.isfinite(value) and value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.4g}"


def listed(values: Iterable[float], sign: str = " + ") -> str:
    """Numbers in a row, the middle left out where there are many."""
    texts = [written(float(value)) for value in values]
    if len(texts) > LISTED:
        texts = [*texts[: LISTED - 2], "…", *texts[-2:]]
    return sign.join(texts)


@dataclass(frozen=True, slots=True)
class Box:
    """A part of an input: on each axis the places that are taken."""

    input: int
    ranges: tuple[range, ...]

    def __contains__(self, index: Index) -> bool:
        return all(place in places for place, places in zip(index, self.ranges, strict=True))


def line_of(number: int, shape: Sequence[int], index: Index, axis: int) -> Box:
    """All places along one axis, on the line of an index."""
    ranges = [range(place, place + 1) for place in index]
    ranges[axis] = range(shape[axis])
    return Box(number, tuple(ranges))


@dataclass(frozen=True, slots=True)
class Line:
    """One stop in a cell: the elements that it takes, its arithmetic, what that gives, and the cell's result
    so far."""

    sources: tuple[Source, ...]
    written: str
    value: float
    so_far: float
    says: str = ""


@dataclass(frozen=True, slots=True)
class Working:
    """A row of numbers that stands between input and output, such as x - max x; shown from line `since` on.
    `lit` is the cell's own place in it."""

    name: str
    numbers: Array
    since: int = 0
    lit: int | None = None


class Cell(ABC):
    """One element of an output."""

    how = "steps"
    before = ""
    """What stands before the joined lines, such as `relu(`."""
    after = ""
    heads: tuple[str, ...] = ()
    """What the columns of the working are called; their numbers, where it is empty."""
    working: tuple[Working, ...] = ()

    def __init__(self, output: int, index: Index, value: float, boxes: tuple[Box, ...] = ()) -> None:
        self.output, self.index, self.value, self.boxes = output, index, value, boxes

    @property
    @abstractmethod
    def count(self) -> int:
        """How many lines there are; at least one."""

    @abstractmethod
    def line(self, place: int) -> Line:
        """A line by its place."""

    @property
    def joined(self) -> bool:
        """Whether the lines are terms of one result; otherwise each is a step of its own."""
        return self.how != "steps"

    @property
    def terms(self) -> int:
        """How many lines are terms; those after them finish the result."""
        return self.count


class Steps(Cell):
    """Lines that are written beforehand: each does something with what the one before gave."""

    def __init__(
        self,
        output: int,
        index: Index,
        value: float,
        lines: Sequence[Line],
        working: Sequence[Working] = (),
        heads: Sequence[str] = (),
        boxes: tuple[Box, ...] = (),
    ) -> None:
        super().__init__(output, index, value, boxes)
        self.lines = tuple(lines)
        self.working, self.heads = tuple(working), tuple(heads)

    @property
    def count(self) -> int:
        return len(self.lines)

    def line(self, place: int) -> Line:
        return self.lines[place]


def step(written: str, value: Any, says: str = "", sources: Sequence[Source] = ()) -> Line:
    """A line of `Steps`."""
    number = float(value)
    return Line(tuple(sources), written, number, number, says)


Finish = tuple[str, str, str, Callable[[float], float]]
"""What is done with the joined terms: what stands before and after them, a word, and the function."""


def finish(outer: str) -> Finish | None:
    """The finish of a sum that is put through an activation."""
    if outer in ("", "linear"):
        return None
    return f"{outer}(", ")", outer, OUTER[outer]


class Folded(Cell):
    """Terms that are joined one after the other: a sum, a product, the largest, the smallest.

    The term at a place is the product of the numbers there in `factors`, the `sources` of that place. After
    them come the terms of `extra`, single elements such as a bias, and then what `finish` does.
    """

    def __init__(
        self,
        output: int,
        index: Index,
        value: float,
        how: str,
        factors: Sequence[Array],
        sources: Callable[[int], tuple[Source, ...]],
        *,
        boxes: tuple[Box, ...] = (),
        extra: Sequence[Source] = (),
        finish: Finish | None = None,
    ) -> None:
        super().__init__(output, index, value, boxes)
        self.how, self._factors, self._sources = how, factors, sources
        self._extra, self._finish = tuple(extra), finish
        self._length = len(factors[0])
        self._running: Array | None = None
        if finish is not None:
            self.before, self.after = finish[0], finish[1]

    @property
    def terms(self) -> int:
        return self._length + len(self._extra)

    @property
    def count(self) -> int:
        return max(1, self.terms + (self._finish is not None))

    def line(self, place: int) -> Line:
        if place >= self.terms:
            return self._last()
        if place >= self._length:
            one = self._extra[place - self._length]
            return Line((one,), written(one.value), one.value, self._until(place))
        sources = self._sources(place)
        value = math.prod(float(factor[place]) for factor in self._factors)
        text = " · ".join(written(float(factor[place])) for factor in self._factors)
        return Line(sources, text, value, self._until(place))

    def _last(self) -> Line:
        """What is done with the terms joined; of no terms at all, what their joining begins with."""
        joined = self._until(self.terms - 1) if self.terms else (1.0 if self.how == "product" else 0.0)
        if self._finish is None:
            return Line((), plainly(joined), joined, joined)
        before, after, word, function = self._finish
        result = function(joined)
        text = plainly(joined) if before else written(joined)
        return Line((), f"{before}{text}{after}", result, result, word)

    def _until(self, place: int) -> float:
        head = self._joined(min(place + 1, self._length)) if self._length else 0.0
        return head + sum(one.value for one in self._extra[: max(0, place + 1 - self._length)])

    def _joined(self, count: int) -> float:
        """The first terms joined. The joined blocks before are kept, so that only a part is added up anew."""
        if self._length <= KEPT:
            if self._running is None:
                self._running = _joined(self.how, self._terms(0, self._length), running=True)
            return float(self._running[count - 1])
        if self._running is None:
            begins = range(0, self._length, KEPT)
            blocks = [_joined(self.how, self._terms(one, one + KEPT), running=False) for one in begins]
            self._running = _joined(self.how, np.array(blocks), running=True)
        whole, rest = divmod(count, KEPT)
        parts = [self._running[whole - 1]] if whole else []
        if rest:
            parts.append(_joined(self.how, self._terms(whole * KEPT, count), running=False))
        return float(_joined(self.how, np.array(parts), running=False))

    def _terms(self, begin: int, end: int) -> Array:
        terms = self._factors[0][begin:end].astype(np.float64)
        for factor in self._factors[1:]:
            terms = terms * factor[begin:end]
        return terms


_JOINS = {
    "sum": np.add,
    "mean": np.add,
    "largest": np.maximum,
    "smallest": np.minimum,
    "product": np.multiply,
}


def _joined(how: str, terms: Array, *, running: bool) -> Any:
    with np.errstate(all="ignore"):
        return _JOINS[how].accumulate(terms) if running else _JOINS[how].reduce(terms)


class Explained(Cell):
    """The terms of an explanation, one a line, and at last what is done with their joining."""

    def __init__(
        self, output: int, index: Index, value: float, found: Explanation, boxes: tuple[Box, ...] = ()
    ) -> None:
        super().__init__(output, index, value, boxes)
        self.how = found.how
        self._terms = found.terms
        values = np.array([term.value for term in found.terms])
        self._running = _joined(self.how, values, running=True) if len(values) else values
        self._finish = finish(found.outer) if found.how != "mean" else mean_of(len(values))
        if self._finish is not None:
            self.before, self.after = self._finish[0], self._finish[1]

    @property
    def terms(self) -> int:
        return len(self._terms)

    @property
    def count(self) -> int:
        return max(1, self.terms + (self._finish is not None))

    def line(self, place: int) -> Line:
        if place < self.terms:
            term = self._terms[place]
            return Line(term.sources, str(term), term.value, float(self._running[place]))
        joined = float(self._running[-1]) if self.terms else 0.0
        if self._finish is None:
            return Line((), plainly(joined), joined, joined)
        before, after, word, function = self._finish
        text = plainly(joined) if before else written(joined)
        return Line((), f"{before}{text}{after}", function(joined), function(joined), word)


def mean_of(count: int) -> Finish:
    """The finish of a mean of so many numbers."""
    return "", f" / {count:,}", f"divide by {count:,}", lambda total: total / count if count else math.nan
