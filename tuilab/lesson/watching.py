"""A lesson's file, followed while its author writes.

Editors save in many ways: they write in place, in two goes, or aside and rename; they delete and come back.
So it is the folder that is watched, only for a hint that something may have happened. Whether it has is
decided by looking at the file, and a text is handed on once it has been left alone for a moment.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from tuilab.errors import LessonError
from tuilab.lesson.model import Lesson
from tuilab.lesson.reader import load

NETWORK = frozenset(
    (
        *("9p", "afs", "afpfs", "beegfs", "ceph", "cifs", "davfs", "drvfs", "fuse.sshfs", "fuse.davfs2"),
        *(
            "fuse.gcsfuse",
            "fuse.glusterfs",
            "fuse.rclone",
            "fuse.s3fs",
            "gpfs",
            "lustre",
            "nfs",
            "nfs4",
            "smb3",
        ),
        *("smbfs", "vboxsf", "virtiofs", "vmhgfs", "webdav"),
    )
)
"""Kinds of file systems on which changes made elsewhere are not told to this machine."""

SETTLED = 0.08
"""Seconds that a file must be left alone before it is read."""
PATIENCE = 0.4
"""Seconds that a file which is no lesson may still become one: it was being written."""
POLL = 0.7
"""Seconds between two looks where nobody tells of changes."""
GLANCE = 3.0
"""Seconds between two looks all the same, since a folder that was replaced tells nothing any more."""

Signature = tuple[tuple[int, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found: the lesson, or in a sentence why there is none at the moment."""

    lesson: Lesson | None
    fault: str = ""

    def same_as(self, other: "Reading") -> bool:
        """Whether nothing has changed since: a file was touched, or is as wrong as it was."""
        if self.lesson is None or other.lesson is None:
            return (self.lesson, self.fault) == (other.lesson, other.fault)
        return bool(self.lesson.digest) and self.lesson.digest == other.lesson.digest


def polling_reason(path: Path) -> str:
    """Why a file can only be looked at again and again, in words for its author; empty where it need not."""
    kind = file_system(path)
    if kind in NETWORK:
        return f"This folder is on a network file system ({kind}), so it is looked at every {POLL:g} s."
    return ""


def file_system(path: Path, mounts: str | None = None) -> str:
    """The kind of file system that holds `path`, empty where that is not known.

    mounts: what Linux says in `/proc/self/mountinfo`; read from there where it is None."""
    if mounts is None:
        try:
            mounts = Path("/proc/self/mountinfo").read_text(errors="surrogateescape")
        except OSError:
            return ""
    place = os.path.realpath(path)
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields, dash, after = line.partition(" - ")
        if not dash or len(fields.split()) < 5 or not after:
            continue
        point = fields.split()[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        inside = point == "/" or place == point or place.startswith(f"{point}/")
        if inside and len(point) >= best:
            best, kind = len(point), after.split()[0]
    return kind


async def readings(lesson: Lesson) -> AsyncGenerator[Reading, None]:
    """The lesson each time that its text, or the `NAME.py` beside it, is another than it was.

    A text that is no lesson is told of once it has stayed so for a while. It never ends by itself, and never
    raises for anything that happens to the file.
    """
    path = lesson.header.path.absolute()
    told, seen = Reading(lesson), None
    async with contextlib.aclosing(_hints(path)) as hints:
        async for _ in hints:
            if _signature(path) == seen:
                continue
            seen = await _settled(path)
            found = await asyncio.to_thread(_read, path)
            waited = 0.0
            while found.lesson is None and waited < PATIENCE:
                await asyncio.sleep(SETTLED)
                waited += SETTLED
                if _signature(path) != seen:
                    seen, waited = await _settled(path), 0.0
                    found = await asyncio.to_thread(_read, path)
            if not found.same_as(told):
                told = found
                yield found


def _read(path: Path) -> Reading:
    try:
        return Reading(load(path))
    except LessonError as error:
        return Reading(None, str(error))


def _signature(path: Path) -> Signature:
    """What changes whenever one of the two files does."""
    found: list[tuple[int, ...] | None] = []
    for one in (path, path.with_suffix(".py")):
        try:
            it = os.stat(one)
            found.append((it.st_mtime_ns, it.st_size, it.st_ino, it.st_mode))
        except (OSError, ValueError):
            found.append(None)
    return tuple(found)


async def _settled(path: Path) -> Signature:
    """The signature once it has stayed the same for a moment."""
    seen = _signature(path)
    while True:
        await asyncio.sleep(SETTLED)
        if seen == (seen := _signature(path)):
            return seen


async def _hints(path: Path) -> AsyncGenerator[None, None]:
    """Something may have happened: once at first, then when the system tells of it, else now and then."""
    yield
    if polling_reason(path):
        while True:
            await asyncio.sleep(POLL)
            yield
    from watchfiles import awatch

    names = {path.name, path.with_suffix(".py").name}
    while True:
        folder = _inode(path.parent)
        changes = awatch(
            path.parent,
            watch_filter=lambda _, changed: os.path.basename(changed) in names,
            recursive=False,
            debounce=200,
            rust_timeout=int(GLANCE * 1000),
            yield_on_timeout=True,
        )
        # Where the folder is gone, or the system has no watch left to give, it is looked at again and again.
        with contextlib.suppress(OSError, RuntimeError):
            async with contextlib.aclosing(changes):
                async for _ in changes:
                    yield
                    if _inode(path.parent) != folder:
                        break
        await asyncio.sleep(POLL)
        yield


def _inode(folder: Path) -> tuple[int, int] | None:
    try:
        it = os.stat(folder)
    except OSError:
        return None
    return it.st_dev, it.st_ino
