"""The training process: `python -m tuilab.training.worker RUN`. What it prints goes to the run's log."""

import json
import os
import signal
import sys
import threading
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from tuilab.errors import DataError, TuilabError
from tuilab.runs import Run, Status
from tuilab.runs.files import write_whole
from tuilab.training.config import DATA, TrainingConfig


def main(path: Path) -> int:
    """Train the run at `path`; answers the exit status. Whatever happens is said in the run's status."""
    run = Run.open(path)
    with run.hold_lock():
        try:
            return _train(run)
        except TuilabError as error:
            run.log(str(error))
            return _failed(run, str(error))
        except MemoryError:
            return _failed(run, "Memory ran out. Use smaller batches, or close what else needs memory.")
        except BaseException as error:
            traceback.print_exc()
            return _failed(
                run, f"A fault in tuilab: {type(error).__name__}: {error}. The run's log says more."
            )


def _train(run: Run) -> int:
    config = TrainingConfig.from_mapping(run.config())
    if config.threads:
        os.environ["TUILAB_THREADS"] = str(config.threads)
    status = Status(
        state="starting",
        message="loading the engine",
        epochs=config.epochs,
        learning_rate=config.learning_rate,
        batch_size=config.batch_size,
        optimizer=config.optimizer,
    )
    run.write_status(status)

    from tuilab.kernels import jit
    from tuilab.training.loop import TrainingLoop
    from tuilab.training.report import Report
    from tuilab.training.steering import Steering

    steering = Steering(config.paused)
    _listen_for_the_end(steering)
    report = Report(run, replace(status, threads=jit.threads()))
    with report.events, jit.compile_listener(report.compiling):
        sets, config = _load(run, config, report)
        loop = TrainingLoop(run, config, sets, report, steering)
        loop.go()
    return 0


def _load(run: Run, config: TrainingConfig, report: Any) -> tuple[Any, TrainingConfig]:
    """The data set, or drawn digits where MNIST cannot be had, which run.json then says."""
    from tuilab import data

    def progress(what: str, done: int, total: int) -> None:
        share = f" {done / total:.0%}" if total else ""
        report.tell(state="starting", message=f"{what}{share}")

    report.tell(message=f"loading {DATA[config.data]}")
    try:
        return data.load(config.data, progress=progress), config
    except DataError as error:
        if config.data != "mnist":
            raise
        run.log(str(error))
        config = replace(config, data="digits")
        changed = {**run.config(), "data": config.data, "data_name": DATA[config.data], "asked": "mnist"}
        changed["why"] = str(error)
        write_whole(run.path / "run.json", json.dumps(changed, indent=1).encode())
        return data.load("digits", progress=progress), config


def _listen_for_the_end(steering: Any) -> None:
    """Stop after this batch on SIGTERM or SIGHUP, or when whoever holds our standard input is gone."""
    signal.signal(signal.SIGTERM, steering.stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, steering.stop)
    if _is_pipe(0):
        threading.Thread(target=_wait_for_the_end, args=(steering,), daemon=True).start()


def _is_pipe(descriptor: int) -> bool:
    import stat

    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def _wait_for_the_end(steering: Any) -> None:
    while os.read(0, 1):
        pass
    steering.stop()


def _failed(run: Run, message: str) -> int:
    run.write_status(replace(run.status(), state="failed", message=message, kernel=""))
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tuilab.training.worker RUN")
    try:
        sys.exit(main(Path(sys.argv[1])))
    except TuilabError as error:  # no run there, or another process has it: nothing of ours to write to
        sys.exit(str(error))
