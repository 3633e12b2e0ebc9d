"""The mean of each image, in each channel."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers import sizes
from tuilab.nn.layers.layer import Layer, Shape


class GlobalAveragePooling2D(Layer):
    """(batch, height, width, channels) becomes (batch, channels): the mean of each image."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name or "global_average_pooling2d")

    def output_shape(self, input_shape: Shape) -> Shape:
        return (sizes.image("GlobalAveragePooling2D", input_shape)[2],)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.global_average_pool2d(x)
