"""Layers in a row."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from tuilab.autodiff import Tensor
from tuilab.errors import TuilabError
from tuilab.nn.layers import Layer
from tuilab.nn.layers.layer import Shape
from tuilab.nn.model import Model


class Sequential(Model):
    """Layers in a row, each fed by the one before.

    The parameters are made when the first input comes, or by `build`. `seed` decides their first
    values and the order of the batches.
    """

    def __init__(self, layers: Sequence[Layer], seed: int | None = None, name: str | None = None) -> None:
        super().__init__(seed=seed, name=name)
        self._layers = list(layers)
        for one in self._layers:
            if not isinstance(one, Layer):
                raise TuilabError(f"A Sequential model is a list of layers. It was given {one!r}.")
        if len({id(one) for one in self._layers}) < len(self._layers):
            raise TuilabError(
                "A layer stands twice in the model. Make a second one, with its own parameters."
            )
        name_apart(self._layers)

    def build(self, input_shape: Any, dtype: npt.DTypeLike = "float32") -> None:
        """Make the parameters for inputs of this shape, without the batch axis."""
        shape = tuple(input_shape)
        self.built_for, self._dtype = shape, dtype
        for layer in self._layers:
            shape = layer.prepare(shape, self.seed_of(layer), dtype)
            layer.count_steps_by(self.step)

    def prepare(self, input_shape: Any, seed: int, dtype: npt.DTypeLike = "float32") -> Any:
        if self.built_for is None:
            self.build(input_shape, dtype)
        return self.output_shape(input_shape)

    def output_shape(self, input_shape: Shape) -> Shape:
        for layer in self._layers:
            input_shape = layer.output_shape(input_shape)
        return input_shape

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        for layer in self._layers:
            x = layer.call(x, training)
        return x


def name_apart(layers: Sequence[Layer]) -> None:
    """Number the layers of one name: dense, dense_1, dense_2."""
    taken = [layer.name for layer in layers]
    for place, layer in enumerate(layers):
        if layer.name in taken[:place]:
            numbered = (f"{layer.name}_{number}" for number in itertools.count(1))
            layer.name = taken[place] = next(name for name in numbered if name not in taken)
