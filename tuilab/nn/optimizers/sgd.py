"""Gradient descent on batches, plain and with momentum."""

from typing import Unpack

from tuilab.kernels.parallel import optimizers as kernels
from tuilab.nn.optimizers.optimizer import Array, Limits, Optimizer, share
from tuilab.nn.schedules import LearningRateSchedule


class SGD(Optimizer):
    """Stochastic gradient descent: w ← w - η g; with momentum, v ← μ v - η g and w ← w + v.

    With `nesterov`, w ← w + μ v - η g with the new v: the gradient is taken for a look ahead.
    H. Robbins, S. Monro, 1951; Y. Nesterov, 1983; I. Sutskever et al., 2013.
    """

    def __init__(
        self,
        learning_rate: float | LearningRateSchedule = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **limits: Unpack[Limits],
    ) -> None:
        super().__init__(learning_rate, **limits)
        self.momentum, self.nesterov = share("Momentum", momentum), bool(nesterov)
        self.slots = ("velocity",) if momentum else ()

    def constants(self) -> tuple[float, ...]:
        return (self.momentum,)

    def update(self, parameter: Array, gradient: Array, memory: tuple[Array, ...], scale: Array) -> None:
        if memory:
            kernels.momentum_step(parameter, gradient, *memory, self.settings, scale, self.nesterov)
        else:
            kernels.sgd_step(parameter, gradient, self.settings, scale)
