"""Starting a training process, and saying in words how one ended. Free of Numba.

The process is spawned, not forked, so that Numba's threads start in it whole. It has a session of its
own: Ctrl-C in the terminal reaches us alone, and we ask it to stop. Its standard input is a pipe whose other
end we hold, and never write to: when we are gone, however that came, it closes, and the process stops.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tuilab
from tuilab import paths
from tuilab.errors import RunError
from tuilab.runs import Run
from tuilab.training.config import TrainingConfig


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
    with run.log_path.open("ab") as log:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "tuilab.training.worker", str(run.path)],
                stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        except OSError as error:
            raise RunError(f"The training process could not be started ({error.strerror}).") from error
    return run, process


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
