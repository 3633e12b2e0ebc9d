"""Every sample brought to mean 0 and variance 1 over its features."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn import initializers
from tuilab.nn.layers.layer import Layer, Shape


class LayerNormalization(Layer):
    """y = γ (x - μ) / √(σ² + ε) + β, mean and variance over the features of each sample, the last axis.

    Input shape (batch, …, features), output the same. Parameters: `gamma`, ones, and `beta`,
    zeros (features,).
    J. Ba, J. Kiros, G. Hinton, 2016, Layer Normalization.
    """

    def __init__(self, epsilon: float = 1e-3, name: str | None = None) -> None:
        super().__init__(name)
        self.epsilon = float(epsilon)

    def build(self, input_shape: Shape) -> None:
        shape = (input_shape[-1],)
        self.gamma = self.add_weight("gamma", shape, initializers.get("ones"))
        self.beta = self.add_weight("beta", shape, initializers.get("zeros"))

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.layer_norm(self.floating(x), self.gamma, self.beta, epsilon=self.epsilon)
