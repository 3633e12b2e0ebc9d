"""Batch normalization and layer normalization."""

import math
from typing import Any

from array_api_compat import array_namespace

Array = Any


def _over_samples(x: Array) -> tuple[int, ...]:
    """All axes but the last, which has the channels."""
    return tuple(range(x.ndim - 1))


def _inverse(variance: Array, epsilon: float) -> Array:
    return 1 / array_namespace(variance).sqrt(variance + epsilon)


def batch_norm(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> tuple[Array, Array, Array]:
    xp = array_namespace(x)
    mean = xp.mean(x, axis=_over_samples(x))
    variance = xp.mean((x - mean) ** 2, axis=_over_samples(x))
    return batch_norm_inference(x, gamma, beta, mean, variance, epsilon), mean, variance


def batch_norm_gradient(
    gradient: Array,
    mean_gradient: Array,
    variance_gradient: Array,
    x: Array,
    gamma: Array,
    mean: Array,
    variance: Array,
    epsilon: float = 1e-3,
) -> tuple[Array, Array, Array]:
    inverse = _inverse(variance, epsilon)
    normal, samples = (x - mean) * inverse, math.prod(x.shape[:-1])
    xp = array_namespace(x)
    dgamma = xp.sum(gradient * normal, axis=_over_samples(x))
    dbeta = xp.sum(gradient, axis=_over_samples(x))
    dx = gamma * inverse * (gradient - (dbeta + normal * dgamma) / samples)
    return dx + (mean_gradient + 2 * variance_gradient * (x - mean)) / samples, dgamma, dbeta


def batch_norm_inference(
    x: Array, gamma: Array, beta: Array, mean: Array, variance: Array, epsilon: float = 1e-3
) -> Array:
    return (x - mean) * (gamma * _inverse(variance, epsilon)) + beta


def batch_norm_inference_gradient(
    gradient: Array, x: Array, gamma: Array, mean: Array, variance: Array, epsilon: float = 1e-3
) -> tuple[Array, Array, Array, Array, Array]:
    xp, inverse = array_namespace(x), _inverse(variance, epsilon)
    dgamma = xp.sum(gradient * ((x - mean) * inverse), axis=_over_samples(x))
    dbeta = xp.sum(gradient, axis=_over_samples(x))
    scale = gamma * inverse
    return gradient * scale, dgamma, dbeta, -dbeta * scale, -dgamma * scale * inverse / 2


def layer_norm(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Array:
    return _normal(x, epsilon)[0] * gamma + beta


def _normal(x: Array, epsilon: float) -> tuple[Array, Array]:
    xp = array_namespace(x)
    centred = x - xp.mean(x, axis=-1, keepdims=True)
    inverse = _inverse(xp.mean(centred**2, axis=-1, keepdims=True), epsilon)
    return centred * inverse, inverse


def layer_norm_gradient(
    gradient: Array, x: Array, gamma: Array, epsilon: float = 1e-3
) -> tuple[Array, Array, Array]:
    xp = array_namespace(x)
    normal, inverse = _normal(x, epsilon)
    flow = gradient * gamma
    along = normal * xp.mean(flow * normal, axis=-1, keepdims=True)
    dx = inverse * (flow - xp.mean(flow, axis=-1, keepdims=True) - along)
    axes = _over_samples(x)
    return dx, xp.sum(gradient * normal, axis=axes), xp.sum(gradient, axis=axes)
