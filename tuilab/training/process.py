"""Starting a training process, and saying in words how one ended. Free of Numba.

The process is spawned, not forked, so that Numba's threads start in it whole. It has a session of its
own: Ctrl-C in the terminal reaches us alone, and it outlives the terminal. An attached one has a pipe as its
standard input whose other end we hold: when we are gone, however that came, it closes, and the process stops,
unless `let_go` was called before.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tuilab
from tuilab import paths
from tuilab.errors import RunError
from tuilab.runs import Run
from tuilab.runs.status import ALIVE
from tuilab.text import safe
from tuilab.training.config import TrainingConfig

START_SECONDS = 10.0
"""How long a process that was started may take until its run says that it goes on."""


def start(
    config: Mapping[str, Any],
    *,
    root: Path | None = None,
    attached: bool = True,
    name: str | None = None,
) -> tuple[Run, "subprocess.Popen[bytes]"]:
    """Make a run directory in `root` and start a process that trains in it.

    attached: the process stops when we end. Raises RunError where a setting is wrong, or nothing can be
    written or started.
    """
    settings = TrainingConfig.from_mapping(config).to_mapping()
    run = Run.create(root or paths.runs(), {**settings, "versions": versions()}, name)
    return run, _spawn(run, attached)


def begin(run: Run, *, attached: bool = True) -> "subprocess.Popen[bytes]":
    """Start the process of a run that was made and never began; from a checkpoint, if it was given one."""
    return _spawn(run, attached)


def resume(run: Run, *, epochs: int | None = None, attached: bool = True) -> "subprocess.Popen[bytes]":
    """Start a process that goes on with a run which ended or died: from its last checkpoint, or anew.

    epochs: how many it shall have in all, where that is another number. Raises RunError where it goes on
    already, or has nothing to do.
    """
    state, config = run.state(), TrainingConfig.from_mapping(run.config())
    if state in ALIVE:
        raise RunError(f"{run.name} is {state}: it goes on already. `tuilab attach {run.name}` shows it.")
    if state == "unknown" and (host := run.status().host):
        raise RunError(
            f"{run.name} may still go on at {safe(host, limit=80)}, which has not been heard of for a while. "
            "Resume it there."
        )
    done = run.status().epoch
    if epochs is not None and epochs < done:
        raise RunError(f"{run.name} is in epoch {done} already: --epochs {epochs} is too few.")
    if state == "finished" and (epochs or config.epochs) <= done:
        raise RunError(f"{run.name} has done its {done} epochs. `--epochs {done + 5}` gives it more.")
    if state == "diverged":
        raise RunError(f"{run.name} diverged, and would again. Start another with a lower rate.")
    process = _spawn(run, attached, *([] if epochs is None else [str(epochs)]))
    deadline = time.monotonic() + START_SECONDS
    while run.state() not in ALIVE and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return process


def let_go(process: "subprocess.Popen[bytes]") -> None:
    """Leave an attached process training when we end."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            os.write(process.stdin.fileno(), b"d")


def _spawn(run: Run, attached: bool, *arguments: str) -> "subprocess.Popen[bytes]":
    with run.log_path.open("ab") as log:
        try:
            return subprocess.Popen(
                [sys.executable, "-m", "tuilab.training.worker", str(run.path), *arguments],
                stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        except OSError as error:
            raise RunError(f"The training process could not be started ({error.strerror}).") from error


def versions() -> dict[str, str]:
    """What the run was made with, for who reads it later."""
    return {"tuilab": tuilab.__version__, "python": sys.version.split()[0]}


_SIGNALS = {
    signal.SIGABRT: "aborted itself",
    signal.SIGFPE: "made an arithmetic error that the processor refuses",
    signal.SIGHUP: "was told to end, because its terminal was closed",
    signal.SIGILL: "met an instruction that this processor does not have",
    signal.SIGINT: "was interrupted",
    signal.SIGKILL: "was killed, perhaps because memory ran out",
    signal.SIGSEGV: "reached for memory that is not its own",
    signal.SIGTERM: "was told to end",
}


def describe_exit(returncode: int) -> str:
    """How a process ended, in one plain sentence; `returncode` as `Popen` has it."""
    if returncode == 0:
        return "The training process ended."
    if returncode > 0:
        return f"The training process ended with an error (exit status {returncode}). Its log says more."
    return f"The training process {describe_signal(-returncode)}. What it measured until then is kept."


def describe_signal(number: int) -> str:
    """What a process did or suffered that ended by this signal: `was killed, … (SIGKILL)`."""
    try:
        found = signal.Signals(number)
    except ValueError:
        return f"was ended by signal {number}"
    return f"{_SIGNALS.get(found, 'was ended by a signal')} ({found.name})"
