"""Files of a run: private to their owner, replaced whole, read within bounds, never through a symlink."""

import contextlib
import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

from tuilab.errors import RunError

JSON_LIMIT = 1 << 20


def write_whole(path: Path, content: bytes, *, durable: bool = False) -> None:
    """Write `path` (mode 0600) so that a reader sees the old content or the new, never a part.

    `durable` waits until the disk has it, so that it outlives a power cut. Raises RunError where the
    file cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(draft, flags, 0o600)
        try:
            write_all(descriptor, content)
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(draft, path)
        if durable:
            sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise RunError(f"{path}: this file of the run cannot be written ({error.strerror}).") from error


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of `content`, however many system calls it takes."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` outlive a power cut, where the file system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def open_regular(path: Path | str, *, dir_fd: int | None = None) -> int:
    """A descriptor for reading a regular file that is not a symlink; OSError otherwise, and never a wait."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags, dir_fd=dir_fd)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "not a regular file")
    return descriptor


def read_within(descriptor: int, limit: int) -> bytes:
    """All of an open file; ValueError where it has more than `limit` bytes."""
    parts: list[bytes] = []
    left = limit + 1
    while left and (part := os.read(descriptor, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    if not left:
        raise ValueError(f"larger than {limit:,} bytes")
    return b"".join(parts)


def parse_object(content: bytes) -> dict[str, Any]:
    """The JSON object in `content`; ValueError where it is something else or too deep."""
    try:
        found = json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(found, dict):
        raise ValueError(f"expected a JSON object, got {type(found).__name__}")
    return found


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file; RunError with the reason if it holds none, FileNotFoundError without it."""
    try:
        descriptor = open_regular(path)
        try:
            return parse_object(read_within(descriptor, JSON_LIMIT))
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise RunError(f"{path}: this file of the run cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise RunError(f"{path}: this file of the run is damaged ({error}).") from error
