"""Dropout: its random numbers, how often it drops, and that its way back drops the same."""

from typing import Any

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops
from tuilab.kernels.reference.random import philox

ONES = Tensor(np.ones((1000, 1000), np.float32))


def dropped(seed: int, step: int, rate: float, x: Tensor = ONES) -> Any:
    return ops.dropout(x, np.array(seed), np.array(step), rate).data


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_words_that_its_authors_published(counter: Any, key: Any, words: Any) -> None:
    """The known answers of philox4x32 in Random123, the library of its authors."""
    a, b, c, d = (np.array([one], np.int64) for one in counter)
    found = philox((a, b, c, d), key)
    assert tuple(int(one[0]) for one in found) == words


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_as_many_are_dropped_as_asked_and_the_others_grow(rate: float) -> None:
    y = dropped(7, 0, rate)
    spread = (rate * (1 - rate) / y.size) ** 0.5
    assert abs((y == 0).mean() - rate) < 5 * spread
    np.testing.assert_allclose(y[y != 0], 1 / (1 - rate), rtol=1e-6)


def test_rows_columns_seeds_and_steps_are_independent() -> None:
    y = dropped(7, 0, 0.5) - 1
    others = [np.roll(y, 1, 0), np.roll(y, 1, 1), dropped(8, 0, 0.5) - 1, dropped(7, 1, 0.5) - 1]
    others.append(dropped(7 + (1 << 32), 0, 0.5) - 1)
    for other in others:
        assert abs((y * other).mean()) < 5 / 1000


def test_a_rate_of_zero_changes_nothing() -> None:
    x = Tensor(np.random.default_rng(0).standard_normal((5, 7)))
    np.testing.assert_array_equal(dropped(3, 4, 0.0, x), x.data)


def test_the_way_back_drops_what_was_dropped() -> None:
    x = Tensor(np.random.default_rng(0).standard_normal((50, 7)))
    with Tape() as tape:
        y = ops.dropout(x, np.array(1), np.array(2), 0.3)
    np.testing.assert_allclose(tape.gradient(y, x), y.data / x.data)


def test_negative_seeds_are_seeds_too() -> None:
    assert 0.45 < (dropped(-5, 3, 0.5) == 0).mean() < 0.55
