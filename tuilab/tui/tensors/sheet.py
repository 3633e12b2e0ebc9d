"""Many small images side by side, each with its name below it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style

from tuilab.tui.tensors.facts import facts
from tuilab.tui.tensors.images import Images
from tuilab.tui.tensors.picture import MOST_ENLARGED, Inks, Way, picture

if TYPE_CHECKING:
    import numpy as np

ACROSS, DOWN = 4, 2
"""So many images, at least, across and down, where an image keeps a legible size with it."""
LEAST_WIDTH, LEAST_HEIGHT = 6, 3
GAP = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the images of a sheet stand: `width` x `height` cells each, `across` in a row, from the image
    `first` on. Below each is a line for its name."""

    width: int
    height: int
    across: int
    down: int
    first: int

    def number(self, x: int, y: int) -> int:
        """The image at a cell; -1 between them."""
        column, right = divmod(x, self.width + GAP)
        row, _ = divmod(y, self.height + 1)
        inside = right < self.width and column < self.across and row < self.down
        return self.first + row * self.across + column if inside else -1


def sheet_of(images: Images, width: int, height: int, way: Way) -> Sheet:
    """The sheet on which the image under the cursor is, in so many cells."""
    rows, columns = images.size
    across, down = (1, 2) if way == "colours" else (2, 1)  # a cell holds two pixels, or a pixel two cells
    most_wide = max(LEAST_WIDTH, (width + GAP) // ACROSS - GAP)
    most_high = max(LEAST_HEIGHT, height // DOWN - 1)
    enlarged = min(MOST_ENLARGED, most_wide // (columns * across), most_high * down // rows)
    scale = max(1, enlarged) * min(1.0, most_wide / (columns * across), most_high * down / rows)
    own = (
        max(across, min(width, round(columns * across * scale))),
        max(1, min(height - 1, math.ceil(rows * scale / down))),
    )
    wide = max(own[0], min(width, len(images.name(images.count - 1)) + 2))
    in_row = max(1, min((width + GAP) // (wide + GAP), images.count))
    rows_of_them = max(1, height // (own[1] + 1))
    at_once = in_row * rows_of_them
    return Sheet(wide, own[1], in_row, rows_of_them, images.number // at_once * at_once)


def draw_sheet(
    array: "np.ndarray[Any, Any]",
    images: Images,
    sheet: Sheet,
    way: Way,
    inks: Inks,
    cursor: str,
    styles: dict[str, Style],
) -> list[list[Segment]]:
    """The images of a sheet, all of one scale, so that they can be compared; the mark `cursor` and the style
    of that name point to the one under the cursor."""
    numbers = range(sheet.first, min(images.count, sheet.first + sheet.across * sheet.down))
    pixels = {number: images.image(array, number) for number in numbers}
    furthest = max((facts(one).furthest for one in pixels.values()), default=0.0)
    lines: list[list[Segment]] = []
    for begin in range(0, len(numbers), sheet.across):
        row = numbers[begin : begin + sheet.across]
        drawn = [picture(pixels[number], sheet.width, sheet.height, furthest, way, inks) for number in row]
        lines += [
            _beside([one[at] if at < len(one) else [] for one in drawn], sheet.width)
            for at in range(sheet.height)
        ]
        names = []
        for number in row:
            here = number == images.number
            text = f"{cursor if here else ' '} {images.name(number)}"[: sheet.width]
            names.append([Segment(text, styles["cursor" if here else "quiet"])])
        lines.append(_beside(names, sheet.width))
    return lines


def _beside(parts: Sequence[list[Segment]], width: int) -> list[Segment]:
    line: list[Segment] = []
    for part in parts:
        line += [*Segment.adjust_line_length(part, width), Segment(" " * GAP)]
    return line
