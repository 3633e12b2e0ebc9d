"""ONNX's losses: classes on axis 1, samples on all others; labels may be left out, and classes weighed."""

import math
from typing import Any

import numpy as np

from tuilab import Tensor, ops

from .cases import Node


def _rows(x: Tensor) -> Tensor:
    """(batch, classes, …) -> (samples, classes)."""
    last = ops.transpose(x, (0, *range(2, x.ndim), 1))
    return ops.reshape(last, (math.prod(last.shape[:-1]), last.shape[-1]))


def _weighed(node: Node, losses: Tensor, kept: Tensor, labels: Tensor, weights: Tensor | None) -> Tensor:
    """Weighed, ignored where not `kept`, and summed or averaged over the weights as the node asks."""
    factors = Tensor(np.ones(labels.shape, losses.dtype))
    if weights is not None:
        factors = ops.take(weights, labels, axis=0)
    factors = ops.where(kept, factors, 0.0)
    losses = losses * factors
    match node.get("reduction", "mean"):
        case "sum":
            return ops.sum(losses)
        case "mean":
            return ops.sum(losses) / ops.sum(factors)
    return losses


def _labels(node: Node, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Which samples count, and labels that are classes: those of samples that do not count are made 0."""
    flat = ops.reshape(labels, (labels.size,))
    ignored = node.get("ignore_index")
    if ignored is None:
        return ops.greater_equal(flat, 0), flat
    kept = ops.not_equal(flat, ignored)
    return kept, ops.where(kept, flat, 0)


def _shaped(node: Node, losses: Tensor, labels: Tensor) -> Tensor:
    return ops.reshape(losses, labels.shape) if node.get("reduction", "mean") == "none" else losses


def _softmax_cross_entropy(node: Node, x: Tensor, labels: Tensor, weights: Tensor | None = None) -> Any:
    kept, classes = _labels(node, labels)
    losses = ops.sparse_softmax_cross_entropy(_rows(x), classes)
    loss = _shaped(node, _weighed(node, losses, kept, classes, weights), labels)
    return (loss, ops.log_softmax(x, axis=1)) if len(node.outputs) == 2 else loss


def _negative_log_likelihood(node: Node, x: Tensor, labels: Tensor, weights: Tensor | None = None) -> Tensor:
    kept, classes = _labels(node, labels)
    chosen = ops.take_along_axis(_rows(x), ops.expand_dims(classes, 1), axis=1)
    losses = -ops.reshape(chosen, classes.shape)
    return _shaped(node, _weighed(node, losses, kept, classes, weights), labels)


OPERATORS: dict[str, Any] = {
    "NegativeLogLikelihoodLoss": _negative_log_likelihood,
    "SoftmaxCrossEntropyLoss": _softmax_cross_entropy,
}
