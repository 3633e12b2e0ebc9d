"""Some inputs left out, at random, while training."""

import numpy as np

from tuilab.autodiff import Tensor, ops
from tuilab.errors import TuilabError
from tuilab.nn.layers.layer import Layer, Shape
from tuilab.nn.random import checked_seed


class Dropout(Layer):
    """In training each number becomes 0 with probability `rate`, and the others are divided by 1 - rate, so
    that what is expected of them stays; otherwise they pass.

    Which ones depends on the seed, the step and the place alone: a step done again leaves out the same.
    N. Srivastava et al., 2014, Dropout: A Simple Way to Prevent Neural Networks from Overfitting.
    """

    def __init__(self, rate: float, seed: int | None = None, name: str | None = None) -> None:
        super().__init__(name)
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate < 1:
            raise TuilabError(f"Dropout needs a rate from 0 to less than 1. It was given {rate!r}.")
        self.rate = float(rate)
        self.seed = None if seed is None else checked_seed(seed)

    def build(self, input_shape: Shape) -> None:
        own = self._seed if self.seed is None else self.seed
        self._key = Tensor(np.asarray(own % 2**62, np.int64))

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        if not training or self.rate == 0:
            return x
        return ops.dropout(self.floating(x), self._key, self.step, self.rate)
