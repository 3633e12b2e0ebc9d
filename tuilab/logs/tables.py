"""Tables of metrics, a row a step: CSV files, among them Lightning's metrics.csv."""

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from tuilab.logs.log import STEPS, TIMES, Lines, Log, field_of

MOST_COLUMNS = 1000


class CsvLog(Log):
    """One CSV file: a row of names, then rows of numbers; an empty cell is no point.

    The step is the column called step, or like it (`STEPS`), else the number of the row. Lightning writes its
    header anew when a metric is added, so a file whose beginning changed is read again.
    """

    kind = "CSV"

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self._lines = Lines(path)
        self._names: list[str] = []
        self._row = 0

    @classmethod
    def found_in(cls, folder: Path, names: Iterable[str], called: str) -> Iterable[Self]:
        found = [name for name in names if name.lower().endswith(".csv")]
        for name in found:
            alone = len(found) == 1 and called
            yield cls(folder / name, called if alone else f"{called}/{name[:-4]}".lstrip("/"))

    def _read(self) -> None:
        lines, anew = self._lines.more()
        self.behind = self._lines.behind
        if anew:
            self._forget()
            self._names, self._row = [], 0
        csv.field_size_limit(Lines.LONGEST)
        rows = csv.reader(line.decode("utf-8-sig", "replace").replace("\0", "") for line in lines)
        try:
            for row in rows:
                if not self._names:
                    self._head(row)
                elif row:
                    self._take(row)
                    self._row += 1
        except csv.Error as error:
            self.notice = f"{self.path}: row {self._row + 2} is no row of CSV ({error}); it is left out."
        if self._lines.too_long:
            self.notice = f"{self.path}: {self._lines.too_long} lines of over a million signs are left out."

    def _head(self, row: list[str]) -> None:
        self._names = row[:MOST_COLUMNS]
        self._step = field_of(self._names, STEPS)
        self._time = field_of(self._names, TIMES)
        if not any(_number(name) is None for name in self._names):
            self.notice = f"{self.path}: its first row has no names of columns."

    def _take(self, row: list[str]) -> None:
        found = {
            name: value
            for name, cell in zip(self._names, row, strict=False)
            if cell and (value := _number(cell)) is not None
        }
        step = _whole(found.get(self._step or ""), self._row)
        when = found.get(self._time or "", math.nan)
        for name, value in found.items():
            if name not in (self._step, self._time):
                self._point(name, step, value, when if math.isfinite(when) else float(self._row))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _whole(step: float | None, row: int) -> int:
    return int(step) if step is not None and math.isfinite(step) and abs(step) < 2**62 else row
