"""The lock of a run: held with flock from its process's first breath to its last, and freed by the system
whatever ends the process."""

import contextlib
import errno
import fcntl
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tuilab.errors import RunError
from tuilab.runs import files, identity

PATIENCE = 0.25
"""Seconds to go on trying: someone who looks whether the lock is held holds it for a moment himself."""

_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


class RunLock:
    """The lock file at `path`, held by this process until `release` or its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held_by_us(self) -> bool:
        return self._descriptor is not None

    def acquire(self) -> None:
        """Take the lock; RunError where another process holds it."""
        if self._descriptor is not None:
            return
        deadline = time.monotonic() + PATIENCE
        while not self._try():
            if time.monotonic() > deadline:
                raise RunError(
                    f"{self.path.parent.name}: another process is already running this run. "
                    "Attach to it, or stop it first."
                )
            time.sleep(0.005)

    def _try(self) -> bool:
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            descriptor = os.open(self.path, flags, 0o600)
        except OSError as error:
            raise RunError(f"{self.path}: the run cannot be locked ({error.strerror}).") from error
        if _flock(descriptor, exclusive=True) is False or not self._is_still_the_file(descriptor):
            os.close(descriptor)
            return False
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            files.write_all(descriptor, json.dumps(identity.current()._asdict()).encode())
        self._descriptor = descriptor
        return True

    def _is_still_the_file(self, descriptor: int) -> bool:
        # A lock on a file that was removed meanwhile would keep nobody out.
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self.path, follow_symlinks=False))
        except OSError:
            return False

    def release(self) -> None:
        """Give the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def look(path: Path) -> bool | None:
    """Whether a process holds the lock at `path`; None where that cannot be told."""
    try:
        descriptor = files.open_regular(path)
    except FileNotFoundError:
        return False
    except OSError:
        return None
    try:
        got = _flock(descriptor, exclusive=False)
        return None if got is None else not got
    finally:
        os.close(descriptor)


def _flock(descriptor: int, *, exclusive: bool) -> bool | None:
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _NO_LOCKS_HERE:
            return None
        raise
    return True
