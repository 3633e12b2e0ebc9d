"""Element-wise operations: the same arithmetic on every element, arrays of unlike shapes broadcast."""

from typing import Any

from array_api_compat import array_namespace

Array = Any


def add(a: Array, b: Array) -> Array:
    return a + b


def subtract(a: Array, b: Array) -> Array:
    return a - b


def multiply(a: Array, b: Array) -> Array:
    return a * b


def divide(a: Array, b: Array) -> Array:
    return a / b


def negative(x: Array) -> Array:
    return -x


def power(x: Array, exponent: float) -> Array:
    return x**exponent


def power_gradient(gradient: Array, x: Array, exponent: float) -> Array:
    return gradient * exponent * x ** (exponent - 1)


def exp(x: Array) -> Array:
    return array_namespace(x).exp(x)


def log(x: Array) -> Array:
    return array_namespace(x).log(x)


def relu(x: Array) -> Array:
    xp = array_namespace(x)
    return xp.maximum(x, xp.zeros_like(x))


def relu_gradient(gradient: Array, output: Array) -> Array:
    xp = array_namespace(gradient)
    return xp.where(output <= 0, xp.zeros_like(gradient), gradient)


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


def rescale(x: Array, scale: float, offset: float = 0.0) -> Array:
    xp = array_namespace(x)
    floating = x if xp.isdtype(x.dtype, "real floating") else xp.astype(x, xp.float32)
    return floating * scale + offset
