"""The .wandb file that W&B keeps on disk: LevelDB's log framing around protobuf records.

file    ":W&B", 0xBEE1 (u16, little endian), version (u8), then blocks of 32,768 bytes, the first with these 7
record  check u32, length u16, kind u8 (1 whole, 2 first, 3 middle, 4 last), payload; fewer than 7 bytes are
        left at the end of a block
Record  2 history: 1 item*: 1 key, 2 nested key*, 16 value as JSON
"""

import json
import math
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

from tuilab.logs.log import Log, numbers
from tuilab.runs import files
from tuilab.runs.protobuf import BYTES, fields

MAGIC = b":W&B\xe1\xbe"
BLOCK = 32_768
HEADER = 7
BYTES_A_POLL = 4 << 20
LONGEST_RECORD = 4 << 20
_WHOLE, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_OURS = ("_step", "_timestamp", "_runtime")


class WandbLog(Log):
    """One .wandb file."""

    kind = "W&B"

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self._offset = 0
        self._parts: list[bytes] = []
        self._skipping = False
        self._identity: tuple[int, int] | None = None
        self._rows = 0
        self._bad = 0

    @classmethod
    def found_in(cls, folder: Path, names: Iterable[str], called: str) -> Iterable[Self]:
        for name in names:
            if name.endswith(".wandb"):
                yield cls(folder / name, called or name[:-6])

    def _read(self) -> None:
        descriptor = files.open_regular(self.path)
        try:
            stat = os.fstat(descriptor)
            identity = (stat.st_dev, stat.st_ino)
            if self._identity not in (None, identity) or stat.st_size < self._offset:
                self._forget()
                self._offset, self._parts, self._skipping, self._rows = 0, [], False, 0
            self._identity = identity
            if self._offset == 0:
                if os.pread(descriptor, len(MAGIC), 0) != MAGIC:
                    self.notice = f"{self.path} does not begin as W&B's files do."
                    return
                self._offset = HEADER
            content = os.pread(descriptor, BYTES_A_POLL, self._offset)
        finally:
            os.close(descriptor)
        for record in self._records(content):
            self._take(record)
        self.behind = len(content) == BYTES_A_POLL
        if self._bad:
            self.notice = f"{self.path}: {self._bad:,} records cannot be read; they are left out."

    def _records(self, content: bytes) -> Iterator[bytes]:
        """The records that are whole in `content`, which begins at the offset; it goes behind them."""
        start, at = self._offset, 0
        while True:
            left = BLOCK - (start + at) % BLOCK
            if left < HEADER:
                at += left
                continue
            header = content[at : at + HEADER]
            if len(header) < HEADER:
                break
            length, kind = int.from_bytes(header[4:6], "little"), header[6]
            if kind == 0 and length == 0:
                if not any(content[at : at + left]) and len(content) - at >= left:
                    at += left  # space that was kept for the rest of a block
                    continue
                break
            if not _WHOLE <= kind <= _LAST or length > left - HEADER:
                self._bad += 1
                self._parts.clear()
                at += left
                if at > len(content):
                    at = len(content)
                    break
                continue
            if at + HEADER + length > len(content):
                break
            payload = content[at + HEADER : at + HEADER + length]
            at += HEADER + length
            self._offset = start + at
            if kind == _WHOLE:
                self._parts.clear()
                yield payload
                continue
            if kind == _FIRST:
                self._parts, self._skipping = [], False
            if sum(map(len, self._parts)) + length > LONGEST_RECORD:
                self._parts, self._skipping = [], True
                self._bad += 1
            if not self._skipping:
                self._parts.append(payload)
            if kind == _LAST and not self._skipping:
                yield b"".join(self._parts)
                self._parts = []
        self._offset = start + at

    def _take(self, record: bytes) -> None:
        try:
            for field in fields(record, 0, len(record)):
                if field.number == 2 and field.wire == BYTES:
                    self._history(record, field.start, field.end)
        except ValueError:
            self._bad += 1

    def _history(self, record: bytes, start: int, end: int) -> None:
        found: dict[str, object] = {}
        for item in fields(record, start, end):
            if item.number != 1 or item.wire != BYTES:
                continue
            key: list[str] = []
            value: object = None
            for part in fields(record, item.start, item.end):
                if part.wire != BYTES:
                    continue
                content = record[part.start : part.end]
                if part.number in (1, 2):
                    key.append(content.decode("utf-8", "replace"))
                elif part.number == 16 and len(content) <= 10_000:
                    try:
                        value = json.loads(content)
                    except (ValueError, RecursionError):
                        value = None
            if key:
                found["/".join(it for it in key if it)] = value
        values = dict(numbers(found))
        step = values.get("_step", float(self._rows))
        when = values.get("_timestamp", float(self._rows))
        for name, one in values.items():
            if name not in _OURS:
                self._point(name, int(step) if math.isfinite(step) else self._rows, one, when)
        self._rows += 1
