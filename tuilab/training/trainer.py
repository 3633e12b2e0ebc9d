"""Training as a sequence of stops: every phase of every batch of every epoch."""

from collections.abc import Iterator
from typing import Any

import numpy.typing as npt

from tuilab import data, nn
from tuilab.nn.step import TrainStep, train_step
from tuilab.nn.straight import StraightPath

Array = npt.NDArray[Any]


class Trainer:
    """An iterator of phases over (model, batches), whose optimizer the model holds.

    Each stop is the `TrainStep` under way, with its `phase`: batch, forward, loss, backward, update; whoever
    stops between two phases changes nothing. `straight` is the fast path: the same steps, to the bit,
    with one stop a batch.
    """

    def __init__(self, model: nn.Model, batches: data.Batches, epochs: int) -> None:
        self.model, self.batches, self.epochs = model, batches, epochs
        self.epoch = 0
        """The epoch under way, from 1; 0 before the first."""
        self.batch = 0
        """Batches done in this epoch."""
        self.step = 0
        """Batches done over all epochs."""

    def __iter__(self) -> Iterator[TrainStep]:
        for x, y in self._batches():
            for stop in train_step(self.model, x, y):
                if stop.phase == "update":
                    self._count()
                yield stop

    def straight(self) -> Iterator[TrainStep]:
        """The steps, each done whole; what one holds is written over by the next."""
        path = StraightPath(self.model, reused=True)
        for x, y in self._batches(reuse=True):
            step = path.step(x, y)
            self._count()
            yield step

    def _batches(self, reuse: bool = False) -> Iterator[tuple[Array, Array]]:
        for epoch in range(self.epochs):
            self.epoch, self.batch = epoch + 1, 0
            yield from self.batches.epoch(epoch, reuse)

    def _count(self) -> None:
        self.batch += 1
        self.step += 1

    @property
    def epoch_ended(self) -> bool:
        """Whether the last batch of the epoch is done."""
        return self.batch == len(self.batches)
