"""The adapter: for each operator of ONNX, the same with tuilab's operations.

An entry is `function(node, *inputs)`: inputs are tensors, None where the node leaves one out; it answers a
tensor, or a tuple of them in the order of the node's outputs. ONNX puts channels second, tuilab last; axes,
shapes and bounds are inputs there and options here. The arithmetic is always tuilab's.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from tuilab import Tensor

from . import (
    convolution,
    elementwise,
    losses,
    normalization,
    optimizers,
    pooling,
    products,
    recurrent,
    reductions,
    selection,
    shaping,
)
from .cases import Array, Case, Node

SUBJECTS = (
    convolution,
    elementwise,
    losses,
    normalization,
    optimizers,
    pooling,
    products,
    recurrent,
    reductions,
    selection,
    shaping,
)

OPERATORS: dict[str, Callable[..., Any]] = {
    name: function for subject in SUBJECTS for name, function in subject.OPERATORS.items()
}


def run(node: Node, inputs: tuple[Array | None, ...]) -> tuple[Array, ...]:
    """The node's outputs, as tuilab computes them."""
    tensors = [None if one is None else Tensor(one) for one in inputs]
    result = OPERATORS[node.operator](node, *tensors)
    outputs = result if isinstance(result, tuple) else (result,)
    return tuple(one.data for one in outputs)


def judge(case: Case) -> None:
    """Raise AssertionError unless each output has the type, the shape and the numbers that ONNX expects."""
    found = run(case.node, case.inputs)
    for number, wanted in enumerate(case.expected):
        if wanted is None:
            continue
        assert number < len(found), f"output {number} is missing"
        assert found[number].dtype == wanted.dtype, f"{found[number].dtype} where {wanted.dtype} is expected"
        assert found[number].shape == wanted.shape, f"{found[number].shape} where {wanted.shape} is expected"
        np.testing.assert_allclose(found[number], wanted, rtol=case.rtol, atol=case.atol)
