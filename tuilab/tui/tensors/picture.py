"""A matrix as a picture of half blocks: two rows of pixels in a row of cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

if TYPE_CHECKING:
    import numpy as np

Way = Literal["colours", "shades", "ascii"]
"""colours: half blocks in mixed colours. shades: the signs ░▒▓█ for what is above 0, -=≡ for what is below.
ascii: .+*#@ and -~=% alike."""
SIGNS: dict[Way, tuple[str, str]] = {"shades": (" ░▒▓█", " --=≡"), "ascii": (" .+*#@", " -~=%&")}
LEVELS = 16
MOST_ENLARGED = 4
"""A small matrix is drawn with pixels up to so many times as large."""


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of a picture: where there is nothing, at the largest number, and at the lowest below 0."""

    paper: Color
    above: Color
    below: Color


def picture(
    matrix: "np.ndarray[Any, Any]", width: int, height: int, furthest: float, way: Way, inks: Inks
) -> list[list[Segment]]:
    """The matrix in at most `width` x `height` cells, its proportions kept. Numbers `furthest` from 0 have
    full ink; NaN is shown as a sign."""
    import numpy as np

    rows, columns = matrix.shape
    if not matrix.size or width < 1 or height < 1:
        return []
    down, across = (2 * height, width) if way == "colours" else (height, width // 2)
    scale = max(rows / down, columns / max(1, across))
    if scale > 1:
        pixels = shrunk(matrix, max(1, int(rows / scale)), max(1, int(columns / scale)))
    else:
        larger = min(MOST_ENLARGED, int(1 / scale))
        pixels = matrix.astype(np.float64).repeat(larger, axis=0).repeat(larger, axis=1)
    strength = pixels / furthest if furthest > 0 else pixels * 0
    if way != "colours":
        return [_signs(row, SIGNS[way]) for row in strength]
    levels = np.where(np.isnan(strength), LEVELS + 1, np.rint(np.clip(strength, -1, 1) * LEVELS)).astype(int)
    if len(levels) % 2:
        levels = np.vstack([levels, np.zeros((1, levels.shape[1]), int)])
    colours = [_mixed(inks, level / LEVELS) for level in range(-LEVELS, LEVELS + 1)]
    return [
        _half_blocks(top, bottom, colours) for top, bottom in zip(levels[0::2], levels[1::2], strict=True)
    ]


def shrunk(matrix: "np.ndarray[Any, Any]", rows: int, columns: int) -> "np.ndarray[Any, Any]":
    """The means of the blocks of a matrix cut into `rows` x `columns`, in float64. Of blocks that are very
    large a part is looked at."""
    import numpy as np

    step_down, step_right = (
        max(1, size // (8 * wanted)) for size, wanted in zip(matrix.shape, (rows, columns), strict=True)
    )
    seen = matrix[::step_down, ::step_right].astype(np.float64)
    for axis, wanted in ((0, rows), (1, columns)):
        size = seen.shape[axis]
        begins = np.arange(wanted) * size // wanted
        counts = np.diff([*begins, size])
        shape = (-1, 1) if axis == 0 else (1, -1)
        seen = np.add.reduceat(seen, begins, axis=axis) / counts.reshape(shape)
    return seen


def _signs(row: "np.ndarray[Any, Any]", signs: tuple[str, str]) -> list[Segment]:
    text = []
    for strength in row.tolist():
        ramp = signs[0] if strength >= 0 else signs[1]
        level = round(min(1.0, abs(strength)) * (len(ramp) - 1)) if strength == strength else -1
        text.append("??" if level < 0 else ramp[level] * 2)
    return [Segment("".join(text))]


def _half_blocks(top: Sequence[int], bottom: Sequence[int], colours: Sequence[Color]) -> list[Segment]:
    cells = list(zip(top, bottom, strict=True))
    row: list[Segment] = []
    start = 0
    for end in range(1, len(cells) + 1):
        if end < len(cells) and cells[end] == cells[start]:
            continue
        upper, lower = cells[start]
        length = end - start
        if LEVELS + 1 in (upper, lower):
            row.append(Segment("?" * length, Style(reverse=True)))
        else:
            row.append(
                Segment("▀" * length, Style(color=colours[upper + LEVELS], bgcolor=colours[lower + LEVELS]))
            )
        start = end
    return row


def _mixed(inks: Inks, strength: float) -> Color:
    ink = inks.above if strength >= 0 else inks.below
    paper, pen = inks.paper.get_truecolor(foreground=False), ink.get_truecolor()
    share = abs(strength)
    return Color.from_rgb(*(low + (high - low) * share for low, high in zip(paper, pen, strict=True)))
