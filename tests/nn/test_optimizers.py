"""Optimizers: the first steps, computed by formulas of their own in float64."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tuilab import Tensor
from tuilab.errors import ShapeError, TuilabError
from tuilab.nn import optimizers

START = np.array([1.0, -2.0, 3.0])
GRADIENTS = [np.array([0.5, -1.0, 0.25]), np.array([0.1, 2.0, -0.5]), np.array([0.0, 1.0, 1.0])] * 3


def trajectory(optimizer: optimizers.Optimizer, dtype: Any = np.float64) -> list[Any]:
    parameter = Tensor(START.astype(dtype))
    path = []
    for gradient in GRADIENTS:
        optimizer.apply([gradient.astype(dtype)], [parameter])
        path.append(parameter.data.copy())
    return path


def by_formula(step: Callable[[int, Any, Any, dict[str, Any]], Any]) -> list[Any]:
    w, memory, path = START.copy(), {"m": np.zeros(3), "v": np.zeros(3)}, []
    for t, g in enumerate(GRADIENTS, 1):
        w = step(t, w, g, memory)
        path.append(w)
    return path


def sgd(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    return w - 0.1 * g


def momentum(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    memory["v"] = 0.9 * memory["v"] - 0.1 * g
    return w + memory["v"]


def nesterov(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    memory["v"] = 0.9 * memory["v"] - 0.1 * g
    return w + 0.9 * memory["v"] - 0.1 * g


def rmsprop(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    memory["v"] = 0.9 * memory["v"] + 0.1 * g**2
    return w - 0.01 * g / np.sqrt(memory["v"] + 1e-7)


def adam(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    memory["m"] = 0.9 * memory["m"] + 0.1 * g
    memory["v"] = 0.999 * memory["v"] + 0.001 * g**2
    rate = 0.01 * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return w - rate * memory["m"] / (np.sqrt(memory["v"]) + 1e-7)


CASES: list[Any] = [
    (lambda: optimizers.SGD(0.1), sgd),
    (lambda: optimizers.SGD(0.1, momentum=0.9), momentum),
    (lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True), nesterov),
    (lambda: optimizers.RMSprop(0.01), rmsprop),
    (lambda: optimizers.Adam(0.01), adam),
]


@pytest.mark.parametrize(("make", "formula"), CASES, ids=lambda one: getattr(one, "__name__", ""))
def test_steps_are_those_of_the_formula(make: Any, formula: Any) -> None:
    expected = by_formula(formula)
    np.testing.assert_allclose(trajectory(make()), expected, rtol=1e-13)
    np.testing.assert_allclose(trajectory(make(), np.float32), expected, rtol=1e-5)


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient() -> None:
    parameter = Tensor(np.zeros(3))
    optimizers.Adam(0.5).apply([np.array([1e-3, -7.0, 1e4])], [parameter])
    np.testing.assert_allclose(parameter.data, [-0.5, 0.5, -0.5], rtol=1e-2)


def test_defaults_are_kerass() -> None:
    assert optimizers.get("sgd").learning_rate == 0.01
    adam, rmsprop = optimizers.Adam(), optimizers.RMSprop()
    assert (adam.learning_rate, adam.beta_1, adam.beta_2, adam.epsilon) == (0.001, 0.9, 0.999, 1e-7)
    assert (rmsprop.learning_rate, rmsprop.rho, rmsprop.epsilon) == (0.001, 0.9, 1e-7)
    plain, with_momentum = optimizers.get("SGD"), optimizers.get("momentum")
    assert isinstance(plain, optimizers.SGD)
    assert isinstance(with_momentum, optimizers.SGD)
    assert (plain.momentum, with_momentum.momentum) == (0, 0.9)


def test_a_name_gives_a_new_optimizer_each_time() -> None:
    assert optimizers.get("adam") is not optimizers.get("adam")
    made = optimizers.Adam()
    assert optimizers.get(made) is made


def test_the_learning_rate_may_change_between_steps() -> None:
    optimizer, parameter = optimizers.SGD(0.1), Tensor(np.zeros(1))
    for rate in (0.1, 0.01, 0.0):
        optimizer.learning_rate = rate
        optimizer.apply([np.ones(1)], [parameter])
    np.testing.assert_allclose(parameter.data, [-0.11])


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf"), "fast", None])
def test_a_learning_rate_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(TuilabError, match=r"A learning rate is a number, 0 or more. It was given"):
        optimizers.Adam(learning_rate=wrong)


def test_nan_in_a_gradient_reaches_the_parameter() -> None:
    for make, _ in CASES:
        parameter = Tensor(np.ones(3))
        make().apply([np.array([np.nan, 1, 1])], [parameter])
        assert np.isnan(parameter.data[0])
        assert np.isfinite(parameter.data[1:]).all()


def test_an_optimizer_that_served_another_model_says_so() -> None:
    optimizer = optimizers.Adam()
    optimizer.apply([np.ones(3)], [Tensor(np.ones(3))])
    with pytest.raises(ShapeError, match=r"one shape"):
        optimizer.apply([np.ones(4)], [Tensor(np.ones(4))])


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(TuilabError, match=r"There is no optimizer 'adma'. Did you mean 'adam'"):
        optimizers.get("adma")
    with pytest.raises(TuilabError, match=r"Momentum lies between 0 and 1"):
        optimizers.SGD(momentum=2)
