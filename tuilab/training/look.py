"""What a step of training holds, for someone who wants to look at it: parameters, gradients, values."""

from typing import Any, NamedTuple

import numpy.typing as npt

from tuilab import nn
from tuilab.nn.step import TrainStep
from tuilab.training.course import Opened

Array = npt.NDArray[Any]

SAMPLES = 16
"""Of a batch so many samples are shown: the first ones."""


class Look(NamedTuple):
    """Arrays by name: `batch x`, `value 2 dense`, `gradient dense/kernel`, `parameter …`; and for those that
    a trace holds too, the number of the value in it, below zero (`~number`) for the gradient by it."""

    arrays: dict[str, Array]
    numbers: dict[str, int]


def look(model: nn.Model, step: TrainStep | None, opened: Opened | None = None) -> Look:
    """What is known of a step: of one that is walked, what was computed up to where one stands.

    Values are those of the first `SAMPLES` samples. Parameters are as they are now; what else there is, as
    the step computed it. Before the first step there are parameters only.
    """
    arrays: dict[str, Array] = {}
    numbers: dict[str, int] = {}
    if step is not None:
        arrays["batch x"], arrays["batch y"] = step.x[:SAMPLES], step.y[:SAMPLES]
        done = len(step.tape.records) if opened is None else opened.forward_done
        for place, record in enumerate(step.tape.records[:done]):
            name = f"value {place} {record.operation.name}"
            value = record.outputs[0].data
            arrays[name] = value[:SAMPLES] if value.ndim else value
            if opened is not None:
                numbers[name] = opened.trace.stops[place].outputs[0]
        for place, parameter in enumerate(model.trainable_weights):
            found = step.gradients[place] if opened is None else opened.gradient(place)
            if found is not None:
                arrays[f"gradient {parameter.name}"] = found
                numbers[f"gradient {parameter.name}"] = ~place
    for parameter in model.weights:
        arrays[f"parameter {parameter.name}"] = parameter.data
    return Look(arrays, numbers if opened is not None else {})
