"""The gated recurrent unit's layer."""

from collections.abc import Sequence

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers.layer import Shape
from tuilab.nn.layers.recurrent import Recurrent


class GRU(Recurrent):
    """A state that is partly kept and partly replaced.

    z, r = sigmoid(x W + b + h U + d), g = tanh(x W + b + r · (h U + d)), each with columns of its own;
    h = z · h + (1 - z) · g.

    It is Keras's GRU with `reset_after=True`, which is also PyTorch's. The arguments and shapes are those of
    `Recurrent`. The columns of `kernel`, `recurrent_kernel` and `bias` are Keras's: z, r, g; the bias
    (2, 3 · units) has a row for x and one for h.
    """

    gates = 3
    default_name = "gru"

    def bias_shape(self) -> Shape:
        return (2, self.gates * self.units)

    def through(self, x: Tensor, states: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
        sequence, h, _ = ops.gru(x, states[0], self.kernel, self.recurrent_kernel, self.bias)
        return sequence, [h]
