"""Adam, and AdamW, which is Adam with weight decay."""

import math
from typing import Unpack

from tuilab.kernels.parallel import optimizers as kernels
from tuilab.nn.optimizers.optimizer import Array, Limits, Optimizer, share
from tuilab.nn.schedules import LearningRateSchedule


class Adam(Optimizer):
    """Moving means of the gradient and of its square, corrected for their start at 0.

    m ← m + (1 - β₁)(g - m), v ← v + (1 - β₂)(g² - v), w ← w - η √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε).
    `amsgrad` divides by the largest v so far (S. Reddi, S. Kale, S. Kumar, 2018).

    D. Kingma, J. Ba, 2015. The small number is Keras's: added to √v before v is corrected ("epsilon hat").
    """

    def __init__(
        self,
        learning_rate: float | LearningRateSchedule = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **limits: Unpack[Limits],
    ) -> None:
        super().__init__(learning_rate, **limits)
        self.beta_1, self.beta_2, self.epsilon = share("beta_1", beta_1), share("beta_2", beta_2), epsilon
        self.amsgrad = bool(amsgrad)
        self.slots = ("m", "v", "largest_v") if amsgrad else ("m", "v")

    def constants(self) -> tuple[float, ...]:
        return 1 - self.beta_1, 1 - self.beta_2, self.epsilon

    def corrected(self, rate: float) -> float:
        step = self.iterations
        return rate * math.sqrt(1 - self.beta_2**step) / (1 - self.beta_1**step)

    def update(self, parameter: Array, gradient: Array, memory: tuple[Array, ...], scale: Array) -> None:
        m, v, *rest = memory
        largest = rest[0] if rest else None
        kernels.adam_step(parameter, gradient, m, v, largest, self.settings, scale)


class AdamW(Adam):
    """Adam with decoupled weight decay: each step first takes η λ w from w.

    I. Loshchilov, F. Hutter, 2019, Decoupled Weight Decay Regularization.
    """

    def __init__(
        self,
        learning_rate: float | LearningRateSchedule = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        clipvalue: float | None = None,
        clipnorm: float | None = None,
        global_clipnorm: float | None = None,
    ) -> None:
        super().__init__(
            learning_rate,
            beta_1,
            beta_2,
            epsilon,
            amsgrad,
            weight_decay=weight_decay,
            clipvalue=clipvalue,
            clipnorm=clipnorm,
            global_clipnorm=global_clipnorm,
        )
