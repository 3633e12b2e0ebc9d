"""The simple recurrent layer."""

from collections.abc import Sequence

from tuilab.autodiff import Tensor, ops
from tuilab.errors import TuilabError
from tuilab.kernels.reference.dense import ACTIVATIONS
from tuilab.nn import initializers
from tuilab.nn.layers.recurrent import Recurrent


class SimpleRNN(Recurrent):
    """h = activation(x W + h U + b) in each step.

    activation: tanh, relu, sigmoid or linear. The other arguments, shapes and parameters are those of
    `Recurrent`; bias b (units,).
    """

    default_name = "simple_rnn"

    def __init__(
        self,
        units: int,
        activation: str = "tanh",
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        recurrent_initializer: str | initializers.Initializer = "orthogonal",
        bias_initializer: str | initializers.Initializer = "zeros",
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
        if activation not in ACTIVATIONS:
            raise TuilabError(
                f"SimpleRNN has no activation {activation!r}. Expected one of {', '.join(ACTIVATIONS)}."
            )
        self.activation = activation

    def through(self, x: Tensor, states: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
        sequence, h = ops.simple_rnn(
            x, states[0], self.kernel, self.recurrent_kernel, self.bias, self.activation
        )
        return sequence, [h]
