"""Softmax and the cross-entropies, a row a sample; the rows are shared out among the threads."""

import math
from typing import Any

import numpy as np

from tuilab.errors import ShapeError
from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel import elementary
from tuilab.kernels.parallel.arrays import Array, floating, integer_labels, result, same_shape
from tuilab.kernels.reference.losses import CLIP


@device
def _softmax_row(x: Any, out: Any) -> Any:
    """out = softmax(x); answers the largest x, and the logarithm of the sum of exp(x - largest): apart,
    because added up they would lose the digits of the second. A NaN anywhere reaches everything."""
    largest = x[0]
    for j in range(1, x.size):
        largest = x[j] if x[j] > largest or x[j] != x[j] else largest
    for j in range(x.size):
        out[j] = elementary.exp(x[j] - largest)
    total = out[0]
    for j in range(1, x.size):
        total += out[j]
    for j in range(x.size):
        out[j] /= total
    return largest, math.log(total)


@kernel
def _softmax(x: Any, out: Any) -> None:
    for i in prange(x.shape[0]):
        _softmax_row(x[i], out[i])


@kernel
def _softmax_gradient(gradient: Any, output: Any, out: Any) -> None:
    for i in prange(output.shape[0]):
        inner = gradient[i, 0] * output[i, 0]
        for j in range(1, output.shape[1]):
            inner += gradient[i, j] * output[i, j]
        for j in range(output.shape[1]):
            out[i, j] = output[i, j] * (gradient[i, j] - inner)


@kernel
def _softmax_cross_entropy(logits: Any, targets: Any, scratch: Any, out: Any) -> None:
    for i in prange(logits.shape[0]):
        largest, log_total = _softmax_row(logits[i], scratch[i])
        loss = logits.dtype.type(0)
        for j in range(logits.shape[1]):
            loss += targets[i, j] * (largest - logits[i, j] + log_total)
        out[i] = loss


@kernel
def _softmax_cross_entropy_gradient(gradient: Any, logits: Any, targets: Any, out: Any) -> None:
    for i in prange(logits.shape[0]):
        _softmax_row(logits[i], out[i])
        total = targets[i, 0]
        for j in range(1, logits.shape[1]):
            total += targets[i, j]
        for j in range(logits.shape[1]):
            out[i, j] = gradient[i] * (out[i, j] * total - targets[i, j])


@kernel
def _sparse_softmax_cross_entropy(logits: Any, labels: Any, scratch: Any, out: Any) -> None:
    for i in prange(logits.shape[0]):
        largest, log_total = _softmax_row(logits[i], scratch[i])
        out[i] = largest - logits[i, labels[i]] + log_total


@kernel
def _sparse_softmax_cross_entropy_gradient(gradient: Any, logits: Any, labels: Any, out: Any) -> None:
    for i in prange(logits.shape[0]):
        _softmax_row(logits[i], out[i])
        out[i, labels[i]] -= 1
        for j in range(logits.shape[1]):
            out[i, j] *= gradient[i]


@kernel
def _cross_entropy(probabilities: Any, targets: Any, clip: Any, out: Any) -> None:
    for i in prange(probabilities.shape[0]):
        total = probabilities[i, 0]
        for j in range(1, probabilities.shape[1]):
            total += probabilities[i, j]
        loss = probabilities.dtype.type(0)
        for j in range(probabilities.shape[1]):
            p = probabilities[i, j] / total
            p = clip if p < clip else 1 - clip if p > 1 - clip else p
            loss -= targets[i, j] * math.log(p)
        out[i] = loss


@kernel
def _cross_entropy_gradient(gradient: Any, probabilities: Any, targets: Any, clip: Any, out: Any) -> None:
    for i in prange(probabilities.shape[0]):
        total = probabilities[i, 0]
        for j in range(1, probabilities.shape[1]):
            total += probabilities[i, j]
        inner = probabilities.dtype.type(0)
        for j in range(probabilities.shape[1]):
            p = probabilities[i, j] / total
            out[i, j] = 0 if p <= clip or p >= 1 - clip else -targets[i, j] / p
            inner += out[i, j] * p
        for j in range(probabilities.shape[1]):
            out[i, j] = gradient[i] * (out[i, j] - inner) / total


@kernel
def _binary_cross_entropy(probabilities: Any, targets: Any, clip: Any, out: Any) -> None:
    for i in prange(probabilities.size):
        p = probabilities[i]
        p = clip if p < clip else 1 - clip if p > 1 - clip else p
        out[i] = -(targets[i] * math.log(p) + (1 - targets[i]) * math.log(1 - p))


@kernel
def _binary_cross_entropy_gradient(
    gradient: Any, probabilities: Any, targets: Any, clip: Any, out: Any
) -> None:
    for i in prange(probabilities.size):
        p = probabilities[i]
        out[i] = 0 if p <= clip or p >= 1 - clip else gradient[i] * (p - targets[i]) / (p * (1 - p))


@kernel
def _sigmoid_cross_entropy(logits: Any, targets: Any, out: Any) -> None:
    for i in prange(logits.size):
        x = logits[i]
        out[i] = (0 if x < 0 else x) - x * targets[i] + math.log1p(elementary.exp(-abs(x)))


@kernel
def _sigmoid_cross_entropy_gradient(gradient: Any, logits: Any, targets: Any, out: Any) -> None:
    for i in prange(logits.size):
        out[i] = gradient[i] * (elementary.sigmoid(logits[i]) - targets[i])


def _rows(name: str, x: Array) -> Array:
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ShapeError(
            f"{name} needs at least one class on the last axis. It was given the shape {x.shape}."
        )
    return x.reshape(-1, x.shape[-1])


def softmax(x: Any, out: Array | None = None) -> Array:
    (x,) = floating("softmax", x)
    out = result("softmax", out, x.shape, x.dtype)
    _softmax(_rows("softmax", x), _rows("softmax", out))
    return out


def softmax_gradient(gradient: Any, output: Any, out: Array | None = None) -> Array:
    gradient, output = floating("softmax_gradient", gradient, output)
    out = result("softmax_gradient", out, same_shape("softmax_gradient", gradient, output), output.dtype)
    _softmax_gradient(_rows("softmax", gradient), _rows("softmax", output), _rows("softmax", out))
    return out


def softmax_cross_entropy(logits: Any, targets: Any, out: Array | None = None) -> Array:
    name = "softmax_cross_entropy"
    logits, targets = floating(name, logits, targets)
    shape = shapes.match(name, "(batch,classes),(batch,classes)->(batch)", logits.shape, targets.shape)
    out = result(name, out, shape, logits.dtype)
    _softmax_cross_entropy(_rows(name, logits), targets, np.empty_like(logits), out)
    return out


def softmax_cross_entropy_gradient(
    gradient: Any, logits: Any, targets: Any, out: Array | None = None
) -> Array:
    name = "softmax_cross_entropy_gradient"
    gradient, logits, targets = floating(name, gradient, logits, targets)
    spec = "(batch),(batch,classes),(batch,classes)->(batch,classes)"
    shape = shapes.match(name, spec, gradient.shape, logits.shape, targets.shape)
    out = result(name, out, shape, logits.dtype)
    _softmax_cross_entropy_gradient(gradient, logits, targets, out)
    return out


def sparse_softmax_cross_entropy(logits: Any, labels: Any, out: Array | None = None) -> Array:
    name = "sparse_softmax_cross_entropy"
    (logits,), labels = floating(name, logits), np.asarray(labels)
    shape = shapes.match(name, "(batch,classes),(batch)->(batch)", logits.shape, labels.shape)
    out = result(name, out, shape, logits.dtype)
    labels = integer_labels(name, labels, logits.shape[1])
    _sparse_softmax_cross_entropy(_rows(name, logits), labels, np.empty_like(logits), out)
    return out


def sparse_softmax_cross_entropy_gradient(
    gradient: Any, logits: Any, labels: Any, out: Array | None = None
) -> Array:
    name = "sparse_softmax_cross_entropy_gradient"
    (gradient, logits), labels = floating(name, gradient, logits), np.asarray(labels)
    spec = "(batch),(batch,classes),(batch)->(batch,classes)"
    shape = shapes.match(name, spec, gradient.shape, logits.shape, labels.shape)
    out = result(name, out, shape, logits.dtype)
    _sparse_softmax_cross_entropy_gradient(gradient, logits, integer_labels(name, labels, shape[1]), out)
    return out


def cross_entropy(probabilities: Any, targets: Any, out: Array | None = None) -> Array:
    name = "cross_entropy"
    p, targets = floating(name, probabilities, targets)
    shape = shapes.match(name, "(batch,classes),(batch,classes)->(batch)", p.shape, targets.shape)
    out = result(name, out, shape, p.dtype)
    _cross_entropy(_rows(name, p), targets, p.dtype.type(CLIP), out)
    return out


def cross_entropy_gradient(
    gradient: Any, probabilities: Any, targets: Any, out: Array | None = None
) -> Array:
    name = "cross_entropy_gradient"
    gradient, p, targets = floating(name, gradient, probabilities, targets)
    spec = "(batch),(batch,classes),(batch,classes)->(batch,classes)"
    shape = shapes.match(name, spec, gradient.shape, p.shape, targets.shape)
    out = result(name, out, shape, p.dtype)
    _cross_entropy_gradient(gradient, p, targets, p.dtype.type(CLIP), out)
    return out


def _elementwise(
    name: str, launch: Any, arrays: tuple[Any, ...], options: tuple[float, ...], out: Array | None
) -> Array:
    found = floating(name, *arrays)
    for other in found[1:]:
        if other.shape != found[0].shape:
            listed = " and ".join(str(array.shape) for array in found)
            raise ShapeError(f"{name} needs predictions and targets of one shape. It was given {listed}.")
    out = result(name, out, found[0].shape, found[0].dtype)
    launch(
        *(array.reshape(-1) for array in found),
        *(out.dtype.type(option) for option in options),
        out.reshape(-1),
    )
    return out


def binary_cross_entropy(probabilities: Any, targets: Any, out: Array | None = None) -> Array:
    return _elementwise("binary_cross_entropy", _binary_cross_entropy, (probabilities, targets), (CLIP,), out)


def binary_cross_entropy_gradient(
    gradient: Any, probabilities: Any, targets: Any, out: Array | None = None
) -> Array:
    arrays = (gradient, probabilities, targets)
    return _elementwise("binary_cross_entropy_gradient", _binary_cross_entropy_gradient, arrays, (CLIP,), out)


def sigmoid_cross_entropy(logits: Any, targets: Any, out: Array | None = None) -> Array:
    return _elementwise("sigmoid_cross_entropy", _sigmoid_cross_entropy, (logits, targets), (), out)


def sigmoid_cross_entropy_gradient(
    gradient: Any, logits: Any, targets: Any, out: Array | None = None
) -> Array:
    arrays = (gradient, logits, targets)
    return _elementwise("sigmoid_cross_entropy_gradient", _sigmoid_cross_entropy_gradient, arrays, (), out)
