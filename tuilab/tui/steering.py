"""A run as the lab holds it: the process if it is ours, and the commands sent by keys.

Nothing here waits for the training process. A command is a small file; what was asked for is kept
until the run's status shows it, so that the screen can answer a key at once. Free of Textual.
"""

import contextlib
import math
import subprocess
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from tuilab.errors import TuilabError

if TYPE_CHECKING:
    from pathlib import Path

    from tuilab.runs import Run, Status

STOP_SECONDS = 5.0
"""How long a run may take to stop by itself when the lab is left."""

Wish = Literal["", "pause", "resume", "op", "phase", "batch", "epoch", "back", "go", "set", "stop"]
MOVES = frozenset(("op", "phase", "batch", "back", "go", "set"))
"""What a run does while it stands, and says so at once."""


class SteeredRun:
    """A run, and the training process behind it where this lab started it."""

    def __init__(self, run: "Run", process: "subprocess.Popen[bytes] | None" = None) -> None:
        self.run = run
        self.process = process
        self.detached = process is None
        """Whether it trains on when the lab is left."""
        self.wish: Wish = ""
        """The command that the run has not answered yet."""
        self.rate: float | None = None
        """The learning rate asked for, until the run has it."""
        self._asked_at_step = 0
        self._asked = 0.0

    @classmethod
    def start(cls, config: Mapping[str, Any], name: str | None = None) -> Self:
        """Start a training process. It outlives a lab that is killed or loses its terminal; one that is
        left by a key stops it, unless it was detached.

        Raises:
            TuilabError: the run directory cannot be made or the process not started.
        """
        from tuilab import training

        run, process = training.start(config, name=name, attached=False)
        return cls(run, process)

    @classmethod
    def resume(cls, path: "Path", epochs: int | None = None) -> Self:
        """Go on with a run that ended or died.

        Raises:
            TuilabError: it cannot be gone on with.
        """
        from tuilab import training
        from tuilab.runs import Run

        run = Run.open(path)
        return cls(run, training.resume(run, epochs=epochs, attached=False))

    @property
    def alive(self) -> bool:
        """Whether the process is ours and goes on."""
        return self.process is not None and self.process.poll() is None

    @property
    def exit_sentence(self) -> str:
        """What happened to a process of ours that ended abnormally, or nothing."""
        code = self.process.poll() if self.process is not None else None
        if code is None or code == 0:
            return ""
        from tuilab import training

        return training.describe_exit(code)

    def ask(self, wish: Wish, status: "Status | None", **arguments: Any) -> None:
        """Send a command."""
        if wish == "stop":
            self.stop()
            return
        self.wish = wish
        self._asked_at_step = status.step if status is not None else 0
        self._asked = time.time()
        self.run.send(wish, **arguments)

    def ask_rate(self, rate: float) -> None:
        """Send another learning rate."""
        self.rate = rate
        self.run.send("set", learning_rate=rate)

    def stop(self) -> None:
        """Ask the run to end; nothing happens where it has ended."""
        if self.wish != "stop":
            with contextlib.suppress(TuilabError):
                self.run.send("stop")
                self.wish = "stop"

    def detach(self) -> bool:
        """Let the run train on when the lab is left, or take that back; answers which."""
        self.detached = not self.detached
        return self.detached

    def answered(self, status: "Status") -> None:
        """Forget wishes that the run's status shows as done."""
        done = {
            "pause": status.state == "paused",
            "resume": status.state == "running",
            "epoch": status.state in ("running", "paused") and status.step > self._asked_at_step,
            "stop": not status.alive,
            "": True,
        }
        moved = status.state in ("paused", "running") and (
            status.heartbeat > self._asked or status.step != self._asked_at_step
        )
        if (moved if self.wish in MOVES else done[self.wish]) or not status.alive:
            self.wish = ""
        if self.rate is not None and (math.isclose(status.learning_rate, self.rate) or not status.alive):
            self.rate = None

    def conclude(self) -> str:
        """See a process of ours to its end, once the lab was left; answers a sentence on the run."""
        if self.process is None:
            return ""
        if self.alive and self.detached:
            name = self.run.name
            return f"{name} trains on. `tuilab attach {name}` shows it, `tuilab stop {name}` ends it."
        if self.process.poll() is None:
            self.stop()
            deadline = time.monotonic() + STOP_SECONDS
            while self.process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
        status = self.run.status()
        name = self.run.name
        if status.state == "finished" and status.test_accuracy is not None:
            return f"{name}: finished, test accuracy {status.test_accuracy:.4f}."
        if status.state == "stopped" and status.epoch:
            return f"{name}: stopped at batch {status.batch} of epoch {status.epoch}."
        return f"{name}: {status.message}" if status.message else ""


def next_rate(rate: float, up: bool) -> float:
    """The next learning rate in steps of 1, 3, 10, 30, …: about three times as high or low.

    >>> next_rate(1e-3, up=True), next_rate(1e-3, up=False)
    (0.003, 0.0003)
    """
    exponent = math.floor(math.log10(rate) + 1e-9)
    ladder = [float(f"{digit}e{power}") for power in range(exponent - 2, exponent + 3) for digit in (1, 3)]
    if up:
        return min(step for step in ladder if step > rate * 1.01)
    return max(step for step in ladder if step < rate * 0.99)
