"""Layers: shapes, parameters, and what they refuse."""

from typing import Any

import numpy as np
import pytest

from tuilab import Tape, Tensor, nn, ops
from tuilab.errors import ShapeError, TuilabError
from tuilab.nn.layers.activation import ACTIVATIONS


def test_dense_is_a_product_a_sum_and_an_activation() -> None:
    x = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    for name, function in [
        (None, lambda z: z),
        ("linear", lambda z: z),
        ("relu", lambda z: np.maximum(z, 0)),
        ("sigmoid", lambda z: 1 / (1 + np.exp(-z))),
        ("tanh", np.tanh),
        ("softmax", lambda z: np.exp(z) / np.exp(z).sum(-1, keepdims=True)),
    ]:
        layer = nn.layers.Dense(4, activation=name, bias_initializer="random_uniform")
        y = layer(x)
        expected = function(x @ layer.kernel.data + layer.bias.data)
        assert y.dtype == np.float32
        np.testing.assert_allclose(y.numpy(), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_every_activation_has_a_gradient_behind_a_dense_layer(activation: str) -> None:
    x = Tensor(np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32))
    layer = nn.Dense(4, activation=activation)
    with Tape() as tape:
        y = layer(x)
    z = ops.dense(x, layer.kernel, layer.bias)
    np.testing.assert_array_equal(y.numpy(), nn.Activation(activation)(z).numpy())
    assert tape.gradient(y, x).dtype == np.float32


def test_layers_of_one_activation_have_keras_defaults() -> None:
    x = np.array([[-2.0, 0, 3]], np.float32)
    for layer, expected in [
        (nn.layers.ReLU(), [0, 0, 3]),
        (nn.layers.LeakyReLU(), [-0.6, 0, 3]),
        (nn.layers.ELU(), [np.expm1(-2), 0, 3]),
        (nn.layers.PReLU("ones"), [-2, 0, 3]),
        (nn.layers.Softmax(), np.exp([-2, 0, 3]) / np.exp([-2, 0, 3]).sum()),
        (nn.Activation("leaky_relu"), [-0.4, 0, 3]),
    ]:
        np.testing.assert_allclose(layer(x).numpy(), [expected], rtol=1e-6)


def test_prelu_learns_a_slope_for_each_place() -> None:
    layer, x = nn.layers.PReLU(), Tensor(np.array([[-2.0, 1], [-1, 4]], np.float32))
    with Tape() as tape:
        y = layer(x)
    np.testing.assert_array_equal(tape.gradient(y, layer.alpha), [-3, 0])


def test_dense_without_bias_has_one_parameter() -> None:
    layer = nn.layers.Dense(2, use_bias=False)
    layer(np.ones((1, 3), np.float32))
    assert [one.shape for one in layer.weights] == [(3, 2)]


def test_dense_takes_any_number_of_axes_before_the_last() -> None:
    layer = nn.layers.Dense(4, activation="tanh")
    x = np.random.default_rng(0).standard_normal((2, 5, 3)).astype(np.float32)
    y = layer(x)
    assert y.shape == (2, 5, 4)
    np.testing.assert_allclose(y.numpy()[1], layer(x[1]).numpy(), rtol=1e-6)


def test_dense_brings_whole_numbers_to_the_type_of_its_weights() -> None:
    layer = nn.layers.Dense(4)
    for dtype in (np.int64, np.uint8, np.bool_):
        assert layer(np.ones((2, 3), dtype)).dtype == np.float32


def test_gradients_flow_through_every_layer() -> None:
    layers = [nn.Flatten(), nn.Rescaling(2.0, -1.0), nn.Dense(4, "sigmoid"), nn.Activation("softmax")]
    x = Tensor(np.random.default_rng(0).standard_normal((2, 3, 2)).astype(np.float32))
    with Tape() as tape:
        y = x
        for layer in layers:
            y = layer(y)
        loss = ops.sum(y * y)
    for one in (x, *layers[2].weights):
        gradient = tape.gradient(loss, one)
        assert gradient.shape == one.shape
        assert gradient.any()


def test_flatten_keeps_the_order_of_the_numbers() -> None:
    x = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(nn.Flatten()(x).numpy(), x.reshape(2, 12))
    assert nn.Flatten()(np.ones((0, 3, 4))).shape == (0, 12)
    assert nn.Flatten()(np.ones(5)).shape == (5, 1)


def test_rescaling_takes_bytes_to_float32() -> None:
    y = nn.Rescaling(1 / 255)(np.array([[0, 51, 255]], np.uint8))
    assert y.dtype == np.float32
    np.testing.assert_allclose(y.numpy(), [[0, 0.2, 1]], rtol=1e-6)
    np.testing.assert_allclose(nn.Rescaling(2, offset=1)(np.ones((1, 1))).numpy(), [[3]])


def test_names_of_parameters_tell_layer_and_place() -> None:
    model = nn.Sequential([nn.Dense(2, name="dense_1"), nn.Dense(2), nn.Dense(2), nn.Dense(2)], seed=0)
    model.build((3,))
    names = [str(one.name) for one in model.weights]
    assert len(set(names)) == len(names)
    assert names[:3] == ["dense_1/kernel", "dense_1/bias", "dense/kernel"]


def test_a_layer_is_built_once() -> None:
    model = nn.Sequential([nn.Dense(2)], seed=0)
    model(np.ones((4, 3), np.float32))
    with pytest.raises(ShapeError, match=r"'dense' was built for inputs of the shape \(3,\).*given \(5,\)"):
        model.build((5,))
    with pytest.raises(ShapeError, match=r"dense takes the shapes"):
        model(np.ones((4, 5), np.float32))


@pytest.mark.parametrize("units", [0, -1, 2.5, "ten", True, None])
def test_a_number_of_units_that_is_none_is_refused(units: Any) -> None:
    with pytest.raises(TuilabError, match=r"whole number of units, 1 or more. It was given"):
        nn.Dense(units)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: nn.Dense(2, activation="rleu"), "no activation 'rleu'. Did you mean 'relu'"),
        (lambda: nn.Activation("quux"), "Expected one of linear, elu"),
        (lambda: nn.Dense(2, kernel_initializer="glorot_unifrom"), "Did you mean 'glorot_uniform'"),
        (lambda: nn.Sequential([nn.Dense(2), "relu"]), "list of layers. It was given 'relu'"),  # type: ignore[list-item]
        (lambda: nn.Dense(2)(1.0), "needs a batch axis"),
        (lambda: nn.Dense(2)(np.ones(3)), r"\(batch, …, inputs\)"),
    ],
)
def test_mistakes_are_answered_in_words(make: Any, says: str) -> None:
    with pytest.raises(TuilabError, match=says):
        make()


def test_a_layer_cannot_stand_twice_in_a_model() -> None:
    layer = nn.Dense(3)
    with pytest.raises(TuilabError, match="stands twice"):
        nn.Sequential([layer, layer])
