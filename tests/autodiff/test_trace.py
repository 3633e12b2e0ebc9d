"""A trace tells what a tape recorded, stop by stop, and where each number came from."""

import json

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops
from tuilab.autodiff import Trace
from tuilab.errors import TuilabError

RNG = np.random.default_rng(0)


def small_network() -> tuple[Tape, Tensor, list[Tensor]]:
    x = Tensor(RNG.standard_normal((4, 3)), name="x")
    w, b = Tensor(RNG.standard_normal((3, 5)), name="w"), Tensor(RNG.standard_normal(5), name="b")
    v = Tensor(RNG.standard_normal((5, 2)), name="v")
    with Tape() as tape:
        hidden = ops.tanh(x @ w + b)
        loss = ops.mean((hidden @ v - 1.0) ** 2)
    return tape, loss, [w, b, v]


def test_stops_go_forward_and_then_back_through_the_same_operations() -> None:
    tape, loss, parameters = small_network()
    trace = tape.trace(loss, parameters)
    forward = [stop.operation for stop in trace if stop.direction == "forward"]
    backward = [stop.operation for stop in trace if stop.direction == "backward"]
    assert forward == ["matmul", "add", "tanh", "matmul", "subtract", "power", "mean"]
    assert backward == forward[::-1]
    assert trace[0].row.formula.startswith("c_{ij}")


def test_its_gradients_are_the_tapes_own_bits() -> None:
    tape, loss, parameters = small_network()
    trace = tape.trace(loss, parameters)
    names = {value.name: number for number, value in enumerate(trace.values)}
    for parameter, expected in zip(parameters, tape.gradient(loss, parameters), strict=True):
        found = trace.gradient(names[str(parameter.name)])
        assert found is not None
        assert found.tobytes() == expected.tobytes()
    assert trace.gradient(names["x"]) is None


def test_a_value_that_two_operations_take_gathers_its_gradient_stop_by_stop() -> None:
    x = Tensor([3.0], name="x")
    with Tape() as tape:
        y = ops.add(x * x, ops.exp(x))
    trace = tape.trace(y, x)
    number = next(place for place, value in enumerate(trace.values) if value.name == "x")
    assert [
        None if one is None else one.tolist() for one in (trace.gradient(number, at) for at in range(6))
    ] == [
        None,
        None,
        None,
        None,
        [pytest.approx(np.exp(3), rel=1e-6)],
        [pytest.approx(np.exp(3) + 6, rel=1e-6)],
    ]


def test_it_stays_true_when_parameters_move() -> None:
    tape, loss, parameters = small_network()
    trace = tape.trace(loss, parameters)
    before = parameters[0].data.copy()
    parameters[0].data[...] = 0
    number = next(place for place, value in enumerate(trace.values) if value.name == "w")
    np.testing.assert_array_equal(trace.values[number].array, before)


def test_values_arrive_in_order() -> None:
    tape, loss, parameters = small_network()
    trace = tape.trace(loss, parameters)
    assert trace.target not in trace.known(5)
    assert trace.target in trace.known(6)
    assert len(trace.known(-1)) + 7 == len(trace.known(len(trace) - 1)) == len(trace.values)


def test_every_element_comes_from_those_it_names() -> None:
    tape, loss, parameters = small_network()
    trace = tape.trace(loss, parameters)
    for number, value in enumerate(trace.values):
        stop = trace.made_by(number)
        if stop is None:
            with pytest.raises(TuilabError, match="given, not computed"):
                trace.explain(number, ())
            continue
        index = (0,) * value.array.ndim
        explanation = trace.explain(number, index)
        for source in explanation.sources:
            assert trace.values[stop.inputs[source.input]].array[source.index] == source.value
        if explanation.value is not None:
            np.testing.assert_allclose(explanation.value, value.array[index])


def test_the_factors_of_every_gradient_give_the_gradient() -> None:
    tape, loss, parameters = small_network()
    trace = tape.trace(loss, parameters)
    for number, value in enumerate(trace.values):
        gradient = trace.gradient(number)
        if gradient is None or number == trace.target:
            continue
        for index in [(0,) * value.array.ndim, tuple(size - 1 for size in value.array.shape)]:
            parts = trace.explain_gradient(number, index)
            total = sum(term.value for _, part in parts for term in part.terms)
            np.testing.assert_allclose(total, gradient[index], rtol=1e-6, atol=1e-9)


def test_it_can_be_written_and_walked_elsewhere() -> None:
    tape, loss, parameters = small_network()
    trace = tape.trace(loss, parameters)
    again = Trace.from_bytes(trace.to_bytes())
    assert again.target == trace.target
    for one, other in zip(again.values, trace.values, strict=True):
        assert (one.role, one.name, one.array.shape) == (other.role, other.name, other.array.shape)
        assert one.array.tobytes() == other.array.tobytes()
    for stop, known in zip(again, trace, strict=True):
        assert (stop.direction, stop.operation, stop.inputs, stop.outputs) == (
            known.direction,
            known.operation,
            known.inputs,
            known.outputs,
        )
        assert dict(stop.options) == dict(known.options)
    assert again.explain(again.target, ()).arithmetic == trace.explain(trace.target, ()).arithmetic


@pytest.mark.parametrize(
    "change", ["cut", "another file", "a missing value", "a stop beyond", "an unknown operation"]
)
def test_what_is_no_trace_is_refused(change: str) -> None:
    from safetensors.numpy import load, save

    tape, loss, parameters = small_network()
    content = tape.trace(loss, parameters).to_bytes()
    arrays = load(content)
    outline = json.loads(
        json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]["trace"]
    )
    if change == "cut":
        content = content[:-10]
    elif change == "another file":
        content = save(arrays)
    elif change == "a missing value":
        del arrays["value 0"]
        content = save(arrays, {"trace": json.dumps(outline)})
    elif change == "a stop beyond":
        outline["stops"][0]["inputs"] = [99, 0]
        content = save(arrays, {"trace": json.dumps(outline)})
    else:
        outline["stops"][0]["operation"] = "os.system"
        content = save(arrays, {"trace": json.dumps(outline)})
    with pytest.raises(TuilabError, match="no trace"):
        Trace.from_bytes(content)


def test_of_very_many_factors_those_that_count_least_are_one() -> None:
    x = Tensor(np.ones(()), name="x")
    with Tape() as tape:
        loss = ops.sum(ops.multiply(x, np.arange(3000.0)))
    trace = tape.trace(loss, x)
    number = next(place for place, value in enumerate(trace.values) if value.name == "x")
    ((_, part),) = trace.explain_gradient(number, ())
    assert len(part.terms) == 1000
    np.testing.assert_allclose(sum(term.value for term in part.terms), np.arange(3000.0).sum(), rtol=1e-6)
