"""Many records at once: scalars that a loop has written are alike but for their times, steps and values.

A run's event file repeats a few records over and over, byte for byte but for the wall time, the step, the
values and the check behind them. Where that is so, a whole block is compared with its first records and taken
apart by NumPy: about fifty times as fast as one record after the other. What is not so is left to the reader
of single records.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tuilab.runs import records
from tuilab.runs.protobuf import read_varint

LONGEST_PERIOD = 16
"""Records after which they must repeat."""
FEWEST = 32
"""Repetitions that are worth it."""


class Columns(NamedTuple):
    """Points of one tag, in the order of the file."""

    tag: bytes
    steps: npt.NDArray[np.int64]
    wall_times: npt.NDArray[np.float64]
    values: npt.NDArray[np.float32]


class _Shape(NamedTuple):
    """Where in a record its parts lie, counted from its beginning; `size` with header and check."""

    size: int
    step: tuple[int, int]
    values: tuple[tuple[bytes, int], ...]


def take(block: bytes, position: int) -> tuple[list[Columns], int]:
    """The points of the repeating records that begin at `position`, but for the last repetition, and the
    position where that begins.

    Nothing, and `position` itself, where records do not repeat there. The check of each header is that of the
    first, which is computed; checks of payloads are not, so the last are left to who computes them.
    """
    shapes = _period(block, position)
    if not shapes:
        return [], position
    size = sum(shape.size for shape in shapes)
    count = (len(block) - position) // size
    if count < FEWEST:
        return [], position
    rows = np.frombuffer(block, np.uint8, count * size, position).reshape(count, size)
    differs = ((rows ^ rows[0]) & _mask(shapes)).any(axis=1)
    alike = (int(differs.argmax()) if differs.any() else count) - 1
    if alike < FEWEST:
        return [], position
    rows = rows[:alike]
    found: list[Columns] = []
    start = 0
    for shape in shapes:
        wall = rows[:, start + records.HEADER + 1 :][:, :8].copy().view("<f8").ravel()
        steps = _varints(rows[:, start + shape.step[0] : start + shape.step[1]])
        for tag, at in shape.values:
            values = rows[:, start + at : start + at + 4].copy().view("<f4").ravel()
            found.append(Columns(tag, steps, wall, values))
        start += shape.size
    return found, position + alike * size


def _period(block: bytes, position: int) -> list[_Shape]:
    """The shapes of the records that repeat from `position` on; none where they do not."""
    shapes: list[_Shape] = []
    for _ in range(LONGEST_PERIOD + 1):
        shape = _shape(block, position)
        if shape is None:
            return []
        if shapes and shape == shapes[0]:
            return shapes
        shapes.append(shape)
        position += shape.size
    return []


def _shape(block: bytes, position: int) -> _Shape | None:
    """The shape of a record of scalars; None for any other, or one that is not whole.

    wall time (9), step (10), summary (2a), and in it values (0a): tag (0a) and number (15), nothing else.
    """
    header = block[position : position + records.HEADER]
    if len(header) < records.HEADER or not (length := records.length_of(header) or 0):
        return None
    end = position + records.HEADER + length
    if length > records.LIMIT or end + records.FOOTER > len(block):
        return None
    place = position + records.HEADER
    try:
        if length < 13 or block[place] != 0x09 or block[place + 9] != 0x10:
            return None
        step_start = place + 10
        _, place = read_varint(block, step_start, end)
        step_end = place
        if block[place] != 0x2A:
            return None
        summary, place = read_varint(block, place + 1, end)
        if place + summary != end:
            return None
        values: list[tuple[bytes, int]] = []
        while place < end:
            size, inner = read_varint(block, place + 1, end)
            tag_size, tag_start = read_varint(block, inner + 1, end)
            number = tag_start + tag_size
            if (block[place], block[inner]) != (0x0A, 0x0A) or number + 5 > end or block[number] != 0x15:
                return None
            if inner + size != number + 5:
                return None
            values.append((block[tag_start:number], number + 1 - position))
            place = number + 5
    except (ValueError, IndexError):
        return None
    return _Shape(records.OVERHEAD + length, (step_start - position, step_end - position), tuple(values))


def _mask(shapes: list[_Shape]) -> npt.NDArray[np.uint8]:
    """A bit for each bit that must be the same in each repetition."""
    parts = []
    for shape in shapes:
        mask = np.full(shape.size, 0xFF, np.uint8)
        mask[records.HEADER + 1 : records.HEADER + 9] = 0
        mask[slice(*shape.step)] = 0x80  # the bits that tell where the step ends
        for _, at in shape.values:
            mask[at : at + 4] = 0
        mask[-records.FOOTER :] = 0
        parts.append(mask)
    return np.concatenate(parts)


def _varints(groups: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """The numbers of varints of equal length, one a row."""
    value = np.zeros(len(groups), np.uint64)
    for number in range(groups.shape[1]):
        value |= (groups[:, number].astype(np.uint64) & np.uint64(0x7F)) << np.uint64(7 * number)
    return value.view(np.int64)
