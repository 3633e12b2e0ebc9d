"""Inputs and outputs that stand for arrays to come: what a functional model is drawn with."""

from typing import TYPE_CHECKING, Any

from tuilab.errors import ShapeError, TuilabError

if TYPE_CHECKING:
    from tuilab.nn.layers.layer import Layer

Shape = tuple[int, ...]


class Symbol:
    """An array to come, of a known shape without the batch. Layers called on it answer others."""

    def __init__(self, shape: Shape, node: "Node | None" = None, name: str = "") -> None:
        self.shape, self.node, self.name = tuple(shape), node, name

    def __repr__(self) -> str:
        return f"Symbol({('batch', *self.shape)})"


class Node:
    """One call of a layer on symbols."""

    def __init__(self, layer: "Layer", inputs: Any) -> None:
        self.layer = layer
        self.several = isinstance(inputs, list | tuple)
        self.inputs: list[Symbol] = list(inputs) if self.several else [inputs]
        if any(not isinstance(one, Symbol) for one in self.inputs):
            raise TuilabError(
                f"Layer {layer.name!r} is drawn with Input(…) and what layers answer. "
                "It was given an array among them."
            )
        shapes: Any = [one.shape for one in self.inputs] if self.several else self.inputs[0].shape
        answered: Any = layer.output_shape(shapes)
        if isinstance(answered, list):
            self.outputs: Any = [Symbol(shape, self, layer.name) for shape in answered]
        else:
            self.outputs = Symbol(answered, self, layer.name)


def is_symbolic(x: Any) -> bool:
    """Whether x is a symbol, or a list with one."""
    if isinstance(x, list | tuple):
        return any(isinstance(one, Symbol) for one in x)
    return isinstance(x, Symbol)


def Input(shape: tuple[int, ...], name: str = "") -> Symbol:  # noqa: N802  (Keras's name)
    """Where a functional model takes in arrays of this shape, the batch axis left out."""
    if not isinstance(shape, tuple | list) or any(
        not isinstance(size, int) or isinstance(size, bool) or size < 1 for size in shape
    ):
        raise ShapeError(f"Input needs a shape of whole numbers without the batch. It was given {shape!r}.")
    return Symbol(tuple(shape), None, name)
