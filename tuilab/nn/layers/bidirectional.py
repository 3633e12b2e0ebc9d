"""A recurrent layer there and back."""

import copy
from typing import Any, Literal

from tuilab.autodiff import Tensor, ops
from tuilab.errors import TuilabError
from tuilab.nn.layers.layer import Layer, Shape
from tuilab.nn.layers.recurrent import Recurrent

MergeMode = Literal["concat", "sum", "mul", "ave"]
MERGE_MODES = ("concat", "sum", "mul", "ave", None)


class Bidirectional(Layer):
    """Two recurrent layers of the same kind, one from the first step on, the other from the last.

    layer: the recurrent layer; a second one like it, with its own parameters, goes the other way. merge_mode:
    what becomes of both outputs: concat (along the last axis), sum, mul, ave, or None for a list of both.
    M. Schuster, K. Paliwal, 1997, Bidirectional recurrent neural networks.

    Input shape (batch, steps, features); output shape that of the layer, with 2 · units if concatenated.
    Parameters: those of the layer, then those of the one that goes backwards.
    """

    def __init__(
        self, layer: Recurrent, merge_mode: MergeMode | None = "concat", name: str | None = None
    ) -> None:
        super().__init__(name)
        if not isinstance(layer, Recurrent) or layer.built_for is not None or layer.return_state:
            raise TuilabError(
                "Bidirectional takes a new SimpleRNN, LSTM or GRU without return_state. "
                f"It was given {layer!r}."
            )
        if merge_mode not in MERGE_MODES:
            raise TuilabError(
                f"There is no merge_mode {merge_mode!r}. Expected one of concat, sum, mul, ave and None."
            )
        self.merge_mode = merge_mode
        self.forward_layer, self.backward_layer = layer, copy.deepcopy(layer)
        self.backward_layer.go_backwards = not layer.go_backwards

    def build(self, input_shape: Shape) -> None:
        for layer, way in ((self.forward_layer, "forward"), (self.backward_layer, "backward")):
            layer.name = f"{self.name}/{way}_{layer.name}"
            layer.prepare(input_shape, self.seed_of(layer), self._dtype)

    def output_shape(self, input_shape: Shape) -> Any:
        *steps, units = self.forward_layer.output_shape(input_shape)
        if self.merge_mode is None:
            return [(*steps, units)] * 2
        return (*steps, 2 * units if self.merge_mode == "concat" else units)

    def call(self, x: Tensor, training: bool = False) -> Any:
        there, back = self.forward_layer.call(x, training), self.backward_layer.call(x, training)
        if self.forward_layer.return_sequences:
            back = ops.flip(back, axis=1)
        match self.merge_mode:
            case "concat":
                return ops.concatenate([there, back], axis=-1)
            case "sum":
                return ops.add(there, back)
            case "mul":
                return ops.multiply(there, back)
            case "ave":
                return ops.multiply(ops.add(there, back), 0.5)
            case None:
                return [there, back]
