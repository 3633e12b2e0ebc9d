"""What stands above the arrays of a walk: its operations in their order, and the formula of this one."""

import functools

from rich.segment import Segment

from tuilab.errors import FormulaError
from tuilab.tui.formula import inline, layout
from tuilab.tui.glyphs import SIGNS, GlyphSet
from tuilab.tui.walks.arrangement import FEWEST_ROWS
from tuilab.tui.walks.ink import Line, Styles, centred
from tuilab.walk import Walk
from tuilab.walk.done import Done

TALLEST_FORMULA = 7


def operations(walk: Walk, done: Done, width: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
    """The operations in their order, the one that is walked in brackets, those around it that fit."""
    if len(walk.operations) < 2 or walk.descends:
        return []
    here = walk.operations.index(done)
    names = [f"[{one.name}]" if at == here else one.name for at, one in enumerate(walk.operations)]
    arrow = f" {SIGNS[glyphs].forward} "
    begin = end = here
    while True:
        used = sum(map(len, names[begin : end + 1])) + 3 * (end - begin) + 4
        if end + 1 < len(names) and used + 3 + len(names[end + 1]) <= width:
            end += 1
        elif begin and used + 3 + len(names[begin - 1]) <= width:
            begin -= 1
        else:
            break
    line: Line = [Segment(f"{SIGNS[glyphs].ellipsis} " if begin else "", styles["quiet"])]
    for at in range(begin, end + 1):
        line.append(Segment(names[at], styles["accent" if at == here else "quiet"]))
        if at < end:
            line.append(Segment(arrow, styles["forward"]))
    line.append(Segment(f" {SIGNS[glyphs].ellipsis}" if end + 1 < len(names) else "", styles["quiet"]))
    return [line]


def formula(done: Done, width: int, room: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
    """The operation's formula in two dimensions where there is room, else in a line, or not at all."""
    drawn, line = _drawn(done.row.formula, glyphs == "ascii")
    wanted = FEWEST_ROWS + 2 + (len(done.inputs) > 0) * (FEWEST_ROWS + 1)
    if drawn and len(drawn[0]) <= width and len(drawn) <= TALLEST_FORMULA and room - len(drawn) >= 2 * wanted:
        return [centred([Segment(row, styles["title"])], width) for row in drawn]
    if line and len(line) <= width and room >= wanted:
        return [centred([Segment(line, styles["title"])], width)]
    return []


@functools.lru_cache(maxsize=256)
def _drawn(latex: str, ascii_only: bool) -> tuple[list[str], str]:
    """A formula in two dimensions and in one line; empty where it cannot be laid out so."""
    try:
        box = layout(latex, ascii=ascii_only).lines
    except FormulaError:
        box = []
    try:
        line = inline(latex, ascii=ascii_only)
    except FormulaError:
        line = ""
    return box, line
