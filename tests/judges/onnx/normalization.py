"""ONNX's normalizations, and dropout."""

from typing import Any

from tuilab import Tensor, ops

from .cases import Node


def _centred(x: Tensor, axes: tuple[int, ...], epsilon: float) -> Tensor:
    """(x - mean) / √(variance + ε) along the axes."""
    return (x - ops.mean(x, axes, True)) / ops.sqrt(ops.variance(x, axes, True) + epsilon)


def _by_channel(one: Tensor, x: Tensor) -> Tensor:
    """A number a channel, (channels,), where channels are axis 1 of x."""
    return ops.reshape(one, (-1, *[1] * (x.ndim - 2)))


def _instance(node: Node, x: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    y = _centred(x, tuple(range(2, x.ndim)), node.get("epsilon", 1e-5))
    return y * _by_channel(scale, x) + _by_channel(bias, x)


def _group(node: Node, x: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    groups = ops.reshape(x, (x.shape[0], node.get("num_groups"), -1))
    y = ops.reshape(_centred(groups, (2,), node.get("epsilon", 1e-5)), x.shape)
    return y * _by_channel(scale, x) + _by_channel(bias, x)


def _root_mean_square(node: Node, x: Tensor, scale: Tensor) -> Tensor:
    axis = node.get("axis", -1) % x.ndim
    square = ops.mean(x * x, tuple(range(axis, x.ndim)), True)
    return x / ops.sqrt(square + node.get("epsilon", 1e-5)) * scale


def _norm(node: Node, x: Tensor) -> Tensor:
    axis = node.get("axis", -1)
    if node.get("p", 2) == 1:
        length = ops.sum(ops.abs(x), axis, True)
    else:
        length = ops.sqrt(ops.sum(x * x, axis, True))
    return x / ops.where(ops.equal(length, 0.0), 1.0, length)


def _mean_variance(node: Node, x: Tensor) -> Tensor:
    return _centred(x, tuple(node.get("axes", (0, 2, 3))), 1e-9)


OPERATORS: dict[str, Any] = {
    "GroupNormalization": _group,
    "InstanceNormalization": _instance,
    "LpNormalization": _norm,
    "MeanVarianceNormalization": _mean_variance,
    "RMSNormalization": _root_mean_square,
}
