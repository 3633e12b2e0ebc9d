"""Boxes of text with a baseline, and the ways to put them together."""

from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len

from tuilab.errors import FormulaError

WIDEST = 1_000
TALLEST = 200

Side = Literal["l", "c", "r"]


@dataclass(frozen=True, slots=True)
class Box:
    """Rows of text, all `width` cells wide. The row `baseline` is where letters stand and bars lie."""

    lines: list[str]
    baseline: int
    width: int

    @property
    def height(self) -> int:
        return len(self.lines)

    @property
    def below(self) -> int:
        """The number of rows under the baseline."""
        return len(self.lines) - 1 - self.baseline

    def __str__(self) -> str:
        return "\n".join(self.lines)


def text(written: str) -> Box:
    """One row of text."""
    return Box([written], 0, cell_len(written))


def blank(width: int) -> Box:
    """One row of room."""
    return Box([" " * width], 0, width)


def beside(boxes: list[Box]) -> Box:
    """Boxes from left to right, on one baseline."""
    boxes = [box for box in boxes if box.width]
    if not boxes:
        return text("")
    above = max(box.baseline for box in boxes)
    below = max(box.below for box in boxes)
    rows = [""] * (above + 1 + below)
    for box in boxes:
        top = above - box.baseline
        room = " " * box.width
        for index in range(len(rows)):
            inside = top <= index < top + box.height
            rows[index] += box.lines[index - top] if inside else room
    return bounded(Box(rows, above, sum(box.width for box in boxes)))


def stacked(boxes: list[Box], base: int, side: Side = "c") -> Box:
    """Boxes from top to bottom, the baseline in `boxes[base]`, moved to one side or to the centre."""
    width = max(box.width for box in boxes)
    rows = [line for box in boxes for line in widened(box, width, side).lines]
    above = sum(box.height for box in boxes[:base])
    return bounded(Box(rows, above + boxes[base].baseline, width))


def widened(box: Box, width: int, side: Side) -> Box:
    """`box` with room added to make it `width` cells wide."""
    spare = width - box.width
    if spare <= 0:
        return box
    left = {"l": 0, "c": spare // 2, "r": spare}[side]
    return Box([" " * left + line + " " * (spare - left) for line in box.lines], box.baseline, width)


def bounded(box: Box) -> Box:
    """`box`, if it is not too large to be of use."""
    if box.width > WIDEST or box.height > TALLEST:
        raise FormulaError(
            f"The formula would be {box.width:,} x {box.height:,} cells, and at most "
            f"{WIDEST:,} x {TALLEST:,} are drawn."
        )
    return box
