"""Whether what is watched has become better: for callbacks that act on it."""

from typing import Literal

from tuilab.errors import TuilabError
from tuilab.nn.callbacks.callback import Callback, Logs

Mode = Literal["auto", "min", "max"]
LARGER_IS_BETTER = ("accuracy", "acc", "auc", "precision", "recall")


class Monitor(Callback):
    """A callback that watches `monitor`, one of the names in an epoch's logs.

    mode: "min" where smaller is better, "max" where larger is; "auto" knows that accuracies, precision,
    recall and areas are to be large. min_delta: what counts as better beyond being so at all.
    """

    def __init__(self, monitor: str = "val_loss", min_delta: float = 0.0, mode: Mode = "auto") -> None:
        if mode not in ("auto", "min", "max"):
            raise TuilabError(f"mode is one of auto, min, max. It was given {mode!r}.")
        self.monitor, self.min_delta = monitor, abs(min_delta)
        self.larger = mode == "max" or (mode == "auto" and monitor.endswith(LARGER_IS_BETTER))
        self.best: float | None = None
        """The best value so far."""

    def watched(self, logs: Logs | None) -> float:
        """The value of `monitor`; a `TuilabError` where the logs do not have it."""
        if not logs or self.monitor not in logs:
            raise TuilabError(
                f"{type(self).__name__} watches {self.monitor!r}, and fit measured "
                f"{', '.join(logs or ()) or 'nothing'}. Give fit validation data, or watch one of these."
            )
        return logs[self.monitor]

    def better(self, value: float, than: float | None) -> bool:
        """Whether `value` is better than another by more than `min_delta`; NaN never is."""
        if than is None:
            return value == value
        return value - self.min_delta > than if self.larger else value + self.min_delta < than
