"""Inputs merged: the sum of the inputs, element by element."""

from collections.abc import Sequence

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers.merging import Merging


class Add(Merging):
    """The sum of the inputs, element by element: a residual connection adds what a layer found to what it
    was given (K. He et al., 2016).

    Inputs and output have one shape, or shapes that broadcast.
    """

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        total = inputs[0]
        for one in inputs[1:]:
            total = ops.add(total, one)
        return total
