"""Where the arrays of a walk stand: side by side where there is room, else below each other."""

from rich.segment import Segment

from tuilab.tui.glyphs import SIGNS, GlyphSet
from tuilab.tui.walks.grid import Grid
from tuilab.tui.walks.ink import Line, Styles, beside

GAP = 2
FEWEST_ROWS = 2
"""Rows of numbers that each array keeps, before the formula is written in one line."""


def arranged(
    inputs: list[Grid],
    outputs: list[Grid],
    width: int,
    room: int,
    styles: Styles,
    glyphs: GlyphSet,
    limits: tuple[int | None, int | None],
) -> list[Line]:
    """Grids in one row where they fit; else the inputs in one, or below each other, and then the output."""
    ellipsis = SIGNS[glyphs].ellipsis
    most_rows, most_columns = limits

    def needs(grid: Grid) -> tuple[int, int]:
        """The cells across and down that a grid would like."""
        columns = min(grid.columns, most_columns or grid.columns)
        shown = grid.columns if columns == grid.columns else columns
        across = max(shown * grid.cell + 1, min(len(grid.title) + 3, 34))
        if columns < grid.columns or (most_rows and most_rows < grid.rows):
            across += len(str(grid.rows)) + 3
        return across, min(grid.rows, most_rows or grid.rows) + 1

    def row_of(grids: list[Grid], height: int) -> list[Line]:
        wants = [needs(grid)[0] for grid in grids]
        spare = width - GAP * (len(grids) - 1)
        widths = _shared(wants, spare)
        limit = (most_rows + 2) if most_rows else height
        blocks = [
            grid.draw(own, min(height, limit), styles, ellipsis)
            for grid, own in zip(grids, widths, strict=True)
        ]
        lines = beside(blocks, widths, GAP)
        used = sum(widths) + GAP * (len(grids) - 1)
        margin = max(0, (width - used) // 2)
        return [[Segment(" " * margin), *line] for line in lines]

    def fits(grids: list[Grid]) -> bool:
        return sum(needs(grid)[0] for grid in grids) + GAP * (len(grids) - 1) <= width

    if fits([*inputs, *outputs]):
        return row_of([*inputs, *outputs], room)
    tall = max((needs(grid)[1] for grid in inputs), default=0)
    below = max(needs(grid)[1] for grid in outputs)
    if len(inputs) > 2 and not fits(inputs):  # the first are what comes in; weights and biases follow
        inputs = inputs[:2]
    if not inputs:
        return row_of(outputs, room)
    stacked = sum(needs(grid)[1] for grid in (*inputs, *outputs))
    if not fits(inputs) and stacked <= room and all(needs(grid)[0] <= width for grid in inputs):
        blank = 1 if stacked + len(inputs) <= room else 0
        lines: list[Line] = []
        for grid in (*inputs, *outputs):
            lines += [*([[]] * (blank if lines else 0)), *row_of([grid], needs(grid)[1])]
        return lines
    blank = 1 if tall + below + 1 <= room else 0
    if tall + below + blank <= room:
        heights = tall, below
    else:  # both are cut: the output keeps half, or what it needs
        own = min(below, max(FEWEST_ROWS + 1, room // 2))
        heights = max(1, room - own - blank), own
    above = row_of(inputs, heights[0])
    return [*above, *([[]] * blank), *row_of(outputs, heights[1])]


def _shared(wants: list[int], room: int) -> list[int]:
    """Widths for those who want so much: all they want, or the room shared out, small wants first."""
    if sum(wants) <= room:
        return wants
    widths = [0] * len(wants)
    left, open_ = room, sorted(range(len(wants)), key=lambda at: wants[at])
    for count, at in enumerate(open_):
        widths[at] = min(wants[at], left // (len(open_) - count))
        left -= widths[at]
    return widths
