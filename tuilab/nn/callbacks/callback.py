"""What every callback is: something that `fit` calls while it trains."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tuilab.errors import TuilabError

if TYPE_CHECKING:
    from tuilab.nn.model import Model

Logs = dict[str, float]
"""What was measured so far, by name: "loss", "accuracy", "val_loss", …"""


class Callback:
    """Called by `fit` at the stops of its training; a subclass writes those it cares for.

    `model` is the model that is trained. Setting `model.stop_training` ends training after the epoch. What
    is put into the `logs` of an epoch's end is in the history too. Epochs and batches count from 0.
    """

    model: "Model"

    def set_model(self, model: "Model") -> None:
        """Say which model is trained."""
        self.model = model

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch; `logs` is what it measured."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before the first batch of an epoch."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch and its validation."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch."""

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch; `logs` has its loss."""


class CallbackList(Callback):
    """Callbacks as one, called in their order."""

    def __init__(self, callbacks: Iterable[Callback], model: "Model") -> None:
        self.callbacks = list(callbacks)
        for one in self.callbacks:
            if not isinstance(one, Callback):
                raise TuilabError(f"A callback is a tuilab.nn.callbacks.Callback. It was given {one!r}.")
        self.set_model(model)
        self.wants_batches = any(
            getattr(type(one), hook) is not getattr(Callback, hook)
            for one in self.callbacks
            for hook in ("on_train_batch_begin", "on_train_batch_end")
        )
        """Whether any of them does something at a batch: if not, `fit` need not ask."""

    def set_model(self, model: "Model") -> None:
        super().set_model(model)
        for one in self.callbacks:
            one.set_model(model)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        for one in self.callbacks:
            one.on_train_begin(logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        for one in self.callbacks:
            one.on_train_end(logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        for one in self.callbacks:
            one.on_epoch_begin(epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        for one in self.callbacks:
            one.on_epoch_end(epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        for one in self.callbacks:
            one.on_train_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        for one in self.callbacks:
            one.on_train_batch_end(batch, logs)
