"""Optimizer updates: a parameter, its gradient and the optimizer's memory, one step on."""

from typing import Any

from array_api_compat import array_namespace

Array = Any


def sgd(parameter: Array, gradient: Array, learning_rate: float) -> Array:
    return parameter - learning_rate * gradient


def momentum(
    parameter: Array,
    gradient: Array,
    velocity: Array,
    learning_rate: float,
    momentum: float = 0.9,
    nesterov: bool = False,
) -> tuple[Array, Array]:
    velocity = momentum * velocity - learning_rate * gradient
    if nesterov:
        return parameter + momentum * velocity - learning_rate * gradient, velocity
    return parameter + velocity, velocity


def adagrad(
    parameter: Array, gradient: Array, squares: Array, learning_rate: float, epsilon: float = 1e-7
) -> tuple[Array, Array]:
    squares = squares + gradient * gradient
    step = learning_rate * gradient / array_namespace(gradient).sqrt(squares + epsilon)
    return parameter - step, squares


def rmsprop(
    parameter: Array,
    gradient: Array,
    mean_square: Array,
    learning_rate: float,
    rho: float = 0.9,
    epsilon: float = 1e-7,
) -> tuple[Array, Array]:
    mean_square = rho * mean_square + (1 - rho) * gradient * gradient
    step = learning_rate * gradient / array_namespace(gradient).sqrt(mean_square + epsilon)
    return parameter - step, mean_square


def adam(
    parameter: Array,
    gradient: Array,
    m: Array,
    v: Array,
    step: int,
    learning_rate: float,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
) -> tuple[Array, Array, Array]:
    m = m + (1 - beta_1) * (gradient - m)
    v = v + (1 - beta_2) * (gradient * gradient - v)
    rate = learning_rate * (1 - beta_2**step) ** 0.5 / (1 - beta_1**step)
    return parameter - rate * m / (array_namespace(v).sqrt(v) + epsilon), m, v
