"""The loop of a run: batches from the trainer, commands from the control folder, words to the report."""

import json
import math
import time
from typing import Any

from tuilab import data, nn
from tuilab.nn.step import TrainStep
from tuilab.runs import Run, write_tensors
from tuilab.runs.checkpoints import Checkpoint
from tuilab.runs.files import write_whole
from tuilab.text import number
from tuilab.training.checkpointing import Checkpointing
from tuilab.training.config import TrainingConfig
from tuilab.training.look import tensors
from tuilab.training.models import MODELS
from tuilab.training.report import DIGITS_SHOWN, Report
from tuilab.training.state import State, restore
from tuilab.training.steering import Steering
from tuilab.training.trainer import Trainer

VALIDATION = 0.1
"""The share of the training set that is only measured: 6,000 of 60,000."""
LISTEN_EVERY = 0.01
"""Seconds between two looks for commands, while batches run."""
EXPLODED = 1e6
"""A loss this many times the first one has diverged, though it is a number still: the cross-entropies are
computed so that they overflow late, and where another engine would show NaN these show 1e12."""
KEPT_AFTER = 1.0
"""Seconds of a pause after which its state is kept: stepping from batch to batch does not wait for it."""
PAUSED_LIMIT = 24 * 3600.0
"""Seconds after which a paused run that nobody told anything ends; `tuilab resume` goes on with it."""
REST = 0.02
"""Seconds between two looks while paused."""


class TrainingLoop:
    """Trains one model on one data set in one run, from the first batch to the test set."""

    def __init__(
        self,
        run: Run,
        config: TrainingConfig,
        sets: data.Arrays,
        report: Report,
        steering: Steering,
        found: Checkpoint | None = None,
    ):
        self.run, self.config, self.report, self.steering = run, config, report, steering
        (x, y), self.test = sets
        (x, y), self.validation = data.split(x, y, VALIDATION)
        self.model = MODELS[config.model](config.seed)
        optimizer = nn.optimizers.get(config.optimizer)
        optimizer.learning_rate = config.learning_rate
        self.model.compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"])
        self.trainer = Trainer(
            self.model, data.Batches(x, y, config.batch_size, seed=config.seed), config.epochs
        )
        self._listened = 0.0
        self._epoch_seconds = 0.0
        self._epoch_samples = 0
        self._epoch_loss = 0.0
        self._loss = math.nan
        self._first_loss: float | None = None
        self._speeds: list[float] = []
        self._clock = 0.0
        self._last: TrainStep | None = None
        self._course_changed = False
        self._validation_loss = math.nan
        self._found = found
        self._checkpoints = Checkpointing(run, report.events, config.checkpoint_every)

    def go(self) -> None:
        """Train until the end, a stop, or a loss that is no number; the status says which."""
        try:
            self._begin()
            for step in self.trainer.straight():
                if not self._after_batch(step):
                    return
            self._finish()
        finally:
            self._checkpoints.wait()

    def _begin(self) -> None:
        """Start at the first batch, or where an earlier process of this run kept its state."""
        trainer, report = self.trainer, self.report
        self.model.build(trainer.batches.x.shape[1:])
        if self._found is None:
            report.learning_rate(0, self.model.optimizer.learning_rate)
        else:
            self._take_up(self._found)
        report.tell(state="running", epoch=max(1, trainer.epoch), batches=len(trainer.batches), message="")
        self._show_digits()
        self._listen(force=True)
        self._clock = time.perf_counter()

    def _take_up(self, found: Checkpoint) -> None:
        """Go on from a checkpoint."""
        sums = restore(self.trainer, State(found.arrays, found.facts))
        self._epoch_seconds, self._epoch_samples = sums["epoch_seconds"], sums["epoch_samples"]
        self._epoch_loss, self._loss, self._first_loss = sums["epoch_loss"], sums["loss"], sums["first_loss"]
        self._speeds, self._checkpoints.best = sums["speeds"], sums["best"]
        trainer = self.trainer
        if trainer.epoch_ended and trainer.epoch < self.config.epochs:
            self.model.metrics[0].reset()  # the run was over, and has been given more epochs
        self.report.tell(
            batch=trainer.batch,
            step=trainer.step,
            learning_rate=self.model.optimizer.learning_rate,
            **sums["measured"],
        )

    def _keep(self) -> None:
        """Take a checkpoint."""
        status = self.report.status
        measured = {name: getattr(status, name) for name in ("validation_loss", "validation_accuracy")}
        sums = {
            "epoch_seconds": self._epoch_seconds,
            "epoch_samples": self._epoch_samples,
            "epoch_loss": self._epoch_loss,
            "loss": self._loss,
            "first_loss": self._first_loss,
            "speeds": self._speeds,
            "measured": measured,
        }
        self._checkpoints.take(self.trainer, sums, self._validation_loss)
        self._course_changed, self._validation_loss = False, math.nan

    def _after_batch(self, step: TrainStep) -> bool:
        """Report the batch, and do what came in; answers whether to go on."""
        trainer, report = self.trainer, self.report
        self._last = step
        loss = step.loss.item()
        accuracy = self.model.metrics[0].update(step.y, step.output.data)
        now = time.perf_counter()
        self._epoch_seconds += now - self._clock
        self._epoch_samples += len(step.x)
        self._epoch_loss += loss * len(step.x)
        self._clock = now
        report.batch(trainer.step, loss, accuracy, len(step.x), epoch=trainer.epoch, batch=trainer.batch)
        self._first_loss = loss if self._first_loss is None else self._first_loss
        if not loss <= EXPLODED * max(1.0, self._first_loss):
            self._diverged(loss)
            return False
        if report.digits_due():
            self._show_digits()
        if trainer.epoch_ended:
            self._end_epoch()
        self.steering.after_batch(trainer.epoch_ended)
        self._listen()
        if self.steering.stopped:
            self._stopped()
            return False
        if self._course_changed or self._checkpoints.due(trainer.epoch_ended):
            self._keep()
        if self._checkpoints.trouble and not report.status.message:
            report.tell(message=self._checkpoints.trouble)
        return True

    def _listen(self, force: bool = False) -> None:
        """Obey what came; stay here while paused."""
        now = time.perf_counter()
        if not (force or self.steering.paused or now - self._listened > LISTEN_EVERY):
            return
        self._listened = now
        self._obey()
        if not self.steering.holds():
            return
        self._show_digits()
        self._tell_position("paused")
        kept = False
        while self.steering.holds():
            self.steering.wait(REST)
            if self._obey():
                now = time.perf_counter()
            if not kept and time.perf_counter() - now > KEPT_AFTER:
                self._keep()
                kept = True
            if time.perf_counter() - now > PAUSED_LIMIT:
                self.steering.stop()
            self.report.alive()
        self.report.tell(state="running")
        self.report.restart_clock()
        self._clock = time.perf_counter()

    def _obey(self) -> bool:
        """Do what came; answers whether anything did."""
        commands = self.run.commands()
        for command in commands:
            note = self.steering.obey(command, self.model.optimizer)
            if note:
                self._course_changed = True
                self.report.learning_rate(self.trainer.step, self.model.optimizer.learning_rate, note)
        self._be_looked_at()
        return bool(commands)

    def _be_looked_at(self) -> None:
        """Show the arrays of the last step to whoever asked for them."""
        if self.steering.looked_at:
            self.steering.looked_at = False
            found = tensors(self.model, self._last)
            metadata = {"step": str(self.trainer.step), "order": json.dumps(list(found))}
            write_tensors(self.run, "step", found, metadata)

    def _end_epoch(self) -> None:
        self._speeds.append(self._epoch_samples / self._epoch_seconds)
        self._loss = self._epoch_loss / self._epoch_samples
        self._epoch_seconds, self._epoch_samples, self._epoch_loss = 0.0, 0, 0.0
        loss, accuracy = self._measure(*self.validation)
        trainer = self.trainer
        self._validation_loss = loss
        self.report.validation(trainer.step, loss, accuracy, epoch=trainer.epoch, batch=trainer.batch)
        if self.trainer.epoch < self.config.epochs:
            self.model.metrics[0].reset()
        self.report.restart_clock()
        self._clock = time.perf_counter()

    def _finish(self) -> None:
        report = self.report
        report.tell(message="measuring on the test set")
        loss, accuracy = self._measure(*self.test)
        self._show_digits()
        self._save()
        self._write_result(loss, accuracy)
        self._tell_position(
            "finished",
            test_loss=loss,
            test_accuracy=accuracy,
            loss=self._loss,
            accuracy=self.model.metrics[0].result(),
            samples_per_s=self._best_speed(),
            message="",
        )

    def _stopped(self) -> None:
        self._save()
        self._tell_position(
            "stopped", message=f"stopped at batch {self.trainer.batch} of epoch {self.trainer.epoch}"
        )

    def _diverged(self, loss: float) -> None:
        what = "became NaN" if math.isnan(loss) else "became infinite" if math.isinf(loss) else "exploded"
        trainer = self.trainer
        where = f"at batch {trainer.batch} of epoch {trainer.epoch}"
        rate = self.model.optimizer.learning_rate
        self.report.events.text(trainer.step, "note", f"loss {what} {where}")
        self._tell_position(
            "diverged",
            loss=loss,
            message=f"The loss {what} {where}: a rate of {number(rate)} is too large.",
        )

    def _tell_position(self, state: str, **changes: Any) -> None:
        """The status with exactly where the run is: the regular one may lag by a few batches."""
        trainer = self.trainer
        self.report.events.flush()
        self.report.tell(state=state, epoch=trainer.epoch, batch=trainer.batch, step=trainer.step, **changes)

    def _measure(self, x: Any, y: Any) -> tuple[float, float]:
        """Loss and accuracy on a set, leaving the epoch's own metric as it is."""
        metric = self.model.metrics[0]
        kept = metric.gathered
        loss, accuracy = self.model.evaluate(x, y, verbose=0)  # type: ignore[misc]
        metric.gathered = kept
        return loss, accuracy

    def _show_digits(self) -> None:
        images, labels = self.test
        self.report.digits(self.model, images[:DIGITS_SHOWN], labels[:DIGITS_SHOWN], self.trainer.step)

    def _save(self) -> None:
        """Keep the state to go on from, and beside it the weights alone, for whoever wants the network."""
        self._keep()
        self.model.save_weights(self.run.path / "weights.safetensors")

    def _best_speed(self) -> float:
        """Samples a second in the best epoch; the first compiles and warms up, so it counts only if alone."""
        return max(self._speeds[1:] or self._speeds, default=0.0)

    def _write_result(self, test_loss: float, test_accuracy: float) -> None:
        from tuilab.kernels import jit

        status = self.report.status
        result = {
            "data": self.config.data,
            "model": self.config.model,
            "samples_per_s": round(self._best_speed(), 1),
            "epochs": self.config.epochs,
            "loss": self._loss,
            "accuracy": self.model.metrics[0].result(),
            "test_loss": test_loss,
            "test_accuracy": test_accuracy,
            "compile_s": round(status.compile_s, 3),
            "first_point_s": status.first_point_s,
            "threads": jit.threads(),
            "seed": self.config.seed,
            "run": self.run.name,
        }
        write_whole(self.run.path / "result.json", json.dumps(result, indent=1).encode())
