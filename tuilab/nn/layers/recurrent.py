"""What the recurrent layers share: their weights, and what of a sequence they answer."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tuilab.autodiff import Tensor, ops
from tuilab.errors import ShapeError, TuilabError
from tuilab.nn import initializers
from tuilab.nn.layers.layer import Layer, Shape
from tuilab.nn.random import next_seed


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
        if isinstance(units, bool) or not isinstance(units, int) or units < 1:
            raise TuilabError(
                f"{type(self).__name__} needs a whole number of units, 1 or more. It was given {units!r}."
            )
        self.units = units
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

    def build(self, input_shape: Shape) -> None:
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

    def output_shape(self, input_shape: Shape) -> Any:
        output = (input_shape[0], self.units) if self.return_sequences else (self.units,)
        return [output, *[(self.units,)] * self.states] if self.return_state else output

    def call(
        self, x: Tensor, training: bool = False, initial_state: Sequence[Tensor] | Tensor | None = None
    ) -> Any:
        if x.ndim != 3:
            raise ShapeError(
                f"{type(self).__name__} needs inputs of the shape (batch, steps, features). "
                f"It was given {x.shape}."
            )
        if x.dtype.kind != "f":
            x = Tensor(x.data.astype(self._dtype))
        if self.go_backwards:
            x = ops.flip(x, axis=1)
        sequence, states = self.through(x, self._states(x, initial_state))
        output = sequence if self.return_sequences else states[0]
        return [output, *states] if self.return_state else output

    def _states(self, x: Tensor, given: Sequence[Tensor] | Tensor | None) -> Sequence[Tensor]:
        if given is None:
            return [Tensor(np.zeros((len(x), self.units), x.dtype)) for _ in range(self.states)]
        states = [given] if isinstance(given, Tensor) else list(given)
        if len(states) != self.states:
            raise TuilabError(
                f"{type(self).__name__} begins with {self.states} states. It was given {len(states)}."
            )
        return states

    def __call__(
        self, x: Any, training: bool = False, initial_state: Sequence[Tensor] | Tensor | None = None
    ) -> Any:
        if initial_state is None:
            return super().__call__(x, training)
        tensor = x if isinstance(x, Tensor) else Tensor(x)
        if self.built_for is None:
            self.prepare(tensor.shape[1:], next_seed())
        return self.call(tensor, training, initial_state)
