"""Optimizers: how a parameter moves, given its gradient. The arithmetic is in the kernels of their names."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.autodiff import Tensor
from tuilab.errors import TuilabError
from tuilab.kernels.parallel import optimizers as kernels
from tuilab.nn.lookup import lookup

Array = npt.NDArray[Any]


class Optimizer:
    """Moves parameters in place. `learning_rate` may be changed between any two steps."""

    slots: tuple[str, ...] = ()
    """The names of what is remembered for each parameter, in arrays of the parameter's shape."""

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.iterations = 0
        self.memory: list[tuple[Array, ...]] = []

    @property
    def learning_rate(self) -> float:
        """The size of a step, η."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        rate = float(value) if isinstance(value, int | float | np.number) else float("nan")
        if not 0 <= rate < float("inf"):
            raise TuilabError(f"A learning rate is a number, 0 or more. It was given {value!r}.")
        self._learning_rate = rate

    def build(self, parameters: Sequence[Tensor]) -> None:
        """Make the memory for these parameters, all zero."""
        self.memory = [tuple(np.zeros_like(one.data) for _ in self.slots) for one in parameters]

    def apply(self, gradients: Sequence[Array], parameters: Sequence[Tensor]) -> None:
        """One step: each parameter moved in place by its gradient."""
        if len(self.memory) != len(parameters):
            self.build(parameters)
        self.iterations += 1
        for gradient, parameter, memory in zip(gradients, parameters, self.memory, strict=True):
            self.update(parameter.data, gradient, memory)

    def update(self, parameter: Array, gradient: Array, memory: tuple[Array, ...]) -> None:
        """Move one parameter in place, and its memory."""
        raise NotImplementedError


class SGD(Optimizer):
    """Stochastic gradient descent: w ← w - η g; with momentum, v ← μ v - η g and w ← w + v."""

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.0, nesterov: bool = False) -> None:
        super().__init__(learning_rate)
        if not 0 <= momentum <= 1:
            raise TuilabError(f"Momentum lies between 0 and 1. It was given {momentum!r}.")
        self.momentum, self.nesterov = momentum, nesterov
        self.slots = ("velocity",) if momentum else ()

    def update(self, parameter: Array, gradient: Array, memory: tuple[Array, ...]) -> None:
        if not memory:
            kernels.sgd(parameter, gradient, self.learning_rate, out=parameter)
            return
        (v,) = memory
        kernels.momentum(
            parameter, gradient, v, self.learning_rate, self.momentum, self.nesterov, out=(parameter, v)
        )


class RMSprop(Optimizer):
    """Steps divided by the root of a moving mean of the gradient's square (Hinton, 2012)."""

    slots = ("mean_square",)

    def __init__(self, learning_rate: float = 0.001, rho: float = 0.9, epsilon: float = 1e-7) -> None:
        super().__init__(learning_rate)
        self.rho, self.epsilon = rho, epsilon

    def update(self, parameter: Array, gradient: Array, memory: tuple[Array, ...]) -> None:
        (square,) = memory
        kernels.rmsprop(
            parameter, gradient, square, self.learning_rate, self.rho, self.epsilon, out=(parameter, square)
        )


class Adam(Optimizer):
    """Moving means of the gradient and of its square, corrected for their start at 0.

    D. Kingma, J. Ba, 2015. The small number is Keras's: added to √v before v is corrected ("epsilon hat").
    """

    slots = ("m", "v")

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ) -> None:
        super().__init__(learning_rate)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def update(self, parameter: Array, gradient: Array, memory: tuple[Array, ...]) -> None:
        m, v = memory
        kernels.adam(
            parameter,
            gradient,
            m,
            v,
            self.iterations,
            self.learning_rate,
            self.beta_1,
            self.beta_2,
            self.epsilon,
            out=(parameter, m, v),
        )


def _momentum() -> Optimizer:
    return SGD(momentum=0.9)


OPTIMIZERS: dict[str, Any] = {"sgd": SGD, "momentum": _momentum, "rmsprop": RMSprop, "adam": Adam}


def get(optimizer: str | Optimizer) -> Optimizer:
    """An optimizer by its Keras name, or as it is; `momentum` is SGD with a momentum of 0.9."""
    return lookup("optimizer", optimizer, OPTIMIZERS, Optimizer)
