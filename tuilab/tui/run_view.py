"""Reads a run directory for the screen: the status, the curves, and the digits. Free of Textual.

A `RunView` is read by one thread at a time. What it answers is a `Snapshot` that nothing changes any
more: its arrays are the filled beginnings of buffers that only grow at the end.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from tuilab.errors import TuilabError
from tuilab.tui.ghosts import Beneath, Ghost
from tuilab.tui.run_curves import Arrays, Moment, RunCurves

if TYPE_CHECKING:
    import numpy as np

    from tuilab.machine import Gpu, GpuReader, Load, ProcessReader
    from tuilab.runs import Run, Status, Tensors

T = TypeVar("T")


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
    curves: Mapping[str, Arrays] = field(default_factory=lambda: MappingProxyType({}))
    moments: tuple[Moment, ...] = ()
    digits: Guesses | None = None
    machine: "Machine | None" = None
    worst: Guesses | None = None
    history: History | None = None
    plane: Plane | None = None
    ghost: Ghost | None = None


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
    """Reads what is new in a run each time it is asked; with `ghost`, the run of earlier beneath it too."""

    def __init__(self, run: "Run", *, ghost: bool = False) -> None:
        self._run = run
        self._curves = RunCurves(run)
        self._beneath = Beneath(run) if ghost else None
        self._looks_beneath = False
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
        self._curves.poll()
        self._digits = self._anew("digits", _guesses) or self._digits
        self._worst = self._anew("worst", _guesses) or self._worst
        self._history = self._anew("history", _history) or self._history
        self._plane = self._anew("map", _plane) or self._plane
        return Snapshot(
            status=status,
            state=state,
            points=self._curves.points,
            curves=self._curves.arrays(),
            moments=tuple(self._curves.moments),
            digits=self._digits,
            machine=self._look_at_machine(status, state),
            worst=self._worst,
            history=self._history,
            plane=self._plane,
            ghost=self._look_beneath(status, state),
        )

    def _look_beneath(self, status: "Status", state: str) -> Ghost | None:
        """The run of earlier beneath this one. What this one measured comes first: it is read from the second
        look on, and not before it is known what is trained on."""
        if self._beneath is None or state in ("starting", "compiling"):
            return None
        first, self._looks_beneath = not self._looks_beneath, True
        return None if first else self._beneath.read(status.epochs * status.batches)

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
        return self._curves.behind or (
            self._beneath is not None and self._beneath.behind and self._looks_beneath
        )

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
