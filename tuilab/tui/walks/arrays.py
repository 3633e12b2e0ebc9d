"""The arrays of a walk as numbers: what is taken from them in brackets, what is not known yet as a dot."""

import functools
from typing import TYPE_CHECKING, Any

from tuilab.tui.glyphs import SIGNS, GlyphSet
from tuilab.tui.tensors.numbers import Form
from tuilab.tui.walks.arrangement import arranged
from tuilab.tui.walks.grid import LIT, TAKEN, Grid, Index, Scroll, form_of
from tuilab.tui.walks.ink import Line, Styles, words
from tuilab.tui.walks.names import called, unknown
from tuilab.walk import Move, Walk
from tuilab.walk.done import Done
from tuilab.walk.lines import Cell, plainly

if TYPE_CHECKING:
    from numpy.typing import NDArray

IMAGES: dict[str, tuple[tuple[int, int], ...]] = {
    "conv2d": ((1, 2), (0, 1)),
    "conv2d_transpose": ((1, 2), (0, 1)),
    "max_pool2d": ((1, 2),),
    "average_pool2d": ((1, 2),),
    "affine_image": ((1, 2),),
}
"""For operations on images, the axes of their first inputs that are seen; of the output always 1 and 2."""


class Arrays:
    """The arrays of one walk, each in one form and scrolled as it was left."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._scrolls: dict[int, Scroll] = {}

    @functools.lru_cache(maxsize=128)  # noqa: B019  (kept as long as its walk)
    def _form(self, number: int) -> Form:
        return form_of(self._walk.trace.values[number].array)

    def draw(
        self,
        move: Move,
        hidden: bool,
        limits: tuple[int | None, int | None],
        width: int,
        room: int,
        styles: Styles,
        glyphs: GlyphSet,
    ) -> list[Line]:
        """Inputs and outputs of the operation at a place, as far as they are known there; `hidden`: without
        what the place gives."""
        done = move.done
        inputs = [
            self._input(move, number, glyphs)
            for number, one in enumerate(done.inputs)
            if one.ndim or len(done.inputs) < 3
        ]
        outputs = [self._output(move, hidden, glyphs)]
        return arranged(inputs, outputs, width, room, styles, glyphs, limits)

    def _input(self, move: Move, number: int, glyphs: GlyphSet) -> Grid:
        done, array = move.done, move.done.inputs[number]
        taken = [one.index for one in move.line.sources if one.input == number] if move.line else []
        boxes = [box for box in move.cell.boxes if box.input == number] if move.cell else []
        if move.line is not None and move.at.line >= (move.cell.terms if move.cell else 0):
            taken = []
        many = set(taken) if len(taken) <= 4096 else set(taken[:4096])

        def mark(index: Index) -> int:
            if index in many:
                return TAKEN
            return LIT if any(index in box for box in boxes) else 0

        focus = taken[:1]
        for box in boxes[:1]:
            if all(len(one) for one in box.ranges):
                ends = tuple(one[-1] for one in box.ranges), tuple(one[0] for one in box.ranges)
                focus = [*focus, *ends] if focus else [ends[1]]
        at = focus[0] if focus else (0,) * array.ndim
        value = done.values[number]
        name = words(done.names[number], glyphs)
        return Grid(
            "" if not array.ndim and name == plainly(float(array[()])) else name,
            array,
            axes_of(done, number, array),
            at,
            self._form(value),
            sign=SIGNS[glyphs].forward,
            mark=mark,
            focus=focus,
            scroll=self._scrolls.setdefault(value, Scroll()),
        )

    def _output(self, move: Move, hidden: bool, glyphs: GlyphSet) -> Grid:
        done, cell = move.done, move.cell
        output = cell.output if cell is not None else 0
        array = done.shown[output]
        here = cell.index if cell is not None else None

        def mark(index: Index) -> int:
            return TAKEN if index == here else 0

        def text(index: Index) -> str | None:
            if index == here and move.line is not None and cell is not None:
                if hidden:
                    return "?"
                if move.complete:
                    return None
                return _partial(cell, move, form, glyphs) if cell.joined else unknown(glyphs)
            return None if move.known(output, index) else unknown(glyphs)

        value = done.results[output]
        form = self._form(value)
        at = here if here is not None else (0,) * array.ndim
        letter, whole = called(done, output), done.result_names[output]
        return Grid(
            words(letter if letter == whole or array.ndim > 2 else f"{letter} = {whole}", glyphs),
            array,
            axes_of(done, -1, array),
            at,
            form,
            sign=SIGNS[glyphs].forward,
            mark=mark,
            text=text,
            focus=[at],
            number_style="known",
            scroll=self._scrolls.setdefault(value, Scroll()),
        )


def axes_of(done: Done, number: int, array: "NDArray[Any]") -> tuple[int, ...]:
    """The two axes of an array that are seen: of images their height and width."""
    known = IMAGES.get(done.name)
    if known is not None and array.ndim == 4:
        if number < 0:
            return (1, 2)
        if number < len(known):
            return known[number]
    return tuple(range(max(0, array.ndim - 2), array.ndim))


def _partial(cell: Cell, move: Move, form: Form, glyphs: GlyphSet) -> str:
    """The result so far, where it fits."""
    text = form(cell.line(move.at.line).so_far)
    return text if len(text) <= form.width else unknown(glyphs)
