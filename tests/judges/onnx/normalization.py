"""ONNX's normalizations, and dropout."""

from typing import Any

import numpy as np

from tuilab import Tensor, ops

from .cases import Node
from .windows import channels_first, channels_last


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


def _batch(node: Node, x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Any:
    """In training the moving mean and variance are answered too: the old ones, and a part of the batch's."""
    images, epsilon, momentum = channels_last(x), node.get("epsilon", 1e-5), node.get("momentum", 0.9)
    if not node.get("training_mode", 0):
        return channels_first(ops.batch_norm_inference(images, scale, bias, mean, variance, epsilon=epsilon))
    y, of_batch, spread = ops.batch_norm(images, scale, bias, epsilon=epsilon)
    moved = mean * momentum + of_batch * (1 - momentum), variance * momentum + spread * (1 - momentum)
    return channels_first(y), *moved


def _layer(node: Node, x: Tensor, scale: Tensor, bias: Tensor) -> tuple[Tensor, ...]:
    axis, epsilon = node.get("axis", -1) % x.ndim, node.get("epsilon", 1e-5)
    axes = tuple(range(axis, x.ndim))
    y = ops.layer_norm(x, scale, bias, axis=axes, epsilon=epsilon)
    return y, ops.mean(x, axes, True), 1 / ops.sqrt(ops.variance(x, axes, True) + epsilon)


def _dropout(node: Node, x: Tensor, ratio: Tensor | None = None, training: Tensor | None = None) -> Any:
    """Nothing is dropped unless in training; the mask says what stays."""
    rate = 0.5 if ratio is None else float(ratio.data)
    kept = np.ones(x.shape, np.float32)
    if training is not None and bool(training.data):
        seed, step = np.int64(node.get("seed", 0)), np.int64(0)
        x, kept = (ops.dropout(one, Tensor(seed), Tensor(step), rate=rate) for one in (x, Tensor(kept)))
    return x, ops.not_equal(kept, 0.0)


OPERATORS: dict[str, Any] = {
    "BatchNormalization": _batch,
    "Dropout": _dropout,
    "GroupNormalization": _group,
    "InstanceNormalization": _instance,
    "LayerNormalization": _layer,
    "LpNormalization": _norm,
    "MeanVarianceNormalization": _mean_variance,
    "RMSNormalization": _root_mean_square,
}
