"""Checkpoints of a run: `checkpoints/step-NNNNNNNN.safetensors`, each with all that is needed to go on.

A checkpoint is written aside, synced, and only then given its name; a checksum over all that it holds tells
one that was cut short or changed by a bit. The last few stay, and under `best.safetensors` the one that did
best on the validation set.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuilab.errors import RunError
from tuilab.paths import private_folder
from tuilab.runs import files
from tuilab.text import safe

if TYPE_CHECKING:
    import numpy

KEPT = 3
"""How many of the last checkpoints stay."""
BEST = "best.safetensors"
SIZE_LIMIT = 8 << 30
_NAME = re.compile(r"step-([0-9]{8,15})\.safetensors", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint holds: arrays by name, and facts as JSON takes them."""

    path: Path
    arrays: "Mapping[str, numpy.ndarray]"
    facts: Mapping[str, Any]


def write(
    folder: Path, step: int, arrays: "Mapping[str, numpy.ndarray]", facts: Mapping[str, Any], *, best: bool
) -> Path:
    """Keep the state after `step`; as the `best` one too, if it is. Older ones go once this one is safe.

    Raises:
        RunError: it cannot be written; the earlier ones are as they were.
    """
    import numpy
    from safetensors.numpy import save

    whole = {name: numpy.ascontiguousarray(array).reshape(array.shape) for name, array in arrays.items()}
    told = json.dumps(facts, sort_keys=True)
    content = save(whole, {"facts": told, "checksum": _checksum(whole, told)})
    private_folder(folder)
    path = folder / f"step-{step:08d}.safetensors"
    files.write_whole(path, content, durable=True)
    if best:
        _name_best(path)
    for old in _by_step(folder)[KEPT:]:
        with contextlib.suppress(OSError):
            old.unlink()
    return path


def newest(folder: Path, report: Callable[[str], None] = lambda _: None) -> Checkpoint | None:
    """The last checkpoint that is whole, or None; `report` is told of each that had to be passed over."""
    for path in (*_by_step(folder), folder / BEST):
        try:
            return read(path)
        except FileNotFoundError:
            continue
        except RunError as error:
            report(f"{error} It is passed over.")
    return None


def read(path: Path) -> Checkpoint:
    """The checkpoint in a file; RunError where it is damaged, FileNotFoundError where it is not there."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        descriptor = files.open_regular(path)
        try:
            content = files.read_within(descriptor, SIZE_LIMIT)
        finally:
            os.close(descriptor)
        metadata = files.parse_object(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
        told, checksum = metadata["facts"], metadata["checksum"]
        arrays = load(content)
        if _checksum(arrays, told) != checksum:
            raise ValueError("its checksum does not fit what it holds")
        return Checkpoint(path, arrays, files.parse_object(told.encode()))
    except FileNotFoundError:
        raise
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RunError(f"{path}: this checkpoint is damaged ({safe(why, limit=200)}).") from None


def clear_drafts(folder: Path) -> None:
    """Remove what a run that was killed left half written. For the process that holds the run's lock."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name.startswith("."):
                (folder / name).unlink()


def _checksum(arrays: "Mapping[str, numpy.ndarray]", told: str) -> str:
    digest = hashlib.sha256(told.encode())
    for name in sorted(arrays):
        array: Any = arrays[name]
        digest.update(f"\0{name}\0{array.dtype.str}\0{array.shape}\0".encode())
        digest.update(array.reshape(-1).view("uint8"))
    return digest.hexdigest()


def _by_step(folder: Path) -> list[Path]:
    """The checkpoints by their names, the newest first."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    found = [(int(match[1]), name) for name in names if (match := _NAME.fullmatch(name))]
    return [folder / name for _, name in sorted(found, reverse=True)]


def _name_best(path: Path) -> None:
    """Give a checkpoint the name of the best one too, with no moment in between without a best one."""
    draft = path.with_name(f".{BEST}.{os.getpid()}")
    try:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        try:
            os.link(path, draft)
        except OSError:  # a file system without links
            shutil.copyfile(path, draft)
            draft.chmod(0o600)
        os.replace(draft, path.with_name(BEST))
        files.sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise RunError(f"{path.with_name(BEST)}: cannot be written ({error.strerror}).") from error


def forget_after(folder: Path, step: int) -> None:
    """Remove the checkpoints of later steps: the run was led back, and takes another course from there."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            found = _NAME.fullmatch(name)
            if found and int(found[1]) > step:
                (folder / name).unlink()
