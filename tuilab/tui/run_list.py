"""The runs as the library and `tuilab runs` list them. Free of Textual."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuilab.errors import TuilabError
from tuilab.text import number, safe
from tuilab.tui import run_words
from tuilab.tui.run_view import Snapshot

if TYPE_CHECKING:
    from tuilab.runs import Run


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a list: what it is, how it stands in a word (`summary`) and in a sentence (`says`), and
    when it last was alive (seconds since 1970)."""

    name: str
    path: Path
    state: str
    mark: str
    summary: str
    says: str
    facts: tuple[tuple[str, str], ...]
    when: float
    alive: bool
    bad: bool


MARKS = {
    "starting": "▸",
    "compiling": "▸",
    "running": "▸",
    "paused": "‖",
    "finished": "✓",
    "stopped": "■",
    "diverged": "✗",
    "failed": "✗",
    "dead": "✗",
}


def recent(root: Path, most: int) -> list[RunLine]:
    """The newest runs under `root`; a run that cannot be read is left out."""
    from tuilab.runs import runs

    lines = []
    for run in runs(root)[:most]:
        try:
            lines.append(line(run))
        except (TuilabError, OSError):
            continue
    return lines


def line(run: "Run") -> RunLine:
    """A run's line, read from its directory."""
    config, status, state = run.config(), run.status(), run.state()
    alive = state in ("starting", "compiling", "running", "paused")
    accuracy = status.test_accuracy if status.test_accuracy is not None else status.validation_accuracy
    shown = f"{accuracy:.3f}".removeprefix("0") if accuracy is not None else ""
    if alive:
        summary = f"{shown}  epoch {status.epoch}/{status.epochs}".strip() if status.epochs else state
    else:
        summary = f"{shown}  {ago(status.heartbeat)}".strip() if state == "finished" else state
    validated = status.validation_accuracy
    facts = [
        ("state", "the training process is gone" if state == "dead" else state),
        ("data", safe(str(config.get("data_name") or config.get("data", "")), limit=60)),
        ("model", safe(str(config.get("model", "")), limit=60)),
        ("epoch", f"{status.epoch} of {status.epochs}" if status.epochs else ""),
        ("loss", number(status.loss) if status.loss is not None else ""),
        ("validation accuracy", f"{validated:.4f}" if validated is not None else ""),
        ("test accuracy", f"{status.test_accuracy:.4f}" if status.test_accuracy is not None else ""),
        ("optimizer", safe(status.optimizer, limit=60)),
        ("learning rate", number(status.learning_rate) if status.learning_rate else ""),
    ]
    return RunLine(
        name=safe(run.name, limit=80),
        path=run.path,
        state=state,
        mark=MARKS.get(state, "·"),
        summary=summary,
        says=run_words.now(Snapshot(status, state)),
        facts=tuple((name, value) for name, value in facts if value),
        when=0.0 if alive else status.heartbeat,
        alive=alive,
        bad=state in ("failed", "dead", "diverged"),
    )


def ago(moment: float, now: float | None = None) -> str:
    """How long ago, in a word: `now`, `12 min`, `3 h`, `yesterday`, `5 days`."""
    if not moment:
        return ""
    seconds = max(0.0, (time.time() if now is None else now) - moment)
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 86_400:
        return f"{seconds / 3600:.0f} h"
    days = int(seconds // 86_400)
    return "yesterday" if days == 1 else f"{days} days"
