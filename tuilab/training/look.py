"""What a step of training holds, for someone who wants to look at it: parameters, gradients, values."""

from typing import Any

import numpy.typing as npt

from tuilab import nn
from tuilab.nn.step import TrainStep

Array = npt.NDArray[Any]

SAMPLES = 16
"""Of a batch so many samples are shown: the first ones."""


def tensors(model: nn.Model, step: TrainStep | None) -> dict[str, Array]:
    """The arrays of a step by name: `batch x`, `value 2 dense`, `gradient dense/kernel`, `parameter …`.

    Values are those of the first `SAMPLES` samples. Parameters are as they are now, after the step; what else
    there is, as the step computed it. Before the first step there are parameters only.
    """
    found: dict[str, Array] = {}
    if step is not None:
        found["batch x"], found["batch y"] = step.x[:SAMPLES], step.y[:SAMPLES]
        for number, record in enumerate(step.tape.records):
            value = record.outputs[0].data
            found[f"value {number} {record.operation.name}"] = value[:SAMPLES] if value.ndim else value
        for parameter, gradient in zip(model.trainable_weights, step.gradients, strict=True):
            found[f"gradient {parameter.name}"] = gradient
    for parameter in model.weights:
        found[f"parameter {parameter.name}"] = parameter.data
    return found
