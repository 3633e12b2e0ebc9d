"""A cell's arithmetic with its numbers: the terms, what each gives below it, and what they come to."""

import textwrap

from rich.cells import cell_len
from rich.segment import Segment

from tuilab.text import number
from tuilab.tui.glyphs import SIGNS, GlyphSet
from tuilab.tui.walks.ink import Line, Styles, cut, length, words
from tuilab.walk.lines import SIGNS as JOINS
from tuilab.walk.lines import Cell, Working, plainly

HIDDEN = "?"


def arithmetic(
    cell: Cell, place: int, name: str, hidden: bool, width: int, height: int, styles: Styles, glyphs: GlyphSet
) -> list[Line]:
    """The lines of a cell up to the one at `place`, in at most `height` rows; `hidden`: not what it gives."""
    if cell.joined:
        return _joined(cell, place, name, hidden, width, styles, glyphs)[:height]
    return _steps(cell, place, name, hidden, width, height, styles, glyphs)


def _steps(
    cell: Cell, place: int, name: str, hidden: bool, width: int, height: int, styles: Styles, glyphs: GlyphSet
) -> list[Line]:
    ellipsis = SIGNS[glyphs].ellipsis
    says = textwrap.wrap(words(cell.line(place).says, glyphs), max(10, width - 2))[:2]
    room = max(1, height - len(says))
    lines: list[Line] = []
    for at in range(max(0, place + 1 - room), place + 1):
        step = cell.line(at)
        last = at == cell.count - 1
        left = f"{name} = " if last else ""
        gives = HIDDEN if hidden and at == place else plainly(step.value)
        text = words(f"{left}{step.written}", glyphs)
        right = "" if step.written == gives else f" = {gives}"
        text = cut(text, width - 2 - cell_len(right), ellipsis)
        now = at == place
        lines.append(
            [
                Segment(f"{SIGNS[glyphs].forward if now else ' '} ", styles["accent"]),
                Segment(text, styles["title" if now else "quiet"]),
                Segment(right, styles["result" if now else "quiet"]),
            ]
        )
    return [*lines, *([Segment("  "), Segment(one, styles["quiet"])] for one in says)]


def _joined(
    cell: Cell, place: int, name: str, hidden: bool, width: int, styles: Styles, glyphs: GlyphSet
) -> list[Line]:
    """Terms beside each other, each with what it gives below it, the last that fit; and the result so far."""
    if not cell.terms:
        result = _result(cell, place, 0, name, hidden, width, styles, glyphs)
        return [result, [Segment("nothing is added to it", styles["quiet"])]]
    signs = SIGNS[glyphs]
    join = JOINS[cell.how]
    between = ", " if join in ("max", "min") else f" {join} "
    before = f"{name} = {join + '(' if join in ('max', 'min') else ''}"
    finishing = place >= cell.terms
    last = cell.terms - 1 if finishing else place
    shown: list[tuple[str, str]] = []
    used = cell_len(before) + 2
    for at in range(last, -1, -1):
        line = cell.line(at)
        gives = HIDDEN if hidden and at == place and cell.terms > 1 else plainly(line.value)
        text = words(line.written, glyphs)
        both = max(cell_len(text), cell_len(gives))
        rest = 4 if at else 0
        if shown and used + both + len(between) + rest > width:
            break
        shown.insert(0, (text, "" if text.strip("()") == gives else gives))
        used += both + len(between)
    left_out = last + 1 - len(shown)
    above: Line = [Segment(words(before, glyphs), styles["title"])]
    below: Line = [Segment(" " * cell_len(words(before, glyphs)))]
    if left_out:
        lead = f"{signs.ellipsis}{words(between, glyphs)}"
        above.append(Segment(lead, styles["quiet"]))
        below.append(Segment(" " * cell_len(lead)))
    for at, (text, gives) in enumerate(shown):
        now = left_out + at == place
        both = max(cell_len(text), cell_len(gives))
        style = "taken" if now else "number"
        above.append(Segment(text.center(both), styles[style]))
        below.append(Segment(gives.center(both), styles["result" if now else "quiet"]))
        if at < len(shown) - 1:
            above.append(Segment(words(between, glyphs), styles["quiet"]))
            below.append(Segment(" " * cell_len(words(between, glyphs))))
    if last + 1 < cell.terms:
        more = words(f"{between.rstrip()} ", glyphs) + signs.ellipsis
        above.append(Segment(more if length(above) + cell_len(more) <= width else "", styles["quiet"]))
    elif join in ("max", "min"):
        above.append(Segment(")", styles["title"]))
    result = _result(cell, place, last, name, hidden, width, styles, glyphs)
    return [above, below, result] if any(part.text.strip() for part in below) else [above, result]


def _result(
    cell: Cell,
    place: int,
    last: int,
    name: str,
    hidden: bool,
    width: int,
    styles: Styles,
    glyphs: GlyphSet,
) -> Line:
    line = cell.line(place)
    done = place == cell.count - 1
    gives = HIDDEN if hidden else number(line.so_far)
    if place >= cell.terms and line.written != gives:
        text = f"{name} = {line.written} = "
    elif done:
        text = f"{name} = "
    else:
        text = f"so far, {last + 1:,} of {cell.terms:,}: "
    lead = cut(words(text, glyphs), width - cell_len(gives) - 2, SIGNS[glyphs].ellipsis)
    result = [Segment(lead, styles["title" if done else "quiet"]), Segment(gives, styles["result"])]
    if done and not hidden:
        result.append(Segment(f" {SIGNS[glyphs].forward}", styles["forward"]))
    return result


def working(
    rows: tuple[Working, ...],
    heads: tuple[str, ...],
    place: int,
    hidden: bool,
    width: int,
    styles: Styles,
    glyphs: GlyphSet,
) -> list[Line]:
    """The rows between input and output, those that come later as dots, the columns around the lit one."""
    if not rows:
        return []
    columns = max(len(row.numbers) for row in rows)
    margin = max(cell_len(row.name) for row in rows) + 2
    for digits in (4, 3, 2):
        texts = [_short(one, digits) for row in rows for one in _around(row)]
        cell = max(4, *map(len, texts), *map(len, heads or ("",))) + 2
        if margin + columns * cell <= width:
            break
    across = max(1, min(columns, (width - margin) // cell))
    lit = next((row.lit for row in rows if row.lit is not None), 0) or 0
    begin = 0 if across >= columns else max(0, min(lit - across // 2, columns - across))
    lines: list[Line] = []
    if heads or columns > 1:
        named = [heads[at] if at < len(heads) else str(at) for at in range(begin, begin + across)]
        heading = "".join(words(one, glyphs).rjust(cell - 1) + " " for one in named)
        lines.append([Segment(" " * margin + heading, styles["quiet"])])
    for row in rows:
        there, now = row.since <= place, row.since == place
        line: Line = [Segment(words(row.name, glyphs).ljust(margin), styles["title" if now else "quiet"])]
        for at in range(begin, begin + across):
            own = at == row.lit and there
            if at >= len(row.numbers):
                text = ""
            elif not there:
                text = "." if glyphs == "ascii" else "·"
            else:
                text = HIDDEN if hidden and now else _short(float(row.numbers[at]), digits)
            ends = "[]" if own and now else "  "
            style = "taken" if own and now else "known" if own else "number" if there else "quiet"
            line.append(Segment(" " * max(0, cell - 2 - len(text)), styles["quiet"]))
            line.append(Segment(ends[0] + text + ends[1], styles[style]))
        lines.append(line)
    return lines


def _short(value: float, digits: int) -> str:
    return plainly(value) if digits == 4 else f"{value:.{digits}g}"


def _around(row: Working) -> list[float]:
    """Numbers to find the width of a column by: those around the lit one of a long row."""
    lit = row.lit or 0
    return [float(one) for one in row.numbers[max(0, lit - 64) : lit + 64]]
