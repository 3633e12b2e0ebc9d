"""What every layer is."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.autodiff import Tensor
from tuilab.data.randomness import generator
from tuilab.errors import ShapeError
from tuilab.nn.initializers import Initializer
from tuilab.nn.random import next_seed

Array = npt.NDArray[Any]
Shape = tuple[int, ...]
Update = tuple[Array, Array]
"""An array, and what is to be put into it."""


def apply_updates(updates: Sequence[Update]) -> None:
    """Put each value where it belongs."""
    for array, value in updates:
        array[...] = value


class Layer:
    """A function of a tensor, with parameters.

    A subclass writes `call(x)`, and `build(input_shape)` if it has parameters, which it makes with
    `add_weight`. Shapes are without the batch axis. A layer is built once, by the first input it sees.

    What a step of training changes beside the parameters, as batch normalization's moving means, is handed to
    `later`. What it draws at random is drawn for the number of the step, `self.step`, so that a step done
    again is the same.
    """

    trainable = True
    """Whether training moves the parameters."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name or re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()
        self.trainable_weights: list[Tensor] = []
        self.non_trainable_weights: list[Tensor] = []
        self.step = Tensor(np.zeros((), np.int64), name="step")
        self._later: list[Update] = []
        self.built_for: Shape | None = None
        self._seed = 0
        self._dtype: npt.DTypeLike = "float32"

    def build(self, input_shape: Shape) -> None:
        """Make the parameters for inputs of this shape."""

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """The layer's output."""
        raise NotImplementedError

    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape of the output for an input of this shape."""
        return input_shape

    @property
    def weights(self) -> list[Tensor]:
        """All that is kept of the layer: the parameters, and what is not trained but gathered."""
        return [*self.trainable_weights, *self.non_trainable_weights]

    def later(self, weight: Tensor, value: Tensor) -> None:
        """Put `value` into `weight` once the step is done, with the update of the parameters."""
        self._later.append((weight.data, value.data))

    def take_updates(self) -> list[Update]:
        """What `later` was handed, which is forgotten here."""
        taken, self._later = self._later, []
        return taken

    def add_weight(self, name: str, shape: Shape, initializer: Initializer, trainable: bool = True) -> Tensor:
        """Make a parameter, drawn from the layer's seed and the number of the parameter."""
        rng = generator(self._seed, "weights", len(self.weights))
        weight = Tensor(initializer(shape, self._dtype, rng), name=f"{self.name}/{name}")
        (self.trainable_weights if trainable else self.non_trainable_weights).append(weight)
        return weight

    def prepare(self, input_shape: Shape, seed: int, dtype: npt.DTypeLike = "float32") -> Shape:
        """Build the layer if it is not built yet; answers the shape of its output."""
        if self.built_for is None:
            self._seed, self._dtype = seed, dtype
            self.build(input_shape)
            self.built_for = input_shape
        elif self.weights and self.built_for != input_shape:
            raise ShapeError(
                f"Layer {self.name!r} was built for inputs of the shape {self.built_for}. "
                f"It was given {input_shape}."
            )
        return self.output_shape(input_shape)

    def __call__(self, x: Any, training: bool = False) -> Tensor:
        tensor = x if isinstance(x, Tensor) else Tensor(x)
        if tensor.ndim == 0:
            raise ShapeError(f"Layer {self.name!r} needs a batch axis. It was given a single number.")
        if self.built_for is None:
            self.prepare(tensor.shape[1:], next_seed())
        output = self.call(tensor, training)
        apply_updates(self.take_updates())
        if training:
            self.step.data += 1
        return output
