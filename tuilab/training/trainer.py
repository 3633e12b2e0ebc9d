"""Training as a sequence of stops: every phase of every batch of every epoch."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab import data, nn
from tuilab.data.nested import mapped
from tuilab.data.randomness import generator
from tuilab.nn.step import TrainStep, run_step, train_step
from tuilab.nn.straight import StraightPath

Array = npt.NDArray[Any]


class Trainer:
    """An iterator of phases over (model, batches), whose optimizer the model holds.

    Each stop is the `TrainStep` under way, with its `phase`: batch, forward, loss, backward, update; whoever
    stops between two phases changes nothing. `straight` is the fast path: the same steps, to the bit,
    with one stop a batch.

    Between two batches it may be put elsewhere (`move_to`), and go on with batches of another size: both ways
    go on from there.
    """

    def __init__(self, model: nn.Model, batches: data.Batches, epochs: int) -> None:
        self.model, self.batches, self.epochs = model, batches, epochs
        self.epoch = 0
        """The epoch under way, from 1; 0 before the first."""
        self.batch = 0
        """Batches done in this epoch."""
        self.samples = 0
        """Samples of this epoch that were in them."""
        self.step = 0
        """Batches done over all epochs."""
        self.noise = 0.0
        """How much the inputs of a batch are disturbed: a standard deviation, for images a share of white."""
        self._moves = 0
        self._path: tuple[data.Batches, StraightPath] | None = None

    def __iter__(self) -> Iterator[TrainStep]:
        while not self.ended:
            yield from self.next_step()

    def straight(self) -> Iterator[TrainStep]:
        """The steps, each done whole; what one holds is written over by the next."""
        for x, y in self._batches():
            batches = self.batches
            whole = len(data.first(x)) == min(batches.batch_size, batches.samples)
            step = self._straight_path().step(x, y) if whole else run_step(self.model, x, y)
            self._count(x)
            yield step

    def next_step(self) -> Iterator[TrainStep]:
        """The next step, a phase at a time. Until the last of them, the update, nothing of the model and of
        the trainer's place is changed: a step that was begun may be given up."""
        place = self._next_place()
        if place is None:
            return
        epoch, samples = place
        x, y = next(self.batches.epoch(epoch - 1, start=samples))
        for stop in train_step(self.model, self._disturbed(x), y):
            if stop.phase == "update":
                self._begin()
                self._count(x)
                self._moves += 1
            yield stop

    def _straight_path(self) -> StraightPath:
        """The path of the batches that there are now; what was prepared for others is of no use."""
        if self._path is None or self._path[0] is not self.batches:
            self._path = self.batches, StraightPath(self.model, reused=True)
        return self._path[1]

    def _batches(self) -> Iterator[tuple[Array, Array]]:
        while self._begin():
            moves = self._moves
            for x, y in self.batches.epoch(self.epoch - 1, reuse=True, start=self.samples):
                yield self._disturbed(x), y
                if self._moves != moves:
                    break

    def _disturbed(self, x: Any) -> Any:
        """The inputs of the next batch with noise of its own, the same each time that it is done."""
        if not self.noise:
            return x
        rng = generator(self.batches.seed, "noise", self.step)
        return mapped(lambda one: _with_noise(one, rng, self.noise), x)

    def _next_place(self) -> tuple[int, int] | None:
        """Epoch and sample at which the next batch begins; None where there is none."""
        if self.epoch and not self.epoch_ended:
            return self.epoch, self.samples
        return (self.epoch + 1, 0) if self.epoch < self.epochs else None

    def _begin(self) -> bool:
        """Begin the next epoch where this one is over; answers whether there is a batch to come."""
        place = self._next_place()
        if place is not None and place[0] != self.epoch:
            self.epoch, self.batch, self.samples = place[0], 0, 0
        return place is not None

    @property
    def ended(self) -> bool:
        """Whether the last batch of the last epoch is done."""
        return self._next_place() is None

    def _count(self, x: Array) -> None:
        self.batch += 1
        self.samples += len(data.first(x))
        self.step += 1

    def move_to(self, epoch: int, batch: int, samples: int, step: int) -> None:
        """Go on from another place: after `batch` batches with `samples` samples of `epoch`."""
        self.epoch, self.batch, self.samples, self.step = epoch, batch, samples, step
        self._moves += 1

    @property
    def batch_size(self) -> int:
        """How many samples the next batch has; the last one of an epoch may have fewer."""
        return self.batches.batch_size

    @batch_size.setter
    def batch_size(self, size: int) -> None:
        old = self.batches
        if size != old.batch_size:
            self.batches = data.Batches(old.x, old.y, size, old.seed, old.shuffle, old.drop_last)
            self._moves += 1

    @property
    def batches_in_epoch(self) -> int:
        """How many batches this epoch has, those to come being of the size that they have now."""
        return self.batch + len(range(self.samples, self.batches.end, self.batch_size))

    @property
    def epoch_ended(self) -> bool:
        """Whether the last batch of the epoch is done."""
        return self.samples >= self.batches.end


def _with_noise(x: Array, rng: np.random.Generator, size: float) -> Array:
    drawn = rng.standard_normal(x.shape, np.float32)
    if x.dtype == np.uint8:
        noisy: Array = np.clip(np.rint(x + 255 * size * drawn), 0, 255).astype(np.uint8)
    else:
        noisy = x + (size * drawn).astype(x.dtype)
    return noisy
