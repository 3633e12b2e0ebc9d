"""The sets of points are what they are called, and the same for the same seed."""

import numpy as np
import pytest

from tuilab.data.points import COLUMNS, POINTS, checkerboard, circles, gaussians, mixed_table, noisy_sine, xor
from tuilab.errors import DataError


@pytest.mark.parametrize("name", POINTS)
def test_a_seed_gives_the_same_points_and_another_seed_others(name: str) -> None:
    x, y = POINTS[name](101, seed=3)
    again, _ = POINTS[name](101, seed=3)
    other, _ = POINTS[name](101, seed=4)
    assert x.shape == (101, 2)
    assert x.dtype == np.float64
    assert np.array_equal(x, again)
    assert not np.array_equal(x, other)
    assert np.ptp(np.bincount(y)) <= 1


def test_gaussians_lie_around_their_centres() -> None:
    x, y = gaussians(3000, classes=4, spread=0.5, seed=1)
    centres = [x[y == label].mean(0) for label in range(4)]
    np.testing.assert_allclose(centres, [[2, 0], [0, 2], [-2, 0], [0, -2]], atol=0.1)


def test_circles_without_noise_have_two_radii() -> None:
    x, y = circles(50, noise=0, factor=0.25)
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y == 0, 1, 0.25))


def test_xor_is_the_sign_of_the_product() -> None:
    x, y = xor(200, noise=0)
    assert np.array_equal(y, (x[:, 0] * x[:, 1] < 0).astype(int))


@pytest.mark.parametrize("squares", [3, 4, 5])
def test_a_checkerboard_alternates(squares: int) -> None:
    x, y = checkerboard(500, squares)
    field = np.floor((x + 1) / 2 * squares).astype(int)
    assert field.min() == 0
    assert field.max() == squares - 1
    assert np.array_equal(y, field.sum(1) % 2)


def test_a_noisy_sine_is_a_sine() -> None:
    x, y = noisy_sine(500, noise=0.1, seed=2)
    assert 0.08 < np.std(y - np.sin(x[:, 0])) < 0.12


def test_the_table_has_its_columns_and_as_many_gaps_as_asked_for() -> None:
    table, moves = mixed_table(5000, missing=0.1, seed=5)
    assert table.shape == (5000, len(COLUMNS))
    assert 0.09 < np.isnan(table).mean() < 0.11
    assert 0.2 < moves.mean() < 0.8


def test_no_samples_are_refused() -> None:
    with pytest.raises(DataError, match="0 samples"):
        gaussians(0)
