"""What layers that take several inputs share."""

from collections.abc import Sequence
from typing import Any

from tuilab.autodiff import Tensor
from tuilab.errors import ShapeError
from tuilab.kernels import shapes
from tuilab.nn.layers.layer import Layer, Shape


class Merging(Layer):
    """A layer of several inputs, given as a list; a subclass writes `merge`."""

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """The output of two or more inputs."""
        raise NotImplementedError

    def merged_shape(self, given: Sequence[Shape]) -> Shape:
        """The shape of the output for inputs of these shapes, without the batch."""
        return shapes.broadcast(self.name, *(tuple(one) for one in given))

    def output_shape(self, input_shape: Any) -> Shape:
        return self.merged_shape(self._several(input_shape))

    def call(self, x: Any, training: bool = False) -> Tensor:
        return self.merge(self._several(x))

    def _several(self, inputs: Any) -> Sequence[Any]:
        if not isinstance(inputs, list | tuple) or len(inputs) < 2 or isinstance(inputs[0], int):
            raise ShapeError(f"Layer {self.name!r} merges a list of two or more inputs.")
        return inputs
