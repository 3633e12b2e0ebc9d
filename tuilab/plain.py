"""Training without the lab: lines of text, for a pipe, a log, or somebody who asked for `--plain`."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tuilab.errors import TuilabError
from tuilab.text import duration, number, safe
from tuilab.tui import run_words

if TYPE_CHECKING:
    import subprocess

    from tuilab.runs import Point, Run, Status, TextPoint

POLL_SECONDS = 0.05
STOP_SECONDS = 10.0


def train_plainly(
    config: Mapping[str, Any], *, name: str | None = None, json_path: Path | None = None
) -> int:
    """Train, and print what happens; answers the exit code.

    Raises:
        TuilabError: the run cannot be started, or the result not be written.
    """
    from tuilab import training

    run, process = training.start(config, name=name)
    return _see_through(run, process, json_path)


def resume_plainly(run: "Run", *, epochs: int | None = None) -> int:
    """Go on with a run that ended or died, and print what happens; answers the exit code.

    Raises:
        TuilabError: the run cannot be gone on with.
    """
    from tuilab import training

    return _see_through(run, training.resume(run, epochs=epochs))


def _see_through(run: "Run", process: "subprocess.Popen[bytes]", json_path: Path | None = None) -> int:
    from tuilab import training

    _let_go_without_a_terminal(process)
    teller = Teller(run)
    try:
        _follow(run, process, teller)
    except KeyboardInterrupt:
        teller.live.clear()
        print("Stopping after this batch …", file=sys.stderr, flush=True)
        _stop(run, process)
        teller.look()
        status = run.status()
        print(f"{run.name}: {_where(status)}. What it measured is kept in {run.path}.")
        return 130
    teller.look()
    teller.live.clear()
    status, state = run.status(), run.state()
    if state == "finished":
        print(
            f"test accuracy {status.test_accuracy or 0.0:.4f}, loss {number(status.test_loss or 0.0)}", end=""
        )
        print(f" · {duration(time.monotonic() - teller.began)} in all · run {run.name}")
        if json_path is not None:
            write_result(run, json_path)
        return 0
    if state == "stopped":
        print(f"{run.name}: {_where(status)}.")
        return 0
    reason = safe(status.message, limit=400) if state in ("failed", "diverged") else ""
    if not reason and process.returncode:
        reason = training.describe_exit(process.returncode)
    print(f"tuilab: {reason or 'The training process ended without a word.'}", file=sys.stderr)
    if state != "diverged" and (log := run.log_tail(3)):
        print(f"The end of {run.log_path}:\n{log}", file=sys.stderr)
    return 1


def write_result(run: "Run", target: Path) -> None:
    """Copy the run's result to `target`, whole or not at all.

    Raises:
        TuilabError: the run left no result, or `target` cannot be written.
    """
    try:
        result = json.loads((run.path / "result.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TuilabError(f"{run.name} left no result that can be read ({error}).") from error
    try:
        handle, draft = tempfile.mkstemp(dir=target.absolute().parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(result, file, indent=1)
                file.write("\n")
            os.chmod(draft, 0o666 & ~_umask())
            os.replace(draft, target)
        except BaseException:
            os.unlink(draft)
            raise
    except OSError as error:
        raise TuilabError(f"{target} cannot be written ({error.strerror}).") from error


class Teller:
    """Prints what is new in a run: its data, each kernel while it compiles, a line an epoch."""

    def __init__(self, run: "Run") -> None:
        from tuilab.runs import EventReader

        self.began = time.monotonic()
        self.live = LiveLine()
        self._run = run
        self._reader = EventReader(run.events_folder)
        self._said: set[str] = set()
        self._epoch = 0
        self._losses: list[float] = []
        self._accuracies: list[float] = []
        self._validation: dict[str, float] = {}

    def look(self) -> None:
        """Print what is new."""
        status = self._run.status()
        if status.state == "starting" and status.message:
            self.live.show(safe(status.message, limit=200))
        if status.state not in ("starting", "unknown"):
            self._once(self._heading())
        if status.state == "compiling" and status.kernel:
            self._once(f"compiling {safe(status.kernel, limit=60)} …")
        for point in self._reader.poll():
            self._take(point, status)
        if status.state == "running" and status.batches:
            speed = run_words.rate(status.samples_per_s)
            loss = f"loss {number(status.loss)}" if status.loss is not None else ""
            parts = [
                f"epoch {status.epoch}/{status.epochs}",
                f"batch {status.batch}/{status.batches}",
                loss,
                speed,
            ]
            self.live.show("  ".join(part for part in parts if part))

    def _heading(self) -> str:
        config = self._run.config()
        notice = run_words.notice(config)
        return f"{self._run.name}: {run_words.plan(config)}" + (f"\n{notice}" if notice else "")

    def _once(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self.live.clear()
            print(line, flush=True)

    def _take(self, point: "Point | TextPoint", status: "Status") -> None:
        value = point[3]
        if isinstance(value, str):
            return
        if point.tag == "train/loss":
            self._losses.append(value)
        elif point.tag == "train/accuracy":
            self._accuracies.append(value)
        elif point.tag.startswith("validation/"):
            self._validation[point.tag.removeprefix("validation/")] = value
            if len(self._validation) == 2:
                self._end_epoch(status)

    def _end_epoch(self, status: "Status") -> None:
        self._once(self._heading())
        self._epoch += 1
        parts = [f"epoch {self._epoch}/{status.epochs}"]
        if self._losses:
            parts.append(f"loss {_mean(self._losses):.4f}")
        if self._accuracies:
            parts.append(f"accuracy {_mean(self._accuracies):.4f}")
        parts.append(f"validation loss {self._validation.get('loss', 0.0):.4f}")
        parts.append(f"accuracy {self._validation.get('accuracy', 0.0):.4f}")
        parts.append(run_words.rate(status.samples_per_s))
        self._losses, self._accuracies, self._validation = [], [], {}
        self.live.clear()
        print("  ".join(part for part in parts if part), flush=True)


class LiveLine:
    """A line on standard error that is written over, where that is a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._shown = ""

    def show(self, text: str) -> None:
        """Show `text` in place of what the line had."""
        if self._is_terminal and text != self._shown:
            self._shown = text
            print(f"\r\x1b[K{text[: _columns() - 1]}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leave the line empty for other output."""
        if self._shown:
            self._shown = ""
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


class Progress:
    """Progress of a download or a generator, in a live line: what, how much of how much."""

    def __init__(self) -> None:
        self._line = LiveLine()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.clear()

    def __call__(self, what: str, done: int, total: int) -> None:
        share = f"{min(1.0, done / total):4.0%}" if total > 0 else f"{done:,}"
        self._line.show(f"{safe(what, limit=60)}  {share}")


def _follow(run: "Run", process: "subprocess.Popen[bytes]", teller: Teller) -> None:
    while process.poll() is None:
        teller.look()
        time.sleep(POLL_SECONDS)


def _let_go_without_a_terminal(process: "subprocess.Popen[bytes]") -> None:
    """When the terminal is gone, as with a lost connection, the run trains on without us."""
    import signal

    from tuilab import training

    def leave(*_: object) -> None:
        training.let_go(process)
        os._exit(128 + signal.SIGHUP)

    if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:  # nohup ignores it
        signal.signal(signal.SIGHUP, leave)


def _stop(run: "Run", process: "subprocess.Popen[bytes]") -> None:
    import subprocess

    try:
        run.send("stop")
        process.wait(STOP_SECONDS)
    except (KeyboardInterrupt, TuilabError, subprocess.TimeoutExpired):
        process.kill()
        process.wait()


def _where(status: "Status") -> str:
    return (
        f"stopped at batch {status.batch} of epoch {status.epoch}"
        if status.epoch
        else "stopped before it began"
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _columns() -> int:
    try:
        return os.get_terminal_size(2).columns
    except OSError:
        return 80


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
