"""Shapes as pictures: how broadcasting aligns and stretches them, and how memory is read anew."""

from rich.segment import Segment

from tuilab.text import number
from tuilab.tui.glyphs import SIGNS, GlyphSet
from tuilab.tui.walks.ink import Line, Styles, cut, words
from tuilab.walk.done import Done
from tuilab.walk.lines import plainly
from tuilab.walk.openings import aligned, stretches, strides_in_elements, view

MOST_MEMORY = 400


def alignment(done: Done, stretched: bool, hidden: bool, styles: Styles, glyphs: GlyphSet) -> list[Line]:
    """A row an input, the sizes of its axes under each other from the right, and the result below a rule.

    Once `stretched`, a size that was 1 or missing stands in brackets, as large as the result has it.
    """
    wide = done.outputs[0].shape
    cell = max((len(str(size)) for size in wide), default=1) + 4
    margin = max(len(name) for name in (*done.names, "")) + 2
    lines: list[Line] = []
    for name, array in zip(done.names, done.inputs, strict=True):
        line: Line = [
            Segment(f" {SIGNS[glyphs].forward} ", styles["forward"]),
            Segment(words(name, glyphs).ljust(margin), styles["title"]),
        ]
        own, wider = aligned(array.shape, wide), stretches(array.shape, wide)
        for size, result, grows in zip(own, wide, wider, strict=True):
            if grows and stretched:
                line.append(Segment(f"[{result}]".rjust(cell), styles["taken"]))
            elif size is None:
                line.append(
                    Segment(("." if glyphs == "ascii" else "·").rjust(cell - 1) + " ", styles["quiet"])
                )
            elif grows:
                line.append(Segment(f"{size}".rjust(cell - 1) + " ", styles["accent"]))
            else:
                line.append(Segment(f"{size}".rjust(cell - 1) + " ", styles["number"]))
        lines.append(line)
    rule = SIGNS[glyphs].horizontal * (len(wide) * cell)
    lines.append([Segment(" " * (margin + 3)), Segment(rule, styles["quiet"])])
    shown = "?" if hidden else ""
    sizes = "".join((shown or f"{size}").rjust(cell - 1) + " " for size in wide)
    lines.append(
        [
            Segment("   " + words(done.name, glyphs).ljust(margin), styles["quiet"]),
            Segment(sizes, styles["known"]),
        ]
    )
    return lines


def memory(done: Done, width: int, height: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
    """The numbers as they lie in memory, and the strides with which input and output read them."""
    x, found = done.inputs[0], view(done)
    lines: list[Line] = [[Segment("in memory", styles["quiet"])]]
    lines += _row_of_memory(done, width, max(1, height - 6), styles, glyphs)
    lines.append([])
    names = (done.names[0], done.result_names[0])
    margin = max(map(len, names)) + 1
    for name, array, style in ((names[0], x, "title"), (names[1], found, "known")):
        text = words(name, glyphs).ljust(margin)
        if array is None:
            lines.append([Segment(text, styles[style]), Segment("must be copied", styles["quiet"])])
            continue
        strides = strides_in_elements(array)
        shown = ", ".join(map(str, strides)) + ("," if len(strides) == 1 else "")
        lines.append(
            [
                Segment(text, styles[style]),
                Segment(f"{array.shape}  strides ({shown})", styles["number"]),
                Segment(f"  {number(array.itemsize)} bytes each", styles["quiet"]),
            ]
        )
        lines.append([Segment(" " * margin), Segment(words(_place(strides), glyphs), styles["quiet"])])
    return lines


def _place(strides: tuple[int, ...]) -> str:
    """Where an element lies: `[i, j] is at 4·i + j`."""
    letters = "ijklmn"[: len(strides)]
    parts = [
        letter if stride == 1 else f"{stride}·{letter}"
        for stride, letter in zip(strides, letters, strict=True)
    ]
    kept = [part for part, stride in zip(parts, strides, strict=True) if stride]
    return f"[{', '.join(letters)}] is at {' + '.join(kept) or '0'}"


def _row_of_memory(done: Done, width: int, height: int, styles: Styles, glyphs: GlyphSet) -> list[Line]:
    import numpy as np

    x = done.inputs[0]
    first = [plainly(float(one)) for one in np.ravel(x)[:MOST_MEMORY]] if x.size else []
    cell = max(map(len, first), default=1) + 1
    across = max(1, (width - 2) // cell)
    lines: list[Line] = []
    for begin in range(0, min(len(first), across * height), across):
        row = "".join(text.rjust(cell) for text in first[begin : begin + across])
        lines.append([Segment(row, styles["number"])])
    if len(first) > across * height or x.size > len(first):
        last = lines[-1][0]
        text = cut(last.text, width - 3, "") + " " + SIGNS[glyphs].ellipsis
        lines[-1] = [Segment(text, last.style)]
    return lines
