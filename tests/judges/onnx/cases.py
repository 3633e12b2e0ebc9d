"""ONNX's own cases: what each operator must answer, as PyPI's `onnx` computes it with plain NumPy.

Version 1.23 no longer ships them as files; they are made when they are asked for, which takes some
seconds. They are therefore made once a session, and only when a test wants them.
"""

import functools
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

OURS = {np.dtype(one) for one in ("f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?")}
"""The types of numbers that a tensor may have. Halves, bfloat16, 8-bit floats and strings are none."""


@dataclass(frozen=True)
class Node:
    """One operation of an ONNX graph."""

    operator: str
    attributes: Mapping[str, Any]
    opset: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def get(self, attribute: str, default: Any = None) -> Any:
        return self.attributes.get(attribute, default)


@dataclass(frozen=True)
class Case:
    """One operation, what goes in, and what must come out: None where it is left out or not looked at."""

    name: str
    node: Node
    inputs: tuple[Array | None, ...]
    expected: tuple[Array | None, ...]
    rtol: float
    atol: float


def read_node(proto: Any, opset: int) -> Node:
    """A node of a graph, its attributes as plain Python values and arrays."""
    from onnx import TensorProto, helper, numpy_helper

    attributes = {}
    for one in proto.attribute:
        value = helper.get_attribute_value(one)
        if isinstance(value, TensorProto):
            value = numpy_helper.to_array(value)
        attributes[one.name] = value.decode() if isinstance(value, bytes) else value
    return Node(proto.op_type, attributes, opset, tuple(proto.input), tuple(proto.output))


@functools.cache
def node_cases() -> dict[str, Case]:
    """The cases of one operation each, on numbers that a tensor may have, by name."""
    from onnx.backend.test.loader import load_model_tests

    state = np.random.get_state()
    np.random.seed(0)  # some cases are drawn
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some divide by zero, and mean to
        made = load_model_tests(kind="node")
    np.random.set_state(state)
    cases = (_read(one) for one in made if len(one.model.graph.node) == 1)
    return {one.name: one for one in cases if one is not None}


def _read(made: Any) -> Case | None:
    graph = made.model.graph
    node = read_node(graph.node[0], made.model.opset_import[0].version)
    inputs, outputs = made.data_sets[0]
    arrays = [*inputs, *outputs]
    if not all(isinstance(one, np.ndarray | np.generic) and one.dtype in OURS for one in arrays):
        return None
    known = dict(zip((one.name for one in graph.input), map(np.asarray, inputs), strict=True))
    wanted = dict(zip((one.name for one in graph.output), map(np.asarray, outputs), strict=True))
    return Case(
        made.name.removeprefix("test_"),
        node,
        tuple(known.get(name) for name in node.inputs),
        tuple(wanted.get(name) for name in node.outputs),
        made.rtol,
        made.atol,
    )
