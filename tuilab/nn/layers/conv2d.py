"""The convolution of images."""

import numpy as np

from tuilab.autodiff import Tensor, ops
from tuilab.nn import initializers, regularizers
from tuilab.nn.layers import sizes
from tuilab.nn.layers.activation import ACTIVATIONS, named
from tuilab.nn.layers.dense import FUSED
from tuilab.nn.layers.layer import Layer, Shape


class Conv2D(Layer):
    """y = activation(x ∗ W + b): each filter looks at every window of the image with the same weights.

    filters: the number of filters. kernel_size: height and width of the window. strides: how far windows are
    apart. padding: "valid", windows inside the image, or "same", zeros around it so that strides of 1 keep
    its size. dilation_rate: how far the pixels of a window are apart. groups: filters and channels in so many
    groups that see nothing of each other.

    Input shape (batch, height, width, channels), output shape (batch, rows, columns, filters).
    Parameters: `kernel` W (height, width, channels / groups, filters), Glorot uniform; `bias` b (filters,),
    zeros.
    Y. LeCun et al., 1989, Backpropagation Applied to Handwritten Zip Code Recognition.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: sizes.Pair,
        strides: sizes.Pair = 1,
        padding: str = "valid",
        dilation_rate: sizes.Pair = 1,
        groups: int = 1,
        activation: str | None = None,
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        bias_initializer: str | initializers.Initializer = "zeros",
        kernel_regularizer: str | regularizers.Regularizer | None = None,
        bias_regularizer: str | regularizers.Regularizer | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name or "conv2d")
        self.filters = sizes.count("Conv2D", "filters", filters)
        self.kernel_size = sizes.pair("Conv2D", "kernel_size", kernel_size)
        self.strides = sizes.pair("Conv2D", "strides", strides)
        self.padding = sizes.padding("Conv2D", padding)
        self.dilation_rate = sizes.pair("Conv2D", "dilation_rate", dilation_rate)
        self.groups = sizes.count("Conv2D", "groups", groups)
        self.activation = named(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)

    def build(self, input_shape: Shape) -> None:
        channels = sizes.image("Conv2D", input_shape)[2]
        sizes.divides("Conv2D", self.groups, channels, self.filters)
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        self.kernel = self.add_weight(
            "kernel", shape, self.kernel_initializer, regularizer=self.kernel_regularizer
        )
        if self.use_bias:
            self.bias = self.add_weight(
                "bias", (self.filters,), self.bias_initializer, regularizer=self.bias_regularizer
            )
        else:
            self.bias = Tensor(np.zeros(self.filters, self._dtype))

    def output_shape(self, input_shape: Shape) -> Shape:
        height, width, _ = sizes.image("Conv2D", input_shape)
        window = self.kernel_size, self.strides, self.padding, self.dilation_rate
        return (*sizes.windowed((height, width), *window), self.filters)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        fused = self.activation if self.activation in FUSED else "linear"
        y = ops.conv2d(
            self.floating(x),
            self.kernel,
            self.bias,
            self.strides,
            self.padding,
            self.dilation_rate,
            self.groups,
            fused,
        )
        return y if fused == self.activation else ACTIVATIONS[self.activation](y)
