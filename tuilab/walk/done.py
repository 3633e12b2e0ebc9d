"""An operation as it was done: its row in the catalogue, and its arrays by their names."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.autodiff.trace import Trace
from tuilab.kernels.catalogue import Operation
from tuilab.kernels.explanation import Explanation, Index, Source
from tuilab.kernels.spelling import COMPARISON_SIGNS, OPERATOR_SIGNS
from tuilab.text import safe
from tuilab.walk.lines import plainly

Array = npt.NDArray[Any]
LONGEST_NAME = 20
OF_IMAGES = frozenset(("conv2d", "conv2d_transpose", "max_pool2d", "average_pool2d", "affine_image"))
"""Operations on images, whose last axis has the channels."""
RESULTS: Mapping[str, tuple[str, ...]] = {
    "adagrad": ("w", "s"),
    "adam": ("w", "m", "v"),
    "batch_norm": ("y", "mean", "variance"),
    "gru": ("y", "h"),
    "gru_step": ("h",),
    "lstm": ("y", "h", "cell"),
    "lstm_step": ("h", "cell"),
    "momentum": ("w", "v"),
    "rmsprop": ("w", "s"),
    "simple_rnn": ("y", "h"),
}
"""What the results of an operation with several are called, in its formula's letters."""


@dataclass(frozen=True)
class Done:
    """A forward stop of a trace with its arrays. `values` and `results` are their numbers in the trace."""

    place: int
    row: Operation
    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]
    names: tuple[str, ...]
    result_names: tuple[str, ...]
    values: tuple[int, ...]
    results: tuple[int, ...]
    given: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.row.name

    @functools.cached_property
    def options(self) -> dict[str, Any]:
        """All options, with their defaults."""
        return {**self.row.options, **self.given}

    @functools.cached_property
    def shown(self) -> tuple[Array, ...]:
        """The outputs that are walked: without those that are only kept for the way back."""
        return self.outputs[: max(1, self.row.outputs - self.row.kept)]

    @functools.cached_property
    def cells(self) -> int:
        """How many elements these have together."""
        return sum(one.size for one in self.shown)

    def element(self, cell: int) -> tuple[int, Index]:
        """The output and the index of an element, counted through all outputs; of images channel by channel,
        so that a window slides over one before it comes to the next."""
        for number, one in enumerate(self.shown):
            if cell < one.size:
                order = self.order(number)
                found = np.unravel_index(cell, tuple(one.shape[axis] for axis in order))
                return number, tuple(int(found[order.index(axis)]) for axis in range(one.ndim))
            cell -= one.size
        raise IndexError(cell)

    def cell_at(self, output: int, index: Index) -> int:
        """The reverse of `element`."""
        before = sum(one.size for one in self.shown[:output])
        shape, order = self.shown[output].shape, self.order(output)
        if not shape:
            return before
        where = tuple(index[axis] for axis in order)
        return before + int(np.ravel_multi_index(where, tuple(shape[axis] for axis in order)))

    def order(self, output: int) -> tuple[int, ...]:
        """The axes of an output from the one that changes last to the one that changes first."""
        axes = tuple(range(self.shown[output].ndim))
        return (0, 3, 1, 2) if self.name in OF_IMAGES and len(axes) == 4 else axes

    def explanation(self, output: int, index: Index) -> Explanation:
        return self.row.explanation(index, *self.inputs, output=output, **self.given)

    def source(self, number: int, index: Index) -> Source:
        """One element of an input."""
        return Source(number, index, float(self.inputs[number][index]))


def done(trace: Trace) -> list[Done]:
    """The operations of a trace, in the order in which they were done."""
    names: dict[int, str] = {}
    for number, value in enumerate(trace.values):
        if value.role != "computed":
            names[number] = safe(value.name, limit=LONGEST_NAME) or _constant(value.array)
    found = []
    for place, stop in enumerate(trace):
        if stop.direction != "forward":
            continue
        row = stop.row
        inputs = tuple(trace.values[number].array for number in stop.inputs)
        shown = tuple(
            names.get(number) or (row.inputs[min(at, len(row.inputs) - 1)] if row.inputs else "x")
            for at, number in enumerate(stop.inputs)
        )
        for at, number in enumerate(stop.outputs):
            called = safe(trace.values[number].name, limit=LONGEST_NAME)
            several = RESULTS.get(row.name, ())
            names[number] = called or (several[at] if at < len(several) else _called(row.name, shown))
        found.append(
            Done(
                place,
                row,
                inputs,
                tuple(trace.values[number].array for number in stop.outputs),
                shown,
                tuple(names[number] for number in stop.outputs),
                stop.inputs,
                stop.outputs,
                stop.options,
            )
        )
    return found


def _constant(array: Array) -> str:
    return plainly(float(array[()])) if array.ndim == 0 else ""


def _called(operation: str, inputs: tuple[str, ...]) -> str:
    """What a result is called: as it would be written, where that is short."""
    sign = OPERATOR_SIGNS.get(operation) or COMPARISON_SIGNS.get(operation)
    if sign and len(inputs) == 2:
        text = " ".join((_grouped(inputs[0]), sign, _grouped(inputs[1])))
    elif operation == "transpose":
        text = f"{inputs[0]}.T" if inputs[0].isidentifier() else f"({inputs[0]}).T"
    else:
        text = f"{operation}({', '.join(inputs)})"
    return text if len(text) <= LONGEST_NAME else operation


def _grouped(name: str) -> str:
    """A name as an operand: in brackets where it has an operator of its own."""
    return f"({name})" if " " in name and not name.endswith((")", "]")) else name
