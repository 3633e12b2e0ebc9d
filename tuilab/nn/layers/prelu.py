"""The rectified linear unit that learns its slope below 0."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn import initializers
from tuilab.nn.layers.layer import Layer, Shape


class PReLU(Layer):
    """y = x where x > 0, alpha · x elsewhere, with a slope for each place of a sample.

    Input and output shape (batch, …). Parameter: `alpha` (…), zeros.
    """

    def __init__(
        self, alpha_initializer: str | initializers.Initializer = "zeros", name: str | None = None
    ) -> None:
        super().__init__(name)
        self.alpha_initializer = initializers.get(alpha_initializer)

    def build(self, input_shape: Shape) -> None:
        self.alpha = self.add_weight("alpha", input_shape, self.alpha_initializer)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.where(x > 0, x, x * self.alpha)
