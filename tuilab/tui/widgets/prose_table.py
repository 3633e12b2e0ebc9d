"""Tables of Markdown as lines: columns as narrow as their cells, wrapped where the width asks for it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from tuilab.tui.glyphs import SIGNS, GlyphSet
from tuilab.tui.widgets.inline_text import NO_BREAK, inline_content

if TYPE_CHECKING:
    from markdown_it.token import Token

GAP = 2
NARROWEST = 6


def table_lines(tokens: "Sequence[Token]", width: int, glyphs: GlyphSet = "braille") -> list[Content]:
    """The lines of the table in `tokens` (from `table_open` on), none wider than `width` where it can be."""
    rows: list[list[Content]] = []
    sides: list[str] = []
    for index, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            cell = inline_content(tokens[index + 1], glyphs)
            rows[-1].append(cell.stylize("bold") if token.type == "th_open" else cell)
            if len(rows) == 1:
                style = str(token.attrs.get("style", ""))
                sides.append("right" if "right" in style else "center" if "center" in style else "left")
    if not rows or not sides:
        return []
    widths = _widths([[cell.cell_length for cell in row] for row in rows], len(sides), width)
    lines = _row(rows[0], widths, sides)
    rule = SIGNS[glyphs].horizontal
    lines.append(Content.styled((" " * GAP).join(rule * cells for cells in widths), "$foreground 60%"))
    for row in rows[1:]:
        lines += _row(row, widths, sides)
    return lines


def _widths(cells: Sequence[Sequence[int]], count: int, width: int) -> list[int]:
    """The widest cell of each column; the widest columns give way until all fit."""
    widths = [max([1, *(row[column] for row in cells if column < len(row))]) for column in range(count)]
    spare = width - GAP * (count - 1)
    while sum(widths) > spare and max(widths) > NARROWEST:
        widest = widths.index(max(widths))
        second = max([NARROWEST, *(cells for index, cells in enumerate(widths) if index != widest)])
        target = max(min(second, widths[widest] - 1), widths[widest] - (sum(widths) - spare), NARROWEST)
        widths[widest] = min(target, widths[widest] - 1)
    return widths


def _row(row: Sequence[Content], widths: Sequence[int], sides: Sequence[str]) -> list[Content]:
    columns: list[list[Content]] = []
    for index, (width, side) in enumerate(zip(widths, sides, strict=True)):
        cell = row[index] if index < len(row) else Content("")
        pieces = cell.wrap(width) if cell else [cell]
        columns.append([_placed(piece, width, side) for piece in pieces])
    height = max(len(column) for column in columns)
    lines = []
    for number in range(height):
        parts = [
            column[number] if number < len(column) else Content(" " * width)
            for column, width in zip(columns, widths, strict=True)
        ]
        lines.append(Content(" " * GAP).join(parts).rstrip())
    return lines


def _placed(piece: Content, width: int, side: str) -> Content:
    piece = Content(piece.plain.replace(NO_BREAK, " "), spans=list(piece.spans)).rstrip()
    spare = max(0, width - piece.cell_length)
    left = {"left": 0, "center": spare // 2, "right": spare}[side]
    return piece.pad_left(left).pad_right(spare - left)
