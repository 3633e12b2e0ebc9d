"""A metric's packed points: the same dots as its arrays give, in a fraction of the time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuilab.logs.series import CHUNK, Epochs, MetricSeries
from tuilab.tui.charts.metric_curve import thinned
from tuilab.tui.charts.thinning import finite, thin


def series_of(steps: np.ndarray, values: np.ndarray, parts: int = 1) -> MetricSeries:
    series = MetricSeries("loss")
    for some in np.array_split(np.arange(len(steps)), parts):
        series.extend(steps[some], values[some], steps[some] * 0.5)
    return series


@settings(deadline=None, max_examples=60)
@given(
    count=st.integers(1, 2 * CHUNK + 77),
    pace=st.sampled_from([0, 1, 7, -1]),
    parts=st.integers(1, 5),
    columns=st.integers(1, 300),
    window=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    gaps=st.integers(0, 3),
    positive=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_same_points_as_from_arrays(
    count: int,
    pace: int,
    parts: int,
    columns: int,
    window: tuple[float, float],
    gaps: int,
    positive: bool,
    seed: int,
) -> None:
    """pace 0: uneven steps, -1: backwards as well."""
    rng = np.random.default_rng(seed)
    steps = np.cumsum(rng.integers(-(pace == -1), 3, count)) if pace < 1 else np.arange(count) * pace - 3
    values = (rng.normal(size=count) + 3 * (seed % 2)).astype(np.float32)
    values[rng.integers(0, count, gaps)] = rng.choice([np.nan, np.inf, -np.inf])
    series = series_of(steps, values, parts)
    low, high = sorted(window)
    span = float(steps.max() - steps.min())
    lower, upper = float(steps.min()) + low * span, float(steps.min()) + high * span
    found = thinned(series, "step", 0.0, lower, upper, columns, positive=positive)
    wanted = thin(finite(steps, values, positive=positive), lower, upper, columns)
    assert np.array_equal(found.x, wanted.x)
    assert np.array_equal(found.y, wanted.y)
    assert np.array_equal(found.starts, wanted.starts)


def test_a_spike_of_one_point_in_a_million_is_seen() -> None:
    values = np.zeros(1_000_000, np.float32)
    values[654_321] = 9
    points = thinned(series_of(np.arange(1_000_000), values), "step", 0.0, 0, 999_999, 100)
    assert points.y.max() == 9


def test_even_steps_take_little_memory_and_come_back_as_they_were() -> None:
    steps = 10 + 3 * np.arange(3 * CHUNK + 5)
    values = np.arange(3 * CHUNK + 5, dtype=np.float32)
    series = series_of(steps, values, 4)
    assert series.memory() < 9.5 * len(steps)
    rows = list(series.rows())
    assert [step for step, _, _ in rows] == steps.tolist()
    assert [value for _, _, value in rows] == values.tolist()
    np.testing.assert_allclose([when for _, when, _ in rows], steps * 0.5, atol=0.01)


def test_the_nearest_point_is_read() -> None:
    series = series_of(np.arange(0, 100, 10), np.arange(10.0))
    assert series.value_at(34, "step") == (30, 3)
    assert series.value_at(36, "step") == (40, 4)
    assert series.value_at(-5, "step") == (0, 0)
    assert series.value_at(1e9, "step") == (90, 9)


@pytest.mark.parametrize(("step", "epoch"), [(0, 0.0), (50, 0.5), (100, 1.0), (300, 3.0)])
def test_steps_are_placed_among_epochs(step: int, epoch: float) -> None:
    series = series_of(np.array([step]), np.array([1.0]))
    series.place_epochs(Epochs(np.array([0.0, 100.0, 200.0]), np.array([0.0, 1.0, 2.0])))
    assert series.ends("epoch") == (epoch, epoch)


def test_what_was_forgotten_is_gone_and_the_revision_grows() -> None:
    series = series_of(np.arange(5), np.arange(5.0))
    before = series.revision
    series.clear()
    assert (series.count, series.ends("step")) == (0, None)
    assert series.revision > before
