"""Inputs merged: the first input less the second, element by element."""

from collections.abc import Sequence

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers.merging import Merging


class Subtract(Merging):
    """The first input less the second, element by element.

    Inputs and output have one shape, or shapes that broadcast.
    """

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        first, second = inputs
        return ops.subtract(first, second)
