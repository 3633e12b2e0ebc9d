"""Batch normalization. Arrays are seen as rows of channels.

Sums over the rows are taken in blocks, then over the blocks in order. There are two passes, the mean first:
the mean of the squares less the square of the mean would cancel.
"""

import math
from typing import Any

import numpy as np

from tuilab.errors import ShapeError
from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, apart, floating, result, same_shape
from tuilab.kernels.parallel.blocks import add_up, clear

ROWS = 128  # in a block


@device
def _inverses(variance: Any, epsilon: Any, inverse: Any) -> None:
    one = variance.dtype.type(1)
    for c in range(inverse.size):
        inverse[c] = one / np.sqrt(variance[c] + epsilon)


@device
def _normalize(row: Any, mean: Any, inverse: Any, gamma: Any, beta: Any, into: Any) -> None:
    for c in range(row.size):
        into[c] = (row[c] - mean[c]) * (inverse[c] * gamma[c]) + beta[c]


@device
def _add_deviations(row: Any, mean: Any, power: Any, part: Any) -> None:
    """part += (row - mean) ** power, for the powers 1 and 2."""
    if power == 1:
        for c in range(row.size):
            part[c] += row[c] - mean[c]
    else:
        for c in range(row.size):
            part[c] += (row[c] - mean[c]) * (row[c] - mean[c])


@device
def _divide(x: Any, count: Any) -> None:
    for c in range(x.size):
        x[c] /= count


@kernel
def _batch_norm(
    x: Any, gamma: Any, beta: Any, epsilon: Any, parts: Any, inverse: Any, out: Any, mean: Any, variance: Any
) -> None:
    rows, count = len(x), x.dtype.type(len(x))
    clear(inverse)  # the mean that the first pass takes away
    for block in prange(len(parts)):
        clear(parts[block])
        for i in range(block * ROWS, min(rows, (block + 1) * ROWS)):
            _add_deviations(x[i], inverse, 1, parts[block])
    add_up(parts, 0, mean.size, mean)
    _divide(mean, count)
    for block in prange(len(parts)):
        clear(parts[block])
        for i in range(block * ROWS, min(rows, (block + 1) * ROWS)):
            _add_deviations(x[i], mean, 2, parts[block])
    add_up(parts, 0, mean.size, variance)
    _divide(variance, count)
    _inverses(variance, epsilon, inverse)
    for block in prange(len(parts)):
        for i in range(block * ROWS, min(rows, (block + 1) * ROWS)):
            _normalize(x[i], mean, inverse, gamma, beta, out[i])


@kernel
def _batch_norm_inference(
    x: Any, gamma: Any, beta: Any, mean: Any, variance: Any, epsilon: Any, inverse: Any, out: Any
) -> None:
    _inverses(variance, epsilon, inverse)
    rows = len(x)
    for block in prange((rows + ROWS - 1) // ROWS):
        for i in range(block * ROWS, min(rows, (block + 1) * ROWS)):
            _normalize(x[i], mean, inverse, gamma, beta, out[i])


@device
def _add_flow(flow: Any, row: Any, mean: Any, inverse: Any, dgamma: Any, dbeta: Any) -> None:
    for c in range(row.size):
        dgamma[c] += flow[c] * ((row[c] - mean[c]) * inverse[c])
        dbeta[c] += flow[c]


@device
def _through_moments(
    flow: Any, row: Any, mean: Any, inverse: Any, gamma: Any, dgamma: Any, dbeta: Any, mean_gradient: Any,
    variance_gradient: Any, count: Any, into: Any,
) -> None:  # fmt: skip
    two = row.dtype.type(2)
    for c in range(row.size):
        centred = row[c] - mean[c]
        shared = dbeta[c] + centred * inverse[c] * dgamma[c]
        direct = mean_gradient[c] + two * variance_gradient[c] * centred
        into[c] = gamma[c] * inverse[c] * (flow[c] - shared / count) + direct / count


@kernel
def _batch_norm_gradient(
    gradient: Any, mean_gradient: Any, variance_gradient: Any, x: Any, gamma: Any, mean: Any, variance: Any,
    epsilon: Any, inverse: Any, gamma_parts: Any, beta_parts: Any, dx: Any, dgamma: Any, dbeta: Any,
) -> None:  # fmt: skip
    rows, count = len(x), x.dtype.type(len(x))
    _inverses(variance, epsilon, inverse)
    for block in prange(len(gamma_parts)):
        clear(gamma_parts[block])
        clear(beta_parts[block])
        for i in range(block * ROWS, min(rows, (block + 1) * ROWS)):
            _add_flow(gradient[i], x[i], mean, inverse, gamma_parts[block], beta_parts[block])
    add_up(gamma_parts, 0, dgamma.size, dgamma)
    add_up(beta_parts, 0, dbeta.size, dbeta)
    for block in prange(len(gamma_parts)):
        for i in range(block * ROWS, min(rows, (block + 1) * ROWS)):
            _through_moments(
                gradient[i], x[i], mean, inverse, gamma, dgamma, dbeta, mean_gradient, variance_gradient,
                count, dx[i],
            )  # fmt: skip


@device
def _through_scale(flow: Any, gamma: Any, inverse: Any, into: Any) -> None:
    for c in range(flow.size):
        into[c] = flow[c] * (gamma[c] * inverse[c])


@kernel
def _batch_norm_inference_gradient(
    gradient: Any, x: Any, gamma: Any, mean: Any, variance: Any, epsilon: Any, inverse: Any, gamma_parts: Any,
    beta_parts: Any, dx: Any, dgamma: Any, dbeta: Any, dmean: Any, dvariance: Any,
) -> None:  # fmt: skip
    rows, two = len(x), x.dtype.type(2)
    _inverses(variance, epsilon, inverse)
    for block in prange(len(gamma_parts)):
        clear(gamma_parts[block])
        clear(beta_parts[block])
        for i in range(block * ROWS, min(rows, (block + 1) * ROWS)):
            _add_flow(gradient[i], x[i], mean, inverse, gamma_parts[block], beta_parts[block])
            _through_scale(gradient[i], gamma, inverse, dx[i])
    add_up(gamma_parts, 0, dgamma.size, dgamma)
    add_up(beta_parts, 0, dbeta.size, dbeta)
    for c in range(dmean.size):
        scale = gamma[c] * inverse[c]
        dmean[c] = -dbeta[c] * scale
        dvariance[c] = -dgamma[c] * scale * inverse[c] / two


def _rows(x: Array) -> Array:
    """x as (samples, channels)."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def _parts(rows: Array) -> Array:
    """Room for the blocks' sums."""
    return np.empty((-(-len(rows) // ROWS), rows.shape[1]), rows.dtype)


def batch_norm(
    x: Any,
    gamma: Any,
    beta: Any,
    epsilon: float = 1e-3,
    out: tuple[Array, Array, Array] | None = None,
) -> tuple[Array, Array, Array]:
    x, gamma, beta = floating("batch_norm", x, gamma, beta)
    spec = "(...,channels),(channels),(channels)->(...,channels)"
    shapes.match("batch_norm", spec, x.shape, gamma.shape, beta.shape)
    rows = _rows(x)
    if not len(rows):
        raise ShapeError(f"batch_norm needs at least one number in each channel. It was given {x.shape}.")
    y, mean, variance = out or (None, None, None)
    apart("batch_norm", y, x, gamma, beta)
    y = result("batch_norm", y, x.shape, x.dtype)
    mean = result("batch_norm", mean, gamma.shape, x.dtype)
    variance = result("batch_norm", variance, gamma.shape, x.dtype)
    small = x.dtype.type(epsilon)
    inverse = np.empty_like(gamma)
    _batch_norm(rows, gamma, beta, small, _parts(rows), inverse, y.reshape(rows.shape), mean, variance)
    return y, mean, variance


def batch_norm_gradient(
    gradient: Any,
    mean_gradient: Any,
    variance_gradient: Any,
    x: Any,
    gamma: Any,
    mean: Any,
    variance: Any,
    epsilon: float = 1e-3,
) -> tuple[Array, Array, Array]:
    name = "batch_norm_gradient"
    gradient, x, *by_channel = floating(
        name, gradient, x, mean_gradient, variance_gradient, gamma, mean, variance
    )
    _check(name, gradient, x, by_channel)
    rows, dx = _rows(x), np.empty_like(x)
    mean_gradient, variance_gradient, gamma, mean, variance = by_channel
    dgamma, dbeta, inverse = (np.empty_like(gamma) for _ in range(3))
    _batch_norm_gradient(
        gradient.reshape(rows.shape),
        mean_gradient,
        variance_gradient,
        rows,
        gamma,
        mean,
        variance,
        x.dtype.type(epsilon),
        inverse,
        _parts(rows),
        _parts(rows),
        dx.reshape(rows.shape),
        dgamma,
        dbeta,
    )
    return dx, dgamma, dbeta


def batch_norm_inference(
    x: Any,
    gamma: Any,
    beta: Any,
    mean: Any,
    variance: Any,
    epsilon: float = 1e-3,
    out: Array | None = None,
) -> Array:
    name = "batch_norm_inference"
    x, gamma, beta, mean, variance = floating(name, x, gamma, beta, mean, variance)
    spec = "(...,channels),(channels),(channels),(channels),(channels)->(...,channels)"
    shapes.match(name, spec, x.shape, gamma.shape, beta.shape, mean.shape, variance.shape)
    apart(name, out, x, gamma, beta, mean, variance)
    out = result(name, out, x.shape, x.dtype)
    rows, small, inverse = _rows(x), x.dtype.type(epsilon), np.empty_like(gamma)
    _batch_norm_inference(rows, gamma, beta, mean, variance, small, inverse, out.reshape(rows.shape))
    return out


def batch_norm_inference_gradient(
    gradient: Any, x: Any, gamma: Any, mean: Any, variance: Any, epsilon: float = 1e-3
) -> tuple[Array, Array, Array, Array, Array]:
    name = "batch_norm_inference_gradient"
    gradient, x, *by_channel = floating(name, gradient, x, gamma, mean, variance)
    _check(name, gradient, x, by_channel)
    rows, dx = _rows(x), np.empty_like(x)
    gamma, mean, variance = by_channel
    dgamma, dbeta, dmean, dvariance, inverse = (np.empty_like(gamma) for _ in range(5))
    _batch_norm_inference_gradient(
        gradient.reshape(rows.shape),
        rows,
        gamma,
        mean,
        variance,
        x.dtype.type(epsilon),
        inverse,
        _parts(rows),
        _parts(rows),
        dx.reshape(rows.shape),
        dgamma,
        dbeta,
        dmean,
        dvariance,
    )
    return dx, dgamma, dbeta, dmean, dvariance


def _check(name: str, gradient: Array, x: Array, by_channel: list[Array]) -> None:
    same_shape(name, gradient, x)
    same_shape(name, *by_channel, np.broadcast_to(x.dtype.type(0), x.shape[-1:]))
