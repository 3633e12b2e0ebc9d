"""Tensors that a run shows to a viewer: `inspect/NAME.safetensors`, replaced whole."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tuilab.errors import RunError
from tuilab.runs import files
from tuilab.runs.directory import Run
from tuilab.text import safe

if TYPE_CHECKING:
    import numpy

SIZE_LIMIT = 64 << 20
"""Bytes that are read at most."""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}", re.ASCII)


class Tensors(NamedTuple):
    arrays: "dict[str, numpy.ndarray]"
    metadata: dict[str, str]


def write_tensors(
    run: Run, name: str, arrays: "Mapping[str, numpy.ndarray]", metadata: Mapping[str, str] | None = None
) -> None:
    """Replace `inspect/NAME.safetensors`; RunError where it cannot be written."""
    import numpy
    from safetensors.numpy import save

    whole = {key: numpy.ascontiguousarray(array).reshape(array.shape) for key, array in arrays.items()}
    files.write_whole(_path(run, name), save(whole, dict(metadata or {})))


def read_tensors(run: Run, name: str) -> Tensors:
    """The arrays and metadata of `inspect/NAME.safetensors`.

    RunError where there is none yet, it is too large, or it is not what it claims to be.
    """
    path = _path(run, name)
    try:
        descriptor = files.open_regular(path)
    except OSError as error:
        raise RunError(f"{path}: these tensors cannot be read ({error.strerror}).") from error
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        content = files.read_within(descriptor, SIZE_LIMIT)
        return Tensors(load(content), _metadata(content))
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise RunError(f"{path}: these tensors are damaged ({safe(str(error), limit=200)}).") from error
    finally:
        os.close(descriptor)


def _metadata(content: bytes) -> dict[str, str]:
    length = int.from_bytes(content[:8], "little")
    found = json.loads(content[8 : 8 + length]).get("__metadata__", {})
    return {str(key): str(value) for key, value in found.items()}


def _path(run: Run, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise RunError(
            f"{safe(name, limit=80)!r} cannot name tensors: use letters, digits, '_', '-' and '.'."
        )
    return run.inspect_folder / f"{name}.safetensors"
