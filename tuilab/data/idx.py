"""IDX files, the format that MNIST is published in, read as if they came from an enemy.

The format: two zero bytes, a type (8: unsigned bytes), the number of dimensions, each dimension as a
big-endian 32-bit number, then the values. A file may be gzipped. The shape is known beforehand, so no
more than that is ever unpacked, whatever the file claims.
"""

import gzip
import hashlib
import io
import os
import stat
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tuilab.errors import DataError

UNSIGNED_BYTES = 8
SLACK = 1 << 20  # a gzipped file may be this much larger than what it holds

Bytes = NDArray[np.uint8]


def header(shape: tuple[int, ...]) -> bytes:
    """The bytes that an IDX file of unsigned bytes of this shape begins with."""
    dimensions = b"".join(size.to_bytes(4, "big") for size in shape)
    return bytes([0, 0, UNSIGNED_BYTES, len(shape)]) + dimensions


def digest(values: Bytes) -> str:
    """The SHA-256 of the uncompressed IDX file that holds `values`."""
    sha = hashlib.sha256(header(values.shape))
    sha.update(values.data)
    return sha.hexdigest()


def read(path: Path, shape: tuple[int, ...], sha256: str | None = None) -> Bytes:
    """The values of the IDX file at `path`, gzipped or not: `shape`, uint8.

    Raises:
        DataError: the file cannot be read, is cut off, is too large, is not IDX, has another shape than
            `shape`, or its uncompressed bytes do not have the given SHA-256. One sentence with its name.
    """
    start = header(shape)
    size = len(start) + int(np.prod(shape))
    with open_file(path, size + SLACK) as file:
        try:
            content = _unpack(file, size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DataError(f"{path}: the gzip data is cut off or damaged.") from error
        except OSError as error:
            raise DataError(f"{path}: cannot be read ({error.strerror or error}).") from error
    _check_start(path, content, shape)
    if len(content) < size:
        raise DataError(f"{path}: cut off after {len(content):,} of {size:,} bytes.")
    if len(content) > size:
        raise DataError(f"{path}: too large, more than the {size:,} bytes it should hold.")
    values = content[len(start) :].reshape(shape)
    if sha256 is not None and digest(values) != sha256:
        raise DataError(f"{path}: damaged or altered, its SHA-256 is not the published one.")
    return values


def open_file(path: Path, most: int) -> BinaryIO:
    """`path` opened for reading, if it is an ordinary file of at most `most` bytes; else a DataError."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise DataError(f"{path}: a folder, where a file was expected.")
        if not stat.S_ISREG(found.st_mode):
            raise DataError(f"{path}: not an ordinary file.")
        if found.st_size > most:
            raise DataError(f"{path}: too large, {found.st_size:,} bytes where at most {most:,} make sense.")
        return path.open("rb")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error}).") from error


def exists(path: Path) -> bool:
    """Whether something lies at `path`, readable or not: what is there but unreadable shall be told of."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _unpack(file: BinaryIO, size: int) -> Bytes:
    """At most `size + 1` uncompressed bytes: one too many is enough to know that there are more."""
    gzipped = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    content = np.empty(size + 1, np.uint8)
    view, filled = content.data, 0
    source: io.BufferedIOBase = gzip.GzipFile(fileobj=file) if gzipped else file  # type: ignore[assignment]
    while filled <= size and (got := source.readinto(view[filled:])):
        filled += got
    return content[:filled]


def _check_start(path: Path, content: Bytes, shape: tuple[int, ...]) -> None:
    expected = header(shape)
    found = content[: len(expected)].tobytes()
    if looks_like_html(content[:256].tobytes()):
        raise DataError(f"{path}: a web page, not data; perhaps a network's login page.")
    if found[:4] != expected[:4]:
        raise DataError(
            f"{path}: not an IDX file of bytes, it begins with {found[:4].hex(' ') or 'nothing'}."
        )
    if found != expected and len(found) == len(expected):
        claimed = tuple(int(n) for n in np.frombuffer(found, ">u4", offset=4))
        raise DataError(f"{path}: holds an array of shape {claimed}, expected {shape}.")


def looks_like_html(start: bytes) -> bool:
    """Whether a file with these first bytes is a web page: what captive portals send for everything."""
    return (
        start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<head", b"<?xml"))
    )
