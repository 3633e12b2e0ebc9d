"""Training steps straight through, without the Python between their kernels.

A step on a batch of the same shape launches the same kernels on arrays of the same shapes. So the first is
done as always while its launches are noted down with the very arrays they work on; a later one copies its
batch into the first one's arrays and launches the same again. On the mlp that leaves out 250 µs of Python in
1,500 µs a step, and no step after the first needs new memory.

Only what kernels compute is done again. Whether that is all there is, is not assumed but tried: the next
steps are done both ways, and where a single bit differs (something was computed beside the kernels, a random
mask, say), every step goes the ordinary way.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tuilab.autodiff import Tensor
from tuilab.data.nested import leaves, mapped
from tuilab.kernels import jit
from tuilab.nn.layers.layer import apply_updates
from tuilab.nn.optimizers import Optimizer
from tuilab.nn.step import TrainStep, run_step, train_step, update

if TYPE_CHECKING:
    from tuilab.nn.model import Model

Array = npt.NDArray[Any]
TRIALS = 2


@dataclass(slots=True)
class _Plan:
    """The launches of one step, and the arrays where its batch goes in and its results come out."""

    x: Any
    y: Any
    computing: jit.Launches
    """From the batch to the gradients."""
    moving: jit.Launches
    """The update of the parameters."""
    step: TrainStep
    weights: list[tuple[Tensor, Array]]
    optimizer: Optimizer
    trials: int = TRIALS

    def holds(self, optimizer: Optimizer) -> bool:
        """Whether the parameters are still the arrays that the launches work on, and moved by the same."""
        return optimizer is self.optimizer and all(weight.data is array for weight, array in self.weights)

    def takes(self, x: Any, y: Any) -> bool:
        """Whether the batch is like the first one."""
        if x is self.x and y is self.y:  # as when batches come in the same arrays every time
            return True
        given, own = leaves([x, y]), leaves([self.x, self.y])
        return len(given) == len(own) and all(itertools.starmap(_alike, zip(given, own, strict=True)))

    def compute(self, x: Any, y: Any) -> TrainStep:
        """Do the step up to its gradients on another batch."""
        if not (x is self.x and y is self.y):
            for own, given in zip(leaves([self.x, self.y]), leaves([x, y]), strict=True):
                if own is not given:
                    own[...] = given
        jit.replay(self.computing)
        self.step.x, self.step.y = x, y
        return self.step


class StraightPath:
    """Does steps of one model, as `run_step` does, to the bit.

    The `TrainStep` it answers holds for that step: the next one may write over its arrays. For as long as a
    path is in use the model keeps its layers and its loss. With `reused` batches come in the
    same arrays every time, as from `Batches.epoch(…, reuse=True)`, and need not be copied.
    """

    def __init__(self, model: "Model", reused: bool = False) -> None:
        self.model, self.reused = model, reused
        self.ordinary = False
        """Whether it was found that this model must go the ordinary way."""
        self._plan: _Plan | None = None

    def step(self, x: Any, y: Any) -> TrainStep:
        """Do one step."""
        plan = self._plan
        if plan is None or not plan.holds(self.model.optimizer):
            return run_step(self.model, x, y) if self.ordinary else self._record(x, y)
        if not plan.takes(x, y):
            return run_step(self.model, x, y)
        if plan.trials:
            return self._try(plan, x, y)
        optimizer = self.model.optimizer
        self.model.step.data[...] = optimizer.iterations
        step = plan.compute(x, y)
        optimizer.begin_step()
        jit.replay(plan.moving)
        apply_updates(step.updates)
        step.phase = "update"
        return step

    def _record(self, x: Any, y: Any) -> TrainStep:
        own_x, own_y = (x, y) if self.reused else (mapped(np.array, x), mapped(np.array, y))
        with jit.recording() as computing:
            step = _up_to_gradients(self.model, own_x, own_y)
        with jit.recording() as moving:
            update(self.model, step)
        weights = [(weight, weight.data) for weight in self.model.weights]
        self._plan = _Plan(own_x, own_y, computing, moving, step, weights, self.model.optimizer)
        step.x, step.y = x, y
        return step

    def _try(self, plan: _Plan, x: Any, y: Any) -> TrainStep:
        """Do the step both ways; what they leave is that of the ordinary one."""
        plan.trials -= 1
        step = _up_to_gradients(self.model, x, y)
        again = plan.compute(x, y)
        same = all(itertools.starmap(_same_bits, zip(_results(step), _results(again), strict=True)))
        self.model.optimizer.begin_step()
        touched = _touched(plan.moving)
        before = [array.copy() for array in touched]
        self.model.optimizer.launch(step.gradients, self.model.trainable_weights)
        after = [array.copy() for array in touched]
        if same:
            _put(touched, before)
            jit.replay(plan.moving)
            same = all(itertools.starmap(_same_bits, zip(touched, after, strict=True)))
            _put(touched, after)
        apply_updates(step.updates)
        step.phase = "update"
        if not same:
            self._plan, self.ordinary = None, True
        return step


def _up_to_gradients(model: "Model", x: Any, y: Any) -> TrainStep:
    steps = train_step(model, x, y)
    return next(step for step in steps if step.phase == "backward")


def _results(step: TrainStep) -> list[Array]:
    return [
        *(output.data for output in leaves(step.output)),
        step.loss.data,
        *step.gradients,
        *(value for _, value in step.updates),
    ]


def _touched(launches: Iterable[jit.Launch]) -> list[Array]:
    """The arrays that launches are given and may write to, each once."""
    given = [one for _, arguments in launches for one in arguments if isinstance(one, np.ndarray)]
    return list({id(one): one for one in given if one.flags.writeable}.values())


def _put(arrays: Sequence[Array], values: Sequence[Array]) -> None:
    for array, value in zip(arrays, values, strict=True):
        array[...] = value


def _alike(a: Array, b: Array) -> bool:
    return a.shape == b.shape and a.dtype == b.dtype


def _same_bits(a: Array, b: Array) -> bool:
    return _alike(a, b) and a.tobytes() == b.tobytes()
