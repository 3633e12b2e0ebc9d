"""JSON lines: an object a line, its numbers the metrics; those of objects within are called outer/inner."""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from tuilab.logs.log import STEPS, TIMES, Lines, Log, field_of, numbers


class JsonLinesLog(Log):
    """One file of JSON lines."""

    kind = "JSON lines"

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self._lines = Lines(path)
        self._row = 0
        self._bad = 0

    @classmethod
    def found_in(cls, folder: Path, names: Iterable[str], called: str) -> Iterable[Self]:
        found = [name for name in names if name.lower().endswith((".jsonl", ".ndjson"))]
        for name in found:
            stem = name.rpartition(".")[0]
            yield cls(folder / name, called if len(found) == 1 and called else f"{called}/{stem}".lstrip("/"))

    def _read(self) -> None:
        lines, anew = self._lines.more()
        self.behind = self._lines.behind
        if anew:
            self._forget()
            self._row = self._bad = 0
        for line in lines:
            try:
                entry = json.loads(line)
                if not isinstance(entry, dict):
                    raise ValueError("no object")
            except (ValueError, RecursionError):
                self._bad += bool(line.strip())
                continue
            found = dict(numbers(entry))
            step_name, time_name = field_of(found, STEPS), field_of(found, TIMES)
            step = found.get(step_name or "", math.nan)
            when = found.get(time_name or "", math.nan)
            for name, value in found.items():
                if name not in (step_name, time_name):
                    self._point(
                        name,
                        int(step) if math.isfinite(step) and abs(step) < 2**62 else self._row,
                        value,
                        when if math.isfinite(when) else float(self._row),
                    )
            self._row += 1
        skipped = self._bad + self._lines.too_long
        if skipped:
            self.notice = f"{self.path}: {skipped:,} lines are no objects of JSON; they are left out."
