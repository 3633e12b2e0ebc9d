"""Read a lesson file as text, whatever it really is."""

import os
import stat
from hashlib import sha256
from pathlib import Path

from tuilab.errors import LessonError

LARGEST = 1_000_000
"""The largest lesson file, in bytes. The longest chapter of a textbook is a tenth of it."""


def read(path: Path) -> str:
    """The text of `path` with `\\n` at the line ends and no byte-order mark.

    Raises LessonError for a file that is missing, not a regular file, too large, or not UTF-8 text.
    """
    return decode(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """What is in `path`. Raises LessonError as `read` does."""
    try:
        # O_NONBLOCK: opening a pipe that calls itself a lesson must not wait for its other end.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise LessonError(f"{path}: this is not a file. A lesson is a text file that ends in .md.")
            raw = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise LessonError(f"{path}: there is no such file. `tuilab list` names the lessons.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise LessonError(f"{path}: this file cannot be read ({reason}).") from error
    if len(raw) > LARGEST:
        raise LessonError(
            f"{path}: this file has more than {LARGEST:,} bytes, the most a lesson may have. Split it in two."
        )
    return raw


def companion(path: Path) -> bytes | None:
    """What is in the `NAME.py` beside the lesson `NAME.md`; None where there is none."""
    beside = path.with_suffix(".py")
    return read_bytes(beside) if os.path.lexists(beside) else None


def digest(lesson: bytes, companion: bytes | None) -> str:
    """The hash of exactly this content: the lesson, and the `NAME.py` beside it."""
    found = sha256(b"tuilab lesson 1\0")
    for part in (lesson, companion):
        # Each part's length keeps a line moved from one to the other from giving the same hash.
        found.update(b"none" if part is None else b"%d:" % len(part) + part)
    return found.hexdigest()


def decode(raw: bytes, path: Path) -> str:
    """`raw` as text. Raises LessonError naming the line where it is not."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LessonError(f"{path}:1: this text is in UTF-16, and a lesson is in UTF-8. Save it as UTF-8.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise LessonError(
            f"{path}:{line}: the byte 0x{raw[error.start]:02x} is not UTF-8, which a lesson must be. "
            "Save the file as UTF-8."
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    nul = text.find("\0")
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        raise LessonError(f"{path}:{line}: there is a NUL character, so this is not a text file. Remove it.")
    return text
