"""Windows that slide over images: convolution, pooling, and pixels taken from between others."""

from tuilab.kernels.explanation import Explanation, Index, Source
from tuilab.kernels.windows import Axis, sliding
from tuilab.kernels.windows import pooling as pooled
from tuilab.walk.done import Done
from tuilab.walk.lines import Box, Cell, Explained


def explained(done: Done, output: int, index: Index, value: float) -> Cell:
    """Term by term, as the catalogue explains it."""
    return Explained(output, index, value, done.explanation(output, index))


def convolution(done: Done, output: int, index: Index, value: float) -> Cell:
    """What lies under the window times the weights, the bias, the activation."""
    x, w, _b = done.inputs
    known = done.options
    axes = sliding(
        done.name, x.shape[1:3], w.shape[:2], known["strides"], known["padding"], known["dilation"]
    )
    n, row, column, filter_ = index
    first = filter_ // (w.shape[3] // known["groups"]) * w.shape[2]
    boxes = (
        Box(0, (_one(n), _under(axes[0], row), _under(axes[1], column), range(first, first + w.shape[2]))),
        Box(1, (range(w.shape[0]), range(w.shape[1]), range(w.shape[2]), _one(filter_))),
        Box(2, (_one(filter_),)),
    )
    return Explained(output, index, value, done.explanation(output, index), boxes)


def pooling(done: Done, output: int, index: Index, value: float) -> Cell:
    """What lies under the window, in the same channel."""
    if output >= done.row.outputs - done.row.kept:
        return explained(done, output, index, value)
    known = done.options
    x = done.inputs[0]
    axes = pooled(done.name, x.shape[1:3], known["window"], known["strides"], known["padding"])
    n, row, column, channel = index
    boxes = (Box(0, (_one(n), _under(axes[0], row), _under(axes[1], column), _one(channel))),)
    return Explained(output, index, value, done.explanation(output, index), boxes)


def sampled(done: Done, output: int, index: Index, value: float) -> Cell:
    """The pixels around the place that the map sends this one to, each times its nearness."""
    found = done.explanation(output, index)
    pixels = tuple(
        term for term in found.terms if all(one.input == 0 for one in term.sources) and term.sources
    )
    return Explained(output, index, value, Explanation(pixels, "sum"), _points(found.sources))


def _points(sources: tuple[Source, ...]) -> tuple[Box, ...]:
    return tuple(Box(one.input, tuple(_one(place) for place in one.index)) for one in sources)


def _one(place: int) -> range:
    return range(place, place + 1)


def _under(axis: Axis, at: int) -> range:
    """The places of an axis under the window, those in its padding left out."""
    places = [place for _, place in axis.inside(at)]
    return range(places[0], places[-1] + 1, axis.dilation) if places else range(0)
