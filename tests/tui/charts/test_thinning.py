"""Thinning keeps what matters: extremes, gaps, and the moving average of its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tuilab.tui.charts.thinning import dashes, finite, moving_average, thin

FLOATS = st.floats(allow_nan=True, allow_infinity=True, width=64)


def test_finite_points_pass_as_they_are():
    points = finite(np.arange(4), np.array([3.0, 1.0, 2.0, 0.0]))
    assert points.y.tolist() == [3.0, 1.0, 2.0, 0.0]
    assert points.starts.tolist() == [0]


def test_values_that_cannot_be_drawn_split_the_series_into_runs():
    points = finite(np.arange(6), np.array([1.0, np.nan, 2.0, 3.0, np.inf, 4.0]))
    assert points.x.tolist() == [0, 2, 3, 5]
    assert points.starts.tolist() == [0, 1, 3]


def test_on_a_log_scale_zero_and_below_are_gaps():
    points = finite(np.arange(4), np.array([1.0, 0.0, -2.0, 5.0]), positive=True)
    assert points.y.tolist() == [1.0, 5.0]
    assert points.starts.tolist() == [0, 1]


def test_points_out_of_order_are_sorted():
    assert finite(np.array([2.0, 0.0, 1.0]), np.array([20.0, 0.0, 10.0])).y.tolist() == [0.0, 10.0, 20.0]


def test_one_spike_in_a_million_survives():
    y = np.ones(1_000_000)
    y[654_321] = 7.0
    thinned = thin(finite(np.arange(y.size), y), 0, y.size - 1, 100)
    assert thinned.y.max() == 7.0
    assert thinned.x[thinned.y.argmax()] == round(654_321 / 999_999 * 99)
    assert thinned.x.size <= 200


@given(
    y=hnp.arrays(np.float64, st.integers(0, 300), elements=FLOATS),
    columns=st.integers(1, 50),
)
def test_each_column_keeps_exactly_its_lowest_and_highest(y, columns):
    points = finite(np.arange(y.size), y)
    upper = max(y.size - 1, 1)
    thinned = thin(points, 0, upper, columns)
    step = upper / (columns - 1) if columns > 1 else upper
    column = np.floor(points.x / step + 0.5).clip(0, columns - 1) if columns > 1 else np.zeros(points.x.size)
    assert set(thinned.x.tolist()) == set(column.tolist())
    for one in set(column.tolist()):
        here, kept = points.y[column == one], thinned.y[thinned.x == one]
        assert (kept.min(), kept.max()) == (here.min(), here.max())
    assert thinned.starts.size == points.starts.size
    assert thinned.x.size <= 2 * (columns + points.starts.size)
    assert (np.diff(thinned.x) >= 0).all()


def test_what_lies_outside_the_range_is_left_out():
    thinned = thin(finite(np.arange(10), np.arange(10.0)), 3, 5, 3)
    assert thinned.y.tolist() == [3.0, 4.0, 5.0]


@given(y=hnp.arrays(np.float64, st.integers(2, 200), elements=st.floats(-100, 100)), span=st.floats(1.5, 500))
def test_the_moving_average_follows_its_recurrence(y, span):
    decay, total, expected = 1 - 1 / span, 0.0, []
    for count, value in enumerate(y, start=1):
        total = decay * total + (1 - decay) * value
        expected.append(total / (1 - decay**count))
    assert moving_average(y, span) == pytest.approx(expected, abs=1e-8)


def test_the_moving_average_of_a_constant_is_that_constant():
    assert moving_average(np.full(5000, 3.0), 20) == pytest.approx(np.full(5000, 3.0))


def test_dashes_cover_their_share_of_a_line():
    pieces = dashes(np.array([0.0, 10.0]), np.array([0.0, 0.0]), on=3, off=2)
    assert pieces.x.tolist() == [0, 3, 5, 8, 10]
    assert pieces.starts.tolist() == [0, 2, 4]
