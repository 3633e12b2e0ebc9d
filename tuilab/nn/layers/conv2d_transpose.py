"""The transposed convolution of images."""

import numpy as np

from tuilab.autodiff import Tensor, ops
from tuilab.nn import initializers, regularizers
from tuilab.nn.layers import sizes
from tuilab.nn.layers.activation import ACTIVATIONS, named
from tuilab.nn.layers.dense import FUSED
from tuilab.nn.layers.layer import Layer, Shape


class Conv2DTranspose(Layer):
    """The way back of a convolution as a layer: each pixel gives every filter's window to a larger image.

    filters, kernel_size, strides, padding, activation: as in `Conv2D`. With padding "same" the image grows by
    the strides.

    Input shape (batch, height, width, channels), output shape (batch, rows, columns, filters).
    Parameters: `kernel` W (height, width, filters, channels), Glorot uniform; `bias` b (filters,), zeros.
    M. Zeiler et al., 2010, Deconvolutional Networks.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: sizes.Pair,
        strides: sizes.Pair = 1,
        padding: str = "valid",
        activation: str | None = None,
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        bias_initializer: str | initializers.Initializer = "zeros",
        kernel_regularizer: str | regularizers.Regularizer | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name or "conv2d_transpose")
        self.filters = sizes.count("Conv2DTranspose", "filters", filters)
        self.kernel_size = sizes.pair("Conv2DTranspose", "kernel_size", kernel_size)
        self.strides = sizes.pair("Conv2DTranspose", "strides", strides)
        self.padding = sizes.padding("Conv2DTranspose", padding)
        self.activation = named(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)

    def build(self, input_shape: Shape) -> None:
        channels = sizes.image("Conv2DTranspose", input_shape)[2]
        shape = (*self.kernel_size, self.filters, channels)
        self.kernel = self.add_weight(
            "kernel", shape, self.kernel_initializer, regularizer=self.kernel_regularizer
        )
        if self.use_bias:
            self.bias = self.add_weight("bias", (self.filters,), self.bias_initializer)
        else:
            self.bias = Tensor(np.zeros(self.filters, self._dtype))

    def output_shape(self, input_shape: Shape) -> Shape:
        height, width, _ = sizes.image("Conv2DTranspose", input_shape)
        rows, columns = (
            size * stride if self.padding == "same" else (size - 1) * stride + max(window, stride)
            for size, stride, window in zip((height, width), self.strides, self.kernel_size, strict=True)
        )
        return rows, columns, self.filters

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        fused = self.activation if self.activation in FUSED else "linear"
        extra = tuple(
            max(0, stride - window) if self.padding == "valid" else 0
            for stride, window in zip(self.strides, self.kernel_size, strict=True)
        )
        y = ops.conv2d_transpose(
            self.floating(x),
            self.kernel,
            self.bias,
            self.strides,
            self.padding,
            output_padding=(extra[0], extra[1]),
            activation=fused,
        )
        return y if fused == self.activation else ACTIVATIONS[self.activation](y)
