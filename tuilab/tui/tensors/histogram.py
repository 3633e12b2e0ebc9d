"""How the numbers of an array are spread, as bars."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tuilab.text import number
from tuilab.tui.tensors.facts import Facts, parts

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Counts:
    """How many numbers are in each of as many equal parts of the way from `low` to `high`."""

    low: float
    high: float
    counts: tuple[int, ...]


def counted(array: "np.ndarray[Any, Any]", found: Facts, bins: int) -> Counts | None:
    """Look at every element once, a part of the array at a time; None where nothing is finite."""
    import numpy as np

    low, high = found.smallest, found.largest
    if not low <= high or bins < 1:
        return None
    if (
        high / bins - low / bins <= 1e-9 * max(abs(low), abs(high)) / bins
    ):  # too near each other to be told apart in bins
        around = max(0.5, 1e-3 * abs(low))
        low, high = low - around, high + around
    counts = np.zeros(bins, np.int64)
    for part in parts(array):
        values = part.reshape(-1).astype(np.float64)
        if part.dtype.kind == "f":
            values = values[np.isfinite(values)]
        # Each divided first, since the way from one end to the other may be too long for a number.
        values = (values / bins - low / bins) / (high / bins - low / bins) * bins
        counts += np.bincount(np.clip(values, 0, bins - 1).astype(np.intp), minlength=bins)
    return Counts(low, high, tuple(counts.tolist()))


def histogram(found: Counts | None, width: int, height: int, levels: str) -> list[str]:
    """`height` rows of `width` cells: bars in the signs of `levels`, from empty to full, with the ends of the
    axis, and the count of the fullest bar, named below."""
    import numpy as np

    if found is None or width < 8 or height < 3:
        return ["nothing to count".center(width)[:width], *[" " * width] * max(0, height - 1)][:height]
    low, high, counts = found.low, found.high, np.array(found.counts, np.float64)
    full = len(levels) - 1
    bars = height - 2
    heights = np.ceil(counts / counts.max() * bars * full).astype(int)
    rows = []
    for row in range(bars):
        filled = np.clip(heights - (bars - 1 - row) * full, 0, full)
        rows.append("".join(levels[level] for level in filled.tolist()).ljust(width))
    left, right = number(low), number(high)
    share = -(low / 2) / (high / 2 - low / 2)
    zero = round(share * (len(counts) - 1)) if low < 0 < high else -1
    axis = [" "] * width
    axis[: len(left)] = left
    axis[width - len(right) :] = right
    if len(left) < zero < width - len(right) - 1:
        axis[zero] = "0"
    most = f"{len(counts)} bins, the fullest holds {counts.max() / counts.sum():.1%}"
    return [*rows, "".join(axis)[:width], most[:width].ljust(width)]
