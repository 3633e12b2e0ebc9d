"""Where logs lie: folders are walked, and each reader says what it knows in them."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tuilab.logs.hugging_face import TrainerStateLog
from tuilab.logs.json_lines import JsonLinesLog
from tuilab.logs.log import Log
from tuilab.logs.mlflow import MlflowDatabaseLog, MlflowFolderLog
from tuilab.logs.tables import CsvLog
from tuilab.logs.tensorboard import TensorBoardLog
from tuilab.logs.weights_and_biases import WandbLog

READERS: tuple[type[Log], ...] = (
    TensorBoardLog,
    CsvLog,
    JsonLinesLog,
    TrainerStateLog,
    WandbLog,
    MlflowDatabaseLog,
    MlflowFolderLog,
)
"""The formats that are read, each by a small class."""

DEEPEST = 8
MOST_FOLDERS = 20_000
MOST_NAMES = 5_000
MOST_LOGS = 1_000
_SKIPPED = {".git", "node_modules", "__pycache__", ".venv", "venv", "artifacts"}


class Finder:
    """The logs under some places: folders, or single files. `look` finds them, and those that came since.

    `notice` is a sentence where there is more than is looked at.
    """

    def __init__(self, places: Sequence[Path]) -> None:
        self.places = [place.absolute() for place in places]
        self.notice = ""
        self._known: dict[tuple[type[Log], Path, str], Log] = {}

    def look(self) -> list[Log]:
        """All logs, in the order of their names; one that was known is the same object."""
        self._folders = 0
        for place in self.places:
            top = place.name if len(self.places) > 1 else ""
            if place.is_dir():
                self._walk(place, top, DEEPEST)
            else:
                self._take(place.parent, [place.name], top or place.stem)
        return sorted(self._known.values(), key=lambda log: log.name)

    def _walk(self, folder: Path, called: str, depth: int) -> None:
        self._folders += 1
        if self._folders > MOST_FOLDERS or len(self._known) >= MOST_LOGS:
            self.notice = (
                "There are more folders or runs than are looked at; name some of them to see others."
            )
            return
        names: list[str] = []
        inner: list[str] = []
        for name, is_folder in _entries(folder):
            names.append(name)
            if is_folder:
                inner.append(name)
        self._take(folder, names, called)
        if depth:
            for name in inner:
                if name not in _SKIPPED and not name.startswith(".new-"):
                    self._walk(folder / name, f"{called}/{name}".lstrip("/"), depth - 1)

    def _take(self, folder: Path, names: list[str], called: str) -> None:
        for reader in READERS:
            for log in reader.found_in(folder, names, called or folder.name):
                if len(self._known) < MOST_LOGS:
                    self._known.setdefault((reader, log.path, log.name), log)


def _entries(folder: Path) -> Iterator[tuple[str, bool]]:
    """Names in a folder, and whether they are folders; no links, at most some thousands."""
    try:
        with os.scandir(folder) as found:
            for number, entry in enumerate(found):
                if number >= MOST_NAMES:
                    return
                if entry.is_symlink():
                    continue
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder or entry.is_file(follow_symlinks=False):
                    yield entry.name, is_folder
    except OSError:
        return
