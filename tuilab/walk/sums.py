"""Sums and their like: products of rows and columns, and reductions along axes, term by term."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tuilab.kernels.explanation import Index, Source, lines_of_product, source
from tuilab.walk.done import Done
from tuilab.walk.lines import Array, Box, Cell, Finish, Folded, finish, line_of, mean_of


def product(done: Done, output: int, index: Index, value: float) -> Cell:
    """The row of a meets the column of b."""
    a, b = done.inputs
    row, (before, after) = lines_of_product(a.ndim, b.ndim, index)
    row, before = _stretched(row, a.shape[:-1]), _stretched(before, b.shape[:-2])
    left, right = numbers_along(a, row, ()), numbers_along(b, before, after)

    def sources(k: int) -> tuple[Source, ...]:
        return done.source(0, (*row, k)), done.source(1, (*before, k, *after))

    boxes = (
        line_of(0, a.shape, (*row, 0), len(row)),
        line_of(1, b.shape, (*before, 0, *after), len(before)),
    )
    return Folded(output, index, value, "sum", (left, right), sources, boxes=boxes)


def numbers_along(array: Array, before: Index, after: Index, end: int | None = None) -> Array:
    """The numbers along one axis, up to `end`, at the place `before` and `after` it."""
    key: Any = (*before, slice(0, end), *after)
    found: Array = array[key]
    return found


def _stretched(index: Index, shape: tuple[int, ...]) -> Index:
    """The place in an array that broadcasting stretched to reach `index`."""
    own = index[len(index) - len(shape) :]
    return tuple(0 if size == 1 else place for place, size in zip(own, shape, strict=True))


def dense(done: Done, output: int, index: Index, value: float) -> Cell:
    """A row of x meets a column of W; the bias; the activation."""
    x, w, _b = done.inputs
    i, j = index
    boxes = (line_of(0, x.shape, (i, 0), 1), line_of(1, w.shape, (0, j), 0), Box(2, (range(j, j + 1),)))
    return Folded(
        output,
        index,
        value,
        "sum",
        (x[i], w[:, j]),
        lambda k: (done.source(0, (i, k)), done.source(1, (k, j))),
        boxes=boxes,
        extra=(done.source(2, (j,)),),
        finish=finish(str(done.options["activation"])),
    )


class Along:
    """The elements that a reduction puts into one of its output, as one row, without a list of them."""

    def __init__(self, done: Done, index: Index) -> None:
        x, axis = done.inputs[0], done.options["axis"]
        axes = range(x.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
        self.axes = sorted(one % x.ndim for one in axes)
        kept = list(index)
        if done.options.get("keepdims"):
            kept = [place for one, place in enumerate(index) if one not in self.axes]
        places = iter(kept)
        self.at = tuple(
            range(size) if one in self.axes else range(own := next(places), own + 1)
            for one, size in enumerate(x.shape)
        )
        self.shape = tuple(len(self.at[one]) for one in self.axes)
        whole = x[tuple(slice(one.start, one.stop) for one in self.at)]
        self.numbers: Array = whole.reshape(-1)
        self.done = done

    @property
    def box(self) -> Box:
        return Box(0, self.at)

    def index(self, k: int) -> Index:
        """Where element `k` of the row stands in the input."""
        places = iter(np.unravel_index(k, self.shape)) if self.shape else iter(())
        return tuple(
            int(next(places)) if one in self.axes else place.start for one, place in enumerate(self.at)
        )

    def sources(self, k: int) -> tuple[Source, ...]:
        return (self.done.source(0, self.index(k)),)


def reduction(how: str) -> Callable[[Done, int, Index, float], Cell]:
    """The running sum, product, largest or smallest along the axes."""

    def recipe(done: Done, output: int, index: Index, value: float) -> Cell:
        along = Along(done, index)
        end = mean_of(len(along.numbers)) if how == "mean" else None
        return Folded(
            output,
            index,
            value,
            how,
            (along.numbers,),
            along.sources,
            boxes=(along.box,),
            finish=end,
        )

    return recipe


def place_of(how: str) -> Callable[[Done, int, Index, float], Cell]:
    """The running largest or smallest, and at last its place."""

    def recipe(done: Done, output: int, index: Index, value: float) -> Cell:
        along = Along(done, index)
        end: Finish = ("place of ", "", "its place, the first of equals", lambda _: value)
        return Folded(
            output,
            index,
            value,
            how,
            (along.numbers,),
            along.sources,
            boxes=(along.box,),
            finish=end,
        )

    return recipe


def truth(how: str) -> Callable[[Done, int, Index, float], Cell]:
    """Whether all, or any, are not 0: the smallest, or the largest, of 1 and 0."""

    def recipe(done: Done, output: int, index: Index, value: float) -> Cell:
        along = Along(done, index)
        if not along.numbers.size:
            end: Finish = ("of nothing: ", "", "", lambda _: value)
            return Folded(
                *(output, index, value, "sum", (along.numbers,), along.sources),
                boxes=(along.box,),
                finish=end,
            )
        return Folded(*(output, index, value, how, (along.numbers != 0,), along.sources), boxes=(along.box,))

    return recipe


def until(done: Done, output: int, index: Index, value: float) -> Cell:
    """The sum of all up to the element's own place."""
    x = done.inputs[0]
    axis = int(done.options["axis"]) % max(1, x.ndim)
    before, own, after = index[:axis], index[axis], index[axis + 1 :]
    numbers = numbers_along(x, before, after, own + 1)

    def sources(k: int) -> tuple[Source, ...]:
        return (source(done.inputs, 0, (*before, k, *after)),)

    ranges = [range(place, place + 1) for place in index]
    ranges[axis] = range(own + 1)
    return Folded(output, index, value, "sum", (numbers,), sources, boxes=(Box(0, tuple(ranges)),))
