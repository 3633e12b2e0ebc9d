"""What every layer is."""

import re
from typing import Any

import numpy.typing as npt

from tuilab.autodiff import Tensor
from tuilab.data.randomness import generator
from tuilab.errors import ShapeError
from tuilab.nn.initializers import Initializer
from tuilab.nn.random import next_seed

Shape = tuple[int, ...]


class Layer:
    """A function of a tensor, with parameters.

    A subclass writes `call(x)`, and `build(input_shape)` if it has parameters, which it makes with
    `add_weight`. Shapes are without the batch axis. A layer is built once, by the first input it sees.
    """

    def __init__(self, name: str | None = None) -> None:
        self.name = name or re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()
        self.weights: list[Tensor] = []
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

    def add_weight(self, name: str, shape: Shape, initializer: Initializer) -> Tensor:
        """Make a parameter, drawn from the layer's seed and the number of the parameter."""
        rng = generator(self._seed, "weights", len(self.weights))
        weight = Tensor(initializer(shape, self._dtype, rng), name=f"{self.name}/{name}")
        self.weights.append(weight)
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
        return self.call(tensor, training)
