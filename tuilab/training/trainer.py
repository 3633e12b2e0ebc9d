"""Training as a sequence of stops: every phase of every batch of every epoch."""

from collections.abc import Iterator

from tuilab import data, nn
from tuilab.nn.step import TrainStep, train_step


class Trainer:
    """An iterator of phases over (model, batches), whose optimizer the model holds.

    Each stop is the `TrainStep` under way, with its `phase`: batch, forward, loss, backward, update. Run
    straight through it is the fast path, and whoever stops between two phases changes nothing.
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
        for epoch in range(self.epochs):
            self.epoch, self.batch = epoch + 1, 0
            for x, y in self.batches.epoch(epoch):
                for stop in train_step(self.model, x, y):
                    if stop.phase == "update":
                        self.batch += 1
                        self.step += 1
                    yield stop

    @property
    def epoch_ended(self) -> bool:
        """Whether the last batch of the epoch is done."""
        return self.batch == len(self.batches)
