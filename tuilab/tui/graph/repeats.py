"""The parts of a computation that repeat, such as the steps of an unrolled LSTM."""

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 64
"""The most operations of a part that is recognised."""
FEWEST = 4
"""Repetitions from which on a part is folded: below, showing them takes no more room."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """`count` times the same `length` keys, from place `begin` on."""

    begin: int
    length: int
    count: int

    @property
    def end(self) -> int:
        return self.begin + self.length * self.count


def repeats(keys: Sequence[int]) -> list[Repeat]:
    """The repeated parts of a sequence, none within another: of several that begin alike, the one that covers
    most, and of those the shortest."""
    if len(keys) < FEWEST:
        return []
    import numpy as np

    numbers = np.asarray(keys)
    best: dict[int, Repeat] = {}
    for length in range(1, min(LONGEST, len(keys) // FEWEST) + 1):
        same = numbers[:-length] == numbers[length:]
        edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
        for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            found = Repeat(begin, length, (end - begin) // length + 1)
            known = best.get(begin)
            if found.count >= FEWEST and (known is None or found.end > known.end + length):
                best[begin] = found
    chosen: list[Repeat] = []
    for found in sorted(best.values(), key=lambda one: (one.begin - one.end, one.length)):
        if all(found.end <= other.begin or other.end <= found.begin for other in chosen):
            chosen.append(found)
    return sorted(chosen, key=lambda one: one.begin)
