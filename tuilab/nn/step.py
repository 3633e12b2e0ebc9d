"""One training step as five phases that can be walked: batch, forward, loss, backward, update.

Run straight through, it is what `fit` does; stopped after any phase, everything computed so far is there
to be looked at. Both are the same code, so they give the same bits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from tuilab.autodiff import Tape, Tensor

if TYPE_CHECKING:
    from tuilab.nn.model import Model

Array = npt.NDArray[Any]
PHASES = ("batch", "forward", "loss", "backward", "update")


@dataclass(slots=True)
class TrainStep:
    """What is known of a step so far; `phase` is the last one that was done.

    What later phases compute is not there before them.
    """

    x: Array
    y: Array
    phase: str = "batch"
    tape: Tape = field(default_factory=Tape)
    output: Tensor = field(init=False)
    loss: Tensor = field(init=False)
    gradients: list[Array] = field(init=False)


def train_step(model: "Model", x: Array, y: Array) -> Iterator[TrainStep]:
    """Do one step, a phase at a time; yields the same `TrainStep` after each."""
    step = TrainStep(x, y)
    yield step
    with step.tape:
        step.output = model(x, training=True)
    step.phase = "forward"
    yield step
    with step.tape:
        step.loss = model.loss(y, step.output)
    step.phase = "loss"
    yield step
    step.gradients = step.tape.gradient(step.loss, model.weights)
    step.phase = "backward"
    yield step
    model.optimizer.apply(step.gradients, model.weights)
    step.phase = "update"
    yield step


def run_step(model: "Model", x: Array, y: Array) -> TrainStep:
    """Do one step straight through."""
    *_, step = train_step(model, x, y)
    return step
