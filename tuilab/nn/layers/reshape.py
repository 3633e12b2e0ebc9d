"""Each sample in another shape."""

from tuilab.autodiff import Tensor, ops
from tuilab.kernels import shapes
from tuilab.nn.layers.layer import Layer, Shape


class Reshape(Layer):
    """The numbers of each sample in another shape; one size may be -1, for what is left.

    Input shape (batch, …), output shape (batch, *target_shape).
    """

    def __init__(self, target_shape: tuple[int, ...], name: str | None = None) -> None:
        super().__init__(name)
        self.target_shape = tuple(int(size) for size in target_shape)

    def output_shape(self, input_shape: Shape) -> Shape:
        return shapes.reshaped(tuple(input_shape), self.target_shape)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.reshape(x, (x.shape[0], *self.output_shape(x.shape[1:])))
