"""The curves of a run and what is to be marked on them, read from its event files. Free of Textual."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tuilab.errors import TuilabError
from tuilab.text import number, safe

if TYPE_CHECKING:
    import numpy as np

    from tuilab.runs import Point, Run, TextPoint

Arrays: TypeAlias = "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]"
"""Steps and values."""
NOT_A_NUMBER = re.compile(r"NaN|infinite|exploded")
RATE_CHANGED = re.compile(r"learning rate (?P<before>[\d.e+-]{1,24}) → (?P<after>[\d.e+-]{1,24})")
CURVES = ("train/loss", "train/accuracy", "validation/loss", "validation/accuracy")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something to mark on the charts: at which step, in which words."""

    step: int
    label: str
    kind: Literal["change", "nan"]


class RunCurves:
    """The curves and moments of a run; each `poll` takes in what is new, a bounded part of it at a time."""

    def __init__(self, run: "Run") -> None:
        from tuilab.runs import EventReader

        self.points = 0
        """Grows whenever there is something new."""
        self._reader = EventReader(run.events_folder)
        self._generation = self._reader.generation
        self._fork = _fork(run)
        self._forget()

    def poll(self) -> None:
        """Take in what is new."""
        points = self._reader.poll()
        if self._reader.generation != self._generation:
            self._generation = self._reader.generation
            self._forget()
        for point in points:
            self._take(point)

    @property
    def behind(self) -> bool:
        """Whether there is more to be read at once."""
        return self._reader.behind

    def arrays(self) -> Mapping[str, Arrays]:
        """Steps and values of each curve so far, as views that later points do not change."""
        return MappingProxyType({tag: curve.filled() for tag, curve in self._curves.items()})

    def _forget(self) -> None:
        self._curves = {tag: Curve() for tag in CURVES}
        self.moments: list[Moment] = []
        self._rate: float | None = None
        self._fork_notes = self._fork[1]

    def _take(self, point: "Point | TextPoint") -> None:
        from tuilab.runs import TextPoint

        if isinstance(point, TextPoint):
            if point.tag == "note":
                self.moments = [moment for moment in self.moments if moment.step <= point.step]
                self._take_note(point.step, point.text)
        elif point.tag in self._curves:
            curve = self._curves[point.tag]
            if curve.length and point.step <= curve.last_step:
                curve.cut(point.step)  # the run was led back, and goes another way
            curve.append(point.step, point.value)
            self.points += 1
        elif point.tag == "learning_rate":
            if self._rate is not None and point.value != self._rate:
                label = f"lr {number(self._rate)} → {number(point.value)}"
                self._mark(Moment(point.step, label, "change"))
            self._rate = point.value

    def _take_note(self, step: int, text: str) -> None:
        if found := NOT_A_NUMBER.search(text):
            self._mark(Moment(step, found.group(), "nan"))
        elif self._fork_notes and step == self._fork[0]:
            # The first words of a fork are on what it does otherwise from there.
            self._fork_notes -= 1
            self._mark(Moment(step, f"fork: {safe(_short(text), limit=40)}", "change"))
        elif not text.startswith("learning rate"):  # that one is marked by its own curve
            self._mark(Moment(step, safe(text, limit=40), "change"))

    def _mark(self, moment: Moment) -> None:
        self.moments.append(moment)
        self.points += 1


def _fork(run: "Run") -> tuple[int, int]:
    """The step at which a run was forked off, and of how many settings; (-1, 0) for another one."""
    try:
        fork = run.config().get("fork")
    except TuilabError:
        return -1, 0
    if not isinstance(fork, Mapping) or not isinstance(fork.get("change"), Mapping):
        return -1, 0
    step = fork.get("step")
    return (step, len(fork["change"])) if isinstance(step, int) else (-1, 0)


def _short(text: str) -> str:
    """A change in the words of a mark: `lr 1e-3 → 3e-3`."""
    found = RATE_CHANGED.fullmatch(text)
    try:
        return f"lr {number(float(found['before']))} → {number(float(found['after']))}" if found else text
    except ValueError:
        return text


class Curve:
    """A curve that grows: steps and values in buffers that double."""

    def __init__(self) -> None:
        import numpy as np

        self._x = np.empty(1024, np.float64)
        self._y = np.empty(1024, np.float64)
        self._length = 0

    @property
    def length(self) -> int:
        """How many points there are."""
        return self._length

    @property
    def last_step(self) -> float:
        """The step of the last point."""
        return float(self._x[self._length - 1])

    def cut(self, step: float) -> None:
        """Forget the points from `step` on, in new arrays: views in snapshots stay what they are."""
        import numpy as np

        self._length = int(np.searchsorted(self._x[: self._length], step))
        self._x, self._y = self._x.copy(), self._y.copy()

    def append(self, step: float, value: float) -> None:
        """Add a point at the end."""
        import numpy as np

        if self._length == len(self._x):
            # New arrays, so that the views in snapshots stay what they are.
            self._x = np.concatenate([self._x, np.empty_like(self._x)])
            self._y = np.concatenate([self._y, np.empty_like(self._y)])
        self._x[self._length] = step
        self._y[self._length] = value
        self._length += 1

    def filled(self) -> Arrays:
        """The points so far, as views."""
        return self._x[: self._length], self._y[: self._length]
