"""The arrays of a walk as pictures, with marks that point to the element that is looked at."""

from typing import TYPE_CHECKING, Any

from rich.color import Color
from rich.segment import Segment

from tuilab.tui.glyphs import SIGNS, GlyphSet
from tuilab.tui.tensors.facts import facts
from tuilab.tui.tensors.numbers import Form
from tuilab.tui.tensors.picture import Inks, Way, picture
from tuilab.tui.walks.arrangement import GAP
from tuilab.tui.walks.arrays import axes_of
from tuilab.tui.walks.grid import Grid, Index
from tuilab.tui.walks.ink import Line, Styles, beside, cut, length, words
from tuilab.tui.walks.names import called
from tuilab.walk import Move
from tuilab.walk.openings import on_its_way

if TYPE_CHECKING:
    from numpy.typing import NDArray


def images(
    move: Move, hidden: bool, width: int, room: int, styles: Styles, glyphs: GlyphSet, way: Way
) -> list[Line]:
    """The first inputs of the operation at a place and its output, as far as it is known there."""
    done = move.done
    blocks = [
        (words(name, glyphs), array, axes_of(done, number, array))
        for number, (name, array) in enumerate(zip(done.names, done.inputs, strict=True))
        if array.ndim >= 2 and min(array.shape) > 0
    ][: 1 if done.name == "affine_image" else 2]
    output = done.shown[move.cell.output if move.cell is not None else 0]
    known = 0 if hidden and move.opening is not None else move.at.cell + move.complete
    if move.opening is not None and move.opening.name == "move":
        output, known = on_its_way(done, move.opening.share), output.size
    count = len(blocks) + 1
    each = (width - GAP * (count - 1)) // count
    drawn = []
    for which, (name, array, axes) in enumerate(blocks):
        spot = _spot(move, which) or (0,) * array.ndim
        drawn.append(_image(name, array, axes, spot, each, room, styles, glyphs, way))
    name = words(called(done, 0), glyphs)
    here = move.cell.index if move.cell is not None else (0,) * output.ndim
    axes = axes_of(done, -1, output)
    drawn.append(_image(name, output, axes, here, each, room, styles, glyphs, way, known, done.order(0)))
    return beside(drawn, [each] * count, GAP)


def _spot(move: Move, number: int) -> Index | None:
    """The element of an input that is looked at."""
    if move.line is None or move.cell is None:
        return None
    taken = next((one.index for one in move.line.sources if one.input == number), None)
    boxes = (box for box in move.cell.boxes if box.input == number and all(map(len, box.ranges)))
    return taken or next((tuple(one[0] for one in box.ranges) for box in boxes), None)


def _image(
    name: str,
    array: "NDArray[Any]",
    axes: tuple[int, ...],
    place: Index,
    width: int,
    height: int,
    styles: Styles,
    glyphs: GlyphSet,
    way: Way,
    known: int | None = None,
    order: tuple[int, ...] = (),
) -> list[Line]:
    """An array as a picture, its first `known` elements only, counted by its axes in this order."""
    import numpy as np

    grid = Grid(name, array, axes, place, Form(1), sign=SIGNS[glyphs].forward)
    title: Line = [
        Segment(f"{grid.sign} ", styles["forward"]),
        Segment(cut(grid.title_in(width - 2), width - 2, SIGNS[glyphs].ellipsis), styles["title"]),
    ]
    if not array.size:
        return [title, [Segment(" no elements", styles["quiet"])]]
    if known is not None and known < array.size:
        moved = array.transpose(order)
        seen = np.zeros(array.size)
        seen[: max(0, known)] = moved.reshape(-1)[: max(0, known)]
        array = seen.reshape(moved.shape).transpose(np.argsort(order))
    key = tuple(slice(None) if axis in axes else spot for axis, spot in enumerate(place))
    matrix = array[key]
    matrix = matrix.reshape(1, -1) if matrix.ndim < 2 else matrix
    paper = styles["number"].bgcolor or Color.from_rgb(0, 0, 0)
    inks = Inks(paper, styles["forward"].color or Color.default(), styles["below"].color or Color.default())
    rows = picture(matrix, width - 1, max(1, height - 2), facts(matrix).furthest, way, inks)
    return [title, *_pointed(rows, grid, styles, glyphs)]


def _pointed(rows: list[Line], grid: Grid, styles: Styles, glyphs: GlyphSet) -> list[Line]:
    """A picture with a mark at the left and one below that point to the element that is looked at."""
    row = grid.at[grid.axes[0]] if len(grid.axes) > 1 else 0
    column = grid.at[grid.axes[-1]] if grid.axes else 0
    across = max(map(length, rows), default=0)
    line = int((row + 0.5) / grid.rows * len(rows))
    lines: list[Line] = []
    for at, drawn in enumerate(rows):
        lines.append([Segment(SIGNS[glyphs].forward if at == line else " ", styles["accent"]), *drawn])
    below = " " * (1 + int((column + 0.5) / grid.columns * across))
    return [*lines, [Segment(below + ("▴" if glyphs == "braille" else "^"), styles["accent"])]]
