"""The densely connected layer."""

import math

import numpy as np

from tuilab.autodiff import Tensor, ops
from tuilab.errors import ShapeError, TuilabError
from tuilab.nn import initializers
from tuilab.nn.layers.activation import ACTIVATIONS, named
from tuilab.nn.layers.layer import Layer, Shape

FUSED = ("linear", "relu", "tanh")


class Dense(Layer):
    """y = activation(x W + b), every output connected with every input.

    units: the number of outputs. activation: a name of `ACTIVATIONS`, as relu.

    Input shape (batch, …, inputs), output shape (batch, …, units).
    Parameters: `kernel` W (inputs, units), Glorot uniform; `bias` b (units,), zeros.
    """

    def __init__(
        self,
        units: int,
        activation: str | None = None,
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        bias_initializer: str | initializers.Initializer = "zeros",
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        if isinstance(units, bool) or not isinstance(units, int) or units < 1:
            raise TuilabError(f"Dense needs a whole number of units, 1 or more. It was given {units!r}.")
        self.units = units
        self.activation = named(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)

    def build(self, input_shape: Shape) -> None:
        if not input_shape:
            raise ShapeError("Dense needs inputs of the shape (batch, …, inputs). It was given (batch,).")
        shape = (input_shape[-1], self.units)
        self.kernel = self.add_weight("kernel", shape, self.kernel_initializer)
        if self.use_bias:
            self.bias = self.add_weight("bias", (self.units,), self.bias_initializer)
        else:
            self.bias = Tensor(np.zeros(self.units, self._dtype))

    def output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:-1], self.units)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        shape = x.shape
        if x.dtype.kind != "f":
            x = Tensor(x.data.astype(self._dtype))
        if x.ndim != 2:
            x = ops.reshape(x, (math.prod(shape[:-1]), shape[-1]))
        fused = self.activation if self.activation in FUSED else "linear"
        y = ops.dense(x, self.kernel, self.bias, fused)
        if len(shape) != 2:
            y = ops.reshape(y, (*shape[:-1], self.units))
        return y if fused == self.activation else ACTIVATIONS[self.activation](y)
