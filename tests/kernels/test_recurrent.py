"""Recurrent layers: against PyTorch, a step against all steps, and the same bits on any number of threads."""

from collections.abc import Callable, Iterator
from typing import Any

import numba
import numpy as np
import pytest

from tuilab.kernels import jit
from tuilab.kernels.catalogue import CATALOGUE
from tuilab.kernels.parallel import lstm

Arrays = list[np.ndarray[Any, Any]]
BATCH, STEPS, FEATURES, UNITS = 5, 4, 3, 6
GATES = {"simple_rnn": 1, "lstm": 4, "gru": 3}
MOST = int(numba.config.NUMBA_NUM_THREADS)


def inputs(
    name: str, batch: int = BATCH, steps: int = STEPS, features: int = FEATURES, units: int = UNITS
) -> Arrays:
    """x, the first states, w, u and b."""
    rng, width = np.random.default_rng(1), GATES[name] * units
    states = [(batch, units)] * (2 if name == "lstm" else 1)
    bias = (2, width) if name == "gru" else (width,)
    shapes = [(batch, steps, features), *states, (features, width), (units, width), bias]
    return [0.5 * rng.standard_normal(shape) for shape in shapes]


def back(name: str, flows: Arrays, outputs: Any, given: Arrays, **options: Any) -> Any:
    """The gradients of all inputs, from those of the outputs that carry one."""
    kept = {"simple_rnn": [0], "lstm": [0, 3, 4], "gru": [0, 2]}[name]
    gradient = CATALOGUE[f"{name}_gradient"].parallel
    return gradient(*flows, *(outputs[place] for place in kept), *given[:-1], **options)


def in_torch_order(name: str, weight: Any) -> Any:
    """Columns gate after gate in Keras's order as rows in PyTorch's, whose GRU begins with the reset gate."""
    gates = np.split(weight, GATES[name], axis=-1)
    return np.concatenate([gates[gate] for gate in ([1, 0, 2] if name == "gru" else range(len(gates)))], -1).T


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("simple_rnn", {"activation": "tanh"}),
        ("simple_rnn", {"activation": "relu"}),
        ("lstm", {}),
        ("gru", {}),
    ],
)
def test_outputs_and_gradients_are_those_of_torch(name: str, options: dict[str, str]) -> None:
    torch = pytest.importorskip("torch")
    x, *states, w, u, b = given = inputs(name)
    kinds = {"simple_rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    nonlinearity = {"nonlinearity": options["activation"]} if options else {}
    theirs = kinds[name](FEATURES, UNITS, batch_first=True, dtype=torch.float64, **nonlinearity)
    biases = b if name == "gru" else np.stack([b, np.zeros_like(b)])
    parameters = [in_torch_order(name, one) for one in (w, u, biases[0], biases[1])]
    with torch.no_grad():
        for parameter, value in zip(theirs.parameters(), parameters, strict=True):
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(value)))
    their_x, *their_states = (torch.tensor(one, requires_grad=True) for one in (x, *states))
    begin = tuple(one[None] for one in their_states)
    sequence, last = theirs(their_x, begin if name == "lstm" else begin[0])
    expected = [sequence, *([one[0] for one in last] if name == "lstm" else [last[0]])]

    outputs = CATALOGUE[name].parallel(*given, **options)
    for found, wanted in zip(outputs, expected, strict=False):
        np.testing.assert_allclose(found, wanted.detach(), atol=1e-12)

    rng = np.random.default_rng(2)
    flows = [rng.standard_normal(one.shape) for one in expected]
    torch.autograd.backward(expected, [torch.from_numpy(one) for one in flows])
    dx, *d_states, dw, du, db = back(name, flows, outputs, given, **options)
    d_biases = db if name == "gru" else (db, db)
    found = [dx, *d_states, *(in_torch_order(name, one) for one in (dw, du, *d_biases))]
    for one, wanted in zip(found, [their_x, *their_states, *theirs.parameters()], strict=True):
        np.testing.assert_allclose(one, wanted.grad, atol=1e-12)


@pytest.mark.parametrize("name", GATES)
def test_step_after_step_is_all_steps(name: str) -> None:
    x, *states, w, u, b = inputs(name)
    outputs = CATALOGUE[name].parallel(x, *states, w, u, b)
    for t in range(STEPS):
        found = CATALOGUE[f"{name}_step"].parallel(x[:, t], *states, w, u, b)
        states = list(found[: len(states)]) if isinstance(found, tuple) else [found]
        np.testing.assert_allclose(states[0], outputs[0][:, t], atol=1e-14)
    for state, last in zip(states, outputs[1:], strict=False):
        np.testing.assert_allclose(state, last, atol=1e-14)


def test_the_gates_of_an_lstm_can_be_followed_by_hand() -> None:
    x, h0, c0, w, u, b = inputs("lstm")
    sequence, _, _, gates, cells = lstm.lstm(x, h0, c0, w, u, b)
    sample, t, unit = 3, 2, 4
    i, f, g, o = gates[sample, t, :, unit]
    z = x[sample, t] @ w + sequence[sample, t - 1] @ u + b
    np.testing.assert_allclose(f, 1 / (1 + np.exp(-z[UNITS + unit])))
    np.testing.assert_allclose(g, np.tanh(z[2 * UNITS + unit]))
    np.testing.assert_allclose(cells[sample, t, unit], f * cells[sample, t - 1, unit] + i * g)
    np.testing.assert_allclose(sequence[sample, t, unit], o * np.tanh(cells[sample, t, unit]))


@pytest.mark.parametrize("name", GATES)
def test_a_nan_stays_with_its_sample(name: str) -> None:
    given = inputs(name)
    given[0][2, 1] = np.nan
    sequence = CATALOGUE[name].parallel(*given)[0]
    assert np.isnan(sequence[2, 1:]).all()
    assert np.isfinite(sequence[2, 0]).all()
    assert np.isfinite(sequence[[0, 1, 3, 4]]).all()


@pytest.mark.parametrize("name", GATES)
def test_only_gradients_that_are_needed_are_answered(name: str) -> None:
    given = inputs(name)
    outputs = CATALOGUE[name].parallel(*given)
    flows = [np.ones_like(outputs[place]) for place in range(3 if name == "lstm" else 2)]
    whole = back(name, flows, outputs, given)
    for place in range(len(given)):
        needs = tuple(one == place for one in range(len(given)))
        found = back(name, flows, outputs, given, needs=needs)
        assert tuple(one is not None for one in found) == needs
        np.testing.assert_array_equal(found[place], whole[place])


@pytest.mark.parametrize("name", GATES)
def test_recorded_launches_see_new_weights(name: str) -> None:
    """In training the same launches are done again on arrays that have changed."""
    given = inputs(name)
    flow = [np.ones((BATCH, STEPS, UNITS)), *[np.ones((BATCH, UNITS))] * (2 if name == "lstm" else 1)]
    with jit.recording() as launches:
        outputs = CATALOGUE[name].parallel(*given)
        gradients = back(name, flow, outputs, given)
    for one in given:
        one *= 0.5
    jit.replay(launches)
    expected = CATALOGUE[name].parallel(*given)
    for found, wanted in zip(
        (*outputs, *gradients), (*expected, *back(name, flow, expected, given)), strict=True
    ):
        np.testing.assert_array_equal(found, wanted)


@pytest.fixture
def as_before() -> Iterator[None]:
    before = jit.threads()
    yield
    jit.set_threads(before)


@pytest.mark.skipif(MOST < 2, reason="one processor")
@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize("name", GATES)
def test_rows_of_mnist_give_the_same_bits_on_any_number_of_threads(name: str) -> None:
    given = [one.astype(np.float32) for one in inputs(name, 128, 28, 28, 128)]

    def compute() -> list[bytes]:
        outputs = CATALOGUE[name].parallel(*given)
        flows = [outputs[place] for place in range(3 if name == "lstm" else 2)]
        return [one.tobytes() for one in (*outputs, *back(name, flows, outputs, given))]

    results = []
    for count in range(1, MOST + 1):
        jit.set_threads(count)
        results += [compute(), compute()]
    assert all(one == results[0] for one in results[1:])


FORMULAS: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
}


@pytest.mark.parametrize("name", ["simple_rnn", "lstm", "gru", "lstm_step", "gru_step"])
def test_the_arithmetic_of_every_explanation_gives_the_element(name: str) -> None:
    """Also that of what is only kept, which has its numbers written out to four digits."""
    kind = name.removesuffix("_step")
    given = [np.round(one, 3) for one in inputs(kind, 2, 3, 2, 3)]
    if name.endswith("_step"):
        given[0] = given[0][:, 0]
    row = CATALOGUE[name]
    for number, output in enumerate(row.reference(*given)):
        for index in np.ndindex(output.shape):
            written = row.explanation(index, *given, output=number).arithmetic
            value = eval(written.replace("·", "*"), dict(FORMULAS))
            assert value == pytest.approx(output[index], abs=2e-3), (number, index, written)


def test_an_explanation_shows_the_gates() -> None:
    ones = [np.ones((1, 1)), np.full((1, 1), 0.5), np.full((1, 1), 2.0), np.ones((1, 4)), np.ones((1, 4))]
    row = CATALOGUE["lstm_step"]
    given = (*ones, np.zeros(4))
    assert row.explanation((0, 0), *given).arithmetic == "0.8176 · tanh(2.375)"
    assert row.explanation((0, 0), *given, output=1).arithmetic == "0.8176 · 2 + 0.8176 · 0.9051"
    assert row.explanation((0, 1, 0), *given, output=2).arithmetic == "sigmoid(1 · 1 + 0.5 · 1 + 0)"
