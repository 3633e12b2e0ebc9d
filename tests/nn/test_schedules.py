"""Learning-rate schedules: by Keras and PyTorch where installed, and by numbers worked out by hand."""

from typing import Any

import numpy as np
import pytest

from tuilab import Tensor
from tuilab.errors import TuilabError
from tuilab.nn import optimizers, schedules

STEPS = (0, 1, 4, 5, 9, 10, 11, 20, 33)
AS_KERAS: list[Any] = [
    lambda package: package.ExponentialDecay(0.1, 10, 0.5),
    lambda package: package.ExponentialDecay(0.1, 10, 0.5, staircase=True),
    lambda package: package.PiecewiseConstantDecay([4, 10], [1.0, 0.5, 0.1]),
    lambda package: package.PolynomialDecay(0.1, 10),
    lambda package: package.PolynomialDecay(0.1, 10, end_learning_rate=0.01, power=2.0, cycle=True),
    lambda package: package.CosineDecay(0.1, 10),
    lambda package: package.CosineDecay(0.1, 10, alpha=0.1),
    lambda package: package.CosineDecay(0.0, 10, warmup_target=0.1, warmup_steps=5),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("make", AS_KERAS)
def test_schedules_are_those_of_keras(keras: Any, make: Any) -> None:
    ours, theirs = make(schedules), make(keras.optimizers.schedules)
    found = [ours(step) for step in STEPS]
    expected = [float(keras.ops.convert_to_numpy(theirs(step))) for step in STEPS]
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_one_cycle_is_that_of_pytorch() -> None:
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.5, total_steps=20, cycle_momentum=False)
    ours = schedules.OneCycle(0.5, 20)
    for step in range(20):
        assert ours(step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)
        optimizer.step()
        if step < 19:
            theirs.step()
    assert ours(50) == ours(19)


def test_exponential_decay_halves_every_ten_steps() -> None:
    smooth, stairs = (schedules.ExponentialDecay(0.8, 10, 0.5, staircase=one) for one in (False, True))
    assert [smooth(step) for step in (0, 10, 20)] == [0.8, 0.4, 0.2]
    assert smooth(5) == pytest.approx(0.8 / 2**0.5)
    assert [stairs(step) for step in (0, 9, 10, 19, 20)] == [0.8, 0.8, 0.4, 0.4, 0.2]


def test_a_boundary_itself_has_the_value_before_it() -> None:
    schedule = schedules.PiecewiseConstantDecay([3, 6], [1.0, 0.5, 0.1])
    assert [schedule(step) for step in range(8)] == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.1]


def test_cosine_decay_is_half_way_down_in_the_middle_and_rises_first_where_told() -> None:
    plain = schedules.CosineDecay(0.2, 10)
    np.testing.assert_allclose([plain(step) for step in (0, 5, 10, 99)], [0.2, 0.1, 0, 0], atol=1e-15)
    warmed = schedules.CosineDecay(0.0, 10, alpha=0.5, warmup_target=0.2, warmup_steps=4)
    np.testing.assert_allclose([warmed(step) for step in (0, 2, 4, 9, 14, 99)], [0, 0.1, 0.2, 0.15, 0.1, 0.1])


def test_a_warmup_rises_in_a_line_and_hands_over() -> None:
    alone = schedules.LinearWarmup(0.4, 4)
    np.testing.assert_allclose([alone(step) for step in range(6)], [0, 0.1, 0.2, 0.3, 0.4, 0.4])
    then = schedules.LinearWarmup(0.4, 4, after=schedules.ExponentialDecay(0.4, 1, 0.5))
    np.testing.assert_allclose([then(step) for step in (3, 4, 5, 6)], [0.3, 0.4, 0.2, 0.1])


def test_one_cycle_rises_to_the_top_and_ends_far_below_its_start() -> None:
    cycle = schedules.OneCycle(1.0, 100, warmup=0.25)
    rates = [cycle(step) for step in range(100)]
    assert rates[0] == pytest.approx(1 / 25)
    assert max(rates) == rates[24] == 1
    assert rates[-1] == pytest.approx(1 / 25e4)
    assert rates[:25] == sorted(rates[:25])
    assert rates[24:] == sorted(rates[24:], reverse=True)


def test_an_optimizer_asks_its_schedule_before_each_step() -> None:
    optimizer = optimizers.SGD(schedules.PiecewiseConstantDecay([0, 1], [1.0, 0.1, 0.01]))
    parameter = Tensor(np.zeros(1))
    rates = []
    for _ in range(4):
        rates.append(optimizer.learning_rate)
        optimizer.apply([np.ones(1)], [parameter])
    assert rates == [1.0, 0.1, 0.01, 0.01]
    np.testing.assert_allclose(parameter.data, [-1.12])
    optimizer.learning_rate = 0.5
    optimizer.apply([np.ones(1)], [parameter])
    np.testing.assert_allclose(parameter.data, [-1.62])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2]), "one value more than boundaries"),
        (lambda: schedules.PiecewiseConstantDecay([2, 1], [1, 2, 3]), "boundaries must rise"),
        (lambda: schedules.ExponentialDecay(0.1, 0, 0.5), "decay_steps is a number above 0"),
        (lambda: schedules.OneCycle(0.1, 1), "2 steps or more"),
    ],
)
def test_what_is_no_schedule_is_refused(make: Any, says: str) -> None:
    with pytest.raises(TuilabError, match=says):
        make()
