"""The runs as `tuilab runs` prints them: a line each, or JSON. Free of Textual."""

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuilab.errors import TuilabError
from tuilab.text import number, safe
from tuilab.tui import run_words
from tuilab.tui.run_list import ago

if TYPE_CHECKING:
    from tuilab.runs import Run, Status

HEADS = ("run", "state", "step", "loss", "test", "samples/s", "age", "host", "data")
TO_THE_RIGHT = frozenset(("step", "loss", "test", "samples/s", "age"))
GOING = frozenset(("running", "compiling"))


@dataclass(frozen=True, slots=True)
class Described:
    """A run as it was when it was looked at; `created` in seconds since 1970."""

    name: str
    path: Path
    state: str
    status: "Status"
    data: str
    model: str
    created: float


def described(runs: "Iterable[Run]") -> list[Described]:
    """What is known of each run; one that cannot be read is left out."""
    found = []
    for run in runs:
        try:
            config = run.config()
        except (TuilabError, OSError):
            continue
        created = config.get("created")
        found.append(
            Described(
                name=safe(run.name, limit=80),
                path=run.path,
                state=run.state(),
                status=run.status(),
                data=run_words.data_name(config),
                model=safe(str(config.get("model", "")), limit=40),
                created=float(created) if isinstance(created, int | float) else 0.0,
            )
        )
    return found


def lines(runs: Sequence[Described]) -> list[str]:
    """A table with a head, as wide as what is in it."""
    rows = [HEADS, *(_row(run) for run in runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    return ["  ".join(_placed(row, widths)).rstrip() for row in rows]


def entries(runs: Sequence[Described]) -> list[dict[str, Any]]:
    """The same as JSON takes it; times in seconds, what is not known null, NaN and infinity as strings."""
    return [_entry(run) for run in runs]


def _row(run: Described) -> tuple[str, ...]:
    status = run.status
    return (
        run.name,
        run.state,
        f"{status.step:,}" if status.step else "",
        number(status.loss) if status.loss is not None else "",
        f"{status.test_accuracy:.4f}" if status.test_accuracy is not None else "",
        f"{status.samples_per_s:,.0f}" if status.samples_per_s and run.state in GOING else "",
        ago(run.created),
        safe(status.host, limit=40),
        run.data,
    )


def _placed(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        f"{value:>{width}}" if head in TO_THE_RIGHT else f"{value:<{width}}"
        for head, value, width in zip(HEADS, row, widths, strict=True)
    ]


def _entry(run: Described) -> dict[str, Any]:
    status, now = run.status, time.time()
    names = ("step", "epoch", "epochs", "batch", "batches", "loss", "accuracy", "validation_loss")
    more = ("validation_accuracy", "test_loss", "test_accuracy", "samples_per_s", "learning_rate")
    return {
        "name": run.name,
        "state": run.state,
        **{name: _plain(getattr(status, name)) for name in (*names, *more)},
        "age_s": round(now - run.created, 1) if run.created else None,
        "heartbeat_age_s": round(now - status.heartbeat, 1) if status.heartbeat else None,
        "host": status.host,
        "pid": status.pid,
        "data": run.data,
        "model": run.model,
        "message": status.message,
        "path": str(run.path),
    }


def _plain(value: float | None) -> float | str | None:
    return value if value is None or math.isfinite(value) else str(value)
