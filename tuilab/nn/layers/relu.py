"""The rectified linear unit."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers.layer import Layer


class ReLU(Layer):
    """y = max(x, 0), element by element. The output has the shape of the input."""

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.relu(x)
