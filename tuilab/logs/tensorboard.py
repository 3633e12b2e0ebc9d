"""TensorBoard's event files: those of tuilab, PyTorch, Keras, Lightning, Hugging Face and others."""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np

from tuilab.errors import TuilabError
from tuilab.logs.log import Log
from tuilab.logs.series import Epochs
from tuilab.runs import EventReader, Point, TextPoint, files


class TensorBoardLog(Log):
    """All event files of one folder: one run, as TensorBoard has it."""

    kind = "TensorBoard"
    _dtype = np.float32

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self._reader = EventReader(path)
        self._generation = self._reader.generation
        self._batches: int | None = None

    @classmethod
    def found_in(cls, folder: Path, names: Iterable[str], called: str) -> Iterable[Self]:
        if any("tfevents" in name for name in names):
            yield cls(folder, called)

    def _read(self) -> None:
        found = self._reader.poll_columns()
        if self._reader.generation != self._generation:
            self._generation = self._reader.generation
            self._forget()
        for one in found:
            if isinstance(one, Point):
                self._point(one.tag, one.step, one.value, one.wall_time)
            elif isinstance(one, TextPoint):
                self._note(one.step, one.text)
            else:
                self._settle()
                self._columns(one.tag.decode("utf-8", "replace"), one.steps, one.values, one.wall_times)
        self.behind = self._reader.behind
        if self._reader.damaged:
            self.notice = (
                f"{self.path}: {self._reader.damaged:,} damaged stretches of its event files are left out."
            )

    def _place_epochs(self) -> None:
        """A run of ours says beside its events how many batches an epoch has."""
        super()._place_epochs()
        if self._batches is None and (self.path / "status.json").exists():
            try:
                batches = files.read_object(self.path / "status.json").get("batches")
            except (OSError, TuilabError):
                return
            self._batches = batches if isinstance(batches, int) and 0 < batches < 2**40 else 0
        if self._batches:
            epochs = Epochs(np.array([0.0, float(self._batches)]), np.array([0.0, 1.0]))
            for series in self.metrics.values():
                if series.epochs is None:
                    series.place_epochs(epochs)
