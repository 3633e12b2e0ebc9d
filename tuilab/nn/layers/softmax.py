"""Numbers made probabilities."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers.layer import Layer


class Softmax(Layer):
    """y = exp(x) / Σ exp(x) along the last axis. The output has the shape of the input."""

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.softmax(x)
