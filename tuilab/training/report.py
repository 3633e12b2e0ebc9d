"""What a run tells: its status, its curve, and the digits that a viewer looks at."""

import os
import time
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab import nn
from tuilab.runs import EventWriter, Run, Status, write_tensors

Array = npt.NDArray[Any]

STATUS_EVERY = 0.2
HEARTBEAT_EVERY = 5.0
DIGITS_EVERY = 0.5
DIGITS_SHOWN = 24
SPEED_OVER = 1.0
"""Seconds over which the speed is averaged."""


class Report:
    """Writes a run's status, events and digits, each as often as eyes need it and no oftener.

    `after` is the step after which a run goes on that had been interrupted.
    """

    def __init__(self, run: Run, status: Status, after: int | None = None) -> None:
        self.run = run
        self.status = status
        self.events = EventWriter(run.events_folder, after)
        self.created = float(run.config().get("created", time.time()))
        self._told = self._digits_told = 0.0
        self._speed_from = (time.perf_counter(), 0)
        run.write_status(status)

    def tell(self, **changes: Any) -> None:
        """Change the status and write it now."""
        self.status = replace(self.status, **changes)
        self.run.write_status(self.status)
        self._told = time.perf_counter()

    def compiling(self, kernel: str, seconds: float | None) -> None:
        """A kernel begins to be compiled, or, with `seconds`, has been."""
        if seconds is None:
            self._state_before = self.status.state if self.status.state != "compiling" else "running"
            self.tell(state="compiling", kernel=kernel)
        else:
            self.tell(
                state=self._state_before,
                kernel="",
                kernels_compiled=self.status.kernels_compiled + 1,
                compile_s=self.status.compile_s + seconds,
            )

    def batch(self, step: int, loss: float, accuracy: float, samples: int, **position: int) -> None:
        """A batch is done: its point on the curve, and from time to time the status."""
        self.events.scalars(step, {"train/loss": loss, "train/accuracy": accuracy})
        now = time.perf_counter()
        began, count = self._speed_from
        self._speed_from = (began, count + samples)
        first = self.status.first_point_s is None
        if first or now - self._told > STATUS_EVERY:
            changes: dict[str, Any] = {"loss": loss, "accuracy": accuracy, "step": step, **position}
            if first:
                self.events.flush()
                changes["first_point_s"] = time.time() - self.created
            if now - began > SPEED_OVER / 2:
                changes["samples_per_s"] = (count + samples) / (now - began)
                changes["memory_mb"] = resident_mb()
            if now - began > SPEED_OVER:
                self._speed_from = (now, 0)
            self.tell(**changes)

    def restart_clock(self) -> None:
        """Leave the time since the last batch out of the speed: the run was paused, or measured itself."""
        self._speed_from = (time.perf_counter(), 0)

    def alive(self) -> None:
        """A heartbeat, if the last word was long ago."""
        if time.perf_counter() - self._told > HEARTBEAT_EVERY:
            self.tell()

    def validation(self, step: int, loss: float, accuracy: float, **position: int) -> None:
        """The model was measured on the validation set. The status moves on too: epochs may be so short
        that no batch ever finds it old enough."""
        self.events.scalars(step, {"validation/loss": loss, "validation/accuracy": accuracy})
        self.tell(validation_loss=loss, validation_accuracy=accuracy, step=step, **position)

    def learning_rate(self, step: int, rate: float, note: str = "") -> None:
        """The learning rate from this step on."""
        self.events.scalars(step, {"learning_rate": rate})
        if note:
            self.events.text(step, "note", note)
        self.tell(learning_rate=rate)

    def digits_due(self) -> bool:
        """Whether the viewer's digits are older than they should be."""
        return time.perf_counter() - self._digits_told > DIGITS_EVERY

    def digits(self, model: nn.Model, images: Array, labels: Array, step: int) -> None:
        """What the model now makes of a few digits of the test set."""
        probabilities = model.predict(images)
        arrays = {
            "images": images,
            "labels": labels.astype(np.uint8),
            "guesses": probabilities.argmax(1).astype(np.uint8),
            "confidence": probabilities.max(1).astype(np.float32),
        }
        write_tensors(self.run, "digits", arrays, {"step": str(step)})
        self._digits_told = time.perf_counter()


def resident_mb() -> float:
    """The memory of this process that is really there, in MB."""
    import psutil

    return float(psutil.Process(os.getpid()).memory_info().rss) / 1e6
