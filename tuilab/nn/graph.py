"""The graph of a functional model: its layers' calls in an order in which each finds its inputs done."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy.typing as npt

from tuilab.autodiff import Tensor
from tuilab.errors import ShapeError, TuilabError
from tuilab.nn.layers import Layer
from tuilab.nn.layers.symbol import Node, Symbol


class Graph:
    """What leads from the inputs to the outputs."""

    def __init__(self, inputs: Any, outputs: Any) -> None:
        self.inputs, self.outputs = inputs, outputs
        self.entries, self.ends = _symbols("inputs", inputs), _symbols("outputs", outputs)
        self.nodes = _ordered(self.entries, self.ends)
        self.layers: list[Layer] = list({id(node.layer): node.layer for node in self.nodes}.values())

    def build(self, seeds: Mapping[int, int], dtype: npt.DTypeLike) -> None:
        """Make the parameters of every layer; `seeds` by the layers' ids."""
        for node in self.nodes:
            shapes: Any = [one.shape for one in node.inputs] if node.several else node.inputs[0].shape
            node.layer.prepare(shapes, seeds[id(node.layer)], dtype)

    def run(self, x: Any, training: bool) -> Any:
        """The outputs for arrays x, laid out as the inputs are."""
        known = {id(entry): one for entry, one in zip(self.entries, self._given(x), strict=True)}
        for node in self.nodes:
            given: Any = [known[id(one)] for one in node.inputs]
            answer: Any = node.layer.call(given if node.several else given[0], training)
            outputs = node.outputs if isinstance(node.outputs, list) else [node.outputs]
            answers = answer if isinstance(answer, list | tuple) else [answer]
            known |= {id(symbol): one for symbol, one in zip(outputs, answers, strict=True)}
        if isinstance(self.outputs, Mapping):
            return {name: known[id(one)] for name, one in self.outputs.items()}
        if isinstance(self.outputs, list | tuple):
            return [known[id(one)] for one in self.outputs]
        return known[id(self.outputs)]

    def _given(self, x: Any) -> list[Tensor]:
        if isinstance(x, Mapping):
            names = (
                list(self.inputs) if isinstance(self.inputs, Mapping) else [one.name for one in self.entries]
            )
            missing = [name for name in names if name not in x]
            if missing:
                raise ShapeError(f"The model needs an input {missing[0]!r}. It was given {', '.join(x)}.")
            given = [x[name] for name in names]
        else:
            given = list(x) if isinstance(x, list | tuple) else [x]
        if len(given) != len(self.entries):
            raise ShapeError(f"The model has {len(self.entries)} inputs. It was given {len(given)}.")
        tensors = [Tensor(one) if not isinstance(one, Tensor) else one for one in given]
        for entry, one in zip(self.entries, tensors, strict=True):
            if one.shape[1:] != entry.shape:
                raise ShapeError(
                    f"Input {entry.name or ''} takes arrays of the shape {('batch', *entry.shape)}. "
                    f"It was given {one.shape}.".replace("Input  ", "The input ")
                )
        return tensors


def _symbols(what: str, given: Any) -> list[Symbol]:
    found: Iterable[Any] = given.values() if isinstance(given, Mapping) else given
    symbols = list(found) if isinstance(given, Mapping | list | tuple) else [given]
    if not symbols or any(not isinstance(one, Symbol) for one in symbols):
        raise TuilabError(
            f"Model needs as {what} what Input(…) and layers called on it answer. It was given {given!r}."
        )
    return symbols


def _ordered(entries: list[Symbol], ends: list[Symbol]) -> list[Node]:
    """The nodes that lead to the ends, each after those that it needs; without recursion, however deep."""
    known, order = {id(one) for one in entries}, list[Node]()
    done: set[int] = set()
    waiting = list(reversed(ends))
    while waiting:
        symbol = waiting[-1]
        node = symbol.node
        if id(symbol) in known or (node is not None and id(node) in done):
            waiting.pop()
            continue
        if node is None:
            raise TuilabError(
                f"The outputs need an input of the shape {('batch', *symbol.shape)} that is not among the "
                "model's inputs."
            )
        missing = [
            one
            for one in node.inputs
            if id(one) not in known and not (one.node is not None and id(one.node) in done)
        ]
        if missing:
            waiting += reversed(missing)
        else:
            order.append(node)
            done.add(id(node))
            waiting.pop()
    return order
