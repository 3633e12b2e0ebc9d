"""What a run tells: its status, its curve, and the digits that a viewer looks at."""

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tuilab.runs import EventWriter, Run, Status, write_tensors
from tuilab.training.changes import optimizer_name
from tuilab.training.course import Course, Measured
from tuilab.training.sights import Sights
from tuilab.training.trainer import Trainer

STATUS_EVERY = 0.2
HEARTBEAT_EVERY = 5.0
LOOK_EVERY = 0.5
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
        self._told = self._shown = 0.0
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

    def batch(self, trainer: Trainer, measured: Measured, is_new: bool = True, walked: bool = False) -> None:
        """A batch is done: its point on the curve, if it is new, and from time to time the status.

        Of a batch that is `walked` the loop tells the status itself, when it stands.
        """
        if is_new:
            values = {"train/loss": measured.loss, "train/accuracy": measured.accuracy}
            self.events.scalars(trainer.step, values)
        now = time.perf_counter()
        began, count = self._speed_from
        count += measured.samples
        self._speed_from = (began, count)
        first = self.status.first_point_s is None
        if walked and first:
            self.events.flush()
            self.status = replace(self.status, first_point_s=time.time() - self.created)
        if not walked and (first or now - self._told > STATUS_EVERY):
            changes: dict[str, Any] = {"loss": measured.loss, "accuracy": measured.accuracy}
            changes |= {"step": trainer.step, "epoch": trainer.epoch, "batch": trainer.batch}
            changes["furthest"] = max(self.status.furthest, trainer.step)
            if first:
                self.events.flush()
                changes["first_point_s"] = time.time() - self.created
            if now - began > SPEED_OVER / 2:
                changes["samples_per_s"] = count / (now - began)
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

    def validation(self, trainer: Trainer, loss: float, accuracy: float) -> None:
        """The model was measured on the validation set. The status moves on too: epochs may be so short
        that no batch ever finds it old enough."""
        self.events.scalars(trainer.step, {"validation/loss": loss, "validation/accuracy": accuracy})
        position = {"step": trainer.step, "epoch": trainer.epoch, "batch": trainer.batch}
        self.tell(validation_loss=loss, validation_accuracy=accuracy, **position)

    def learning_rate(self, step: int, rate: float) -> None:
        """The learning rate from this step on."""
        self.events.scalars(step, {"learning_rate": rate})
        self.status = replace(self.status, learning_rate=rate)

    def note(self, step: int, note: str) -> None:
        """Something was changed by hand here; what was drawn beyond it is of another way."""
        self.events.text(step, "note", note)
        self.events.flush()

    def settings(self, trainer: Trainer, **changes: Any) -> None:
        """The settings as they are, and other changes of the status, written now."""
        optimizer = trainer.model.optimizer
        self.tell(
            learning_rate=optimizer.learning_rate,
            optimizer=optimizer_name(optimizer),
            batch_size=trainer.batch_size,
            noise=trainer.noise,
            **changes,
        )

    @property
    def is_paused(self) -> bool:
        """Whether the last word was that the run is paused."""
        return self.status.state == "paused"

    def gradient(self, step: int, norms: Mapping[str, float]) -> None:
        """The length of the gradient by layer, at this step."""
        self.events.scalars(step, {f"gradient_norm/{layer}": norm for layer, norm in norms.items()})

    # What is to be seen -----------------------------------------------------------------------------

    def look_due(self) -> bool:
        """Whether what a viewer sees is older than it should be."""
        return time.perf_counter() - self._shown > LOOK_EVERY

    def look(self, course: Course, sights: Sights) -> None:
        """Show what is to be seen of a run where it stands."""
        sights.take(course)
        for sight in sights.shown(course):
            write_tensors(self.run, *sight)
        self._shown = time.perf_counter()


def resident_mb() -> float:
    """The memory of this process that is really there, in MB."""
    import psutil

    return float(psutil.Process(os.getpid()).memory_info().rss) / 1e6
