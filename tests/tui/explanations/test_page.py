"""An answer in lines: what is asked, the formula, the arithmetic, and the terms, long sums folded."""

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops
from tuilab.autodiff import Trace
from tuilab.tui.explanations import Page, Question, answer
from tuilab.tui.explanations.chains import paths
from tuilab.tui.explanations.fractions import width_of


def long_sum(count: int = 40) -> Trace:
    x = Tensor(np.arange(1.0, count + 1), name="x")
    w = Tensor(np.where(np.arange(count) == 20, 100.0, 1.0), name="w")
    with Tape() as tape:
        total = ops.sum(x * w)
    return tape.trace(total, [w])


def lines(page: Page) -> list[str]:
    return ["".join(piece.text for piece in page.line(number)) for number in range(len(page))]


def page(trace: Trace, question: Question, width: int = 80, **options: object) -> Page:
    chain = paths(trace, question) if question.gradient else ()
    return Page(answer(trace, question), trace, width, chain=chain, **options)  # type: ignore[arg-type]


def neuron() -> Trace:
    w, x = Tensor(np.array(-2.0), name="w"), Tensor(np.array(3.0), name="x")
    with Tape() as tape:
        loss = ops.tanh(w * x)
    return tape.trace(loss, [w])


def test_a_value_is_told_with_its_numbers_in_the_formula() -> None:
    trace = neuron()
    text = "\n".join(lines(page(trace, Question(3, ()))))
    assert "product = -6" in lines(page(trace, Question(2, ())))[0]
    assert "y = tanh x" in text
    assert "L = tanh((-6)) = -1" in text
    assert "◂ ∂L/∂L = 1" in text


def test_a_gradient_is_a_product_of_fractions_with_its_check() -> None:
    trace = neuron()
    question = Question(0, (), True)
    text = lines(page(trace, question, difference=trace.gradient(0)[()]))  # type: ignore[index]
    top = next(number for number, line in enumerate(text) if line.split() == ["∂L", "∂L", "∂product"])
    assert set(text[top + 1]) == set(" ─=·")
    assert text[top + 2].split() == ["∂w", "∂product", "∂w"]
    assert sum("✓" in line for line in text) >= 2
    wrong = lines(page(trace, question, difference=9.0))
    assert any("finite difference 9  ✗" in line for line in wrong)
    assert any("finite difference …" in line for line in lines(page(trace, question)))


def test_a_long_sum_is_folded_to_its_ends_and_its_largest() -> None:
    trace = long_sum()
    target = Question(trace.target, ())
    folded = lines(page(trace, target))
    assert any("= 1 + 2 + 3 + … + 38 + 39 + 40 = 2,899" in line for line in folded)
    assert sum("more terms" in line for line in folded) == 2
    assert any("product[20]" in line for line in folded)
    assert not any("product[10]" in line for line in folded)
    whole = lines(page(trace, target, whole=True))
    assert sum("product[" in line for line in whole) == 40
    assert not any("more terms" in line for line in whole)


def test_terms_can_be_sorted_by_size() -> None:
    trace = long_sum()
    shown = [
        line for line in lines(page(trace, Question(trace.target, ()), by_size=True)) if "product[" in line
    ]
    assert "product[20]" in shown[0]
    assert "product[39]" in shown[1]


def test_every_number_that_can_be_asked_on_is_an_entry() -> None:
    trace = long_sum()
    made = page(trace, Question(trace.target, ()), whole=True)
    asked = [entry.question for entry in made.entries]
    product = trace.made_by(trace.target).inputs[0]  # type: ignore[union-attr]
    assert asked[:40] == [Question(product, (number,)) for number in range(40)]
    assert asked[40] == Question(trace.target, (), True)
    for number, entry in enumerate(made.entries):
        assert number in [piece.entry for piece in made.line(entry.line)]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
@pytest.mark.parametrize("plain", [False, True])
def test_prose_and_arithmetic_keep_to_the_width(width: int, plain: bool) -> None:
    for question in (Question(0, (), True), Question(3, ()), Question(2, (), True)):
        made = page(neuron(), question, width, plain=plain)
        for number in range(len(made)):
            line = made.line(number)
            if any(piece.tone in ("quiet", "good") for piece in line) and width >= 40:
                assert width_of(line) <= width


def test_in_brief_there_is_nothing_to_ask_on() -> None:
    trace = neuron()
    made = page(trace, Question(0, (), True), brief=True, difference=1.0)
    assert made.entries == []
    assert len(made) <= 7


def test_a_sum_of_very_many_terms_is_as_short_as_one_of_forty() -> None:
    x = Tensor(np.ones(20_000), name="x")
    with Tape() as tape:
        total = ops.sum(x * 2.0)
    trace = tape.trace(total, x)
    made = page(trace, Question(trace.target, ()))
    assert len(made) < 25
    assert any("more terms" in line for line in lines(made))
