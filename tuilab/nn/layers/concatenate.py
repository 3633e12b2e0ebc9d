"""Inputs side by side."""

from collections.abc import Sequence

from tuilab.autodiff import Tensor, ops
from tuilab.kernels import shapes
from tuilab.nn.layers.layer import Shape
from tuilab.nn.layers.merging import Merging


class Concatenate(Merging):
    """The inputs one after the other along `axis`, the batch's axis counted; the last one where not said.

    Inputs differ in that axis only.
    """

    def __init__(self, axis: int = -1, name: str | None = None) -> None:
        super().__init__(name)
        self.axis = axis

    def merged_shape(self, given: Sequence[Shape]) -> Shape:
        whole = tuple((1, *one) for one in given)
        return shapes.joined(self.name, whole, self.axis)[0][1:]

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        return ops.concatenate(inputs, self.axis)
