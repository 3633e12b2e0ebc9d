"""Training as a sequence of stops: every phase of every batch of every epoch."""

from collections.abc import Iterator
from typing import Any

import numpy.typing as npt

from tuilab import data, nn
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
        self._moves = 0

    def __iter__(self) -> Iterator[TrainStep]:
        for x, y in self._batches():
            for stop in train_step(self.model, x, y):
                if stop.phase == "update":
                    self._count(x)
                yield stop

    def straight(self) -> Iterator[TrainStep]:
        """The steps, each done whole; what one holds is written over by the next."""
        path, batches = StraightPath(self.model, reused=True), self.batches
        for x, y in self._batches(reuse=True):
            if batches is not self.batches:  # of another size: what was prepared for the old is of no use
                path, batches = StraightPath(self.model, reused=True), self.batches
            whole = len(data.first(x)) == min(batches.batch_size, batches.samples)
            step = path.step(x, y) if whole else run_step(self.model, x, y)
            self._count(x)
            yield step

    def _batches(self, reuse: bool = False) -> Iterator[tuple[Array, Array]]:
        while self._begin():
            moves = self._moves
            for x, y in self.batches.epoch(self.epoch - 1, reuse, self.samples):
                yield x, y
                if self._moves != moves:
                    break

    def _begin(self) -> bool:
        """Begin the next epoch where this one is over; answers whether there is a batch to come."""
        if self.epoch and not self.epoch_ended:
            return True
        if self.epoch >= self.epochs:
            return False
        self.epoch, self.batch, self.samples = self.epoch + 1, 0, 0
        return True

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
