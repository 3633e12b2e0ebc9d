"""Every channel brought to mean 0 and variance 1 over the batch."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn import initializers
from tuilab.nn.layers.layer import Layer, Shape


class BatchNormalization(Layer):
    """y = γ (x - μ) / √(σ² + ε) + β, for each channel, the last axis.

    In training μ and σ² are those of the batch, and moving means of them are kept:
    m ← momentum · m + (1 - momentum) · μ. Otherwise the moving means are used.

    Input shape (batch, …, channels), output the same. Parameters: `gamma`, ones, and `beta`, zeros; not
    trained: `moving_mean`, zeros, and `moving_variance`, ones; all of shape (channels,).
    S. Ioffe, C. Szegedy, 2015, Batch Normalization: Accelerating Deep Network Training.
    """

    def __init__(self, momentum: float = 0.99, epsilon: float = 1e-3, name: str | None = None) -> None:
        super().__init__(name)
        self.momentum, self.epsilon = float(momentum), float(epsilon)

    def build(self, input_shape: Shape) -> None:
        shape = (input_shape[-1],)
        ones, zeros = initializers.get("ones"), initializers.get("zeros")
        self.gamma = self.add_weight("gamma", shape, ones)
        self.beta = self.add_weight("beta", shape, zeros)
        self.moving_mean = self.add_weight("moving_mean", shape, zeros, trainable=False)
        self.moving_variance = self.add_weight("moving_variance", shape, ones, trainable=False)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        x = self.floating(x)
        if not (training and self.trainable):
            return ops.batch_norm_inference(
                x, self.gamma, self.beta, self.moving_mean, self.moving_variance, self.epsilon
            )
        y, mean, variance = ops.batch_norm(x, self.gamma, self.beta, self.epsilon)
        for kept, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            self.later(kept, kept * self.momentum + new * (1 - self.momentum))
        return y
