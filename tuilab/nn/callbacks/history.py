"""What was measured, epoch by epoch: kept, and written to a table."""

import csv
from pathlib import Path

from tuilab.nn.callbacks.callback import Callback, Logs


class History(Callback):
    """What `fit` measured: `history["loss"][k]` is the loss of epoch k."""

    def __init__(self) -> None:
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


class CSVLogger(Callback):
    """A line an epoch in a file of comma-separated values: the epoch, and what was measured.

    append: go on with a file that is there, rather than write it anew.
    """

    def __init__(self, filename: str | Path, separator: str = ",", append: bool = False) -> None:
        self.filename, self.separator, self.append = Path(filename), separator, append
        self._columns: list[str] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._columns = []
        if self.append and self.filename.exists():
            with self.filename.open(newline="") as file:
                self._columns = next(csv.reader(file, delimiter=self.separator), [])
        else:
            self.filename.write_text("")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        values = {"epoch": epoch, **(logs or {})}
        with self.filename.open("a", newline="") as file:
            table = csv.writer(file, delimiter=self.separator, lineterminator="\n")
            if not self._columns:
                self._columns = list(values)
                table.writerow(self._columns)
            table.writerow([values.get(column, "NA") for column in self._columns])
