"""Reads a run directory for the screen: the status, the curves, and the digits. Free of Textual.

A `RunView` is read by one thread at a time. What it answers is a `Snapshot` that nothing changes any
more: its arrays are the filled beginnings of buffers that only grow at the end.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tuilab.errors import TuilabError
from tuilab.text import number, safe

if TYPE_CHECKING:
    import numpy as np

    from tuilab.machine import Gpu, GpuReader, Load, ProcessReader
    from tuilab.runs import Point, Run, Status, Tensors, TextPoint

T = TypeVar("T")

NOT_A_NUMBER = re.compile(r"NaN|infinite|exploded")
CURVES = ("train/loss", "train/accuracy", "validation/loss", "validation/accuracy")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something to mark on the charts: at which step, in which words."""

    step: int
    label: str
    kind: Literal["change", "nan"]


@dataclass(frozen=True, slots=True)
class Guesses:
    """Test digits with what the network says they are, after `step` batches."""

    images: "np.ndarray[Any, Any]"
    labels: "np.ndarray[Any, Any]"
    guesses: "np.ndarray[Any, Any]"
    confidence: "np.ndarray[Any, Any] | None"
    step: int


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What a run gathered a few times a second: lengths of gradients by layer, histograms over time."""

    layers: tuple[str, ...]
    norms: "np.ndarray[Any, Any]"
    """A row a layer, a column a moment."""
    histograms: "Mapping[str, tuple[np.ndarray[Any, Any], float]]"
    """By `parameter NAME` and `gradient NAME`: a row a moment, from minus the number beside it to plus."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """What a network of two inputs decides in each field, the top row first, and some points with labels."""

    classes: "np.ndarray[Any, Any]"
    confidence: "np.ndarray[Any, Any]"
    corners: "np.ndarray[Any, Any]"
    points: "np.ndarray[Any, Any]"
    labels: "np.ndarray[Any, Any]"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run as it was at one moment. `points` grows whenever a curve does."""

    status: "Status"
    state: str
    points: int = 0
    curves: Mapping[str, "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]"] = field(
        default_factory=lambda: MappingProxyType({})
    )
    moments: tuple[Moment, ...] = ()
    digits: Guesses | None = None
    machine: "Machine | None" = None
    worst: Guesses | None = None
    history: History | None = None
    plane: Plane | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """What the run takes of its machine, where that is this one."""

    load: "Load"
    gpus: "tuple[Gpu, ...]"
    no_gpu: str
    """Why no GPU is seen."""


MACHINE_EVERY = 1.0
"""Seconds between two looks at the machine."""


class RunView:
    """Reads what is new in a run each time it is asked."""

    def __init__(self, run: "Run") -> None:
        from tuilab.runs import EventReader

        self._run = run
        self._reader = EventReader(run.events_folder)
        self._generation = self._reader.generation
        self._points = 0
        self._forget()
        self._stamps: dict[str, tuple[int, int]] = {}
        self._digits: Guesses | None = None
        self._machine: Machine | None = None
        self._machine_seen = -MACHINE_EVERY
        self._process: ProcessReader | None = None
        self._gpus: GpuReader | None = None
        self._worst: Guesses | None = None
        self._history: History | None = None
        self._plane: Plane | None = None

    def read(self) -> Snapshot:
        """What is known of the run now. Reads files; call it from a thread.

        Raises:
            TuilabError: the run directory is gone or damaged.
        """
        # The status first: a point that the status counts is then never missing from the curves.
        status, state = self._run.status(), self._run.state()
        points = self._reader.poll()
        if self._reader.generation != self._generation:
            self._generation = self._reader.generation
            self._forget()
        for point in points:
            self._take(point)
        self._digits = self._anew("digits", _guesses) or self._digits
        self._worst = self._anew("worst", _guesses) or self._worst
        self._history = self._anew("history", _history) or self._history
        self._plane = self._anew("map", _plane) or self._plane
        return Snapshot(
            status=status,
            state=state,
            points=self._points,
            curves=MappingProxyType({tag: curve.filled() for tag, curve in self._curves.items()}),
            moments=tuple(self._moments),
            digits=self._digits,
            machine=self._look_at_machine(status, state),
            worst=self._worst,
            history=self._history,
            plane=self._plane,
        )

    def _look_at_machine(self, status: "Status", state: str) -> Machine | None:
        from tuilab.machine import GpuReader, ProcessReader
        from tuilab.runs import identity

        if state not in ("running", "paused", "compiling") or not identity.is_here(status.host, status.boot):
            return None
        now = time.monotonic()
        if now - self._machine_seen < MACHINE_EVERY:
            return self._machine
        self._machine_seen = now
        if self._process is None or self._process.pid != status.pid:
            self._process = ProcessReader(status.pid)
        if self._gpus is None:
            self._gpus = GpuReader()
        self._machine = Machine(self._process.read(), self._gpus.read(), self._gpus.why)
        return self._machine

    @property
    def behind(self) -> bool:
        """Whether there is more to be read at once."""
        return self._reader.behind

    def _forget(self) -> None:
        self._curves = {tag: Curve() for tag in CURVES}
        self._moments: list[Moment] = []
        self._rate: float | None = None

    def _take(self, point: "Point | TextPoint") -> None:
        from tuilab.runs import TextPoint

        if isinstance(point, TextPoint):
            if point.tag != "note":
                return
            self._moments = [moment for moment in self._moments if moment.step <= point.step]
            if found := NOT_A_NUMBER.search(point.text):
                self._mark(Moment(point.step, found.group(), "nan"))
            elif not point.text.startswith("learning rate"):  # that one is marked by its own curve
                self._mark(Moment(point.step, safe(point.text, limit=40), "change"))
        elif point.tag in self._curves:
            curve = self._curves[point.tag]
            if curve.length and point.step <= curve.last_step:
                curve.cut(point.step)  # the run was led back, and goes another way
            curve.append(point.step, point.value)
            self._points += 1
        elif point.tag == "learning_rate":
            if self._rate is not None and point.value != self._rate:
                label = f"lr {number(self._rate)} → {number(point.value)}"
                self._mark(Moment(point.step, label, "change"))
            self._rate = point.value

    def _mark(self, moment: Moment) -> None:
        self._moments.append(moment)
        self._points += 1

    def _anew(self, name: str, read: "Callable[[Tensors], T]") -> "T | None":
        """What a file for viewers holds, if it is another one than last time, and is what it should be."""
        from tuilab.runs import read_tensors

        path = self._run.inspect_folder / f"{name}.safetensors"
        try:
            stat = path.stat()
            if (stamp := (stat.st_mtime_ns, stat.st_ino)) == self._stamps.get(name):
                return None
            made = read(read_tensors(self._run, name))
        except (OSError, TuilabError, KeyError, ValueError):
            return None
        self._stamps[name] = stamp
        return made


def _guesses(found: "Tensors") -> Guesses:
    images, labels, guesses = (found.arrays[name] for name in ("images", "labels", "guesses"))
    if images.ndim != 3 or not len(images) == len(labels) == len(guesses):
        raise ValueError("not digits")
    step = found.metadata.get("step", "0")
    number_of_step = int(step) if step.isdecimal() and len(step) < 18 else 0
    return Guesses(images, labels, guesses, found.arrays.get("confidence"), number_of_step)


def _history(found: "Tensors") -> History:
    layers, norms = json.loads(found.metadata["layers"]), found.arrays["norms"]
    if not isinstance(layers, list) or norms.ndim != 2 or len(layers) != len(norms) or not norms.size:
        raise ValueError("not a history")
    names = [name.removeprefix("histogram ") for name in found.arrays if name.startswith("histogram ")]
    histograms = {}
    # Weights before gradients, and the last layers first: there learning is seen soonest.
    for name in sorted(names, key=lambda name: (not name.startswith("parameter"), name)):
        counts, reach = found.arrays[f"histogram {name}"], found.arrays[f"reach {name}"]
        if counts.ndim == 2 and counts.size and reach.size == 1:
            histograms[name] = (counts, float(reach.reshape(-1)[0]))
    return History(tuple(str(one) for one in layers), norms, histograms)


def _plane(found: "Tensors") -> Plane:
    names = ("classes", "confidence", "corners", "points", "labels")
    classes, confidence, corners, points, labels = (found.arrays[name] for name in names)
    fits = classes.ndim == 2 and classes.size and classes.shape == confidence.shape
    if not fits or corners.shape != (2, 2) or points.shape != (len(labels), 2):
        raise ValueError("not a plane")
    return Plane(classes, confidence, corners, points, labels)


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

    def filled(self) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
        """The points so far, as views."""
        return self._x[: self._length], self._y[: self._length]
