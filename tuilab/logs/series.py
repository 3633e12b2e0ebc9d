"""A metric as it grows: steps, values and times, kept so that millions of points are looked at in a frame.

Points lie in chunks of 65,536. A full chunk is packed: steps in even paces become a first step and a pace,
times offsets in float32; and of each 256 values the lowest and highest are kept. So the lowest and highest of
any stretch, which is all that a pixel column shows, come from few numbers, and exactly.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

CHUNK = 1 << 16
BLOCK = 256
Axis = Literal["step", "epoch", "relative", "wall"]
AXES: tuple[Axis, ...] = ("step", "epoch", "relative", "wall")
Floats = NDArray[np.float64]


class Epochs(NamedTuple):
    """Which epoch a step belongs to: known at some steps, and in even paces between and behind them."""

    steps: Floats
    epochs: Floats

    def of(self, steps: Floats) -> Floats:
        """The epoch of each step, as a fraction."""
        pace = (self.epochs[-1] - self.epochs[0]) / max(self.steps[-1] - self.steps[0], 1.0)
        found: Floats = np.interp(steps, self.steps, self.epochs)
        beyond = steps > self.steps[-1]
        found[beyond] = self.epochs[-1] + (steps[beyond] - self.steps[-1]) * pace
        return found


class Chunk:
    """Up to 65,536 points."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.steps: NDArray[Any] = np.empty(1024, np.int64)
        self.values: NDArray[Any] = np.empty(1024, dtype)
        self.times: NDArray[Any] = np.empty(1024, np.float64)
        self.count = 0
        self.pace: tuple[int, int] | None = None
        self.first_time = 0.0
        self.lowest: NDArray[Any] | None = None
        self.highest: NDArray[Any] | None = None
        self.sums: Floats | None = None
        self.is_finite = True
        self.epochs: Epochs | None = None
        self._runs: dict[bool, int] = {}

    def runs(self, positive: bool) -> int:
        """How many runs of values that can be drawn there are; counted once where the chunk is full."""
        if self.is_finite and (not positive or self.is_positive()):
            return 1
        if positive in self._runs:
            return self._runs[positive]
        values = self.values[: self.count]
        good = np.isfinite(values)
        if positive:
            good &= values > 0
        found = int(np.count_nonzero(good[1:] & ~good[:-1])) + int(good[0])
        if self.count == CHUNK:
            self._runs[positive] = found
        return found

    def is_positive(self) -> bool:
        """Whether all values are above zero; told from its blocks where it is full."""
        lowest = self.values[: self.count] if self.lowest is None else self.lowest
        return bool(lowest.min() > 0)

    def room(self) -> int:
        return CHUNK - self.count

    def extend(self, steps: NDArray[Any], values: NDArray[Any], times: NDArray[Any]) -> None:
        """Add at most `room()` points."""
        end = self.count + len(steps)
        if end > len(self.steps):
            size = min(CHUNK, max(end, 2 * len(self.steps)))
            for name in ("steps", "values", "times"):
                old = getattr(self, name)
                # New arrays, so that what was handed out stays what it is.
                new = np.empty(size, old.dtype)
                new[: self.count] = old[: self.count]
                setattr(self, name, new)
        self.steps[self.count : end] = steps
        self.values[self.count : end] = values
        self.times[self.count : end] = times
        self.count = end
        self.is_finite = self.is_finite and bool(np.isfinite(values).all())
        if end == CHUNK:
            self._pack()

    def _pack(self) -> None:
        pace = int(self.steps[1]) - int(self.steps[0])
        first = int(self.steps[0])
        if -(2**40) < pace < 2**40 and bool((np.diff(self.steps) == pace).all()):
            self.pace, self.steps = (first, pace), np.empty(0, np.int64)
        self.first_time = float(self.times[0])
        self.times = (self.times - self.first_time).astype(np.float32)
        if self.is_finite:
            rows = self.values.reshape(-1, BLOCK)
            self.lowest, self.highest = rows.min(axis=1), rows.max(axis=1)
            self.sums = rows.sum(axis=1, dtype=np.float64)

    def x(self, axis: Axis, begin: float) -> Floats:
        """The points' places on an axis; `begin` is the time that `relative` counts from."""
        if axis in ("step", "epoch"):
            if self.pace is not None:
                steps: Floats = (self.pace[0] + self.pace[1] * np.arange(self.count)).astype(np.float64)
            else:
                steps = self.steps[: self.count].astype(np.float64)
            return self._placed(steps, axis)
        times = self.times[: self.count].astype(np.float64) + self.first_time
        return times - begin if axis == "relative" else times

    def _placed(self, steps: Floats, axis: Axis) -> Floats:
        return self.epochs.of(steps) if axis == "epoch" and self.epochs is not None else steps

    def block_ends(self, axis: Axis, begin: float) -> Floats:
        """The place of the last point of each block; the chunk is full."""
        last = slice(BLOCK - 1, None, BLOCK)
        if axis in ("step", "epoch"):
            if self.pace is not None:
                steps = self.pace[0] + self.pace[1] * np.arange(BLOCK - 1, self.count, BLOCK)
            else:
                steps = self.steps[last]
            return self._placed(steps.astype(np.float64), axis)
        times: Floats = self.times[last].astype(np.float64) + self.first_time
        return times - begin if axis == "relative" else times

    def ends(self, axis: Axis, begin: float) -> tuple[float, float]:
        """The first and last place on an axis."""
        if axis in ("step", "epoch"):
            if self.pace is not None:
                ends = [self.pace[0], self.pace[0] + self.pace[1] * (self.count - 1)]
            else:
                ends = [self.steps[0], self.steps[self.count - 1]]
            first, last = self._placed(np.array(ends, np.float64), axis)
            return float(first), float(last)
        first, last = (float(self.times[at]) + self.first_time for at in (0, self.count - 1))
        return (first - begin, last - begin) if axis == "relative" else (first, last)

    def cuts(self, edges: Floats, axis: Axis, begin: float) -> NDArray[np.intp]:
        """How many points lie before each edge; for points in order."""
        if axis != "step" or self.pace is None or self.pace[1] < 1:
            return np.searchsorted(self.x(axis, begin), edges)
        first, pace = self.pace
        before = np.clip(np.ceil((edges - first) / pace), 0, self.count).astype(np.int64)
        # A quotient may be a rounding beside the whole number that it is.
        before -= (before > 0) & (first + pace * (before - 1) >= edges)
        before += (before < self.count) & (first + pace * before < edges)
        return before

    def extremes(self, bounds: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """The lowest and highest values between each bound and the next; no stretch is empty."""
        values = self.values[: self.count]
        if self.lowest is None or self.highest is None or len(bounds) > 64:
            inside = values[: bounds[-1]]
            low = np.minimum.reduceat(inside, bounds[:-1])
            high = np.maximum.reduceat(inside, bounds[:-1])
            return low.astype(np.float64), high.astype(np.float64)
        found = [self._stretch(values, int(a), int(b)) for a, b in pairwise(bounds)]
        low, high = np.array(found, np.float64).T
        return low, high

    def _stretch(self, values: NDArray[Any], begin: int, end: int) -> tuple[float, float]:
        assert self.lowest is not None
        assert self.highest is not None
        first, last = -(-begin // BLOCK), end // BLOCK
        if last <= first:
            part = values[begin:end]
            return float(part.min()), float(part.max())
        parts = [(self.lowest[first:last].min(), self.highest[first:last].max())]
        edges = (values[begin : first * BLOCK], values[last * BLOCK : end])
        parts += [(edge.min(), edge.max()) for edge in edges if edge.size]
        return float(min(low for low, _ in parts)), float(max(high for _, high in parts))


@dataclass(slots=True)
class MetricSeries:
    """One metric of one run. `revision` grows with each change.

    Values keep the precision they came with: float32 from event files, else float64. `is_ordered` is whether
    steps, and times, never went backwards; where they did, looking costs a sort of all points. `epochs`,
    where they are known, place steps on the axis of epochs. Whoever looks while another thread reads holds
    the `lock`.
    """

    name: str
    chunks: list[Chunk] = field(default_factory=list)
    count: int = 0
    revision: int = 0
    lowest: float = np.inf
    highest: float = -np.inf
    is_ordered: bool = True
    epochs: Epochs | None = None
    lock: threading.RLock = field(default_factory=threading.RLock, compare=False)
    _last: tuple[float, float] = (-np.inf, -np.inf)
    _sorted: tuple[int, Axis, Floats, Floats] | None = None

    def extend(self, steps: NDArray[Any], values: NDArray[Any], times: NDArray[Any]) -> None:
        """Add points at the end; times in seconds since 1970."""
        if len(steps):
            with self.lock:
                self._extend(steps, values, times)

    def _extend(self, steps: NDArray[Any], values: NDArray[Any], times: NDArray[Any]) -> None:
        finite = values[np.isfinite(values)]
        if finite.size:
            self.lowest = min(self.lowest, float(finite.min()))
            self.highest = max(self.highest, float(finite.max()))
        for place, column in enumerate((steps, times)):
            if float(column[0]) < self._last[place] or bool((column[1:] < column[:-1]).any()):
                self.is_ordered = False
        self._last = (float(steps[-1]), float(times[-1]))
        at = 0
        while at < len(steps):
            if not self.chunks or not self.chunks[-1].room() or self.chunks[-1].values.dtype != values.dtype:
                self.chunks.append(Chunk(values.dtype))
                self.chunks[-1].epochs = self.epochs
            part = slice(at, at + self.chunks[-1].room())
            self.chunks[-1].extend(steps[part], values[part], times[part])
            at = part.stop
        self.count += len(steps)
        self.revision += 1

    def clear(self) -> None:
        """Forget all points: they are read anew."""
        with self.lock:
            fresh = MetricSeries(self.name, revision=self.revision + 1, lock=self.lock)
            for name in self.__slots__:
                setattr(self, name, getattr(fresh, name))

    def place_epochs(self, epochs: Epochs) -> None:
        """Know from now on which steps belong to which epochs."""
        with self.lock:
            self.epochs, self._sorted = epochs, None
            for chunk in self.chunks:
                chunk.epochs = epochs

    @property
    def first_time(self) -> float:
        """When its first point was written."""
        chunk = self.chunks[0]
        return float(chunk.times[0]) + chunk.first_time

    @property
    def last_time(self) -> float:
        """When its newest point was written."""
        return self._last[1]

    @property
    def last(self) -> float:
        """The newest value."""
        chunk = self.chunks[-1]
        return float(chunk.values[chunk.count - 1])

    @property
    def last_step(self) -> int:
        """The newest value's step."""
        return int(self._last[0])

    def ends(self, axis: Axis, begin: float = 0.0) -> tuple[float, float] | None:
        """The first and the last place on an axis; None without points."""
        if not self.count:
            return None
        if not self.is_ordered:
            x, _ = self.points(axis, begin)
            return float(x[0]), float(x[-1])
        return self.chunks[0].ends(axis, begin)[0], self.chunks[-1].ends(axis, begin)[1]

    def points(self, axis: Axis = "step", begin: float = 0.0) -> tuple[Floats, Floats]:
        """All points in order of their places: what is to be written to a file, or sorted."""
        if not self.count:
            return np.empty(0), np.empty(0)
        if self._sorted is not None and self._sorted[:2] == (self.revision, axis):
            return self._sorted[2] - (begin if axis == "relative" else 0.0), self._sorted[3]
        x = np.concatenate([chunk.x(axis, 0.0) for chunk in self.chunks])
        y = np.concatenate([chunk.values[: chunk.count].astype(np.float64) for chunk in self.chunks])
        if not self.is_ordered:
            order = np.argsort(x, kind="stable")
            x, y = x[order], y[order]
            self._sorted = (self.revision, axis, x, y)
        return x - (begin if axis == "relative" else 0.0), y

    def between(self, lower: float, upper: float, axis: Axis, begin: float = 0.0) -> list[Chunk]:
        """The chunks that have points from `lower` to `upper`; for a series in order."""
        return [
            chunk
            for chunk in self.chunks
            if (ends := chunk.ends(axis, begin))[1] >= lower and ends[0] <= upper
        ]

    def value_at(self, place: float, axis: Axis, begin: float = 0.0) -> tuple[float, float] | None:
        """The point nearest to a place on an axis: its own place and value; None without points."""
        if not self.count:
            return None
        if not self.is_ordered:
            return _nearest(*self.points(axis, begin), place)
        chunks = self.between(place, place, axis, begin) or [
            min(self.chunks, key=lambda chunk: min(abs(end - place) for end in chunk.ends(axis, begin)))
        ]
        found = [
            _nearest(chunk.x(axis, begin), chunk.values[: chunk.count].astype(np.float64), place)
            for chunk in chunks[:1]
        ]
        return found[0]

    def memory(self) -> int:
        """Bytes that its points take."""
        return sum(
            sum(one.nbytes for one in (chunk.steps, chunk.values, chunk.times)) for chunk in self.chunks
        )

    def rows(self) -> Iterator[tuple[int, float, float]]:
        """Each point as it came: step, time, value."""
        for chunk in self.chunks:
            steps = chunk.x("step", 0.0)
            times = chunk.x("wall", 0.0)
            for number in range(chunk.count):
                yield int(steps[number]), float(times[number]), float(chunk.values[number])


def _nearest(x: Floats, y: Floats, place: float) -> tuple[float, float]:
    at = int(np.clip(np.searchsorted(x, place), 1, max(len(x) - 1, 1)))
    if len(x) == 1:
        at = 0
    elif place - x[at - 1] <= x[at] - place:
        at -= 1
    return float(x[at]), float(y[at])
