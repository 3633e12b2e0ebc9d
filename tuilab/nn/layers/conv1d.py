"""The convolution of sequences."""

import numpy as np

from tuilab.autodiff import Tensor, ops
from tuilab.errors import ShapeError
from tuilab.nn import initializers, regularizers
from tuilab.nn.layers import sizes
from tuilab.nn.layers.activation import ACTIVATIONS, named
from tuilab.nn.layers.dense import FUSED
from tuilab.nn.layers.layer import Layer, Shape


class Conv1D(Layer):
    """y = activation(x ∗ W + b) along a sequence: each filter looks at every window of steps.

    padding: "valid", "same", or "causal", all of it before, so that no output sees a later step. The other
    arguments are those of `Conv2D`.

    Input shape (batch, steps, features), output shape (batch, windows, filters).
    Parameters: `kernel` W (kernel_size, features / groups, filters), Glorot uniform; `bias` b (filters,),
    zeros.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int,
        strides: int = 1,
        padding: str = "valid",
        dilation_rate: int = 1,
        groups: int = 1,
        activation: str | None = None,
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        bias_initializer: str | initializers.Initializer = "zeros",
        kernel_regularizer: str | regularizers.Regularizer | None = None,
        bias_regularizer: str | regularizers.Regularizer | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name or "conv1d")
        self.filters = sizes.count("Conv1D", "filters", filters)
        self.kernel_size = sizes.count("Conv1D", "kernel_size", kernel_size)
        self.strides = sizes.count("Conv1D", "strides", strides)
        self.padding = sizes.padding("Conv1D", padding, ("valid", "same", "causal"))
        self.dilation_rate = sizes.count("Conv1D", "dilation_rate", dilation_rate)
        self.groups = sizes.count("Conv1D", "groups", groups)
        self.activation = named(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)

    def build(self, input_shape: Shape) -> None:
        self._check(input_shape)
        sizes.divides("Conv1D", self.groups, input_shape[-1], self.filters)
        shape = (self.kernel_size, input_shape[-1] // self.groups, self.filters)
        self.kernel = self.add_weight(
            "kernel", shape, self.kernel_initializer, regularizer=self.kernel_regularizer
        )
        if self.use_bias:
            self.bias = self.add_weight(
                "bias", (self.filters,), self.bias_initializer, regularizer=self.bias_regularizer
            )
        else:
            self.bias = Tensor(np.zeros(self.filters, self._dtype))

    def _check(self, input_shape: Shape) -> None:
        if len(input_shape) != 2:
            raise ShapeError(
                "Conv1D needs sequences of the shape (batch, steps, features). "
                f"It was given {('batch', *input_shape)}."
            )

    def output_shape(self, input_shape: Shape) -> Shape:
        self._check(input_shape)
        pad = "same" if self.padding == "causal" else self.padding
        window, strides, spread = (1, self.kernel_size), (1, self.strides), (1, self.dilation_rate)
        return (sizes.windowed((1, input_shape[0]), window, strides, pad, spread)[1], self.filters)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        fused = self.activation if self.activation in FUSED else "linear"
        y = ops.conv1d(
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
