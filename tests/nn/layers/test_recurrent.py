"""Recurrent layers: Keras's answers, what of a sequence they answer, there and back."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tuilab import Tape, Tensor, data, nn, ops
from tuilab.errors import TuilabError
from tuilab.nn.step import run_step
from tuilab.nn.straight import StraightPath

Array = np.ndarray[Any, Any]
LAYERS = [nn.SimpleRNN, nn.LSTM, nn.GRU]


def numbers(shape: tuple[int, ...], start: float) -> Array:
    """Numbers between -1 and 1 without a pattern."""
    return np.sin(start + np.arange(math.prod(shape)) ** 1.3).reshape(shape).astype(np.float32)


X = numbers((2, 3, 3), 0)

# What Keras 3.15.1 answered (on PyTorch) for x = numbers((2, 3, 3), 0), after
# layer.set_weights([numbers(weight.shape, 10 + place) for place, weight in enumerate(layer.get_weights())]).
KERAS: list[tuple[Callable[[], Any], list[Any]]] = [
    (
        lambda: nn.SimpleRNN(2, return_sequences=True),
        [
            [[-0.68703, 0.68295], [0.68364, 0.80715], [-0.40137, 0.61729]],
            [[0.10473, 0.99073], [0.19438, 0.85093], [-0.57895, -0.8713]],
        ],
    ),
    (
        lambda: nn.SimpleRNN(2, activation="relu", go_backwards=True),
        [[0.0, 1.13966], [0.7368, 3.0984]],
    ),
    (
        lambda: nn.LSTM(2, return_sequences=True),
        [
            [[-0.1294, 0.14244], [-0.02333, 0.26613], [-0.06233, 0.29961]],
            [[-0.0602, 0.3425], [-0.16547, 0.35227], [-0.2787, 0.13366]],
        ],
    ),
    (
        lambda: nn.LSTM(2, return_sequences=True, go_backwards=True),
        [
            [[-0.01055, 0.21826], [0.00021, 0.26548], [-0.14238, 0.24988]],
            [[0.01593, -0.01257], [-0.09669, 0.1669], [-0.06995, 0.43371]],
        ],
    ),
    (
        lambda: nn.GRU(2, return_sequences=True),
        [
            [[-0.42498, 0.52238], [0.22586, 0.57716], [-0.02725, 0.68841]],
            [[-0.20802, 0.44846], [-0.38956, 0.75081], [0.43282, -0.0865]],
        ],
    ),
    (
        lambda: nn.Bidirectional(nn.LSTM(2, return_sequences=True)),
        [
            [
                [-0.1294, 0.14244, 0.10235, -0.32054],
                [-0.02333, 0.26613, -0.06292, -0.32381],
                [-0.06233, 0.29961, 0.05483, -0.17477],
            ],
            [
                [-0.0602, 0.3425, 0.54222, -0.13845],
                [-0.16547, 0.35227, 0.32548, -0.12409],
                [-0.2787, 0.13366, -0.01146, 0.18722],
            ],
        ],
    ),
    (
        lambda: nn.Bidirectional(nn.GRU(2), merge_mode="ave"),
        [[0.13622, 0.03781], [0.57028, -0.30824]],
    ),
]


def with_numbers(layer: Any) -> Any:
    layer(X)
    for place, weight in enumerate(layer.weights):
        weight.data[...] = numbers(weight.shape, 10 + place)
    return layer


@pytest.mark.parametrize(("make", "expected"), KERAS)
def test_answers_are_those_of_keras(make: Callable[[], Any], expected: Any) -> None:
    found = with_numbers(make())(X)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.numpy(), expected, atol=2e-5)


@pytest.mark.parametrize("kind", LAYERS)
def test_states_are_answered_and_taken_up_again(kind: Any) -> None:
    layer = with_numbers(kind(2, return_sequences=True, return_state=True))
    whole, *last = layer(X)
    first, *states = layer(X[:, :1])
    rest, *again = layer(X[:, 1:], initial_state=states)
    np.testing.assert_array_equal(whole.data[:, -1], last[0].data)
    np.testing.assert_allclose(np.concatenate([first.data, rest.data], axis=1), whole.data, rtol=1e-6)
    for one, wanted in zip(again, last, strict=True):
        np.testing.assert_allclose(one.data, wanted.data, rtol=1e-6)


@pytest.mark.parametrize("kind", LAYERS)
def test_the_last_output_is_that_of_the_last_step(kind: Any) -> None:
    layer = with_numbers(kind(2))
    last = layer(X).numpy()
    layer.return_sequences = True
    np.testing.assert_array_equal(layer(X).numpy()[:, -1], last)


def test_merge_modes_join_there_and_back() -> None:
    layer = with_numbers(nn.Bidirectional(nn.GRU(2, return_sequences=True), merge_mode=None))
    there, back = (one.numpy() for one in layer(X))
    wanted = {
        "concat": np.concatenate([there, back], axis=-1),
        "sum": there + back,
        "mul": there * back,
        "ave": (there + back) / 2,
    }
    for mode, expected in wanted.items():
        merged = with_numbers(nn.Bidirectional(nn.GRU(2, return_sequences=True), merge_mode=mode))(X)
        np.testing.assert_allclose(merged.numpy(), expected, rtol=1e-6)


def test_both_directions_begin_with_weights_of_their_own() -> None:
    model = nn.Sequential([nn.Bidirectional(nn.LSTM(4)), nn.Dense(2)], seed=0)
    model.build((5, 3))
    names = [str(one.name) for one in model.weights]
    assert names[0] == "bidirectional/forward_lstm/kernel"
    assert names[3] == "bidirectional/backward_lstm/kernel"
    assert model.weights[6].shape == (8, 2)
    assert len(set(names)) == len(names)
    assert not np.array_equal(model.weights[0].data, model.weights[3].data)


def test_an_lstm_begins_by_remembering() -> None:
    layer = nn.LSTM(3)
    layer(X)
    assert [str(one.name) for one in layer.weights] == ["lstm/kernel", "lstm/recurrent_kernel", "lstm/bias"]
    np.testing.assert_array_equal(layer.bias.data, [0] * 3 + [1] * 3 + [0] * 6)
    square = layer.recurrent_kernel.data.astype(np.float64)
    np.testing.assert_allclose(square @ square.T, np.eye(3), atol=1e-6)
    without = nn.LSTM(3, unit_forget_bias=False)
    without(X)
    assert not without.bias.data.any()


@pytest.mark.parametrize("kind", LAYERS)
def test_a_layer_without_bias_has_two_parameters(kind: Any) -> None:
    layer = kind(4, use_bias=False)
    layer(X)
    gates = layer.gates
    assert [one.shape for one in layer.weights] == [(3, 4 * gates), (4, 4 * gates)]


def test_a_second_bidirectional_layer_has_names_of_its_own() -> None:
    layers = [nn.Bidirectional(nn.GRU(2, return_sequences=True)), nn.Bidirectional(nn.GRU(2))]
    model = nn.Sequential(layers, seed=0)
    model.build((5, 3))
    assert len({one.name for one in model.weights}) == len(model.weights) == 12


def test_a_sequence_becomes_another_where_states_are_handed_on() -> None:
    x, y = nn.Input((4, 3)), nn.Input((5, 2))
    _, *states = nn.LSTM(6, return_state=True)(x)
    sequence = nn.LSTM(6, return_sequences=True)(y, initial_state=states)
    model = nn.Model([x, y], sequence)
    given = [np.ones((2, 4, 3), np.float32), np.ones((2, 5, 2), np.float32)]
    answer = model(given).numpy()
    assert answer.shape == (2, 5, 6)
    assert not np.array_equal(model([2 * given[0], given[1]]).numpy(), answer)


def test_gradients_reach_every_parameter_and_the_input() -> None:
    x = Tensor(X)
    layers = [nn.Bidirectional(nn.SimpleRNN(3, return_sequences=True)), nn.GRU(2, go_backwards=True)]
    with Tape() as tape:
        y = x
        for layer in layers:
            y = layer(y)
        loss = ops.sum(y * y)
    for one in (x, *layers[0].weights, *layers[1].weights):
        gradient = tape.gradient(loss, one)
        assert gradient.shape == one.shape
        assert gradient.any()


def lines(count: int) -> tuple[Array, Array]:
    """Sequences that rise or fall, with noise."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, count)
    slope = np.where(y == 1, 0.3, -0.3)[:, None] * np.arange(6) + rng.standard_normal((count, 1))
    return (slope + 0.1 * rng.standard_normal((count, 6)))[..., None].astype(np.float32), y


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_a_model_learns_to_tell_rising_from_falling(kind: Any) -> None:
    x, y = lines(240)
    model = nn.Sequential([kind(8), nn.Dense(2, "softmax")], seed=1)
    model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    model.optimizer.learning_rate = 0.02
    model.fit(x, y, batch_size=24, epochs=15, verbose=0)
    assert model.evaluate(*lines(100), verbose=0)[1] > 0.95  # type: ignore[index]


def test_training_goes_the_straight_path_with_the_same_bits() -> None:
    def make() -> nn.Sequential:
        model = nn.Sequential(
            [nn.Bidirectional(nn.LSTM(4, return_sequences=True)), nn.GRU(3), nn.Dense(2, "softmax")], seed=2
        )
        model.compile("adam", "sparse_categorical_crossentropy")
        return model

    ordinary, straight = make(), make()
    path = StraightPath(straight)
    for x, y in data.Batches(*lines(60), 12, seed=5).epoch(0):
        run_step(ordinary, x, y)
        path.step(x, y)
    assert not path.ordinary
    for one, other in zip(ordinary.weights, straight.weights, strict=True):
        np.testing.assert_array_equal(one.data, other.data)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: nn.GRU(0), "GRU needs a whole number of units, 1 or more. It was given 0"),
        (lambda: nn.SimpleRNN(2, activation="gelu"), "no activation 'gelu'. Expected one of linear, relu"),
        (lambda: nn.LSTM(2)(np.ones((4, 3))), r"\(batch, steps, features\)"),
        (lambda: with_numbers(nn.LSTM(2))(X[0]), r"\(batch, steps, features\). It was given \(3, 3\)"),
        (lambda: nn.LSTM(2)(X, initial_state=Tensor(np.zeros((2, 2)))), "begins with 2 states.*given 1"),
        (lambda: nn.Bidirectional(nn.Dense(2)), "takes a new SimpleRNN, LSTM or GRU"),  # type: ignore[arg-type]
        (lambda: nn.Bidirectional(nn.GRU(2), merge_mode="max"), "no merge_mode 'max'"),  # type: ignore[arg-type]
    ],
)
def test_mistakes_are_answered_in_words(make: Any, says: str) -> None:
    with pytest.raises(TuilabError, match=says):
        make()
