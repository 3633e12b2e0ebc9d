"""Real training processes, on few drawn digits so that they are quick."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tuilab import paths, training
from tuilab.runs import Run, Status

PATIENCE = 90.0
"""Seconds; only ever used up by a failure."""
SMALL = {"data": "digits", "epochs": 1, "batch_size": 100, "seed": 3}
BATCHES = 22
"""Of 100 in an epoch: 2,445 digits without a tenth."""

# Stands in for the Python that `start` spawns: the same worker, with fewer digits drawn.
FEWER_DIGITS = f"""#!{sys.executable}
import sys
from pathlib import Path
sys.path.insert(0, {str(paths.PACKAGE.parent)!r})
from tuilab.training import worker
load = worker._load
def load_few(*arguments):
    from tuilab.data import drawn_digits
    drawn_digits.TRAIN, drawn_digits.TEST = 2_445, 300
    return load(*arguments)
worker._load = load_few
sys.exit(worker.main(Path(sys.argv[3]), *map(int, sys.argv[4:])))
"""

Process = subprocess.Popen[bytes]


class Started:
    """A run and its process."""

    def __init__(self, run: Run, process: Process) -> None:
        self.run, self.process = run, process

    def until(self, reached: Callable[[Status], bool]) -> Status:
        """Wait for a status; fails where the process ends before it."""
        deadline = time.monotonic() + PATIENCE
        while not reached(status := self.run.status()):
            ended = self.process.poll() is not None and not reached(self.run.status())
            if ended or time.monotonic() > deadline:
                pytest.fail(f"{self.run.status()}\n{self.run.log_path.read_text()}")
            time.sleep(0.01)
        return status

    def end(self) -> int:
        """Wait for the end; answers the exit status."""
        return self.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def few_digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    script = tmp_path_factory.mktemp("python") / "python"
    script.write_text(FEWER_DIGITS)
    script.chmod(0o700)
    return script


@pytest.fixture(scope="module")
def few_python(few_digits: Path) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """A time in which processes that are started draw few digits."""

    @contextlib.contextmanager
    def fewer() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "executable", str(few_digits))
            yield

    return fewer


@pytest.fixture(scope="module")
def start(few_digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Started]]:
    """Start training; what still runs when the tests of the file are done is killed."""
    root = tmp_path_factory.mktemp("training") / "runs"
    started: list[Started] = []

    def go(**settings: Any) -> Started:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "executable", str(few_digits))
            found = Started(*training.start({**SMALL, **settings}, root=root))
        started.append(found)
        return found

    yield go
    for one in started:
        one.process.kill()
        one.process.wait()
        if one.process.stdin:
            with contextlib.suppress(OSError):
                one.process.stdin.close()
