"""ONNX's matrix products."""

from typing import Any

from tuilab import Tensor, ops

from .cases import Node


def _matmul(_: Node, a: Tensor, b: Tensor) -> Tensor:
    return ops.matmul(a, b)


def _gemm(node: Node, a: Tensor, b: Tensor, c: Tensor | None = None) -> Tensor:
    a = ops.transpose(a) if node.get("transA", 0) else a
    b = ops.transpose(b) if node.get("transB", 0) else b
    product = ops.matmul(a, b) * node.get("alpha", 1.0)
    return product if c is None else product + c * node.get("beta", 1.0)


def _einsum(node: Node, *arrays: Tensor) -> Tensor:
    return ops.einsum(node.get("equation"), *arrays)


OPERATORS: dict[str, Any] = {"Einsum": _einsum, "Gemm": _gemm, "MatMul": _matmul}
