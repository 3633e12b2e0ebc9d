"""Steps that shrink with all gradients so far."""

from typing import Unpack

from tuilab.errors import TuilabError
from tuilab.kernels.parallel import optimizers as kernels
from tuilab.nn.optimizers.optimizer import Array, Limits, Optimizer, not_negative
from tuilab.nn.schedules import LearningRateSchedule


class Adagrad(Optimizer):
    """s ← s + g², w ← w - η g / √(s + ε): a parameter that moved much moves less from then on.

    s starts at `initial_accumulator_value`. J. Duchi, E. Hazan, Y. Singer, 2011.
    """

    slots = ("accumulator",)

    def __init__(
        self,
        learning_rate: float | LearningRateSchedule = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        **limits: Unpack[Limits],
    ) -> None:
        super().__init__(learning_rate, **limits)
        if not_negative("initial_accumulator_value", initial_accumulator_value) is None:
            raise TuilabError("initial_accumulator_value is a number, 0 or more. It was given None.")
        self.start = self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def constants(self) -> tuple[float, ...]:
        return (self.epsilon,)

    def update(self, parameter: Array, gradient: Array, memory: tuple[Array, ...], scale: Array) -> None:
        kernels.adagrad_step(parameter, gradient, *memory, self.settings, scale)
