"""Steps divided by how large gradients have lately been."""

from typing import Unpack

from tuilab.kernels.parallel import optimizers as kernels
from tuilab.nn.optimizers.optimizer import Array, Limits, Optimizer, share
from tuilab.nn.schedules import LearningRateSchedule


class RMSprop(Optimizer):
    """s ← ρ s + (1 - ρ) g², w ← w - η g / √(s + ε): a moving mean of the gradient's square.

    `centered` divides by the root of s - m² + ε, with the moving mean m ← ρ m + (1 - ρ) g: the variance.
    With `momentum` μ the step d is gathered: v ← μ v + d, w ← w - v.
    G. Hinton, T. Tieleman, 2012, Lecture 6.5; A. Graves, 2013 (centered).
    """

    def __init__(
        self,
        learning_rate: float | LearningRateSchedule = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **limits: Unpack[Limits],
    ) -> None:
        super().__init__(learning_rate, **limits)
        self.rho, self.momentum, self.epsilon = share("rho", rho), share("Momentum", momentum), epsilon
        self.centered = bool(centered)
        self.slots = (
            "mean_square",
            *(("mean",) if centered else ()),
            *(("velocity",) if momentum else ()),
        )

    def constants(self) -> tuple[float, ...]:
        return self.rho, 1 - self.rho, self.epsilon, self.momentum

    def update(self, parameter: Array, gradient: Array, memory: tuple[Array, ...], scale: Array) -> None:
        named = dict(zip(self.slots, memory, strict=True))
        mean, velocity = named.get("mean"), named.get("velocity")
        kernels.rmsprop_step(parameter, gradient, memory[0], mean, velocity, self.settings, scale)
