"""Hugging Face's trainer_state.json: `log_history`, a list of objects with a step, an epoch and numbers."""

import math
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from tuilab.logs.log import Log, numbers
from tuilab.runs import files

LARGEST = 64 << 20
NAME = "trainer_state.json"
_CHECKPOINT = re.compile(r"checkpoint-(\d{1,15})")
_LEFT_OUT = ("step",)


class TrainerStateLog(Log):
    """The newest state of a folder: its own, or that of the checkpoint with the highest number in it, which
    has the whole history. It is written whole each time, and read whole when it has changed."""

    kind = "Hugging Face"

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self._seen: tuple[str, int, int] | None = None

    @classmethod
    def found_in(cls, folder: Path, names: Iterable[str], called: str) -> Iterable[Self]:
        if _CHECKPOINT.fullmatch(folder.name):
            return
        if NAME in names or any(
            _CHECKPOINT.fullmatch(name) and (folder / name / NAME).is_file() for name in names
        ):
            yield cls(folder, called)

    def _newest(self) -> Path:
        numbered = [
            (int(it.group(1)), it.group()) for it in map(_CHECKPOINT.fullmatch, os.listdir(self.path)) if it
        ]
        for _, name in sorted(numbered, reverse=True):
            if (self.path / name / NAME).is_file():
                return self.path / name / NAME
        return self.path / NAME

    def _read(self) -> None:
        own, newest = self.path / NAME, self._newest()
        path = own if own.exists() and own.stat().st_mtime_ns >= newest.stat().st_mtime_ns else newest
        descriptor = files.open_regular(path)
        try:
            stat = os.fstat(descriptor)
            stamp = (str(path), stat.st_mtime_ns, stat.st_size)
            if stamp == self._seen:
                return
            state = files.parse_object(files.read_within(descriptor, LARGEST))
        except ValueError as error:
            # It may be half written: the next poll looks again.
            self.notice = f"{path} cannot be read now ({error})."
            return
        finally:
            os.close(descriptor)
        self._seen, self.notice = stamp, ""
        history = state.get("log_history")
        self._forget()
        for entry in history if isinstance(history, list) else ():
            if not isinstance(entry, dict):
                continue
            found = dict(numbers(entry, depth=1))
            step = found.get("step", 0.0)
            for name, value in found.items():
                if name not in _LEFT_OUT:
                    self._point(name, int(step) if math.isfinite(step) else 0, value, step)
