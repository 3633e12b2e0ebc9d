"""The long short-term memory layer."""

from collections.abc import Sequence

from tuilab.autodiff import Tensor, ops
from tuilab.nn import initializers
from tuilab.nn.layers.layer import Shape
from tuilab.nn.layers.recurrent import Recurrent


class LSTM(Recurrent):
    """A state that is read from a cell, which gates write, keep and read.

    i, f, o = sigmoid(x W + h U + b), g = tanh(x W + h U + b), each with columns of its own;
    c = f · c + i · g, h = o · tanh(c).

    unit_forget_bias: the forget gate's bias begins at 1, so that cells are kept at first (R. Jozefowicz,
    W. Zaremba, I. Sutskever, 2015). The other arguments and shapes are those of `Recurrent`; there are two
    states, h and c. The columns of `kernel`, `recurrent_kernel` and `bias` are Keras's: i, f, g, o.
    """

    gates = 4
    states = 2
    default_name = "lstm"

    def __init__(
        self,
        units: int,
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        recurrent_initializer: str | initializers.Initializer = "orthogonal",
        bias_initializer: str | initializers.Initializer = "zeros",
        unit_forget_bias: bool = True,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        name: str | None = None,
    ) -> None:
        super().__init__(
            units,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            return_sequences,
            return_state,
            go_backwards,
            name,
        )
        self.unit_forget_bias = unit_forget_bias

    def build(self, input_shape: Shape) -> None:
        super().build(input_shape)
        if self.use_bias and self.unit_forget_bias:
            self.bias.data[self.units : 2 * self.units] = 1

    def through(self, x: Tensor, states: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
        h0, c0 = states
        sequence, h, c, *_ = ops.lstm(x, h0, c0, self.kernel, self.recurrent_kernel, self.bias)
        return sequence, [h, c]
