"""Writing a run's curve as TensorBoard event records, without TensorBoard."""

import atexit
import contextlib
import itertools
import os
import re
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tuilab.errors import RunError
from tuilab.runs import files, records, summary

FLUSH_EVERY = 0.05
"""Seconds that a record waits at most before it is in the file."""
BUFFER_LIMIT = 1 << 16
"""Bytes that wait at most."""

_NAME = re.compile(r"events\.out\.tfevents\.[0-9]{10}\.", re.ASCII)
_numbers = itertools.count()


class EventWriter:
    """One new event file in `folder`, behind those that are there; `after` is the step after which a run
    goes on that had been interrupted.

    Writing costs a few microseconds: records are gathered and put into the file by a thread, at most
    `FLUSH_EVERY` seconds later. If the file cannot be written (a full disk), the next call raises RunError,
    and the file still ends with a whole record.
    """

    def __init__(self, folder: Path, after: int | None = None) -> None:
        now = time.time()
        # Readers take the files in the order of their names: a second that has one already is over.
        second = max(int(now), _newest_second(folder) + 1)
        host = "".join(c if c.isalnum() else "-" for c in os.uname().nodename)[:64]
        self.path = folder / f"events.out.tfevents.{second:010d}.{host}.{os.getpid()}.{next(_numbers)}"
        try:
            self._file = os.open(
                self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600
            )
        except OSError as error:
            raise RunError(f"{self.path}: the curve cannot be written there ({error.strerror}).") from error
        self._written = 0
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._error: OSError | None = None
        self._lock = threading.Lock()
        self._something_waits = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep_flushing, name="event-writer", daemon=True)
        self._thread.start()
        self._add(records.frame(summary.file_version(now)))
        if after is not None:
            self._add(records.frame(summary.going_on(now, after)))
        atexit.register(self.close)

    def scalars(self, step: int, values: Mapping[str, float], wall_time: float | None = None) -> None:
        """Write the values, by tag, of one step as one record (float32; NaN stays NaN)."""
        self._add(
            records.frame(summary.scalars(time.time() if wall_time is None else wall_time, step, values))
        )

    def text(self, step: int, tag: str, text: str, wall_time: float | None = None) -> None:
        """Write a text that belongs to a step."""
        self._add(
            records.frame(summary.text(time.time() if wall_time is None else wall_time, step, tag, text))
        )

    def flush(self) -> None:
        """Put what waits into the file now."""
        with self._lock:
            self._flush()
            self._raise()

    def sync(self) -> None:
        """Wait until the disk has what was flushed, so that it outlives a power cut."""
        with contextlib.suppress(OSError):
            os.fsync(self._file)

    def close(self) -> None:
        """Flush and close; closing again does nothing."""
        with self._lock:
            if self._closed.is_set():
                return
            self._flush()
            self._closed.set()
            self._something_waits.set()
            os.close(self._file)
        atexit.unregister(self.close)
        if self._thread is not threading.current_thread():
            self._thread.join()
        self._raise()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _add(self, record: bytes) -> None:
        with self._lock:
            self._raise()
            if self._closed.is_set():
                raise RunError(f"{self.path.name}: this event file was closed; nothing can be added to it.")
            self._waiting.append(record)
            self._waiting_bytes += len(record)
            if self._waiting_bytes >= BUFFER_LIMIT:
                self._flush()
                self._raise()
            elif len(self._waiting) == 1:
                self._something_waits.set()

    def _flush(self) -> None:
        if not self._waiting or self._error is not None:
            return
        content = b"".join(self._waiting)
        try:
            files.write_all(self._file, content)
        except OSError as error:
            self._error = error
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._written)
            return
        self._written += len(content)
        self._waiting.clear()
        self._waiting_bytes = 0

    def _raise(self) -> None:
        if self._error is not None:
            raise RunError(
                f"{self.path}: the curve cannot be written ({self._error.strerror}). Is the disk full?"
            ) from self._error

    def _keep_flushing(self) -> None:
        while not self._closed.is_set():
            self._something_waits.wait()
            self._something_waits.clear()
            self._closed.wait(FLUSH_EVERY)
            with self._lock:
                if not self._closed.is_set():
                    self._flush()


def sizes(folder: Path) -> dict[str, int]:
    """Each event file of `folder` with its bytes."""
    return {name: os.stat(folder / name, follow_symlinks=False).st_size for name in _names(folder)}


def cut(folder: Path, kept: Mapping[str, int]) -> None:
    """Leave of the event files of `folder` only what `sizes` had told once; RunError where that fails."""
    for name in _names(folder):
        path = folder / name
        try:
            if name not in kept:
                path.unlink()
            elif os.stat(path, follow_symlinks=False).st_size > kept[name]:
                os.truncate(path, kept[name])
        except OSError as error:
            raise RunError(f"{path}: the curve cannot be cut there ({error.strerror}).") from error


def _names(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if _NAME.match(name))


def _newest_second(folder: Path) -> int:
    try:
        return max((int(name.split(".")[3]) for name in _names(folder)), default=0)
    except OSError:
        return 0
