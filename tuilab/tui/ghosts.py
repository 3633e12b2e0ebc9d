"""The run of earlier that lies faintly beneath the one that is shown. Free of Textual.

A fork lies over the run that it came from; another run over the last one before it that finished on the same
data with the same model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tuilab.errors import TuilabError
from tuilab.tui.run_curves import Arrays, RunCurves

if TYPE_CHECKING:
    from tuilab.runs import Run

RUNS_LOOKED_AT = 50
"""How many runs, from the newest on, are asked whether they are the last one."""
MOST_READ = 1_000_000
"""Points: of a longer run its beginning is shown."""
MOST_DRAWN = 20_000
"""Of more points every n-th is drawn: their line is smoothed anyway."""


@dataclass(frozen=True, slots=True, eq=False)
class Ghost:
    """Curves of training, by `loss` and `accuracy`, and whose they are. `points` grows with them."""

    name: str
    curves: Mapping[str, Arrays]
    points: int


class Beneath:
    """Finds the run that lies beneath another one, and reads it part by part."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._name = ""
        self._curves: RunCurves | None = None
        self._goes_on = False
        self._ghost: Ghost | None = None
        self._made_of = (-1, -1)
        self.behind = True
        """Whether there is more to be read at once."""

    def read(self, steps: int) -> Ghost | None:
        """The ghost as far as it was read, up to so many steps of training; 0 for all of them."""
        if self.behind and self._curves is None:
            self._find()
        curves = self._curves
        if curves is None:
            return None
        # A run that was forked off may be gone on with; one that finished is read once.
        if (self.behind or self._goes_on) and curves.points < MOST_READ:
            curves.poll()
        self.behind = curves.behind and curves.points < MOST_READ
        if self._made_of != (curves.points, steps):
            self._made_of = (curves.points, steps)
            arrays = curves.arrays()
            kept = {name: _kept(arrays[f"train/{name}"], steps) for name in ("loss", "accuracy")}
            self._ghost = Ghost(self._name, kept, curves.points)
        return self._ghost

    def _find(self) -> None:
        parent = _parent(self._run)
        found = parent or _last_finished(self._run)
        self._goes_on = parent is not None
        self.behind = found is not None
        if found is not None:
            self._name, self._curves = found.name, RunCurves(found)


def _kept(curve: Arrays, steps: int) -> Arrays:
    """Of a curve what the run above it may come to: one ten times as long would press that one flat."""
    x, y = curve
    end = int(x.searchsorted(steps, "right")) if steps else len(x)
    every = max(1, -(-end // MOST_DRAWN))
    return x[:end:every], y[:end:every]


def _parent(run: "Run") -> "Run | None":
    """The run that this one was forked off, where it is one and that is still there."""
    from tuilab.runs import Run

    fork = _config(run).get("fork")
    name = fork.get("of") if isinstance(fork, Mapping) else None
    if not isinstance(name, str) or not name or name.startswith(".") or "/" in name or "\0" in name:
        return None
    try:
        return Run.open(run.path.parent / name)
    except TuilabError:
        return None


def _last_finished(run: "Run") -> "Run | None":
    """The newest run before this one that finished, on the same data with the same model."""
    from tuilab.runs import runs

    own = _config(run)
    for other in runs(run.path.parent)[:RUNS_LOOKED_AT]:
        config = _config(other)
        if (
            other != run
            and _kind(config) == _kind(own)
            and _created(config) < _created(own)
            and other.status().state == "finished"
        ):
            return other
    return None


def _config(run: "Run") -> dict[str, Any]:
    try:
        return run.config()
    except TuilabError:
        return {}


def _kind(config: Mapping[str, Any]) -> tuple[str, str]:
    return str(config.get("data")), str(config.get("model"))


def _created(config: Mapping[str, Any]) -> float:
    created = config.get("created")
    return created if isinstance(created, float) else 0.0
