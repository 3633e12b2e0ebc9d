"""All axes but the batch in one."""

import math

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers.layer import Layer, Shape


class Flatten(Layer):
    """(batch, a, b, …) becomes (batch, a · b · …); the numbers stay where they are."""

    def output_shape(self, input_shape: Shape) -> Shape:
        return (math.prod(input_shape),)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.reshape(x, (x.shape[0], math.prod(x.shape[1:])))
