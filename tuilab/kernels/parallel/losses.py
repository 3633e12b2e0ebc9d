"""Cross-entropies, a row a sample; the rows are shared out among the threads."""

from typing import Any

import numpy as np

from tuilab.errors import ShapeError
from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel import elementary
from tuilab.kernels.parallel.arrays import Array, floating, integer_labels, result
from tuilab.kernels.parallel.softmax import row_total, softmax_row
from tuilab.kernels.reference.losses import CLIP

BLOCK = 8192


@kernel
def _softmax_cross_entropy(logits: Any, targets: Any, scratch: Any, out: Any) -> None:
    for i in prange(logits.shape[0]):
        x, t, terms = logits[i], targets[i], scratch[i]
        largest, log_total = softmax_row(x, terms)
        for j in range(x.size):
            terms[j] = t[j] * (largest - x[j] + log_total)
        out[i] = row_total(terms)


@kernel
def _softmax_cross_entropy_gradient(gradient: Any, logits: Any, targets: Any, out: Any) -> None:
    for i in prange(logits.shape[0]):
        g, t, dx = gradient[i], targets[i], out[i]
        softmax_row(logits[i], dx)
        total = row_total(t)
        for j in range(t.size):
            dx[j] = g * (dx[j] * total - t[j])


@kernel
def _sparse_softmax_cross_entropy(logits: Any, labels: Any, scratch: Any, out: Any) -> None:
    for i in prange(logits.shape[0]):
        largest, log_total = softmax_row(logits[i], scratch[i])
        out[i] = largest - logits[i, labels[i]] + log_total


@kernel
def _sparse_softmax_cross_entropy_gradient(gradient: Any, logits: Any, labels: Any, out: Any) -> None:
    for i in prange(logits.shape[0]):
        g, dx = gradient[i], out[i]
        softmax_row(logits[i], dx)
        dx[labels[i]] -= dx.dtype.type(1)
        for j in range(dx.size):
            dx[j] *= g


@device
def _clipped(p: Any, least: Any, most: Any) -> Any:
    return least if p < least else most if p > most else p


@kernel
def _cross_entropy(probabilities: Any, targets: Any, clip: Any, scratch: Any, out: Any) -> None:
    most = probabilities.dtype.type(1) - clip
    for i in prange(probabilities.shape[0]):
        p, t, terms = probabilities[i], targets[i], scratch[i]
        total = row_total(p)
        for j in range(p.size):
            terms[j] = t[j] * elementary.log(_clipped(p[j] / total, clip, most))
        out[i] = -row_total(terms)


@kernel
def _cross_entropy_gradient(gradient: Any, probabilities: Any, targets: Any, clip: Any, out: Any) -> None:
    zero, most = probabilities.dtype.type(0), probabilities.dtype.type(1) - clip
    for i in prange(probabilities.shape[0]):
        g, y, t, dx = gradient[i], probabilities[i], targets[i], out[i]
        total = row_total(y)
        for j in range(y.size):
            p = y[j] / total
            dx[j] = p * (zero if p <= clip or p >= most else -t[j] / p)
        inner = row_total(dx)
        for j in range(y.size):
            p = y[j] / total
            dx[j] = g * ((zero if p <= clip or p >= most else -t[j] / p) - inner) / total


@kernel
def _binary_cross_entropy(probabilities: Any, targets: Any, clip: Any, out: Any) -> None:
    one = probabilities.dtype.type(1)
    for block in prange((out.size + BLOCK - 1) // BLOCK):
        begin, end = block * BLOCK, (block + 1) * BLOCK
        y, t, loss = probabilities[begin:end], targets[begin:end], out[begin:end]
        for i in range(y.size):
            p = _clipped(y[i], clip, one - clip)
            loss[i] = -(t[i] * elementary.log(p) + (one - t[i]) * elementary.log(one - p))


@kernel
def _binary_cross_entropy_gradient(
    gradient: Any, probabilities: Any, targets: Any, clip: Any, out: Any
) -> None:
    zero, one = probabilities.dtype.type(0), probabilities.dtype.type(1)
    for block in prange((out.size + BLOCK - 1) // BLOCK):
        begin, end = block * BLOCK, (block + 1) * BLOCK
        g, y, t, dp = gradient[begin:end], probabilities[begin:end], targets[begin:end], out[begin:end]
        for i in range(y.size):
            p = y[i]
            dp[i] = zero if p <= clip or p >= one - clip else g[i] * (p - t[i]) / (p * (one - p))


@kernel
def _sigmoid_cross_entropy(logits: Any, targets: Any, out: Any) -> None:
    zero = logits.dtype.type(0)
    for block in prange((out.size + BLOCK - 1) // BLOCK):
        begin, end = block * BLOCK, (block + 1) * BLOCK
        logit, t, loss = logits[begin:end], targets[begin:end], out[begin:end]
        for i in range(logit.size):
            x = logit[i]
            loss[i] = (zero if x < zero else x) - x * t[i] + elementary.log1p(elementary.exp(-abs(x)))


@kernel
def _sigmoid_cross_entropy_gradient(gradient: Any, logits: Any, targets: Any, out: Any) -> None:
    for block in prange((out.size + BLOCK - 1) // BLOCK):
        begin, end = block * BLOCK, (block + 1) * BLOCK
        g, x, t, dx = gradient[begin:end], logits[begin:end], targets[begin:end], out[begin:end]
        for i in range(x.size):
            dx[i] = g[i] * (elementary.sigmoid(x[i]) - t[i])


def _rows(name: str, x: Array) -> Array:
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ShapeError(
            f"{name} needs at least one class on the last axis. It was given the shape {x.shape}."
        )
    return x.reshape(-1, x.shape[-1])


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
    _cross_entropy(_rows(name, p), targets, p.dtype.type(CLIP), np.empty_like(p), out)
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
