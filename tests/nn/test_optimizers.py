"""Optimizers: the first steps, by formulas of their own in float64, and by Keras where it is installed."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tuilab import Tensor
from tuilab.errors import ShapeError, TuilabError
from tuilab.kernels import jit
from tuilab.nn import optimizers, schedules

pytestmark = pytest.mark.usefixtures("one_thread")
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


def adagrad(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    memory["v"] = memory["v"] + g**2 + (0.1 if t == 1 else 0)
    return w - 0.1 * g / np.sqrt(memory["v"] + 1e-7)


def centered(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    memory["m"] = 0.8 * memory["m"] + 0.2 * g
    memory["v"] = 0.8 * memory["v"] + 0.2 * g**2
    memory["step"] = 0.5 * memory.get("step", 0) + 0.01 * g / np.sqrt(memory["v"] - memory["m"] ** 2 + 1e-4)
    return w - memory["step"]


def amsgrad(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    memory["m"] = 0.9 * memory["m"] + 0.1 * g
    memory["v"] = 0.5 * memory["v"] + 0.5 * g**2
    memory["largest"] = np.maximum(memory.get("largest", 0), memory["v"])
    rate = 0.01 * math.sqrt(1 - 0.5**t) / (1 - 0.9**t)
    return w - rate * memory["m"] / (np.sqrt(memory["largest"]) + 1e-7)


def adamw(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    return adam(t, w - 0.01 * 0.3 * w, g, memory)


def decayed(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    return momentum(t, w - 0.1 * 0.3 * w, g, memory)


def clipped_by_value(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    return w - 0.1 * np.clip(g, -0.4, 0.4)


def clipped_by_norm(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    return w - 0.1 * g / max(1, np.linalg.norm(g) / 0.7)


def decay_of_the_rate(t: int, w: Any, g: Any, memory: dict[str, Any]) -> Any:
    return w - 0.1 * 0.5 ** (t - 1) * g


CASES: list[Any] = [
    (lambda: optimizers.SGD(0.1), sgd),
    (lambda: optimizers.SGD(0.1, momentum=0.9), momentum),
    (lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True), nesterov),
    (lambda: optimizers.Adagrad(0.1), adagrad),
    (lambda: optimizers.RMSprop(0.01), rmsprop),
    (lambda: optimizers.RMSprop(0.01, rho=0.8, momentum=0.5, epsilon=1e-4, centered=True), centered),
    (lambda: optimizers.Adam(0.01), adam),
    (lambda: optimizers.Adam(0.01, beta_2=0.5, amsgrad=True), amsgrad),
    (lambda: optimizers.AdamW(0.01, weight_decay=0.3), adamw),
    (lambda: optimizers.SGD(0.1, momentum=0.9, weight_decay=0.3), decayed),
    (lambda: optimizers.SGD(0.1, clipvalue=0.4), clipped_by_value),
    (lambda: optimizers.SGD(0.1, clipnorm=0.7), clipped_by_norm),
    (lambda: optimizers.SGD(0.1, global_clipnorm=0.7), clipped_by_norm),
    (lambda: optimizers.SGD(schedules.ExponentialDecay(0.1, 1, 0.5)), decay_of_the_rate),
]
KINDS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")


@pytest.mark.parametrize(("make", "formula"), CASES, ids=lambda one: getattr(one, "__name__", ""))
def test_steps_are_those_of_the_formula(make: Any, formula: Any) -> None:
    expected = by_formula(formula)
    np.testing.assert_allclose(trajectory(make()), expected, rtol=1e-13)
    np.testing.assert_allclose(trajectory(make(), np.float32), expected, rtol=1e-5)


def test_norms_are_of_each_gradient_or_of_all_together() -> None:
    """(3, 0) and (0, 4, 0) are 3 and 4 long, and 5 together."""
    gradients = [np.array([3.0, 0.0]), np.array([0.0, 4.0, 0.0])]
    for limit, expected in (
        ({"clipnorm": 2.0}, [2, 2]),
        ({"clipnorm": 3.5}, [3, 3.5]),
        ({"global_clipnorm": 2.5}, [1.5, 2]),
        ({"global_clipnorm": 6.0}, [3, 4]),
        ({"clipvalue": 3.5}, [3, 3.5]),
    ):
        parameters = [Tensor(np.zeros(2)), Tensor(np.zeros(3))]
        optimizers.SGD(1.0, **limit).apply(gradients, parameters)
        np.testing.assert_allclose([-parameters[0].data[0], -parameters[1].data[1]], expected)


def test_the_norm_of_many_numbers_is_that_of_numpy() -> None:
    gradient = np.random.default_rng(0).standard_normal((300, 100)).astype(np.float32)
    parameter = Tensor(np.zeros_like(gradient))
    optimizers.SGD(1.0, clipnorm=1.0).apply([gradient], [parameter])
    np.testing.assert_allclose(parameter.data, -gradient / np.linalg.norm(gradient), rtol=1e-6)


@pytest.mark.parametrize("limit", ["clipnorm", "global_clipnorm"])
@pytest.mark.parametrize("strange", [np.nan, np.inf])
def test_a_gradient_without_a_norm_makes_its_parameter_nan(limit: Any, strange: float) -> None:
    parameter = Tensor(np.ones(3))
    optimizers.SGD(0.1, **{limit: 1.0}).apply([np.array([1.0, strange, 0.0])], [parameter])
    assert np.isnan(parameter.data).all()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "make",
    [
        lambda package: package.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=0.7),
        lambda package: package.SGD(0.1, weight_decay=0.1, global_clipnorm=0.7),
        lambda package: package.Adagrad(0.1, initial_accumulator_value=0.3, clipvalue=0.3),
        lambda package: package.RMSprop(0.01, rho=0.8, momentum=0.5, epsilon=1e-4, centered=True),
        lambda package: package.RMSprop(0.01, momentum=0.5, weight_decay=0.1),
        lambda package: package.Adam(0.01, beta_2=0.6, amsgrad=True),
        lambda package: package.AdamW(0.01, weight_decay=0.3),
        # Keras takes 1 - β₂ᵗ in float32, which costs 0.999 four digits, and 0.9 none
        lambda package: package.Adam(
            package.schedules.CosineDecay(0.0, 5, warmup_target=0.1, warmup_steps=3), beta_2=0.9
        ),
    ],
)
def test_two_parameters_go_where_keras_takes_them(keras: Any, make: Any) -> None:
    ours, theirs = make(optimizers), make(keras.optimizers)
    parameters = [Tensor(START.astype(np.float32)), Tensor(np.array([[0.5], [-0.1]], np.float32))]
    variables = [keras.Variable(one.data) for one in parameters]
    for step, gradient in enumerate(GRADIENTS):
        gradients = [gradient.astype(np.float32), np.array([[0.3], [np.cos(step)]], np.float32)]
        ours.apply(gradients, parameters)
        theirs.apply([keras.ops.convert_to_tensor(one) for one in gradients], variables)
    for parameter, variable in zip(parameters, variables, strict=True):
        expected = keras.ops.convert_to_numpy(variable)
        np.testing.assert_allclose(parameter.data, expected, rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_launches_repeated_after_begin_step_are_steps(kind: str) -> None:
    """What changes from step to step reaches the kernels through `settings` alone."""
    ordinary, repeated = optimizers.get(kind), optimizers.get(kind)
    for one in (ordinary, repeated):
        one.learning_rate = schedules.ExponentialDecay(0.1, 1, 0.9)
    one, other = Tensor(START.copy()), Tensor(START.copy())
    gradient = GRADIENTS[0].copy()
    repeated.build([other])
    repeated.begin_step()
    with jit.recording() as launches:
        repeated.launch([gradient], [other])
    for step, new in enumerate(GRADIENTS):
        gradient[...] = new
        if step:
            repeated.begin_step()
            jit.replay(launches)
        ordinary.apply([new], [one])
        np.testing.assert_array_equal(other.data, one.data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_state_that_was_saved_goes_on_as_if_nothing_had_happened(kind: str) -> None:
    whole, half = optimizers.get(kind), optimizers.get(kind)
    half.learning_rate = 0.05
    one, other = Tensor(START.copy(), name="kernel"), Tensor(START.copy(), name="kernel")
    for step, gradient in enumerate(GRADIENTS):
        if step == 4:
            state, half = half.get_state(), optimizers.get(kind)
            half.build([other])
            half.set_state(state)
        whole.learning_rate = 0.05
        whole.apply([gradient], [one])
        half.apply([gradient], [other])
    np.testing.assert_array_equal(other.data, one.data)
    assert half.iterations == len(GRADIENTS)


def test_a_state_names_its_arrays_and_one_of_another_optimizer_is_refused() -> None:
    adam, parameters = optimizers.Adam(), [Tensor(np.zeros((2, 3)), name="dense/kernel")]
    adam.build(parameters)
    state = adam.get_state()
    assert list(state) == ["iterations", "learning_rate", "dense/kernel/m", "dense/kernel/v"]
    with pytest.raises(TuilabError, match="Call build"):
        optimizers.Adam().set_state(state)
    other = optimizers.Adam()
    other.build([Tensor(np.zeros((3, 2)), name="dense/kernel")])
    with pytest.raises(ShapeError, match=r"dense/kernel/m has the shape \(3, 2\). It was given \(2, 3\)"):
        other.set_state(state)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: optimizers.SGD(clipnorm=1.0, clipvalue=1.0), "Only one of"),
        (lambda: optimizers.SGD(clipnorm=-1.0), "clipnorm is a number, 0 or more, or None"),
        (lambda: optimizers.SGD(weight_decay=float("nan")), "A weight decay is a number, 0 or more"),
        (lambda: optimizers.Adam(beta_1=1.0), "beta_1 lies between 0 and 1, below 1"),
        (lambda: optimizers.Adagrad(initial_accumulator_value=-1), "initial_accumulator_value"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make: Any, says: str) -> None:
    with pytest.raises(TuilabError, match=says):
        make()


@pytest.mark.parametrize("data", [np.zeros((4, 3)).T, np.zeros(3, np.int64), np.zeros(3, np.float16)])
def test_a_parameter_that_cannot_be_moved_in_place_is_refused(data: Any) -> None:
    with pytest.raises(TuilabError, match="SGD moves parameters in place"):
        optimizers.SGD().apply([np.ones(data.shape)], [Tensor(data)])


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient() -> None:
    parameter = Tensor(np.zeros(3))
    optimizers.Adam(0.5).apply([np.array([1e-3, -7.0, 1e4])], [parameter])
    np.testing.assert_allclose(parameter.data, [-0.5, 0.5, -0.5], rtol=1e-2)


def test_defaults_are_kerass() -> None:
    assert optimizers.get("sgd").learning_rate == 0.01
    adam, rmsprop = optimizers.Adam(), optimizers.RMSprop()
    assert (adam.learning_rate, adam.beta_1, adam.beta_2, adam.epsilon) == (0.001, 0.9, 0.999, 1e-7)
    assert (rmsprop.learning_rate, rmsprop.rho, rmsprop.epsilon) == (0.001, 0.9, 1e-7)
    adamw, adagrad = optimizers.AdamW(), optimizers.Adagrad()
    assert (adamw.learning_rate, adamw.weight_decay, adam.weight_decay) == (0.001, 0.004, None)
    assert (adagrad.learning_rate, adagrad.initial_accumulator_value) == (0.001, 0.1)
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
    for optimizer in map(optimizers.get, KINDS):
        parameter = Tensor(np.ones(3))
        optimizer.apply([np.array([np.nan, 1, 1])], [parameter])
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
