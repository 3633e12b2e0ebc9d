"""Every question about a number of a trace has an answer that gives the number, and leads on to others."""

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops
from tuilab.autodiff import Trace
from tuilab.tui.explanations import Answer, Question, answer
from tuilab.tui.explanations.answer import close
from tuilab.tui.explanations.chains import paths, product
from tuilab.tui.explanations.names import element, names


def neuron(b: float = 7.0) -> Trace:
    w, x, bias = (Tensor(np.array(one), name=name) for name, one in (("w", -2.0), ("x", 3.0), ("b", b)))
    with Tape() as tape:
        loss = (ops.relu(w * x + bias) - 3.0) ** 2
    return tape.trace(loss, [w, bias])


def network() -> Trace:
    rng = np.random.default_rng(0)
    x, w, b = (
        Tensor(rng.standard_normal(shape), name=name)
        for name, shape in (("x", (4, 30)), ("W", (30, 5)), ("b", (5,)))
    )
    with Tape() as tape:
        hidden = ops.softmax(ops.tanh(x @ w + b))
        loss = ops.mean(hidden * hidden)
    return tape.trace(loss, [w, b])


def place(trace: Trace, name: str) -> int:
    return names(trace).index(name)


def following(found: Answer) -> list[Question]:
    return [
        factor.question
        for section in found.sections
        for number in range(len(section))
        for factor in section.row(number).factors
        if factor.question is not None
    ]


@pytest.mark.parametrize("trace", [neuron(), network()], ids=["scalars", "arrays"])
def test_every_number_leads_back_to_what_was_given(trace: Trace) -> None:
    """From the target, forward and for every gradient: all that one can get to by asking on."""
    sources = [number for number, value in enumerate(trace.values) if value.role == "source"]
    waiting = [Question(trace.target, ())]
    waiting += [Question(one, (0,) * trace.values[one].array.ndim, True) for one in sources]
    seen = set(waiting)
    while waiting and len(seen) < 600:
        question = waiting.pop(0)
        found = answer(trace, question)
        for section in found.sections:
            assert section.agrees is not False
            for number in range(len(section)):
                row = section.row(number)
                assert row.number == pytest.approx(np.prod([factor.number for factor in row.factors]))
        if question.gradient and found.sections:
            assert close(sum(section.total for section in found.sections), found.number or 0.0)
        if not found.sections:
            assert found.remark
        for ahead in following(found):
            array = trace.gradient(ahead.value) if ahead.gradient else trace.values[ahead.value].array
            assert array is not None
            if ahead not in seen:
                seen.add(ahead)
                waiting.append(ahead)
    assert {question.value for question in seen} >= set(sources)


def test_values_are_called_as_one_would_say() -> None:
    called = names(neuron())
    assert called == ("w", "b", "x", "product", "sum", "relu", "3", "difference", "L")
    assert element("w", (0, 3)) == "w[0, 3]"
    assert element("w", ()) == "w"


def test_a_chain_is_the_whole_product() -> None:
    trace = neuron()
    (path,) = paths(trace, Question(place(trace, "w"), (), True))
    assert [link.number for link in path] == pytest.approx([-4, 1, 1, 1, 3])
    assert [names(trace)[link.lower[0]] for link in path] == ["difference", "relu", "sum", "product", "w"]


def test_where_a_gradient_dies_the_factor_is_0() -> None:
    trace = neuron(b=4.0)
    (path,) = paths(trace, Question(place(trace, "w"), (), True))
    assert [link.number for link in path] == pytest.approx([-6, 1, 0, 1, 3])
    assert product(path) == 0


def test_paths_that_meet_add_up() -> None:
    x = Tensor(np.array(3.0), name="x")
    with Tape() as tape:
        loss = ops.exp(x) + x * x
    trace = tape.trace(loss, x)
    found = paths(trace, Question(0, (), True))
    assert len(found) == 3  # x is taken twice by the product
    assert sum(map(product, found)) == pytest.approx(np.exp(3) + 6)


@pytest.mark.parametrize("place_in_walk", range(4, 6))
def test_on_the_way_only_what_has_arrived_is_told(place_in_walk: int) -> None:
    x = Tensor(np.array(3.0), name="x")
    with Tape() as tape:
        loss = ops.exp(x) + x * x
    trace = tape.trace(loss, x)
    found = answer(trace, Question(0, (), True), place_in_walk)
    assert len(found.sections) == place_in_walk - 3
    assert sum(section.total for section in found.sections) == pytest.approx(found.number)


def test_too_many_terms_make_no_chain() -> None:
    trace = network()
    assert paths(trace, Question(place(trace, "W"), (0, 0), True)) == ()


def test_from_outside_and_at_the_end_there_is_a_word() -> None:
    trace = neuron()
    assert "nothing here computed it" in answer(trace, Question(place(trace, "x"), ())).remark
    assert "parameter" in answer(trace, Question(place(trace, "w"), ())).remark
    assert "way back begins" in answer(trace, Question(trace.target, (), True)).remark
    assert answer(trace, Question(place(trace, "x"), (), True)).number is None


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [
        (1.0, 1.0 + 1e-5, True),
        (1.0, 1.1, False),
        (float("nan"), float("nan"), True),
        (float("nan"), 1.0, False),
        (float("inf"), float("inf"), True),
        (0.0, 1e-10, True),
    ],
)
def test_two_ways_agree_to_rounding(one: float, other: float, agrees: bool) -> None:
    assert close(one, other) is agrees


@pytest.mark.usefixtures("one_thread")
def test_the_loss_of_a_network_leads_down_to_a_pixel() -> None:
    """Enter on the first input, again and again, through the trace as the lab receives it."""
    from tuilab import nn, set_random_seed
    from tuilab.autodiff import graph

    set_random_seed(7)
    rng = np.random.default_rng(0)
    images, digits = rng.integers(0, 256, (8, 28, 28), dtype=np.uint8), rng.integers(0, 10, 8)
    model = nn.Sequential(
        [
            nn.Flatten(),
            nn.Rescaling(1 / 255),
            nn.Dense(16, activation="relu"),
            nn.Dense(10, activation="softmax"),
        ]
    )
    model(Tensor(images))
    loss = nn.losses.SparseCategoricalCrossentropy()
    given = {"images": images, "digits": digits, "model": model, "loss": loss}
    trace = Trace.from_bytes(graph("loss(digits, model(images))", given).to_bytes())
    question, labels = Question(trace.target, ()), []
    while ahead := following(found := answer(trace, question)):
        labels.append(found.label)
        question = ahead[0]
    assert labels[0] == "L"
    assert trace.values[question.value].name == "images"
    assert found.number == images[question.index]
    kernel = next(place for place, value in enumerate(trace.values) if value.array.shape == (784, 16))
    gradient = answer(trace, Question(kernel, (400, 3), True))
    assert 1 <= len(gradient.sections[0]) <= 8  # one for each sample whose unit is on
    assert gradient.sections[0].agrees
