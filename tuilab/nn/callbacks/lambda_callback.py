"""A callback made of functions."""

from collections.abc import Callable
from typing import Any

from tuilab.nn.callbacks.callback import Callback, Logs

Function = Callable[..., Any] | None


class LambdaCallback(Callback):
    """Calls functions with what the hook of their name is given: (epoch, logs), (batch, logs) or (logs)."""

    def __init__(
        self,
        on_epoch_begin: Function = None,
        on_epoch_end: Function = None,
        on_train_begin: Function = None,
        on_train_end: Function = None,
        on_train_batch_begin: Function = None,
        on_train_batch_end: Function = None,
    ) -> None:
        self._epoch_begin, self._epoch_end = on_epoch_begin, on_epoch_end
        self._train_begin, self._train_end = on_train_begin, on_train_end
        self._batch_begin, self._batch_end = on_train_batch_begin, on_train_batch_end

    def on_train_begin(self, logs: Logs | None = None) -> None:
        _call(self._train_begin, logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        _call(self._train_end, logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        _call(self._epoch_begin, epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        _call(self._epoch_end, epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        _call(self._batch_begin, batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        _call(self._batch_end, batch, logs)


def _call(function: Function, *arguments: Any) -> None:
    if function is not None:
        function(*arguments)
