"""How the numbers of an array are spread, as bars."""

from typing import TYPE_CHECKING, Any

from tuilab.text import number

if TYPE_CHECKING:
    import numpy as np

MOST_COUNTED = 1 << 20
"""Of a larger array every n-th element is counted: a bar is a few pixels high."""


def histogram(array: "np.ndarray[Any, Any]", width: int, height: int, levels: str) -> list[str]:
    """`height` rows of `width` cells: bars in the signs of `levels`, from empty to full, with the ends of the
    axis, and the count of the fullest bar, named below."""
    import numpy as np

    values = array.reshape(-1)
    values = values[:: -(-values.size // MOST_COUNTED) or 1].astype(np.float64)
    values = values[np.isfinite(values)]
    if width < 8 or height < 3 or not values.size:
        return ["nothing to count".center(width)[:width], *[" " * width] * max(0, height - 1)][:height]
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-9 * max(abs(low), abs(high)):  # too near each other to be told apart in bins
        around = max(0.5, 1e-3 * abs(low))
        low, high = low - around, high + around
    counts, _ = np.histogram(values, bins=width, range=(low, high))
    full = len(levels) - 1
    bars = height - 2
    heights = np.ceil(counts / counts.max() * bars * full).astype(int)
    rows = []
    for row in range(bars):
        filled = np.clip(heights - (bars - 1 - row) * full, 0, full)
        rows.append("".join(levels[level] for level in filled.tolist()))
    left, right = number(low), number(high)
    zero = round((0 - low) / (high - low) * (width - 1)) if low < 0 < high else -1
    axis = [" "] * width
    axis[: len(left)] = left
    axis[width - len(right) :] = right
    if len(left) < zero < width - len(right) - 1:
        axis[zero] = "0"
    most = f"{width} bins, the fullest holds {counts.max() / values.size:.1%}"
    return [*rows, "".join(axis)[:width], most[:width].ljust(width)]
