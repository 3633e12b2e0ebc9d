"""Activation functions and their slopes."""

import math
from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference.functions import erf

Array = Any

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946
"""The numbers with which outputs keep mean 0 and variance 1 from layer to layer."""


def relu(x: Array) -> Array:
    xp = array_namespace(x)
    return xp.maximum(x, xp.zeros_like(x))


def relu_gradient(gradient: Array, output: Array) -> Array:
    xp = array_namespace(gradient)
    return xp.where(output <= 0, xp.zeros_like(gradient), gradient)


def leaky_relu(x: Array, negative_slope: float = 0.2) -> Array:
    return array_namespace(x).where(x > 0, x, negative_slope * x)


def leaky_relu_gradient(gradient: Array, x: Array, negative_slope: float = 0.2) -> Array:
    return array_namespace(gradient, x).where(x > 0, gradient, negative_slope * gradient)


def elu(x: Array, alpha: float = 1.0) -> Array:
    xp = array_namespace(x)
    return xp.where(x > 0, x, alpha * xp.expm1(xp.minimum(x, xp.zeros_like(x))))


def elu_gradient(gradient: Array, x: Array, alpha: float = 1.0) -> Array:
    xp = array_namespace(gradient, x)
    return xp.where(x > 0, gradient, gradient * alpha * xp.exp(xp.minimum(x, xp.zeros_like(x))))


def selu(x: Array) -> Array:
    return SELU_SCALE * elu(x, SELU_ALPHA)


def selu_gradient(gradient: Array, x: Array) -> Array:
    return SELU_SCALE * elu_gradient(gradient, x, SELU_ALPHA)


def sigmoid(x: Array) -> Array:
    xp = array_namespace(x)
    small = xp.exp(-xp.abs(x))  # never overflows
    return xp.where(x >= 0, 1 / (1 + small), small / (1 + small))


def sigmoid_gradient(gradient: Array, output: Array) -> Array:
    return gradient * output * (1 - output)


def tanh(x: Array) -> Array:
    return array_namespace(x).tanh(x)


def tanh_gradient(gradient: Array, output: Array) -> Array:
    return gradient * (1 - output * output)


def softplus(x: Array) -> Array:
    xp = array_namespace(x)
    return relu(x) + xp.log1p(xp.exp(-xp.abs(x)))  # never overflows


def softsign(x: Array) -> Array:
    return x / (1 + array_namespace(x).abs(x))


def softsign_gradient(gradient: Array, x: Array) -> Array:
    return gradient / (1 + array_namespace(x).abs(x)) ** 2


def hard_sigmoid(x: Array) -> Array:
    return array_namespace(x).clip(x / 6 + 0.5, 0, 1)


def hard_sigmoid_gradient(gradient: Array, x: Array) -> Array:
    xp = array_namespace(gradient, x)
    return xp.where(xp.abs(x) >= 3, xp.zeros_like(gradient), gradient / 6)


def silu(x: Array) -> Array:
    return x * sigmoid(x)


def silu_gradient(gradient: Array, x: Array) -> Array:
    s = sigmoid(x)
    return gradient * s * (1 + x * (1 - s))


def mish(x: Array) -> Array:
    return x * tanh(softplus(x))


def mish_gradient(gradient: Array, x: Array) -> Array:
    t = tanh(softplus(x))
    return gradient * (t + x * (1 - t * t) * sigmoid(x))


def gelu(x: Array, approximate: bool = False) -> Array:
    if approximate:
        return x / 2 * (1 + tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    return x / 2 * (1 + erf(x / math.sqrt(2)))


def gelu_gradient(gradient: Array, x: Array, approximate: bool = False) -> Array:
    if approximate:
        t = tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))
        inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)
        return gradient / 2 * (1 + t + x * (1 - t * t) * inner)
    density = array_namespace(x).exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return gradient * ((1 + erf(x / math.sqrt(2))) / 2 + x * density)
