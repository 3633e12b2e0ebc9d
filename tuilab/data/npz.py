"""Arrays of bytes from an `.npz` archive of somebody else's, without pickles and without trust.

NumPy's own reader makes an array of whatever size the file claims. Here the shapes are known beforehand:
no more than that is unpacked, and a header that claims anything else is refused.
"""

import ast
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tuilab.data.idx import SLACK, looks_like_html, open_file
from tuilab.errors import DataError

LONGEST_HEADER = 4096


def read(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, NDArray[np.uint8]]:
    """The uint8 arrays of the archive at `path`, by name, each of the shape given for it.

    Raises:
        DataError: the archive cannot be read, or an array is missing, damaged, of another shape or type,
            or stored as a pickle. One sentence with the file's name.
    """
    most = sum(int(np.prod(shape)) for shape in shapes.values()) + SLACK
    with open_file(path, most) as file:
        start = file.read(256)
        if looks_like_html(start):
            raise DataError(f"{path}: a web page, not data; perhaps a network's login page.")
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                return {name: _member(path, archive, name, shape) for name, shape in shapes.items()}
        except OSError as error:
            raise DataError(f"{path}: cannot be read ({error.strerror or error}).") from error
        # RuntimeError: encrypted; NotImplementedError: a way of compressing that is not known.
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise DataError(f"{path}: not an .npz archive, or a damaged one.") from error


def _member(path: Path, archive: zipfile.ZipFile, name: str, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    size = int(np.prod(shape))
    try:
        entry = archive.getinfo(f"{name}.npy")
    except KeyError as error:
        raise DataError(f"{path}: there is no array {name!r} in it.") from error
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(f"{path}: {name!r} is compressed in a way that NumPy does not use.")
    with archive.open(entry) as member:
        content = bytearray(member.read(size + LONGEST_HEADER))
    begin = 10 + int.from_bytes(content[8:10], "little")
    if content[:8] != b"\x93NUMPY\x01\x00" or begin > LONGEST_HEADER:
        raise DataError(f"{path}: {name!r} is not an array as NumPy saves it.")
    try:
        claim = ast.literal_eval(content[10:begin].decode("latin-1").strip())
        kind, fortran, found = claim["descr"], claim["fortran_order"], claim["shape"]
    except (ValueError, TypeError, KeyError, SyntaxError, MemoryError, RecursionError) as error:
        raise DataError(f"{path}: {name!r} is not an array as NumPy saves it.") from error
    if (kind, fortran, found) != ("|u1", False, shape):
        holds = "pickled objects" if "O" in str(kind) else f"{str(kind)[:20]!r} of shape {repr(found)[:60]}"
        raise DataError(f"{path}: {name!r} holds {holds}, expected bytes of shape {shape}, row by row.")
    if len(content) != begin + size:
        raise DataError(f"{path}: {name!r} is cut off or too long.")
    return np.frombuffer(content, np.uint8, size, begin).reshape(shape)
