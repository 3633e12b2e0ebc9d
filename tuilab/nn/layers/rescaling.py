"""Inputs brought to another range."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers.layer import Layer


class Rescaling(Layer):
    """y = scale · x + offset. Bytes become float32, so `Rescaling(1 / 255)` takes images to 0 … 1."""

    def __init__(self, scale: float, offset: float = 0.0, name: str | None = None) -> None:
        super().__init__(name)
        self.scale, self.offset = float(scale), float(offset)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.rescale(x, self.scale, self.offset)
