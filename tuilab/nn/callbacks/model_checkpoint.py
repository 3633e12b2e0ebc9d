"""Keeping the parameters of a model while it is trained."""

from pathlib import Path

from tuilab.errors import TuilabError
from tuilab.nn.callbacks.callback import Logs
from tuilab.nn.callbacks.monitor import Mode, Monitor


class ModelCheckpoint(Monitor):
    """Writes the model's parameters to a safetensors file after each epoch.

    filepath: may name the epoch, from 1, and what was measured: "{epoch:02d}-{val_loss:.3f}.safetensors".
    save_best_only: only after an epoch in which `monitor` became better than ever before.
    `model.load_weights` reads the file.
    """

    def __init__(
        self,
        filepath: str | Path,
        monitor: str = "val_loss",
        save_best_only: bool = False,
        mode: Mode = "auto",
    ) -> None:
        super().__init__(monitor, mode=mode)
        self.filepath, self.save_best_only = str(filepath), save_best_only

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.save_best_only:
            value = self.watched(logs)
            if not self.better(value, self.best):
                return
            self.best = value
        try:
            path = Path(self.filepath.format(epoch=epoch + 1, **(logs or {})))
        except (KeyError, ValueError, IndexError) as error:
            raise TuilabError(
                f"{self.filepath}: the name may hold {{epoch}} and what fit measured, "
                f"{', '.join(logs or ())} ({error!r})."
            ) from None
        path.parent.mkdir(parents=True, exist_ok=True)
        self.model.save_weights(path)
