"""One training step as five phases that can be walked: batch, forward, loss, backward, update.

Run straight through, it is what `fit` does; stopped after any phase, everything computed so far is there
to be looked at. Both are the same code, so they give the same bits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from tuilab.autodiff import Tape, Tensor
from tuilab.nn.layers.layer import Update, apply_updates

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
    updates: list[Update] = field(init=False)
    """What the step changes beside the parameters, once it is done: moving means, say."""


def train_step(model: "Model", x: Array, y: Array) -> Iterator[TrainStep]:
    """Do one step, a phase at a time; yields the same `TrainStep` after each."""
    step = TrainStep(x, y)
    yield step
    model.step.data[...] = model.optimizer.iterations
    model.take_updates()
    with step.tape:
        step.output = model.run(x, training=True)
    step.updates = model.take_updates()
    step.phase = "forward"
    yield step
    with step.tape:
        step.loss = model.compute_loss(y, step.output)
    step.phase = "loss"
    yield step
    step.gradients = step.tape.gradient(step.loss, model.trainable_weights)
    step.phase = "backward"
    yield step
    update(model, step)
    yield step


def update(model: "Model", step: TrainStep) -> None:
    """The last phase: move the parameters, and what changes beside them."""
    model.optimizer.apply(step.gradients, model.trainable_weights)
    apply_updates(step.updates)
    step.phase = "update"


def run_step(model: "Model", x: Array, y: Array) -> TrainStep:
    """Do one step straight through."""
    *_, step = train_step(model, x, y)
    return step
