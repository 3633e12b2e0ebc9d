"""Batches show every sample once an epoch, in an order that can be walked again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.data import Batches, split
from tuilab.errors import DataError, ShapeError

sizes = st.integers(1, 60)


@given(
    n=sizes, batch_size=sizes, seed=st.integers(0, 2**63), epoch=st.integers(0, 1000), shuffle=st.booleans()
)
def test_an_epoch_shows_every_sample_once_with_its_own_target(
    n: int, batch_size: int, seed: int, epoch: int, shuffle: bool
) -> None:
    x = np.arange(n, dtype=np.float32)[:, None] * [1, 10]
    seen = list(Batches(x, np.arange(n), batch_size, seed, shuffle).epoch(epoch))
    assert sorted(np.concatenate([y for _, y in seen])) == list(range(n))
    for x_batch, y_batch in seen:
        assert np.array_equal(x_batch, x[y_batch])


@given(n=sizes, batch_size=sizes)
def test_all_batches_are_full_but_the_last_and_their_number_is_the_length(n: int, batch_size: int) -> None:
    batches = Batches(np.zeros((n, 2)), np.zeros(n), batch_size)
    lengths = [len(y) for _, y in batches.epoch(0)]
    assert len(lengths) == len(batches)
    assert lengths[:-1] == [batch_size] * (len(batches) - 1)
    assert sum(lengths) == n


@given(n=sizes, batch_size=sizes)
def test_drop_last_leaves_only_full_batches(n: int, batch_size: int) -> None:
    if batch_size > n:
        with pytest.raises(DataError, match="smaller batches"):
            Batches(np.zeros(n), np.zeros(n), batch_size, drop_last=True)
        return
    batches = Batches(np.zeros(n), np.zeros(n), batch_size, drop_last=True)
    assert (
        [len(y) for _, y in batches.epoch(0)]
        == [batch_size] * (n // batch_size)
        == [batch_size] * len(batches)
    )


def test_epochs_differ_and_each_can_be_walked_again_in_any_order() -> None:
    batches = Batches(np.arange(100), np.arange(100), 10, seed=3)
    later, first = batches.order(5), batches.order(0)
    assert not np.array_equal(later, first)
    again = Batches(np.arange(100), np.arange(100), 10, seed=3)
    assert np.array_equal(again.order(0), first)
    assert np.array_equal(again.order(5), later)
    assert not np.array_equal(Batches(np.arange(100), np.arange(100), 10, seed=4).order(0), first)


def test_without_shuffling_samples_come_in_order() -> None:
    batches = Batches(np.arange(5), np.arange(5), 2, shuffle=False)
    assert [list(x) for x, _ in batches.epoch(1)] == [[0, 1], [2, 3], [4]]


def test_a_shuffled_batch_is_a_copy() -> None:
    x = np.zeros((4, 2))
    for x_batch, _ in Batches(x, np.arange(4), 2).epoch(0):
        x_batch[:] = 1
    assert not x.any()


@pytest.mark.parametrize("batch_size", [0, -1])
def test_a_batch_of_less_than_one_is_refused(batch_size: int) -> None:
    with pytest.raises(DataError, match=f"batch_size={batch_size}"):
        Batches(np.zeros(3), np.zeros(3), batch_size)


def test_rows_that_do_not_match_and_nothing_at_all_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(3, 2\).*\(4,\)"):
        Batches(np.zeros((3, 2)), np.zeros(4), 1)
    with pytest.raises(ShapeError, match=r"shape \(\)"):
        Batches(np.zeros(1), np.array(0), 1)
    with pytest.raises(DataError, match="no samples"):
        Batches(np.zeros((0, 28, 28)), np.zeros(0), 1)


def test_split_keeps_the_last_fraction_for_validation_as_keras_does() -> None:
    (x, y), (x_validation, y_validation) = split(np.arange(10), np.arange(10), 0.25)
    assert list(x) == list(y) == [0, 1, 2, 3, 4, 5, 6]  # int(10 * 0.75) = 7
    assert list(x_validation) == list(y_validation) == [7, 8, 9]


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 1.5, float("nan")])
def test_a_fraction_that_is_not_between_0_and_1_is_refused(fraction: float) -> None:
    with pytest.raises(DataError, match="validation split"):
        split(np.arange(10), np.arange(10), fraction)


def test_a_split_that_leaves_a_part_empty_is_refused() -> None:
    with pytest.raises(DataError, match="empty"):
        split(np.arange(2), np.arange(2), 0.9)


@given(n=sizes, batch_size=sizes)
def test_reused_batches_hold_what_fresh_ones_do_until_the_next(n: int, batch_size: int) -> None:
    x = np.arange(n, dtype=np.float32)[:, None] * [1, 10]
    batches = Batches(x, np.arange(n, dtype=np.uint8), batch_size, seed=2)
    whole = set()
    for epoch in range(2):
        for fresh, reused in zip(batches.epoch(epoch), batches.epoch(epoch, reuse=True), strict=True):
            for one, other in zip(fresh, reused, strict=True):
                assert one.dtype == other.dtype
                np.testing.assert_array_equal(one, other)
            if len(reused[0]) == batch_size:
                whole.add(id(reused[0]))
    assert len(whole) <= 1


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("layout", ["C", "F"])
def test_large_batches_are_gathered_by_all_threads_and_are_the_same(dtype: type, layout: str) -> None:
    x = np.asarray(np.random.default_rng(0).integers(0, 255, (300, 28, 28)), dtype, order=layout)  # type: ignore[call-overload]
    batches = Batches(x, np.arange(300), 128, seed=1)
    for fresh, reused in zip(batches.epoch(0), batches.epoch(0, reuse=True), strict=True):
        np.testing.assert_array_equal(fresh[0], reused[0])
        np.testing.assert_array_equal(fresh[1], reused[1])
