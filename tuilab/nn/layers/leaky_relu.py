"""The rectified linear unit that lets a little through below 0."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers.layer import Layer


class LeakyReLU(Layer):
    """y = x where x > 0, negative_slope · x elsewhere. The output has the shape of the input."""

    def __init__(self, negative_slope: float = 0.3, name: str | None = None) -> None:
        super().__init__(name)
        self.negative_slope = float(negative_slope)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.leaky_relu(x, self.negative_slope)
