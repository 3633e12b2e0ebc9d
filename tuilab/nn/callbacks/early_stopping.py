"""Ending training in time."""

import math
from typing import Any

from tuilab.nn.callbacks.callback import Callback, Logs
from tuilab.nn.callbacks.monitor import Mode, Monitor


class EarlyStopping(Monitor):
    """Ends training once `monitor` has not become better for `patience` epochs.

    baseline: an epoch that is better than those before, but not than this, uses up patience all the same.
    restore_best_weights: the model ends with the parameters of its best epoch. start_from_epoch: the first
    epoch that counts. L. Prechelt, 1998, Early Stopping - But When?
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        mode: Mode = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, min_delta, mode)
        self.patience, self.baseline = patience, baseline
        self.restore_best_weights, self.start_from_epoch = restore_best_weights, start_from_epoch
        self.stopped_epoch: int | None = None
        """The epoch after which training was ended; None where it was not."""
        self.best_epoch = 0
        self._waited = 0
        self._best_weights: list[Any] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.best, self.best_epoch, self.stopped_epoch = None, 0, None
        self._waited, self._best_weights = 0, None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        value = self.watched(logs)
        if epoch < self.start_from_epoch:
            return
        self._waited += 1
        if self.better(value, self.best):
            self.best, self.best_epoch = value, epoch
            if self.restore_best_weights:
                self._best_weights = self.model.get_weights()
            if self.baseline is None or self.better(value, self.baseline):
                self._waited = 0
        elif self._waited >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self._best_weights is not None:
            self.model.set_weights(self._best_weights)


class TerminateOnNaN(Callback):
    """Ends training when the loss of a batch is NaN or infinite."""

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if not math.isfinite((logs or {}).get("loss", 0.0)):
            self.model.stop_training = True
