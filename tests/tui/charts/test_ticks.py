"""Ticks are round, few, told apart by their labels, and stay put while values come in."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.tui.charts.ticks import log_axis, nice_step, step_axis, value_axis, value_label

NUMBERS = st.floats(-1e300, 1e300, allow_nan=False)


@pytest.mark.parametrize(
    ("span", "count", "step"), [(10, 5, 2), (1, 5, 0.2), (2.3, 4, 1), (0.07, 3, 0.05), (900, 5, 200)]
)
def test_a_step_is_one_two_or_five(span, count, step):
    assert nice_step(span, count) == pytest.approx(step)


def test_a_loss_axis_begins_at_zero():
    axis = value_axis(0.06, 2.31, 5)
    assert (axis.lower, axis.upper) == (0, 2.5)
    assert axis.labels == ("0.0", "0.5", "1.0", "1.5", "2.0", "2.5")


def test_a_loss_that_falls_within_its_range_leaves_the_axis_alone():
    assert value_axis(1.5, 2.31, 5) == value_axis(0.06, 2.31, 5)


def test_a_constant_gets_an_axis_around_it():
    for value in (0.0, 2.3, -4.0, 5e-324, 1e300):
        axis = value_axis(value, value, 4)
        assert axis.lower <= value <= axis.upper
        assert axis.lower < axis.upper


def test_a_log_axis_has_decades():
    assert log_axis(math.log10(0.004), math.log10(2.3), 4).labels == ("0.001", "0.01", "0.1", "1", "10")


def test_a_short_log_axis_has_finer_ticks():
    assert log_axis(math.log10(0.3), math.log10(0.9), 4).labels == ("0.2", "0.5", "1")


def test_steps_of_a_run_are_whole_numbers():
    assert step_axis(0, 3, 8, whole=True, snap=False).labels == ("0", "1", "2", "3")


def test_a_growing_run_seldom_rescales():
    ends = {step_axis(0, end, 5, whole=True, snap=True).upper for end in range(100, 1000)}
    assert len(ends) <= 20


@given(lower=NUMBERS, upper=NUMBERS, count=st.integers(1, 10))
def test_any_range_gives_an_axis_that_holds_it(lower, upper, count):
    lower, upper = min(lower, upper), max(lower, upper)
    axis = value_axis(lower, upper, count)
    slack = (axis.upper - axis.lower) * 1e-6
    assert axis.lower - slack <= lower <= upper <= axis.upper + slack
    assert axis.lower < axis.upper < math.inf
    assert len(axis.ticks) == len(axis.labels) <= count + 1
    assert len(set(axis.labels)) == len(axis.labels)


@given(lower=st.floats(-323, 308), span=st.floats(0, 600), count=st.integers(1, 10))
def test_any_log_range_gives_few_distinct_labels(lower, span, count):
    axis = log_axis(lower, lower + span, count)
    assert axis.lower < axis.upper
    assert len(set(axis.labels)) == len(axis.labels) <= count + 2


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (0.0621, "0.0621"), (2.302585, "2.3026"), (14.2, "14.200"), (99999.4, "99999"), (1.2e-5, "1.2e-5"),
        (0.0, "0.0000"), (3e300, "3e300"), (math.nan, "NaN"), (-math.inf, "-inf"), (9.999999, "10.000"),
    ],
)  # fmt: skip
def test_a_value_is_written_in_a_few_cells(value, label):
    assert value_label(value) == label
