"""A run's way through its batches, to be walked both ways.

It goes freely along the straight path, or is walked by hand: by batch, and within a batch by phase and by
operation. Back, it puts the nearest kept state in place and does from there what was done, so that the same
bits come. What was changed by hand belongs to the way: it happens again where it happened, until a new change
at an earlier place makes it another way from there on.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from tuilab.autodiff.trace import Trace
from tuilab.errors import TuilabError
from tuilab.nn.step import TrainStep
from tuilab.training import changes
from tuilab.training.changes import Change
from tuilab.training.ring import Ring
from tuilab.training.state import State, capture, restore
from tuilab.training.trainer import Trainer

Level = Literal["op", "phase", "batch", "epoch"]
LEVELS: tuple[Level, ...] = ("op", "phase", "batch", "epoch")
DENSE = 24
"""So many of the last states are kept when batches are done again: the next steps back are then at hand."""


class Stop(NamedTuple):
    """A place within a batch: the phase, and the operation of it that was done last."""

    phase: str
    number: int
    """From 1."""
    of: int
    """How many operations the phase has."""
    operation: str


@dataclass(slots=True)
class Sums:
    """What is added up over an epoch, and what is remembered of the run."""

    loss: float = 0.0
    samples: int = 0
    first_loss: float | None = None


@dataclass(slots=True)
class Opened:
    """A batch that is walked: computed up to its gradients, not yet applied; `cursor` is where one stands."""

    step: TrainStep
    rest: Iterator[TrainStep]
    trace: Trace
    stops: list[Stop]
    cursor: int = 0

    @property
    def forward_done(self) -> int:
        """How many operations of the way forward are done."""
        forward = [at for at, stop in enumerate(self.stops) if stop.phase in ("forward", "loss")]
        return sum(at <= self.cursor for at in forward)

    def gradient(self, parameter: int) -> Any:
        """The gradient of the parameter of that number, as far as it is known; None while nothing is."""
        # A trace numbers what gradients were asked for first.
        return self.trace.gradient(parameter, self.cursor - 1)


@dataclass(slots=True)
class Measured:
    """What was measured on the last batch."""

    loss: float
    accuracy: float
    samples: int


class Course:
    """The way of one trainer, whose model is built and compiled with one metric."""

    def __init__(self, trainer: Trainer, ring: Ring | None = None) -> None:
        self.trainer = trainer
        self.model = trainer.model
        self.ring = Ring() if ring is None else ring
        self.sums = Sums()
        self.changes: list[Change] = []
        """What was changed by hand, in the order of the way."""
        self.furthest = 0
        """How far this way was gone: what lies before it has been reported."""
        self.measured: Measured | None = None
        self.last: TrainStep | None = None
        """The step of the last batch that was done."""
        self.opened: Opened | None = None
        self.is_new = False
        """Whether the last batch was done for the first time on this way, and is to be reported."""
        self.ring.keep(self.state())

    # Where one stands -------------------------------------------------------------------------------

    @property
    def at(self) -> int:
        """Batches done."""
        return self.trainer.step

    @property
    def stop(self) -> Stop | None:
        """Where within a batch; None between two."""
        return self.opened.stops[self.opened.cursor] if self.opened else None

    @property
    def step(self) -> TrainStep | None:
        """The step to look at: the one under way, else the last."""
        return self.opened.step if self.opened else self.last

    @property
    def epoch_loss(self) -> float:
        """The mean loss of the epoch's samples so far."""
        return self.sums.loss / self.sums.samples if self.sums.samples else float("nan")

    def state(self, more: Mapping[str, Any] | None = None) -> State:
        """The state between two batches, with what this way adds to it, and `more` (JSON) of the caller's."""
        made = [change.to_json() for change in self.changes if change.step <= self.at]
        return capture(self.trainer, {**(more or {}), "course": {**asdict(self.sums), "changes": made}})

    def begin_from(self, state: State) -> dict[str, Any]:
        """Go on from a state, of this run or another one, as where it was taken; answers the caller's own.

        Raises:
            TuilabError: the state does not fit this run, or is damaged.
        """
        try:
            own = dict(state.facts["sums"]["course"])
            made = [Change(int(step), str(name), value) for step, name, value in own.pop("changes")]
            sums = Sums(**own)
        except (TypeError, ValueError, KeyError) as error:
            raise TuilabError(f"This state of a run is damaged: {error!r}.") from None
        more = restore(self.trainer, state)
        self.changes, self.sums = made, sums
        self.ring = Ring(self.ring.limit)
        self.furthest, self.last, self.opened = self.at, None, None
        self.keep()
        return more

    def plan(self, made: list[Change]) -> None:
        """Let changes be made on the way, the first of them here."""
        self.changes = made
        self._change_as_before()

    # Going freely -----------------------------------------------------------------------------------

    def straight(self) -> Iterator[TrainStep]:
        """Batch after batch, as fast as it goes; between two one may walk, and it goes on from there."""
        for step in self.trainer.straight():
            self._count(step)
            if self.ring.is_due():
                self.keep()
            yield step

    def keep(self) -> None:
        """Keep the state as it is now."""
        began = time.process_time()
        self.ring.keep(self.state())
        self.ring.kept_in(time.process_time() - began)

    def _count(self, step: TrainStep) -> None:
        """Take in a batch that was done, and change what was changed by hand behind it."""
        trainer, sums, metric = self.trainer, self.sums, self.model.metrics[0]
        self.last, self.opened = step, None
        samples, loss = len(step.x), step.loss.item()
        if trainer.batch == 1:
            metric.reset()
            sums.loss, sums.samples = 0.0, 0
        accuracy = metric.update(step.y, step.output.data)
        sums.loss += loss * samples
        sums.samples += samples
        sums.first_loss = loss if sums.first_loss is None else sums.first_loss
        self.measured = Measured(loss, accuracy, samples)
        self._change_as_before()
        self.is_new = self.at > self.furthest
        self.furthest = max(self.furthest, self.at)

    def _change_as_before(self) -> None:
        for change in self.changes:
            if change.step == self.at:
                changes.apply(self.trainer, change)

    # Walking ----------------------------------------------------------------------------------------

    def forward(self, level: Level) -> bool:
        """One stop on: an operation, a phase, or a batch; answers whether there was one."""
        if level == "batch":
            return self._finish()
        if self.opened is None:
            return self._open()
        opened = self.opened
        target = opened.cursor + 1
        if level == "phase":
            target = _end_of_phase(opened.stops, target)
        if opened.stops[target].phase == "update":
            return self._finish()
        opened.cursor = target
        return True

    def enter(self, phase: str, number: int) -> bool:
        """To a stop within the next batch; answers whether there is that one."""
        if self.opened is None and not self._open():
            return False
        assert self.opened is not None
        for at, stop in enumerate(self.opened.stops[:-1]):
            if (stop.phase, stop.number) == (phase, number):
                self.opened.cursor = at
                return True
        return False

    def back(self, level: Level) -> bool:
        """One stop back: an operation, a phase, a batch, or to the beginning of the epoch."""
        if level == "epoch":
            start = self.at - self.trainer.batch
            return self.go(start)
        if self.opened is None:
            if self.at <= self.ring.first:
                return False
            self.go(self.at - 1)
            if level != "batch":
                self._open(at_end=True)
            return True
        target = self.opened.cursor - 1
        if level == "phase":
            phase = self.opened.stops[self.opened.cursor].phase
            target = next((at for at, one in enumerate(self.opened.stops) if one.phase == phase), 0) - 1
        if level == "batch" or target < 0:
            self.opened = None
        else:
            self.opened.cursor = target
        return True

    def go(self, step: int) -> bool:
        """To where `step` batches are done, of those that were; answers whether that is another place."""
        was = self.at, self.opened is not None
        self.opened = None
        step = max(self.ring.first, min(step, self.furthest))
        if step != self.at:
            self._rerun(step)
        return was != (step, False)

    def _rerun(self, step: int) -> None:
        """Put the nearest kept state in place, and do the batches from there again.

        The last one is done as an ordinary step, so that all it computed is there to be looked at.
        """
        before = max(step - 1, self.ring.first)
        nearest = self.ring.nearest(before)
        assert nearest is not None, "the first state is always kept"
        if not nearest.step <= self.at <= before:
            own = restore(self.trainer, nearest)["course"]
            self.sums = Sums(**{name: own[name] for name in ("loss", "samples", "first_loss")})
            self.last = self.measured = None
            self._change_as_before()
        if self.at < before:
            for done in self.trainer.straight():
                self._count(done)
                if self.at > step - DENSE:
                    self.ring.keep(self.state())
                if self.at == before:
                    break
        if self.at < step:
            self._finish()

    def _open(self, at_end: bool = False) -> bool:
        """Compute the next batch up to its gradients, and stand at its beginning, or before its update."""
        rest = self.trainer.next_step()
        counts: list[int] = []
        for step in rest:
            counts.append(len(step.tape.records))
            if step.phase == "backward":
                trace = step.tape.trace(step.loss, self.model.trainable_weights)
                stops = list(_stops(trace, *counts[1:3]))
                self.opened = Opened(step, rest, trace, stops, len(stops) - 2 if at_end else 0)
                return True
        return False

    def _finish(self) -> bool:
        """Do the batch under way, or the next, to its end."""
        rest = self.opened.rest if self.opened else self.trainer.next_step()
        step = next((step for step in rest if step.phase == "update"), None)
        if step is None:
            return False
        self._count(step)
        self.ring.keep(self.state())
        return True

    # Changing ---------------------------------------------------------------------------------------

    def change(self, name: str, value: Any) -> str:
        """Change something by hand, here; answers it in words. What lay further on is another way now.

        Raises:
            TuilabError: it cannot be done; nothing is changed.
        """
        said = changes.words(self.trainer, name, value)
        change = Change(self.at, name, value)
        changes.apply(self.trainer, change)
        if name not in ("learning_rate", "optimizer"):
            self.opened = None  # the batch under way was computed with what was there before
        self.changes = [one for one in self.changes if one.step <= self.at]
        self.changes.append(change)
        self.ring.forget_after(self.at)
        self.furthest = self.at
        return said


def _end_of_phase(stops: list[Stop], at: int) -> int:
    """The last stop of the phase that the stop `at` belongs to."""
    while at + 1 < len(stops) and stops[at + 1].phase == stops[at].phase:
        at += 1
    return at


def _stops(trace: Trace, forward: int, all_forward: int) -> Iterator[Stop]:
    """The places of a batch: its samples, the operations of each phase (of all that go forward, `forward`
    are the network's and the rest are the loss's), and the update."""
    yield Stop("batch", 1, 1, "")
    names = [stop.operation for stop in trace]
    parts = (names[:forward], names[forward:all_forward], names[all_forward:])
    for phase, part in zip(("forward", "loss", "backward"), parts, strict=True):
        for number, name in enumerate(part, 1):
            yield Stop(phase, number, len(part), name)
    yield Stop("update", 1, 1, "")
