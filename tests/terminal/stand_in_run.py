"""A training process for tests of the lab: it writes a run directory, and computes nothing.

The environment steers it: STAND_IN_RATE (batches a second), STAND_IN_COMPILES (seconds a kernel),
STAND_IN_DIES (a signal that it sends itself after some batches).
"""

import json
import math
import os
import signal
import stat
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from tuilab.runs import EventWriter, Run, Status, write_tensors

run = Run.open(Path(sys.argv[1]))
config = run.config()
rate = float(os.environ.get("STAND_IN_RATE", "40"))
dies = int(os.environ.get("STAND_IN_DIES", "0"))
batches, epochs = 40, int(config.get("epochs", 5))
alone = threading.Event()
if stat.S_ISFIFO(os.fstat(0).st_mode):
    threading.Thread(target=lambda: os.read(0, 1) or alone.set(), daemon=True).start()
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)

with run.hold_lock():
    writer = EventWriter(run.events_folder)
    status = Status(
        epochs=epochs,
        batches=batches,
        batch_size=int(config.get("batch_size", 128)),
        optimizer=str(config.get("optimizer", "adam")),
        learning_rate=float(config.get("learning_rate", 1e-3)),
        threads=2,
        memory_mb=300.0,
    )
    for count, kernel in enumerate(("dense", "relu", "softmax_cross_entropy")):
        status = replace(status, state="compiling", kernel=kernel, kernels_compiled=count)
        run.write_status(status)
        time.sleep(float(os.environ.get("STAND_IN_COMPILES", "0.02")))
    if fork := config.get("fork"):
        status = replace(status, step=fork["step"])
        for name, value in fork["change"].items():
            before = fork["base"][name]
            writer.text(status.step, "note", f"{name.replace('_', ' ')} {before:g} → {value:g}")
    writer.scalars(status.step, {"learning_rate": status.learning_rate})
    images = np.zeros((12, 28, 28), np.uint8)
    images[:, 6:22, 12:16] = 255
    labels = (np.arange(12) % 10).astype(np.uint8)
    status = replace(status, state="paused" if config.get("paused") else "running", kernel="", epoch=1)
    until = 0
    while status.state in ("running", "paused"):
        for command in run.commands():
            if command.name == "pause":
                status = replace(status, state="paused")
            elif command.name == "resume":
                status, until = replace(status, state="running"), 0
            elif command.name == "batch":
                status, until = replace(status, state="running"), status.step + 1
            elif command.name == "epoch":
                status, until = replace(status, state="running"), (status.step // batches + 1) * batches
            elif command.name == "set":
                status = replace(status, learning_rate=float(command.arguments["learning_rate"]))
                writer.scalars(status.step, {"learning_rate": status.learning_rate})
            elif command.name == "fork":
                folder = run.path.parent / command.arguments["name"] / "checkpoints"
                folder.mkdir()
                (folder / f"step-{status.step:08d}.safetensors").touch()
            elif command.name == "inspect":
                kernel = np.linspace(-1, 1, 784 * 6, dtype=np.float32).reshape(784, 6)
                arrays = {
                    "parameter dense/kernel": kernel,
                    "gradient dense/kernel": kernel * np.float32(0.5),
                    "value 10 softmax": np.full((16, 10), 0.1, np.float32),
                    "value 2 dense": np.zeros((16, 6), np.float32),
                    "batch x": np.zeros((16, 28, 28), np.uint8),
                }
                metadata = {"step": str(status.step), "order": json.dumps(list(arrays))}
                write_tensors(run, "step", arrays, metadata)
            elif command.name == "stop":
                status = replace(status, state="stopped")
        if alone.is_set():
            status = replace(status, state="stopped")
        if status.state == "running":
            step = status.step + 1
            loss = math.nan if status.learning_rate > 100 else 0.1 + 2.2 * math.exp(-step / 30)
            accuracy = 1 - min(0.9, loss / 2.5) if math.isfinite(loss) else 0.1
            epoch, batch = (step - 1) // batches + 1, (step - 1) % batches + 1
            status = replace(
                status,
                step=step,
                epoch=epoch,
                batch=batch,
                loss=loss,
                accuracy=accuracy,
                samples_per_s=80_214.0,
            )
            writer.scalars(step, {"train/loss": loss, "train/accuracy": accuracy})
            if math.isnan(loss):
                words = f"loss became NaN at batch {batch} of epoch {epoch}"
                writer.text(step, "note", words)
                status = replace(status, state="diverged", message=f"The {words}.")
            elif batch == batches:
                writer.scalars(step, {"validation/loss": loss + 0.02, "validation/accuracy": accuracy - 0.01})
                status = replace(status, validation_loss=loss + 0.02, validation_accuracy=accuracy - 0.01)
                if epoch == epochs:
                    status = replace(status, state="finished", test_accuracy=0.9812, test_loss=0.0612)
            if status.state == "running" and step == until:
                status = replace(status, state="paused")
            tensors = {"images": images, "labels": labels, "guesses": np.where(labels == 1, 7, labels)}
            if step % 10 == 1:
                write_tensors(run, "digits", tensors, {"step": str(step)})
            if dies and step > 20:
                writer.flush()
                run.write_status(status)
                os.kill(os.getpid(), dies)
        writer.flush()
        run.write_status(status)
        time.sleep(1 / rate)
