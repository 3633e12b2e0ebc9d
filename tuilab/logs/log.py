"""What every reader gives: metrics by name, notes, and a word on what cannot be read."""

import os
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from tuilab.logs.series import Epochs, MetricSeries
from tuilab.runs import files
from tuilab.text import safe

MOST_METRICS = 1000
LONGEST_NAME = 200
MOST_NOTES = 200
LONGEST_NOTE = 200


class Note(NamedTuple):
    """Words that a run left at a step."""

    step: int
    text: str


class Log(ABC):
    """One run as it was logged by somebody.

    `metrics` by name; `notes` in order; `notice` is a sentence on what could not be read, else empty;
    `behind` is whether more is there to be read at once; `changed_at` when something new was last read, in
    seconds since 1970, 0 before that.
    """

    kind: ClassVar[str]
    """Whose format it is, for people."""
    _dtype: ClassVar[type[np.floating[Any]]] = np.float64

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.metrics: dict[str, MetricSeries] = {}
        self.notes: list[Note] = []
        self.notice = ""
        self.behind = False
        self.changed_at = 0.0
        self._fresh: defaultdict[str, list[tuple[int, float, float]]] = defaultdict(list)

    @classmethod
    @abstractmethod
    def found_in(cls, folder: Path, names: Iterable[str], called: str) -> Iterable[Self]:
        """The logs of this kind in a folder, whose files are `names`; `called` is the folder's own name."""

    @abstractmethod
    def _read(self) -> None:
        """Take in what is new, by `_point`, `_columns` and `_note`."""

    def poll(self) -> bool:
        """Read what came since the last poll; answers whether anything did. Never raises for what a file
        holds: see `notice`."""
        before = (self.revision, len(self.notes))
        try:
            self._read()
        except FileNotFoundError:
            self.notice = f"{self.path} is gone; what was read of it stays."
        except OSError as error:
            self.notice = f"{self.path} cannot be read ({error.strerror or error})."
        self._settle()
        changed = before != (self.revision, len(self.notes))
        if changed:
            self.changed_at = time.time()
            self._place_epochs()
        return changed

    def _settle(self) -> None:
        """Add the single points that came to their series."""
        for name, points in self._fresh.items():
            steps, values, times = zip(*points, strict=True)
            self._columns(
                name, np.array(steps, np.int64), np.array(values, self._dtype), np.array(times, np.float64)
            )
        self._fresh.clear()

    def _place_epochs(self) -> None:
        """Where the epoch is one of the metrics, every other metric can be looked at by it."""
        known = self.metrics.get("epoch")
        if known is None or known.count < 2 or not known.is_ordered:
            return
        steps, epochs = known.points("step")
        if epochs[0] <= epochs[-1] and bool(np.isfinite(epochs).all()) and steps[0] < steps[-1]:
            for series in self.metrics.values():
                series.place_epochs(Epochs(steps, epochs))

    @property
    def revision(self) -> int:
        """Grows whenever a metric does."""
        return sum(series.revision for series in self.metrics.values())

    def _forget(self) -> None:
        """Begin anew: the file is another one now."""
        for series in self.metrics.values():
            series.clear()
        self.notes.clear()
        self._fresh.clear()

    def _series(self, name: str) -> MetricSeries | None:
        found = self.metrics.get(name)
        if found is None:
            shown = safe(name, limit=LONGEST_NAME)
            found = self.metrics.get(shown)
            if found is None:
                if len(self.metrics) >= MOST_METRICS:
                    self.notice = f"{self.path} has more than {MOST_METRICS:,} metrics; the first are shown."
                    return None
                found = self.metrics[shown] = MetricSeries(shown)
        return found

    def _columns(self, name: str, steps: Any, values: Any, times: Any) -> None:
        series = self._series(name)
        if series is not None:
            series.extend(steps, values, times)

    def _point(self, name: str, step: int, value: float, when: float) -> None:
        if name in self._fresh or len(self._fresh) < 2 * MOST_METRICS:
            self._fresh[name].append((min(max(step, -(2**62)), 2**62), value, when))

    def _note(self, step: int, text: str) -> None:
        if len(self.notes) < MOST_NOTES:
            self.notes.append(Note(step, safe(text, limit=LONGEST_NOTE)))


STEPS = ("step", "_step", "global_step", "iteration", "iter", "batch", "epoch")
"""Names under which a step is written, the best first, in small letters."""
TIMES = ("wall_time", "wall time", "_timestamp", "timestamp", "time")


def field_of(names: Iterable[str], wanted: tuple[str, ...]) -> str | None:
    """The first of the wanted names that is there, whatever its capitals."""
    known = {name.strip().lower().rpartition("/")[2]: name for name in names}
    return next((known[one] for one in wanted if one in known), None)


class Lines:
    """The lines of a file that grows, read a part at a time and only when they are whole.

    `fresh` tells after `more` whether the file is another than before, or was cut: all is read again then.
    """

    BYTES = 4 << 20
    LONGEST = 1 << 20

    def __init__(self, path: Path) -> None:
        self.path = path
        self.offset = 0
        self.behind = False
        self.too_long = 0
        self._in_long = False
        self._identity: tuple[int, int] | None = None
        self._start = b""
        self._seen = (-1, -1)

    def more(self) -> tuple[list[bytes], bool]:
        """The whole lines that came, at most some four million bytes of them; and whether they begin anew."""
        descriptor = files.open_regular(self.path)
        try:
            stat = os.fstat(descriptor)
            if (stat.st_size, stat.st_mtime_ns) == self._seen and not self.behind:
                return [], False
            start = os.pread(descriptor, 4096, 0)
            anew = self._identity is not None and (
                (stat.st_dev, stat.st_ino) != self._identity
                or stat.st_size < self.offset
                or not start.startswith(self._start[: min(len(self._start), len(start))])
                or len(start) < len(self._start)
            )
            if anew or self._identity is None:
                self.offset, self._in_long = 0, False
            self._identity, self._start = (stat.st_dev, stat.st_ino), start
            self._seen = (stat.st_size, stat.st_mtime_ns)
            content = os.pread(descriptor, self.BYTES, self.offset)
        finally:
            os.close(descriptor)
        begin = 0
        if self._in_long and (begin := content.find(b"\n") + 1):
            self._in_long = False
        end = max(content.rfind(b"\n") + 1, begin)
        if self._in_long or (end == begin and len(content) - begin >= self.LONGEST):
            # No end in sight: what is there is passed over, and so is the rest of it.
            self.too_long += not self._in_long
            self._in_long = True
            begin = end = len(content)
        self.offset += end
        self.behind = self.offset < stat.st_size and end > 0
        lines = content[begin:end].split(b"\n")[:-1]
        whole = [line for line in lines if len(line) <= self.LONGEST]
        self.too_long += len(lines) - len(whole)
        return whole, anew


def numbers(found: Mapping[Any, Any], depth: int = 3) -> Iterable[tuple[str, float]]:
    """The numbers in an object of JSON, those within others as `outer/inner`."""
    for key, value in found.items():
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            try:
                yield str(key), float(value)
            except OverflowError:
                continue
        elif isinstance(value, dict) and depth > 1:
            for inner, one in numbers(value, depth - 1):
                yield f"{key}/{inner}", one
        elif value in ("NaN", "Infinity", "-Infinity", "inf", "-inf", "nan"):
            yield str(key), float(value)
