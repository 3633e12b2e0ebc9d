"""Changing the learning rate from epoch to epoch."""

import inspect
from collections.abc import Callable

from tuilab.errors import TuilabError
from tuilab.nn.callbacks.callback import Callback, Logs
from tuilab.nn.callbacks.monitor import Mode, Monitor


class LearningRateScheduler(Callback):
    """Sets the learning rate before each epoch to `schedule(epoch, rate)`, or `schedule(epoch)`.

    A schedule of `tuilab.nn.schedules` does, then counting epochs instead of steps.
    """

    def __init__(self, schedule: Callable[..., float]) -> None:
        self.schedule = schedule
        self._takes_rate = len(inspect.signature(schedule).parameters) > 1

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        optimizer = self.model.optimizer
        given = (epoch, optimizer.learning_rate) if self._takes_rate else (epoch,)
        optimizer.learning_rate = self.schedule(*given)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if logs is not None:
            logs["learning_rate"] = self.model.optimizer.learning_rate


class ReduceLROnPlateau(Monitor):
    """Multiplies the learning rate by `factor` once `monitor` has not become better for `patience` epochs.

    cooldown: epochs after that in which patience does not run. min_lr: the rate goes no lower.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        mode: Mode = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        super().__init__(monitor, min_delta, mode)
        if not 0 < factor < 1:
            raise TuilabError(f"factor lies between 0 and 1. It was given {factor!r}.")
        self.factor, self.patience, self.cooldown, self.min_lr = factor, patience, cooldown, min_lr
        self._waited = self._resting = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.best, self._waited, self._resting = None, 0, 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        optimizer = self.model.optimizer
        value, rate = self.watched(logs), optimizer.learning_rate
        if logs is not None:
            logs["learning_rate"] = rate
        if self._resting:
            self._resting -= 1
            self._waited = 0
        if self.better(value, self.best):
            self.best, self._waited = value, 0
        elif not self._resting:
            self._waited += 1
            if self._waited >= self.patience and rate > self.min_lr:
                optimizer.learning_rate = max(rate * self.factor, self.min_lr)
                self._resting, self._waited = self.cooldown, 0
