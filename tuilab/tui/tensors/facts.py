"""What there is to say of an array before one looks at its numbers."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tuilab.text import number

if TYPE_CHECKING:
    import numpy as np

AT_A_TIME = 1 << 20
"""Elements looked at together, so that the facts of a large array need little memory."""
AT_FIRST = 1 << 12
"""Elements of a large array that are looked at first, until all have been."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The range of an array's finite numbers, their mean, and how many are NaN or infinite."""

    smallest: float
    largest: float
    mean: float
    nans: int
    infinities: int

    @property
    def furthest(self) -> float:
        """The largest distance from 0; 0 where nothing is finite."""
        ends = [abs(end) for end in (self.smallest, self.largest) if math.isfinite(end)]
        return max(ends, default=0.0)

    @property
    def signed(self) -> bool:
        """Whether there are numbers on both sides of 0, or below it."""
        return self.smallest < 0

    def words(self, width: int) -> str:
        """The facts in at most `width` signs; where they do not fit, the mean goes first."""
        counted = (("NaN", self.nans), ("inf", self.infinities))
        strange = [f"{what} {count:,}" for what, count in counted if count]
        if math.isnan(self.smallest):
            return "  ".join(strange) or "no elements"
        ends = [f"min {number(self.smallest)}", f"max {number(self.largest)}"]
        mean = [f"mean {number(self.mean)}"]
        choices = (
            ends + mean + (strange or ["NaN 0"]),
            ends + mean + strange,
            ends + strange,
            strange + ends,
        )
        for parts in choices:
            text = "  ".join(parts)
            if len(text) <= width:
                break
        return text[:width]


def facts(array: "np.ndarray[Any, Any]") -> Facts:
    """Look at every element once."""
    import numpy as np

    smallest, largest, total, count, nans, infinities = math.inf, -math.inf, 0.0, 0, 0, 0
    for part in parts(array):
        if part.dtype.kind == "f":
            finite = np.isfinite(part)
            if not finite.all():
                missing = int(np.isnan(part).sum())
                nans += missing
                infinities += part.size - int(finite.sum()) - missing
                part = part[finite]
        if part.size:
            smallest, largest = min(smallest, float(part.min())), max(largest, float(part.max()))
            total += float(part.sum(dtype=np.float64))
            count += part.size
    if not count:
        return Facts(math.nan, math.nan, math.nan, nans, infinities)
    return Facts(smallest, largest, total / count, nans, infinities)


def sample(array: "np.ndarray[Any, Any]", most: int = AT_FIRST) -> "np.ndarray[Any, Any]":
    """An even sample of at most so many elements, as a view: for a first look at a large array."""
    if array.size <= most:
        return array
    kept = list(array.shape)
    while math.prod(kept) > most:
        longest = max(range(len(kept)), key=kept.__getitem__)
        kept[longest] = -(-kept[longest] // 2)
    steps = (max(1, -(-size // max(1, some))) for size, some in zip(array.shape, kept, strict=True))
    return array[tuple(slice(None, None, step) for step in steps)]


def parts(array: "np.ndarray[Any, Any]") -> "list[np.ndarray[Any, Any]]":
    """The array as views of about `AT_A_TIME` elements."""
    if array.ndim == 0 or array.size <= AT_A_TIME:
        return [array]
    rows = max(1, AT_A_TIME * len(array) // array.size)
    found: list[np.ndarray[Any, Any]] = []
    for begin in range(0, len(array), rows):
        part = array[begin : begin + rows]
        found += parts(part[0]) if len(part) == 1 and part.size > AT_A_TIME else [part]
    return found


def memory(size: float) -> str:
    """So many bytes for people: `1.6 MB`."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 999.5 or unit == "GB":
            return f"{size:.0f} {unit}" if size >= 99.5 or unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError("unreachable")
