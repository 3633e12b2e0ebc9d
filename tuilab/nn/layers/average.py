"""Inputs merged: the mean of the inputs, element by element."""

from collections.abc import Sequence

from tuilab.autodiff import Tensor, ops
from tuilab.nn.layers.merging import Merging


class Average(Merging):
    """The mean of the inputs, element by element.

    Inputs and output have one shape, or shapes that broadcast.
    """

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        total = inputs[0]
        for one in inputs[1:]:
            total = ops.add(total, one)
        return ops.rescale(total, 1 / len(inputs))
