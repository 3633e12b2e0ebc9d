"""The runs that are watched, and the charts that they make.

Training and validation of one metric share a chart: `train/loss` and `validation/loss`, `loss` and
`val_loss`, or the two folders of Keras's callback. A run keeps its number, and with it its colour, as long as
it is watched.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tuilab.logs import Log, MetricSeries
from tuilab.logs.series import Axis
from tuilab.tui.charts.series import Mark, RunSeries
from tuilab.tui.watch.expression import Filter

MOST_SHOWN = 8
"""Runs that are drawn before anybody chooses: the newest."""
MOST_MARKS = 12
PARTS: Mapping[str, int] = {
    **dict.fromkeys(("train", "training"), 0),
    **dict.fromkeys(("val", "valid", "validation", "eval", "dev"), 1),
    **dict.fromkeys(("test", "testing"), 2),
}
"""Words that tell on what a metric was measured; the number is that of the line."""
PART_NAMES = ("train", "validation", "test")
_SEPARATORS = "/_-."


@dataclass(slots=True, eq=False)
class WatchedRun:
    """A run: one log, or the logs of its parts. `place` is its number."""

    name: str
    place: int
    logs: list[tuple[Log, int]] = field(default_factory=list)
    shown: bool = True
    pinned: bool = False

    @property
    def kind(self) -> str:
        return self.logs[0][0].kind

    @property
    def changed_at(self) -> float:
        """When something new was last read."""
        return max(log.changed_at for log, _ in self.logs)

    @property
    def notices(self) -> list[str]:
        return [log.notice for log, _ in self.logs if log.notice]

    def metrics(self) -> Iterable[tuple[str, int, MetricSeries]]:
        """Each metric with points: the chart that it belongs to, its part, and itself."""
        for log, part in self.logs:
            for name, series in list(log.metrics.items()):
                if series.count:
                    title, own = split(name)
                    yield title, own or part, series

    def newest(self) -> dict[str, float]:
        """The newest value of each metric."""
        return {name: it.last for log, _ in self.logs for name, it in list(log.metrics.items()) if it.count}

    def begun_at(self) -> float:
        """When its first point was written."""
        return min((series.first_time for _, _, series in self.metrics()), default=0.0)

    def last_at(self) -> float:
        """When its newest point was written."""
        return max((series.last_time for _, _, series in self.metrics()), default=0.0)


@lru_cache(maxsize=4096)
def split(name: str) -> tuple[str, int]:
    """A metric's name without the word for what it was measured on, and the number of that.

    >>> split("train/loss"), split("val_loss"), split("loss/test"), split("learning_rate")
    (('loss', 0), ('loss', 1), ('loss', 2), ('learning_rate', 0))
    """
    for separator in _SEPARATORS:
        first, _, rest = name.partition(separator)
        if rest and first.lower() in PARTS:
            return rest, PARTS[first.lower()]
        rest, _, last = name.rpartition(separator)
        if rest and last.lower() in PARTS:
            return rest, PARTS[last.lower()]
    return name, 0


class Board:
    """All runs and charts, and what is shown of them."""

    def __init__(self) -> None:
        self.runs: list[WatchedRun] = []
        self.axis: Axis = "step"
        self.filter = Filter()
        self._by_name: dict[str, WatchedRun] = {}
        self._chosen = False

    def take(self, logs: Sequence[Log]) -> bool:
        """Know these logs from now on; answers whether there are new runs."""
        before = len(self.runs)
        names = {log.name for log in logs}
        for log in logs:
            name, part = _run_of(log, names)
            run = self._by_name.get(name)
            if run is None:
                shown = self.count_shown() < MOST_SHOWN or not self._chosen
                run = self._by_name[name] = WatchedRun(name, len(self.runs), shown=shown)
                self.runs.append(run)
            if all(log is not known for known, _ in run.logs):
                run.logs.append((log, part))
        return len(self.runs) > before

    def choose(self) -> None:
        """Once all was read for the first time: show the newest runs, and hide the others."""
        self._chosen = True
        newest = sorted(self.runs, key=lambda run: run.last_at(), reverse=True)
        for number, run in enumerate(newest):
            run.shown = number < MOST_SHOWN

    def count_shown(self) -> int:
        return sum(run.shown for run in self.runs)

    def visible(self) -> list[WatchedRun]:
        """The runs that are drawn: shown or pinned, and let through by the filter."""
        return [
            run
            for run in self.runs
            if run.pinned or (run.shown and self.filter.admits(run.name, run.newest()))
        ]

    def listed(self) -> list[WatchedRun]:
        """The runs in the list: pinned ones first, and what the filter lets through, the newest first."""
        admitted = [run for run in self.runs if run.pinned or self.filter.admits(run.name, run.newest())]
        return sorted(admitted, key=lambda run: (not run.pinned, -run.last_at(), run.place))

    def titles(self) -> list[str]:
        """The charts there are: losses first, then what else learning is judged by, rates and times last."""
        found = {title for run in self.runs for title, _, _ in run.metrics()}
        return sorted(found - {"epoch"} or found, key=_rank)

    def series(self, title: str) -> list[RunSeries]:
        """The curves of a chart."""
        found = []
        visible = self.visible()
        trained = {(name, run) for run in visible for name, part, _ in run.metrics() if not part}
        for run in visible:
            for name, part, metric in run.metrics():
                if name == title:
                    begin = run.begun_at() if self.axis == "relative" else 0.0
                    if len(visible) == 1:
                        called = PART_NAMES[part]
                    else:
                        called = "" if part and (title, run) in trained else run.name
                    found.append(RunSeries(called, metric, self._axis_of(metric), begin, run.place, part))
        return found

    def _axis_of(self, metric: MetricSeries) -> Axis:
        return "step" if self.axis == "epoch" and metric.epochs is None else self.axis

    def has_epochs(self) -> bool:
        """Whether any metric knows its epochs."""
        return any(series.epochs is not None for run in self.runs for _, _, series in run.metrics())

    def marks(self) -> list[Mark]:
        """Where notes were left, as of a learning rate changed by hand, while one run is drawn by steps."""
        visible = self.visible()
        if len(visible) != 1 or self.axis != "step":
            return []
        notes = [note for log, _ in visible[0].logs for note in log.notes]
        return [Mark(float(note.step), note.text[:40]) for note in notes[-MOST_MARKS:] if note.step > 0]

    @property
    def revision(self) -> tuple[int, int]:
        """Changes with anything that is drawn."""
        return len(self.runs), sum(log.revision for run in self.runs for log, _ in run.logs)


_ORDER = ("loss", "perplexity", "error", "acc", "auc", "f1", "score")
_LATE = ("lr", "learning_rate", "epoch", "time", "speed", "samples", "per_second", "memory", "gpu", "system")


def _rank(title: str) -> tuple[int, str]:
    lower = title.lower()
    for number, word in enumerate(_ORDER):
        if word in lower:
            return number, title
    late = any(re.search(rf"(^|[/_ .]){word}", lower) for word in _LATE)
    return len(_ORDER) + late, title


def _run_of(log: Log, names: set[str]) -> tuple[str, int]:
    """The run that a log belongs to, and which part of it: a folder `validation` beside `train` is one."""
    parent, _, last = log.name.rpartition("/")
    if (
        last.lower() in PARTS
        and parent
        and any(f"{parent}/{other}" in names for other in PARTS if other != last.lower())
    ):
        return parent, PARTS[last.lower()]
    return log.name, 0
