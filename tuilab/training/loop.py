"""The loop of a run: batches along its course, commands from the control folder, words to the report."""

import json
import math
import time
from typing import Any

from tuilab import data, nn
from tuilab.errors import RunError, TuilabError
from tuilab.runs import Command, Run, checkpoints, write_tensors
from tuilab.runs.checkpoints import Checkpoint
from tuilab.runs.files import write_whole
from tuilab.text import number
from tuilab.training.blame import first_to_explode
from tuilab.training.changes import Change
from tuilab.training.checkpointing import Checkpointing
from tuilab.training.config import TrainingConfig
from tuilab.training.course import Course
from tuilab.training.look import look
from tuilab.training.models import MODELS
from tuilab.training.report import Report
from tuilab.training.ring import Ring
from tuilab.training.sights import Sights, norms_by_layer
from tuilab.training.state import State
from tuilab.training.steering import Move, Steering
from tuilab.training.trainer import Trainer

VALIDATION = 0.1
"""The share of the training set that is only measured: 6,000 of 60,000."""
LISTEN_EVERY = 0.01
"""Seconds between two looks for commands, while batches run."""
EXPLODED = 1e6
"""A loss this many times the first one has diverged, though it is a number still: the cross-entropies are
computed so that they overflow late, and where another engine would show NaN these show 1e12."""
GRADIENT_EVERY = 32
"""Batches between two looks at how long the gradient is: by steps, not by time, so that the same run has the
same curve."""
KEPT_AFTER = 1.0
"""Seconds of a pause after which its state is kept: stepping from batch to batch does not wait for it."""
PAUSED_LIMIT = 24 * 3600.0
"""Seconds after which a paused run that nobody told anything ends; `tuilab resume` goes on with it."""
REST = 0.02
"""Seconds between two looks while paused."""
LARGEST_TRACE = 48 << 20
"""Bytes that a step may take when it is written out to be asked why its numbers are what they are."""


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
        self.model.build(x.shape[1:])
        batches = data.Batches(x, y, config.batch_size, seed=config.seed)
        self.trainer = Trainer(self.model, batches, config.epochs)
        self.trainer.noise = config.noise
        self.course = Course(self.trainer, Ring(config.ring_mb * 1_000_000))
        self.sights = Sights(self.model, *self.test)
        self._listened = 0.0
        self._epoch_seconds = 0.0
        self._epoch_samples = 0
        self._speeds: list[float] = []
        self._clock = 0.0
        self._looked_at: tuple[Any, ...] = ()
        self._course_changed = False
        self._validation_loss = math.nan
        self._found = found
        self._stop_in = config.stop_in
        self._checkpoints = Checkpointing(run, report.events, config.checkpoint_every)

    def go(self) -> None:
        """Train until the end, a stop, or a loss that is no number; the status says which."""
        try:
            self._begin()
            for _ in self.course.straight():
                if not self._after_batch():
                    return
            if self.steering.stopped:
                self._stopped()
            else:
                self._finish()
        finally:
            self._checkpoints.wait()

    def _begin(self) -> None:
        """Start at the first batch, or where an earlier process, or another run, kept the state."""
        trainer, report = self.trainer, self.report
        if self._found is None:
            self.course.plan([Change(*change) for change in self.config.changes])
            report.learning_rate(0, self.model.optimizer.learning_rate)
            self.run.write_changes(self.config.changes)
        else:
            self._take_up(self._found)
        batches = trainer.batches_in_epoch
        report.settings(trainer, state="running", epoch=max(1, trainer.epoch), batches=batches, message="")
        report.look(self.course, self.sights)
        self._listen(force=True)
        self._clock = time.perf_counter()

    def _take_up(self, found: Checkpoint) -> None:
        """Go on from a checkpoint; where this run was forked off there, with what it does otherwise."""
        sums = self.course.begin_from(State(found.arrays, found.facts))
        self._epoch_seconds, self._epoch_samples = sums["epoch_seconds"], sums["epoch_samples"]
        self._speeds, self._checkpoints.best = sums["speeds"], sums["best"]
        trainer, fork = self.trainer, self.config.fork
        if fork is not None and fork["step"] == trainer.step and fork["change"]:
            for name, value in fork["change"].items():
                self.report.note(trainer.step, self.course.change(name, value))
        self.run.write_changes([change.to_json() for change in self.course.changes])
        rate = self.model.optimizer.learning_rate
        if fork is not None and fork["step"] == trainer.step:
            self.report.learning_rate(trainer.step, rate)
        self.report.tell(batch=trainer.batch, step=trainer.step, learning_rate=rate, **sums["measured"])

    def _sums(self) -> dict[str, Any]:
        """What is kept with the state beside what the course keeps."""
        status = self.report.status
        measured = {name: getattr(status, name) for name in ("validation_loss", "validation_accuracy")}
        return {
            "epoch_seconds": self._epoch_seconds,
            "epoch_samples": self._epoch_samples,
            "speeds": self._speeds,
            "measured": measured,
        }

    def _keep(self) -> None:
        """Take a checkpoint."""
        self._checkpoints.take(self.course, self._sums(), self._validation_loss)
        self._course_changed, self._validation_loss = False, math.nan

    def _after_batch(self) -> bool:
        """Report the batch that went freely, and do what came in; answers whether to go on."""
        trainer, report, course = self.trainer, self.report, self.course
        now = time.perf_counter()
        measured = course.measured
        assert measured is not None
        self._epoch_seconds += now - self._clock
        self._epoch_samples += measured.samples
        self._clock = now
        if not self._report_batch():
            return False
        if report.look_due():
            report.look(course, self.sights)
        if trainer.epoch_ended:
            self._restart_clock()
        self.steering.after_batch(trainer.step, trainer.epoch_ended)
        self._listen()
        if self.steering.stopped:
            self._stopped()
            return False
        if self._course_changed or self._checkpoints.due(trainer.epoch_ended):
            self._keep()
        if self._checkpoints.trouble and not report.status.message:
            report.tell(message=self._checkpoints.trouble)
        return True

    def _report_batch(self, walked: bool = False) -> bool:
        """Put a batch on the curve if it was not there yet; answers whether the loss is one to go on with."""
        course, trainer = self.course, self.trainer
        measured = course.measured
        assert measured is not None
        self.report.batch(trainer, measured, is_new=course.is_new, walked=walked)
        if course.is_new and course.step is not None and course.at % GRADIENT_EVERY == 0:
            self.report.gradient(course.at, norms_by_layer(self.model, course.step))
        if course.is_new and (made := [one for one in course.changes if one.step == course.at]):
            for one in made:
                self.report.note(course.at, f"{one.name.replace('_', ' ')} → {one.value}")
            self.report.learning_rate(course.at, self.model.optimizer.learning_rate)
            self.report.settings(trainer)
        first = course.sums.first_loss
        assert first is not None
        if not measured.loss <= EXPLODED * max(1.0, first):
            self._diverged(measured.loss)
            return False
        if trainer.epoch_ended and course.is_new:
            self._end_epoch()
        return True

    # Commands ---------------------------------------------------------------------------------------

    def _listen(self, force: bool = False) -> None:
        """Obey what came; stay here while paused."""
        now = time.perf_counter()
        if not (force or self.steering.paused or now - self._listened > LISTEN_EVERY):
            return
        self._listened = now
        self._obey()
        if not self.steering.holds():
            return
        if not self.report.is_paused:
            self._arrive()
        kept = False
        while self.steering.holds():
            self.steering.wait(REST)
            if self._obey():
                now, kept = time.perf_counter(), False
            if not kept and time.perf_counter() - now > KEPT_AFTER:
                self._keep()
                kept = True
            if time.perf_counter() - now > PAUSED_LIMIT:
                self.steering.stop()
            self.report.alive()
        self.course.opened = None
        self.report.tell(state="running", phase="", operation="", stop=0, stops=0)
        self._restart_clock()

    def _obey(self) -> bool:
        """Do what came; answers whether anything did."""
        commands = self.run.commands()
        for command in commands:
            try:
                self._do(command)
            except TuilabError as error:
                self.run.log(str(error))
                self.report.tell(message=str(error))
        self._be_looked_at()
        return any(command.name != "inspect" for command in commands)

    def _do(self, command: Command) -> None:
        course, report = self.course, self.report
        move: Move | None = self.steering.obey(command)
        if move is None:
            return
        match move.name:
            case "forward":
                before = course.at
                moved = course.forward(move.argument)
                if course.at != before and not self._report_batch(walked=True):
                    self.steering.stop()
                    return
                self._stand(move.argument, "" if moved else "This was the last batch.")
            case "back":
                moved = course.back(move.argument)
                self._stand(move.argument, "" if moved else self._beginning())
            case "go":
                course.go(move.argument)
                self._stand()
            case "set":
                report.note(course.at, course.change(*move.argument))
                self._course_changed = True
                self.run.write_changes([change.to_json() for change in course.changes])
                checkpoints.forget_after(self._checkpoints.folder, course.at)
                report.learning_rate(course.at, self.model.optimizer.learning_rate)
                if self.steering.paused:
                    self._stand()
                else:
                    report.settings(self.trainer)
            case "fork":
                self._leave_state(move.argument)

    def _beginning(self) -> str:
        first = self.course.ring.first
        return f"This run began from batch {first}." if first else "This is the beginning."

    def _arrive(self) -> None:
        """Stand at the end of a way that was gone freely: within the next batch, if that was asked for."""
        within, self._stop_in = self._stop_in, None
        if within is None or self.trainer.step != self.config.stop_at:
            self._stand()
        elif self.course.enter(*within):
            self._stand("op")
        else:
            self._stand("", f"The next batch has no stop {within[1]} of its {within[0]}.")

    def _stand(self, level: str = "", message: str = "") -> None:
        """Say where the run stands, and show what is to be seen there."""
        self.report.look(self.course, self.sights)
        changes: dict[str, Any] = {"message": message}
        if level:
            changes["level"] = level
        self._tell_position("paused", **changes)

    def _leave_state(self, name: str) -> None:
        """The state as it is, as the first checkpoint of another run beside this one."""
        other = Run.open(self.run.path.parent / name)
        if other.is_held() or checkpoints.newest(other.path / "checkpoints", self.run.log) is not None:
            raise RunError(f"{name} has begun already, so no state is left for it.")
        state = self.course.state({**self._sums(), "best": self._checkpoints.best})
        checkpoints.write(
            other.path / "checkpoints", state.step, state.arrays, {**state.facts, "events": {}}, best=False
        )

    def _be_looked_at(self) -> None:
        """Show the arrays of the step to whoever asked for them, and while it is walked its trace."""
        if not self.steering.looked_at:
            return
        self.steering.looked_at = False
        course, opened = self.course, self.course.opened
        found = look(self.model, course.step, opened)
        at = str(course.at + 1 if opened else course.at)
        where = (course.at, course.stop)
        metadata = {"step": at, "order": json.dumps(list(found.arrays))}
        if opened is not None:
            metadata |= {"phase": opened.stops[opened.cursor].phase, "numbers": json.dumps(found.numbers)}
            if where != self._looked_at:
                self._looked_at = where
                metadata["trace"] = self._write_trace()
        write_tensors(self.run, "step", found.arrays, metadata)

    def _write_trace(self) -> str:
        opened = self.course.opened
        assert opened is not None
        size = sum(value.array.nbytes for value in opened.trace.values)
        passed = (one for stop in opened.trace for one in (*stop.flows, *stop.contributions))
        size += sum(one.nbytes for one in passed if one is not None)
        if size > LARGEST_TRACE:
            return f"too large, {size / 1e6:.0f} MB"
        write_whole(self.run.inspect_folder / "trace.safetensors", opened.trace.to_bytes())
        return "there"

    # Ends -------------------------------------------------------------------------------------------

    def _end_epoch(self) -> None:
        if self._epoch_seconds:
            self._speeds.append(self._epoch_samples / self._epoch_seconds)
        self._epoch_seconds, self._epoch_samples = 0.0, 0
        loss, accuracy = self._measure(*self.validation)
        self._validation_loss = loss
        self.report.validation(self.trainer, loss, accuracy)

    def _restart_clock(self) -> None:
        self.report.restart_clock()
        self._clock = time.perf_counter()

    def _finish(self) -> None:
        report = self.report
        report.tell(message="measuring on the test set")
        loss, accuracy = self._measure(*self.test)
        report.look(self.course, self.sights)
        self._save()
        self._write_result(loss, accuracy)
        # Who reads "finished" finds the last state on the disk.
        self._checkpoints.wait()
        self._tell_position(
            "finished",
            test_loss=loss,
            test_accuracy=accuracy,
            loss=self.course.epoch_loss,
            accuracy=self.model.metrics[0].result(),
            samples_per_s=self._best_speed(),
            message="",
        )

    def _stopped(self) -> None:
        if self.report.status.state == "diverged":
            return
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
        position = self._position()
        blamed = first_to_explode(self.course)
        self.report.tell(
            state="diverged",
            loss=loss,
            message=f"The loss {what} {where}: a rate of {number(rate)} is too large."
            + (f" {blamed.sentence}" if blamed else ""),
            **position,
        )

    def _position(self) -> dict[str, Any]:
        trainer, course = self.trainer, self.course
        stop = course.stop
        return {
            "epoch": trainer.epoch or 1,
            "batch": trainer.batch,
            "batches": trainer.batches_in_epoch,
            "step": trainer.step,
            "phase": stop.phase if stop else "",
            "operation": stop.operation if stop else "",
            "stop": stop.number if stop else 0,
            "stops": stop.of if stop else 0,
            "furthest": course.furthest,
            "reach": course.ring.reach(course.at),
            "kept_mb": course.ring.nbytes / 1e6,
            "kept_limit_mb": course.ring.limit / 1e6,
        }

    def _tell_position(self, state: str, **changes: Any) -> None:
        """The status with exactly where the run is: the regular one may lag by a few batches."""
        self.report.events.flush()
        measured = self.course.measured
        if measured is not None:
            changes = {"loss": measured.loss, "accuracy": measured.accuracy, **changes}
        self.report.settings(self.trainer, state=state, **{**self._position(), **changes})

    def _measure(self, x: Any, y: Any) -> tuple[float, float]:
        """Loss and accuracy on a set, leaving the epoch's own metric as it is."""
        metric = self.model.metrics[0]
        kept = metric.gathered
        loss, accuracy = self.model.evaluate(x, y, verbose=0)  # type: ignore[misc]
        metric.gathered = kept
        return loss, accuracy

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
            "loss": self.course.epoch_loss,
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
