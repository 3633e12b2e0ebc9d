"""A model as a list of nodes, and that list as an ONNX file: what the lesson beside it writes and reads.

ONNX is a message of protobuf, whose wire format is: the number of a field, the length of its content, the
content. That is little enough to be written here, so that a model can be handed on without any package.
"""

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tuilab import nn
from tuilab.errors import TuilabError

Array = npt.NDArray[Any]
ACTIVATIONS = {"relu": "Relu", "sigmoid": "Sigmoid", "softmax": "Softmax", "tanh": "Tanh"}
"""Activations that ONNX has as operations, by Keras's names."""
FLOAT = 1
"""The number by which ONNX calls float32."""


class Node(NamedTuple):
    """One operation of a graph: what it is, the names that it takes, and the name that it gives."""

    operation: str
    inputs: tuple[str, ...]
    output: str


def graph_of(model: nn.Sequential) -> tuple[list[Node], dict[str, Array]]:
    """The nodes of a model of `Flatten` and `Dense` layers, from "x" to "y", and its weights by name."""
    nodes: list[Node] = []
    weights: dict[str, Array] = {}
    current = "x"

    def add(operation: str, *more: str) -> None:
        nonlocal current
        output = f"h{len(nodes)}"
        nodes.append(Node(operation, (current, *more), output))
        current = output

    for number, layer in enumerate(model.layers):
        if isinstance(layer, nn.Flatten):
            add("Flatten")
        elif isinstance(layer, nn.Dense) and layer.activation in {"linear", *ACTIVATIONS}:
            kernel, bias = f"W{number}", f"b{number}"
            weights |= {kernel: layer.kernel.numpy(), bias: layer.bias.numpy()}
            add("Gemm", kernel, bias)
            if layer.activation != "linear":
                add(ACTIVATIONS[layer.activation])
        else:
            raise TuilabError(f"Layer {layer.name!r} has no nodes here. Flatten and Dense have.")
    nodes[-1] = nodes[-1]._replace(output="y")
    return nodes, weights


def to_onnx(
    nodes: Sequence[Node],
    weights: Mapping[str, Array],
    input_shape: Sequence[int | str],
    output_shape: Sequence[int | str],
) -> bytes:
    """The graph as the content of an ONNX file. A size that may be any is given by a name, as "batch"."""
    graph = b"".join(_message(1, _node(node)) for node in nodes)
    graph += _message(2, b"tuilab")
    graph += b"".join(_message(5, _tensor(name, one)) for name, one in weights.items())
    graph += _message(11, _place("x", input_shape)) + _message(12, _place("y", output_shape))
    operations = _message(1, b"") + _whole(2, 17)  # ONNX's own operations, as of their version 17
    return _whole(1, 8) + _message(2, b"tuilab") + _message(7, graph) + _message(8, operations)


def run(content: bytes, x: Array) -> tuple[str, Array] | None:
    """Let somebody else's program read an ONNX file and compute: its name and its output, or None where there
    is none on this machine."""
    if importlib.util.find_spec("onnxruntime"):
        import onnxruntime

        session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
        return "onnxruntime", session.run(None, {"x": x})[0]
    if importlib.util.find_spec("onnx"):
        import onnx
        from onnx.reference import ReferenceEvaluator

        model = onnx.load_from_string(content)
        onnx.checker.check_model(model)
        return "onnx's reference evaluator", ReferenceEvaluator(model).run(None, {"x": x})[0]
    return None


# Protobuf ----------------------------------------------------------------------------------------


def _varint(value: int) -> bytes:
    """A whole number in groups of seven bits, the lowest first; the eighth says that more come."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def _whole(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _message(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _node(node: Node) -> bytes:
    names = b"".join(_message(1, name.encode()) for name in node.inputs)
    return names + _message(2, node.output.encode()) + _message(4, node.operation.encode())


def _tensor(name: str, values: Array) -> bytes:
    sizes = b"".join(_whole(1, size) for size in values.shape)
    content = np.ascontiguousarray(values, "<f4").tobytes()
    return sizes + _whole(2, FLOAT) + _message(8, name.encode()) + _message(9, content)


def _place(name: str, shape: Sequence[int | str]) -> bytes:
    """An input or output: its name, and what kind of tensor it takes or gives."""
    sizes = b"".join(
        _message(1, _message(2, size.encode()) if isinstance(size, str) else _whole(1, size))
        for size in shape
    )
    kind = _message(1, _whole(1, FLOAT) + _message(2, sizes))
    return _message(1, name.encode()) + _message(2, kind)
