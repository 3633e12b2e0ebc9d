"""What the recurrent layers share: their weights, and what of a sequence they answer."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tuilab.autodiff import Tensor, ops
from tuilab.errors import ShapeError, TuilabError
from tuilab.nn import initializers
from tuilab.nn.layers import sizes
from tuilab.nn.layers.layer import Layer, Shape


class Recurrent(Layer):
    """A layer that goes through a sequence step by step and hands its state on; a subclass says how.

    units: the size of the state. return_sequences: answer the state after every step, not only the last.
    return_state: answer a list, the output and the last states. go_backwards: begin with the last step;
    the states are then answered in that order.

    Input shape (batch, steps, features); output shape (batch, units), or (batch, steps, units) if
    `return_sequences`. Any number of steps may come, also another one each time.
    Parameters: `kernel` W (features, gates · units), Glorot uniform; `recurrent_kernel` U (units, gates ·
    units), orthogonal; `bias`, zeros.
    """

    gates = 1
    states = 1
    default_name = "recurrent"

    def __init__(
        self,
        units: int,
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        recurrent_initializer: str | initializers.Initializer = "orthogonal",
        bias_initializer: str | initializers.Initializer = "zeros",
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        name: str | None = None,
    ) -> None:
        super().__init__(name or self.default_name)
        self.units = sizes.count(type(self).__name__, "units", units)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards

    def through(self, x: Tensor, states: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """The state after every step, and the last states: the output first."""
        raise NotImplementedError

    def bias_shape(self) -> Shape:
        """The shape of the bias."""
        return (self.gates * self.units,)

    def build(self, input_shape: Any) -> None:
        input_shape = _of_x(input_shape)
        if len(input_shape) != 2:
            raise ShapeError(
                f"{type(self).__name__} needs inputs of the shape (batch, steps, features). "
                f"It was given {('batch', *input_shape)}."
            )
        width = self.gates * self.units
        self.kernel = self.add_weight("kernel", (input_shape[-1], width), self.kernel_initializer)
        self.recurrent_kernel = self.add_weight(
            "recurrent_kernel", (self.units, width), self.recurrent_initializer
        )
        if self.use_bias:
            self.bias = self.add_weight("bias", self.bias_shape(), self.bias_initializer)
        else:
            self.bias = Tensor(np.zeros(self.bias_shape(), self._dtype))

    def output_shape(self, input_shape: Any) -> Any:
        steps, _ = _of_x(input_shape)
        output = (steps, self.units) if self.return_sequences else (self.units,)
        return [output, *[(self.units,)] * self.states] if self.return_state else output

    def __call__(
        self, x: Any, training: bool = False, initial_state: Sequence[Any] | Tensor | None = None
    ) -> Any:
        """The output for x, from `initial_state` on: a state, or a list of them; zeros where None."""
        if initial_state is None:
            return super().__call__(x, training)
        states = initial_state if isinstance(initial_state, list | tuple) else [initial_state]
        return super().__call__([x, *states], training)

    def call(self, x: Any, training: bool = False) -> Any:
        """x may be a list, x itself and the states to begin with."""
        x, *states = x if isinstance(x, list | tuple) else [x]
        if x.ndim != 3:
            raise ShapeError(
                f"{type(self).__name__} needs inputs of the shape (batch, steps, features). "
                f"It was given {x.shape}."
            )
        if len(states) not in (0, self.states):
            raise TuilabError(
                f"{type(self).__name__} begins with {self.states} states. It was given {len(states)}."
            )
        x = self.floating(x)
        if not states:
            states = [Tensor(np.zeros((len(x), self.units), x.dtype)) for _ in range(self.states)]
        if self.go_backwards:
            x = ops.flip(x, axis=1)
        sequence, states = self.through(x, states)
        output = sequence if self.return_sequences else states[0]
        return [output, *states] if self.return_state else output


def _of_x(shape: Any) -> Shape:
    """The shape of x, where those of states may stand behind it in a list."""
    return tuple(shape[0] if isinstance(shape, list) else shape)
