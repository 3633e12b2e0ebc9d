"""Cross-entropies: one loss a sample."""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference import activations
from tuilab.kernels.reference.softmax import log_softmax, softmax

Array = Any

CLIP = 1e-7  # Keras's epsilon: probabilities are kept this far from 0 and 1 before their logarithm is taken


def is_label(labels: Array, like: Array) -> Array:
    xp = array_namespace(like)
    classes = xp.arange(like.shape[-1])
    return xp.astype(labels, classes.dtype)[:, None] == classes[None, :]


def softmax_cross_entropy(logits: Array, targets: Array) -> Array:
    return -array_namespace(logits).sum(targets * log_softmax(logits), axis=-1)


def softmax_cross_entropy_gradient(gradient: Array, logits: Array, targets: Array) -> Array:
    total = array_namespace(targets).sum(targets, axis=-1, keepdims=True)
    return gradient[:, None] * (softmax(logits) * total - targets)


def sparse_softmax_cross_entropy(logits: Array, labels: Array) -> Array:
    xp = array_namespace(logits)
    chosen = xp.where(is_label(labels, logits), log_softmax(logits), xp.zeros_like(logits))
    return -xp.sum(chosen, axis=-1)


def sparse_softmax_cross_entropy_gradient(gradient: Array, logits: Array, labels: Array) -> Array:
    target = array_namespace(logits).astype(is_label(labels, logits), logits.dtype)
    return gradient[:, None] * (softmax(logits) - target)


def cross_entropy(probabilities: Array, targets: Array) -> Array:
    xp = array_namespace(probabilities)
    p = probabilities / xp.sum(probabilities, axis=-1, keepdims=True)
    return -xp.sum(targets * xp.log(xp.clip(p, CLIP, 1 - CLIP)), axis=-1)


def cross_entropy_gradient(gradient: Array, probabilities: Array, targets: Array) -> Array:
    xp = array_namespace(probabilities)
    total = xp.sum(probabilities, axis=-1, keepdims=True)
    p = probabilities / total
    inside = (p > CLIP) & (p < 1 - CLIP)
    dp = xp.where(inside, -targets / xp.where(inside, p, xp.ones_like(p)), xp.zeros_like(p))
    return gradient[:, None] * (dp - xp.sum(dp * p, axis=-1, keepdims=True)) / total


def binary_cross_entropy(probabilities: Array, targets: Array) -> Array:
    xp = array_namespace(probabilities)
    p = xp.clip(probabilities, CLIP, 1 - CLIP)
    return -(targets * xp.log(p) + (1 - targets) * xp.log(1 - p))


def binary_cross_entropy_gradient(gradient: Array, probabilities: Array, targets: Array) -> Array:
    xp = array_namespace(probabilities)
    p = xp.clip(probabilities, CLIP, 1 - CLIP)
    clipped = (probabilities <= CLIP) | (probabilities >= 1 - CLIP)
    return gradient * xp.where(clipped, xp.zeros_like(p), (p - targets) / (p * (1 - p)))


def sigmoid_cross_entropy(logits: Array, targets: Array) -> Array:
    xp = array_namespace(logits)
    return activations.relu(logits) - logits * targets + xp.log1p(xp.exp(-xp.abs(logits)))


def sigmoid_cross_entropy_gradient(gradient: Array, logits: Array, targets: Array) -> Array:
    return gradient * (activations.sigmoid(logits) - targets)
