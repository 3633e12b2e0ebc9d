"""The shapes that grow with what they hold: delimiters, roots, lying braces, grids."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from rich.cells import cell_len

from tuilab.tui.formula import box
from tuilab.tui.formula.ascii import plain
from tuilab.tui.formula.box import Box, Side

# Top, middle, bottom, and what fills the rest.
_GROWING: Final = {
    "(": "⎛⎜⎝⎜", ")": "⎞⎟⎠⎟", "[": "⎡⎢⎣⎢", "]": "⎤⎥⎦⎥", "{": "⎧⎨⎩⎪", "}": "⎫⎬⎭⎪",
    "⌊": "⎢⎢⎣⎢", "⌋": "⎥⎥⎦⎥", "⌈": "⎡⎢⎢⎢", "⌉": "⎤⎥⎥⎥", "|": "││││", "‖": "‖‖‖‖",
    "↑": "↑│││", "↓": "││↓│",
}  # fmt: skip
_GROWING_ASCII: Final = {
    "(": "/|\\|", ")": "\\|/|", "[": "[[[[", "]": "]]]]", "{": "/<\\|", "}": "\\>/|",
    "⌊": "||[|", "⌋": "||]|", "⌈": "[|||", "⌉": "]|||", "|": "||||", "‖": "||||",
    "↑": "^|||", "↓": "||v|",
}  # fmt: skip

_ARROWS: Final = {"→": "──→", "←": "←──", "↔": "←─→", "⇒": "══⇒", "⇐": "⇐══", "↦": "├─→"}
_ARROWS_ASCII: Final = {"→": "-->", "←": "<--", "↔": "<->", "⇒": "==>", "⇐": "<==", "↦": "|->"}


def delimiter(sign: str, above: int, below: int, ascii_only: bool) -> Box:
    """A sign that spans `above` rows over the baseline, the baseline, and `below` rows under it."""
    if not sign:
        return box.text("")
    height = above + 1 + below
    if height == 1:
        return box.text(plain(sign) if ascii_only else sign)
    if sign in "⟨⟩/":
        return _slanted(sign, height, above, ascii_only)
    top, middle, bottom, rest = tuple((_GROWING_ASCII if ascii_only else _GROWING).get(sign, sign * 4))
    if height == 2 and sign in "{}" and not ascii_only:
        top, bottom = "⎰⎱" if sign == "{" else "⎱⎰"
    rows = [top, *[rest] * (height - 2), bottom]
    if height > 2:
        rows[(height - 1) // 2] = middle
    return Box(rows, above, 1)


def _slanted(sign: str, height: int, above: int, ascii_only: bool) -> Box:
    """Angle brackets and slashes lean one cell to the side in each row."""
    down, up = ("\\", "/") if ascii_only else ("╲", "╱")
    if sign == "/":
        return Box([" " * (height - 1 - row) + up + " " * row for row in range(height)], above, height)
    upper = height // 2
    width = (height + 1) // 2
    outward = [width - 1 - row for row in range(upper)]
    columns = [*outward, *([0] if height % 2 else []), *outward[::-1]]
    marks = [up] * upper + ["<" if ascii_only else "⟨"] * (height % 2) + [down] * upper
    rows = [
        " " * column + mark + " " * (width - 1 - column) for column, mark in zip(columns, marks, strict=True)
    ]
    if sign == "⟩":
        mirror = str.maketrans("╱╲/\\⟨<", "╲╱\\/⟩>")
        rows = [row[::-1].translate(mirror) for row in rows]
    return Box(rows, above, width)


def root(body: Box, degree: Box | None, ascii_only: bool) -> Box:
    """A root sign whose hook is as tall as `body` and whose roof is as wide."""
    if body.width == 1 and body.height == 1 and degree is None and not ascii_only:
        return box.beside([box.text("√"), body])
    down, up = ("\\", "/") if ascii_only else ("╲", "╱")
    height = body.height
    hook = [" " * (height + 1), *(" " * (height - row) + up + " " * row for row in range(height))]
    hook[-1] = down + hook[-1][1:]
    roof = ["_" * (body.width + 1), *(f" {line}" for line in body.lines)]
    baseline = body.baseline + 1
    roofed = box.beside([Box(hook, baseline, height + 1), Box(roof, baseline, body.width + 1)])
    if degree is None:
        return roofed
    # The degree stands on the left end of the hook.
    lead = max(0, degree.width - 1)
    rows = [" " * lead + line for line in roofed.lines]
    missing = max(0, degree.height + 1 - len(rows))
    rows = [" " * (lead + roofed.width)] * missing + rows
    first = len(rows) - 1 - degree.height
    for index, line in enumerate(degree.lines, start=first):
        rows[index] = line + rows[index][degree.width :]
    return Box(rows, roofed.baseline + missing, lead + roofed.width)


def brace(body: Box, label: Box | None, over: bool, ascii_only: bool) -> Box:
    """`body` with a lying brace over or under it, and a label beyond the brace."""
    width = max(3, body.width)
    ends = ("..+" if over else "''+") if ascii_only else ("╭╮┴" if over else "╰╯┬")
    left, right, tip = ends[0], ends[1], ends[2]
    line = "-" if ascii_only else "─"
    before = (width - 3) // 2
    drawn = box.text(left + line * before + tip + line * (width - 3 - before) + right)
    labels = [] if label is None else [label]
    return (
        box.stacked([*labels, drawn, body], len(labels) + 1)
        if over
        else box.stacked([body, drawn, *labels], 0)
    )


def arrow(sign: str, above: Box, below: Box | None, ascii_only: bool) -> Box:
    """An arrow longer than what stands over and under it."""
    width = max(above.width, below.width if below else 0) + 2
    tail, line, head = tuple((_ARROWS_ASCII if ascii_only else _ARROWS)[sign])
    drawn = box.text(tail + line * (width - 2) + head)
    return box.stacked([above, drawn, *([below] if below else [])], 1)


def grid(
    cells: Sequence[Sequence[Box]], columns: str, room: Sequence[int], airy: bool, lines: str = ""
) -> Box:
    """Cells in rows and columns.

    `columns` gives each column's side, `room` the cells before it, and `lines` the sign that stands in the
    middle of that room, or a space. Empty rows keep the rows apart if `airy`, or where a tall one would
    touch another.
    """
    widths = [max(row[column].width for row in cells) for column in range(len(columns))]
    rows: list[Box] = []
    for cells_of_row in cells:
        parts: list[Box] = []
        for cell, width, side, before in zip(cells_of_row, widths, columns, room, strict=True):
            parts += [box.blank(before), box.widened(cell, width, _side(side))]
        rows.append(box.beside(parts))
    if airy or any(over.below or under.baseline for over, under in pairwise(rows)):
        rows = [part for row in rows for part in (box.blank(row.width), row)][1:]
    whole = box.stacked(rows, 0, "l")
    if lines.strip():
        whole = _ruled(whole, widths, room, lines)
    return Box(whole.lines, (whole.height - 1) // 2, whole.width)


def _ruled(whole: Box, widths: Sequence[int], room: Sequence[int], lines: str) -> Box:
    """`whole` with the lines of an array that stand between its columns."""
    drawn = whole.lines
    start = 0
    for width, before, sign in zip(widths, room, lines, strict=True):
        if sign != " ":
            drawn = [_overwritten(line, start + before // 2, sign) for line in drawn]
        start += before + width
    return Box(drawn, whole.baseline, whole.width)


def _overwritten(line: str, at: int, sign: str) -> str:
    """`line` with `sign` in the cell `at`, which is empty."""
    if line.isascii():
        return line[:at] + sign + line[at + 1 :]
    cells = 0
    for index, character in enumerate(line):
        if cells == at:
            return line[:index] + sign + line[index + 1 :]
        cells += cell_len(character)
    return line


def _side(letter: str) -> Side:
    return "l" if letter == "l" else "r" if letter == "r" else "c"
