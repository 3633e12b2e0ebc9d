"""Arrays of bytes from an `.npz` archive of somebody else's, without pickles and without trust.

NumPy's own reader makes an array of whatever size the file claims; here the shapes are known beforehand,
and no more than that is unpacked.
"""

import io
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tuilab.data.idx import SLACK, looks_like_html, open_file
from tuilab.errors import DataError

LONGEST_HEADER = 4096


def read(path: Path, shapes: dict[str, tuple[int, ...]]) -> dict[str, NDArray[np.uint8]]:
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
    stream = io.BytesIO(content[:LONGEST_HEADER])
    try:
        if npy.read_magic(stream) != (1, 0):
            raise ValueError("NumPy writes version 1.0 for such arrays")
        found, fortran, dtype = npy.read_array_header_1_0(stream, max_header_size=LONGEST_HEADER)
    except ValueError as error:
        raise DataError(f"{path}: {name!r} is not an array as NumPy saves it.") from error
    if dtype != np.uint8 or fortran or found != shape:
        kind = "pickled objects" if dtype.hasobject else f"{dtype} of shape {found}"
        raise DataError(f"{path}: {name!r} holds {kind}, expected uint8 of shape {shape}.")
    if len(content) != stream.tell() + size:
        raise DataError(f"{path}: {name!r} is cut off or too long.")
    return np.frombuffer(content, np.uint8, size, stream.tell()).reshape(shape)
