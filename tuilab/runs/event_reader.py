"""Reading event files while they grow: TensorBoard's, ours and other writers'.

A file of unknown origin costs a bounded amount of work and memory per poll, whatever it holds.
"""

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tuilab.runs import files, records, summary
from tuilab.runs.protobuf import read_varint

if TYPE_CHECKING:
    from tuilab.runs.event_bulk import Columns

CHUNK = 1 << 20
WAIT = -1
WORK_PER_POLL = 8 << 20
"""What one poll may cost, in units of about 50 ns: a byte of a file is one, and what is slower more."""
BLOCK_WORK = 8192
POINT_WORK = 32
BULK_GAIN = 16
"""How many times as fast bytes are whose records repeat."""
BULK_PAUSE = 1024
"""Records read one by one before it is tried again whether they repeat."""
CHECK_WORK = 2
SEARCH_WORK = 80_000
SEARCH_TRIES = 2_000
FILE_LIMIT = 1000
KEPT_TAGS = 1000
FINGERPRINT = 64

_F64 = struct.Struct("<d")
_F32 = struct.Struct("<f")
_point = tuple.__new__  # what a NamedTuple's own constructor calls, twice as fast


class Point(NamedTuple):
    step: int
    wall_time: float
    """Seconds since 1970."""
    tag: str
    value: float


class TextPoint(NamedTuple):
    step: int
    wall_time: float
    tag: str
    text: str


@dataclass(slots=True)
class _File:
    path: str
    identity: tuple[int, int]
    start: bytes
    """Its first bytes: another start under the same name is another file."""
    offset: int = 0
    seen: tuple[int, int] = (-1, -1)
    """Size and modification time when it was last read to its end."""
    searching: bool = False
    """Whether damage was met, and the next record has to be found."""


class EventReader:
    """The event files of `folder`, read a part at a time.

    `behind` tells after a poll whether more is there to be read at once. `generation` grows when a file was
    replaced or became shorter: points from before no longer hold, and all are read again. `damaged` counts
    the stretches and records that were skipped because they are not what event files hold.

    Frames are found by their lengths, whose checks are always computed; of payloads only the last of a block,
    those around damage, and with `verify` all: that makes reading twenty times as fast.
    """

    def __init__(self, folder: Path, *, verify: bool = False) -> None:
        self.folder = folder
        self.verify = verify
        self.behind = False
        self.generation = 0
        self.damaged = 0
        self._files: dict[str, _File] = {}
        self._tags: dict[bytes, str] = {}
        self._points: list[Any] = []
        self._in_bulk = False
        self._bulk_bytes = 0
        self._work = 0

    def poll_columns(self) -> "list[Point | TextPoint | Columns]":
        """As `poll`, with NumPy: the scalars of records that repeat come as columns, in their place."""
        self._in_bulk = True
        try:
            return list(self.poll())
        finally:
            self._in_bulk = False

    def poll(self) -> list[Point | TextPoint]:
        """The points that came since the last poll, in the order of the files and of their records."""
        self._points, self._work, self.behind = [], WORK_PER_POLL, False
        if any(self._was_replaced(file) for file in self._files.values()):
            self._files.clear()
            self.generation += 1
        for name in self._names():
            if self._work <= 0:
                self.behind = True
                break
            self._read_file(name)
        return self._points

    def _names(self) -> list[str]:
        try:
            names = [name for name in os.listdir(self.folder) if "tfevents" in name]
        except OSError:
            return []
        return sorted(names)[:FILE_LIMIT]

    def _was_replaced(self, file: _File) -> bool:
        try:
            found = os.stat(file.path, follow_symlinks=False)
        except OSError:
            return False
        if (found.st_size, found.st_mtime_ns) == file.seen and (found.st_dev, found.st_ino) == file.identity:
            return False
        if (found.st_dev, found.st_ino) != file.identity or found.st_size < max(file.offset, len(file.start)):
            return True
        try:
            descriptor = files.open_regular(file.path)
            try:
                return os.pread(descriptor, len(file.start), 0) != file.start
            finally:
                os.close(descriptor)
        except OSError:
            return False

    def _read_file(self, name: str) -> None:
        path = os.path.join(self.folder, name)
        try:
            descriptor = files.open_regular(path)
        except OSError:
            return
        try:
            found = os.fstat(descriptor)
            file = self._files.get(name)
            if file is None:
                start = os.pread(descriptor, FINGERPRINT, 0)
                file = self._files[name] = _File(path, (found.st_dev, found.st_ino), start)
            elif len(file.start) < FINGERPRINT:
                file.start = os.pread(descriptor, FINGERPRINT, 0)
            if (found.st_size, found.st_mtime_ns) != file.seen:
                self._read_on(file, descriptor, found.st_size)
                if self._work <= 0:
                    self.behind = True
                else:
                    file.seen = (found.st_size, found.st_mtime_ns)
        except OSError:
            return
        finally:
            os.close(descriptor)

    def _read_on(self, file: _File, descriptor: int, size: int) -> None:
        """Read records up to `size`, a torn tail, or the end of the work allowed."""
        want = 0
        while self._work > 0 and file.offset + want <= size:
            if want > records.LIMIT:
                file.offset += want
                want = 0
                continue
            block = os.pread(descriptor, min(max(want, CHUNK), size - file.offset), file.offset)
            if len(block) < max(want, records.OVERHEAD):
                return
            points = len(self._points)
            is_end = file.offset + len(block) >= size
            self._bulk_bytes = 0
            used, want = (self._search if file.searching else self._scan)(file, block, is_end)
            cost = used - self._bulk_bytes + self._bulk_bytes // BULK_GAIN
            self._work -= max(cost, BLOCK_WORK) + POINT_WORK * (len(self._points) - points)
            file.offset += used
            if want == WAIT:
                return

    def _scan(self, file: _File, block: bytes, is_end: bool) -> tuple[int, int]:
        """Take the records that lie whole at the start of `block`.

        Returns how many bytes they were, and how many must be there to go on (0: another block, or `WAIT`).
        A record followed by zeros alone is waited for: network file systems show that a file grew before they
        show with what.
        """
        position, previous = 0, -1
        points = len(self._points)
        singles = BULK_PAUSE
        while position + records.OVERHEAD <= len(block):
            if self._in_bulk:
                if singles >= BULK_PAUSE:
                    position = self._take_many(block, position)
                    singles = 0
                singles += 1
            length = records.length_of(block[position : position + records.HEADER])
            if length is None or position + length + records.OVERHEAD > len(block):
                break
            after = position + length + records.OVERHEAD
            if self.verify and not self._passes(block, position, length):
                if is_end and not any(block[after:]):
                    return position, WAIT
                self._damage(file)
                return position + 1, 0
            points = len(self._points)
            self._take(block, position + records.HEADER, after - records.FOOTER)
            previous, position = position, after
        else:
            length = -records.OVERHEAD
        if previous >= 0 and not self._passes(block, previous, position - previous - records.OVERHEAD):
            # Its length was right and its content is not: what lies behind may begin inside it.
            del self._points[points:]
            if is_end and not any(block[position:]):
                return previous, WAIT
            self._damage(file)
            return previous + 1, 0
        if length is not None:
            return position, length + records.OVERHEAD
        if is_end and not any(block[position + records.HEADER :]):
            return position, WAIT
        self._damage(file)
        return position, 0

    def _search(self, file: _File, block: bytes, is_end: bool) -> tuple[int, int]:
        """Skip up to a record whose length and content pass their checks. Returns as `_scan`."""
        self._work -= SEARCH_WORK
        start, found = records.find_header(block, 0, SEARCH_TRIES)
        if not found:
            return start, 0
        length = records.length_of(block[start : start + records.HEADER]) or 0
        if start + length + records.OVERHEAD > len(block):
            return start, length + records.OVERHEAD
        if not self._passes(block, start, length):
            return start + 1, 0
        file.searching = False
        return start, 0

    def _damage(self, file: _File) -> None:
        file.searching = True
        self.damaged += 1

    def _passes(self, block: bytes, start: int, length: int) -> bool:
        self._work -= CHECK_WORK * length
        return records.is_whole(block, start, length)

    def _take_many(self, block: bytes, position: int) -> int:
        """Take the records that repeat from `position` on, but for the last: it is read and checked alone."""
        from tuilab.runs import event_bulk

        found, after = event_bulk.take(block, position)
        self._bulk_bytes += after - position
        self._points += [columns for columns in found if self._tag(columns.tag) is not None]
        return after

    def _take(self, block: bytes, start: int, end: int) -> None:
        if self._take_scalars(block, start, end):
            return
        try:
            event = summary.parse(block, start, end)
        except ValueError:
            self.damaged += 1
            return
        for tag, value in event.scalars[:KEPT_TAGS]:
            if (name := self._tag(tag)) is not None:
                self._points.append(Point(event.step, event.wall_time, name, value))
        for tag, text in event.texts[:KEPT_TAGS]:
            if (name := self._tag(tag)) is not None:
                self._points.append(TextPoint(event.step, event.wall_time, name, text))

    def _take_scalars(self, block: bytes, start: int, end: int) -> bool:
        """The quick way for what nearly all records are: wall time, step, and scalars with short tags.

        False, and nothing taken, where the record is another. The four bytes of a check follow `end`, so
        looking a little beyond it is safe.
        """
        if end - start < 13 or block[start] != 0x09 or block[start + 9] != 0x10:
            return False
        try:
            step, position = read_varint(block, start + 10, end)
        except ValueError:
            return False
        if block[position] != 0x2A:
            return False
        size = block[position + 1]
        position += 2
        if size > 0x7F:
            if block[position] > 0x7F:
                return False
            size = size & 0x7F | block[position] << 7
            position += 1
        if position + size != end:
            return False
        wall_time = _F64.unpack_from(block, start + 1)[0]
        step = summary.signed(step)
        taken: list[Point] = []
        while position < end:
            tag_end = position + 4 + block[position + 3]
            if (
                tag_end + 5 > end
                or block[position + 1] > 0x7F
                or position + 2 + block[position + 1] != tag_end + 5
                or block[position] != 0x0A
                or block[position + 2] != 0x0A
                or block[tag_end] != 0x15
            ):
                return False
            tag = self._tag(block[position + 4 : tag_end])
            if tag is not None:
                taken.append(_point(Point, (step, wall_time, tag, _F32.unpack_from(block, tag_end + 1)[0])))
            position = tag_end + 5
        self._points += taken
        return True

    def _tag(self, tag: bytes) -> str | None:
        """A tag as text, the same object each time; None beyond as many tags as are kept."""
        name = self._tags.get(tag)
        if name is None and len(self._tags) < KEPT_TAGS:
            name = self._tags[tag] = tag.decode("utf-8", "replace")
        return name
