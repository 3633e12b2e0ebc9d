"""The largest under a window that slides over images."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers import sizes
from tuilab.nn.layers.layer import Layer, Shape


class MaxPooling2D(Layer):
    """The largest number under each window, in each channel.

    pool_size: height and width of the window. strides: how far windows are apart; None lays them side by
    side. padding: "valid" or "same", as in `Conv2D`.

    Input shape (batch, height, width, channels), output shape (batch, rows, columns, channels).
    """

    def __init__(
        self,
        pool_size: sizes.Pair = 2,
        strides: sizes.Pair | None = None,
        padding: str = "valid",
        name: str | None = None,
    ) -> None:
        super().__init__(name or "max_pooling2d")
        self.pool_size = sizes.pair("MaxPooling2D", "pool_size", pool_size)
        self.strides = self.pool_size if strides is None else sizes.pair("MaxPooling2D", "strides", strides)
        self.padding = sizes.padding("MaxPooling2D", padding)

    def output_shape(self, input_shape: Shape) -> Shape:
        height, width, channels = sizes.image("MaxPooling2D", input_shape)
        return (*sizes.windowed((height, width), self.pool_size, self.strides, self.padding), channels)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.max_pool2d(x, self.pool_size, self.strides, self.padding)
