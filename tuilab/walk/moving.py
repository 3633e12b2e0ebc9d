"""Operations that only move, mask, take away or turn the sign of numbers: where each came from."""

from collections.abc import Callable, Mapping

import numpy as np

from tuilab.kernels import shapes
from tuilab.kernels.explanation import Index, source
from tuilab.kernels.reference.random import dropout as dropped
from tuilab.walk.done import Done
from tuilab.walk.lines import Cell, Steps, Working, step, written


def _reshaped(done: Done, index: Index) -> Index:
    flat = int(np.ravel_multi_index(index, done.outputs[0].shape)) if index else 0
    return tuple(int(place) for place in np.unravel_index(flat, done.inputs[0].shape))


def _transposed(done: Done, index: Index) -> Index:
    axes = done.options.get("axes")
    rank = done.inputs[0].ndim
    if done.name == "matrix_transpose":
        axes = (*range(rank - 2), rank - 1, rank - 2)
    order = shapes.order_of_axes(done.name, axes, rank)
    own = [0] * rank
    for place, axis in zip(index, order, strict=True):
        own[axis] = place
    return tuple(own)


def _sliced(done: Done, index: Index) -> Index:
    begin, _, step = (done.options[name] for name in ("begin", "end", "step"))
    return tuple(b + i * s for b, i, s in zip(begin, index, step, strict=True))


def _flipped(done: Done, index: Index) -> Index:
    x = done.inputs[0]
    axes = shapes.normalize_axes("flip", done.options["axis"], x.ndim) if x.ndim else ()
    return tuple(
        size - 1 - place if axis in axes else place
        for axis, (place, size) in enumerate(zip(index, x.shape, strict=True))
    )


def _stretched(done: Done, index: Index) -> Index:
    shape = done.inputs[0].shape
    own = index[len(index) - len(shape) :]
    return tuple(0 if size == 1 else place for place, size in zip(own, shape, strict=True))


ORIGINS: Mapping[str, Callable[[Done, Index], Index]] = {
    "reshape": _reshaped,
    "expand_dims": _reshaped,
    "squeeze": _reshaped,
    "transpose": _transposed,
    "matrix_transpose": _transposed,
    "slice": _sliced,
    "flip": _flipped,
    "broadcast_to": _stretched,
}
"""For each of these operations, where in the input an element of the output stands."""


def copied(done: Done, output: int, index: Index, value: float) -> Cell:
    """The same number at another place."""
    own = done.source(0, ORIGINS[done.name](done, index))
    place = f"[{', '.join(map(str, own.index))}]" if own.index else ""
    return Steps(
        output, index, value, [step(f"{done.names[0]}{place}", own.value, "the same number", (own,))]
    )


def dropout(done: Done, output: int, index: Index, value: float) -> Cell:
    """A number is kept and made larger, or becomes 0."""
    x, seed, at = done.inputs
    rate = float(done.options["rate"])
    line = index[:-1]
    scales = dropped(np.ones(x.shape), seed, at, rate)[line] if x.ndim else np.ones(1)
    own = done.source(0, index)
    kept = bool(scales[index[-1]] if index else True)
    mask = Working("mask", (np.atleast_1d(scales) != 0).astype(float), 0, index[-1] if index else 0)
    share = f"{rate:.4g} of all are dropped, by lot"
    first = step("mask", kept, f"kept: {share}" if kept else f"dropped: {share}")
    scaled = f"{int(kept)} · {written(own.value)} / (1 - {rate:.4g})"
    second = step(scaled, value, "what is kept is enlarged, so that the mean stays", (own,))
    return Steps(output, index, value, [first, second], [mask])


def difference(done: Done, output: int, index: Index, value: float) -> Cell:
    """One number less another."""
    a, b = (source(done.inputs, number, index) for number in range(2))
    text = f"{written(a.value)} - {written(b.value)}"
    return Steps(output, index, value, [step(text, value, "", (a, b))])


def negative(done: Done, output: int, index: Index, value: float) -> Cell:
    """A number with the other sign."""
    own = done.source(0, index)
    return Steps(output, index, value, [step(f"-{written(own.value)}", value, "", (own,))])
