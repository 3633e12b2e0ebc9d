"""MLflow: its SQLite file, and the folders of its file store (mlruns/EXPERIMENT/RUN/metrics/NAME)."""

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self
from urllib.parse import quote

from tuilab.logs.log import MOST_METRICS, Lines, Log

ROWS_A_POLL = 200_000
MOST_RUNS = 1000


class MlflowDatabaseLog(Log):
    """One run in an MLflow SQLite file, which is opened for reading only."""

    kind = "MLflow"

    def __init__(self, path: Path, name: str, run: str) -> None:
        super().__init__(path, name)
        self._run = run
        self._row = 0

    @classmethod
    def found_in(cls, folder: Path, names: Iterable[str], called: str) -> Iterable[Self]:
        for name in names:
            if name == "mlflow.db" or (name.endswith(".db") and "mlflow" in name.lower()):
                yield from cls._runs(folder / name, called)

    @classmethod
    def _runs(cls, path: Path, called: str) -> Iterator[Self]:
        with contextlib.suppress(sqlite3.Error, OSError), contextlib.closing(_open(path)) as database:
            rows = database.execute(
                "select run_uuid, name from runs where lifecycle_stage = 'active' "
                "order by start_time desc limit ?",
                (MOST_RUNS,),
            )
            for run, name in rows.fetchall():
                yield cls(path, f"{called}/{name or run}".lstrip("/"), str(run))

    def _read(self) -> None:
        try:
            with contextlib.closing(_open(self.path)) as database:
                rows = database.execute(
                    "select rowid, key, value, timestamp, step, is_nan from metrics "
                    "where run_uuid = ? and rowid > ? order by rowid limit ?",
                    (self._run, self._row, ROWS_A_POLL),
                ).fetchall()
        except sqlite3.Error as error:
            self.notice = f"{self.path} cannot be read ({error})."
            return
        for row, key, value, timestamp, step, is_nan in rows:
            self._row = row
            # MLflow keeps infinity as the largest number there is, because SQL has none.
            number = float("nan") if is_nan else float(value)
            if abs(number) >= 1.7976931348623157e308:
                number = float("inf") if number > 0 else float("-inf")
            self._point(str(key), int(step or 0), number, float(timestamp or 0) / 1000)
        self.behind = len(rows) == ROWS_A_POLL


class MlflowFolderLog(Log):
    """One run of MLflow's file store: a file a metric, a line `time value step` a point."""

    kind = "MLflow"

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self._lines: dict[str, Lines] = {}

    @classmethod
    def found_in(cls, folder: Path, names: Iterable[str], called: str) -> Iterable[Self]:
        names = set(names)
        if "meta.yaml" in names and "metrics" in names:
            yield cls(folder, called)

    def _read(self) -> None:
        self.behind = False
        for name, path in _metric_files(self.path / "metrics"):
            if name not in self._lines:
                if len(self._lines) >= MOST_METRICS:
                    break
                self._lines[name] = Lines(path)
            lines, anew = self._lines[name].more()
            self.behind |= self._lines[name].behind
            if anew and name in self.metrics:
                self.metrics[name].clear()
            for line in lines:
                parts = line.split()
                try:
                    when, value = float(parts[0]), float(parts[1])
                    step = int(parts[2]) if len(parts) > 2 else 0
                except (ValueError, IndexError):
                    self.notice = f"{self.path}: a line of the metric {name} cannot be read; it is left out."
                    continue
                self._point(name, step, value, when / 1000)


def _metric_files(folder: Path, depth: int = 3) -> Iterator[tuple[str, Path]]:
    """The files of metrics by name; a slash in a name is a folder."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)[: 2 * MOST_METRICS]
    except OSError:
        return
    for entry in entries:
        if entry.is_file(follow_symlinks=False):
            yield entry.name, Path(entry.path)
        elif depth and entry.is_dir(follow_symlinks=False):
            for name, path in _metric_files(Path(entry.path), depth - 1):
                yield f"{entry.name}/{name}", path


def _open(path: Path) -> sqlite3.Connection:
    if not path.is_file() or path.is_symlink():
        raise FileNotFoundError(path)
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, timeout=0.2)
