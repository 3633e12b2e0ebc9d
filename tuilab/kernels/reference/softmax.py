"""Softmax and its logarithm."""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference.extremes import max as largest
from tuilab.kernels.reference.sums import sum as summed

Array = Any


def softmax(x: Array, axis: int = -1) -> Array:
    e = array_namespace(x).exp(x - largest(x, axis, keepdims=True))
    return e / summed(e, axis, keepdims=True)


def softmax_gradient(gradient: Array, output: Array, axis: int = -1) -> Array:
    return output * (gradient - summed(gradient * output, axis, keepdims=True))


def log_softmax(x: Array, axis: int = -1) -> Array:
    xp = array_namespace(x)
    shifted = x - largest(x, axis, keepdims=True)
    return shifted - xp.log(summed(xp.exp(shifted), axis, keepdims=True))


def log_softmax_gradient(gradient: Array, output: Array, axis: int = -1) -> Array:
    return gradient - array_namespace(output).exp(output) * summed(gradient, axis, keepdims=True)
