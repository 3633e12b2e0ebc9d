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

from tuilab.errors import DataError, RunError, TuilabError
from tuilab.runs import Run, Status, checkpoints
from tuilab.runs.checkpoints import Checkpoint
from tuilab.runs.event_writer import cut
from tuilab.runs.files import write_whole
from tuilab.training.config import DATA, POINTS, TrainingConfig

TRAIN_POINTS, TEST_POINTS = 2000, 1000


def main(path: Path, epochs: int | None = None) -> int:
    """Train the run at `path`, from its last checkpoint on where it has one; answers the exit status.

    `epochs` is a new number of them. Whatever happens is said in the run's status.
    """
    run = Run.open(path)
    with run.hold_lock():
        try:
            if epochs is not None:
                write_config(run, {**run.config(), "epochs": epochs})
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
    found = _last_checkpoint(run)
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

    steering = Steering(config.paused and found is None, config.stop_at)
    _listen_for_the_end(steering)
    report = Report(
        run, replace(status, threads=jit.threads()), None if found is None else int(found.facts["step"])
    )
    with report.events, jit.compile_listener(report.compiling):
        sets, config = _load(run, config, report, found is not None)
        loop = TrainingLoop(run, config, sets, report, steering, found)
        loop.go()
    return 0


def _last_checkpoint(run: Run) -> Checkpoint | None:
    """The last good checkpoint of a run, the curve cut where it was then.

    A run without one begins anew, and so does its curve.
    """
    folder = run.path / "checkpoints"
    checkpoints.clear_drafts(folder)
    found = checkpoints.newest(folder, run.log)
    if found is None:
        cut(run.events_folder, {})
        return None
    try:
        kept = {str(name): int(size) for name, size in found.facts["events"].items()}
    except (KeyError, AttributeError, TypeError, ValueError):
        raise RunError(f"{found.path}: this checkpoint does not say how far the curve was.") from None
    cut(run.events_folder, kept)
    run.log(f"Going on from {found.path.name}.")
    return found


def _load(run: Run, config: TrainingConfig, report: Any, begun: bool) -> tuple[Any, TrainingConfig]:
    """The data set, or drawn digits where MNIST cannot be had, which run.json then says; never other data
    than what a run has `begun` with."""
    from tuilab import data

    if config.data in POINTS:
        return _points(config), config

    def progress(what: str, done: int, total: int) -> None:
        share = f" {done / total:.0%}" if total else ""
        report.tell(state="starting", message=f"{what}{share}")

    report.tell(message=f"loading {DATA[config.data]}")
    try:
        return data.load(config.data, progress=progress), config
    except DataError as error:
        if config.data != "mnist" or begun:
            raise
        run.log(str(error))
        config = replace(config, data="digits")
        changed = {**run.config(), "data": config.data, "data_name": DATA[config.data], "asked": "mnist"}
        changed["why"] = str(error)
        write_config(run, changed)
        return data.load("digits", progress=progress), config


def _points(config: TrainingConfig) -> Any:
    """A set of points in the plane, drawn for the run's seed, as `data.load` answers images."""
    import numpy as np

    from tuilab.data.points import POINTS as DRAWN

    x, y = DRAWN[config.data](TRAIN_POINTS + TEST_POINTS, seed=config.seed)
    x, y = x.astype(np.float32), y.astype(np.uint8)
    return (x[:TRAIN_POINTS], y[:TRAIN_POINTS]), (x[TRAIN_POINTS:], y[TRAIN_POINTS:])


def _listen_for_the_end(steering: Any) -> None:
    """Stop after this batch on SIGTERM, or when whoever holds our standard input is gone without a word.

    A terminal that closes is no reason to stop.
    """
    signal.signal(signal.SIGTERM, steering.stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if _is_pipe(0):
        threading.Thread(target=_wait_for_the_end, args=(steering,), daemon=True).start()


def _is_pipe(descriptor: int) -> bool:
    import stat

    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def _wait_for_the_end(steering: Any) -> None:
    if not os.read(0, 1):
        steering.stop()


def write_config(run: Run, config: dict[str, Any]) -> None:
    """Replace what the run was asked for."""
    write_whole(run.path / "run.json", json.dumps(config, indent=1, default=str).encode(), durable=True)


def _failed(run: Run, message: str) -> int:
    status = replace(run.status(), state="failed", message=message, kernel="")
    try:
        run.write_status(status)
    except RunError:
        # On a full disk what a viewer looked at makes room for the last word.
        for path in run.inspect_folder.glob("*.safetensors"):
            path.unlink()
        run.write_status(status)
    return 1


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python -m tuilab.training.worker RUN [EPOCHS]")
    try:
        sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:])))
    except TuilabError as error:  # no run there, or another process has it: nothing of ours to write to
        sys.exit(str(error))
