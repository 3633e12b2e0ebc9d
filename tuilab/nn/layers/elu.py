"""The exponential linear unit."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers.layer import Layer


class ELU(Layer):
    """y = x where x > 0, alpha · (exp(x) - 1) elsewhere. The output has the shape of the input."""

    def __init__(self, alpha: float = 1.0, name: str | None = None) -> None:
        super().__init__(name)
        self.alpha = float(alpha)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.elu(x, self.alpha)
