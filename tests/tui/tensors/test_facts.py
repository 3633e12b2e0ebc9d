"""What is said of an array is what NumPy says, at any size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tuilab.tui.tensors import facts as module
from tuilab.tui.tensors.facts import facts, memory, sample


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, min_side=0), elements=st.floats(width=32)))
def test_the_range_is_that_of_the_finite_numbers(array: np.ndarray) -> None:
    found, finite = facts(array), array[np.isfinite(array)]
    assert found.nans == np.isnan(array).sum()
    assert found.infinities == np.isinf(array).sum()
    if finite.size:
        assert (found.smallest, found.largest) == (finite.min(), finite.max())
        np.testing.assert_allclose(found.mean, finite.mean(), rtol=1e-6, atol=1e-30)
        assert found.furthest == np.abs(finite).max()
    else:
        assert np.isnan(found.smallest)


@pytest.mark.parametrize("shape", [(3_000_000,), (2, 3_000_000), (1, 1, 1_100_000, 2), (70_000, 31)])
def test_large_arrays_are_looked_at_in_parts(shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    array = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    parts = module.parts(array)
    assert sum(part.size for part in parts) == array.size
    assert max(part.size for part in parts) <= module.AT_A_TIME
    found = facts(array)
    assert (found.smallest, found.largest) == (array.min(), array.max())
    np.testing.assert_allclose(found.mean, array.mean())


def test_words_leave_out_what_does_not_fit_but_never_a_nan() -> None:
    found = facts(np.array([1.5, -2.25, np.nan, np.inf]))
    assert found.words(80) == "min -2.25  max 1.5  mean -0.375  NaN 1  inf 1"
    assert found.words(36) == "min -2.25  max 1.5  NaN 1  inf 1"
    assert found.words(16).startswith("NaN 1  inf 1")
    assert facts(np.zeros((0, 3))).words(40) == "no elements"
    assert facts(np.zeros(3)).words(40) == "min 0  max 0  mean 0  NaN 0"


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 bytes"), (12, "96 bytes"), (4096, "32.8 kB"), (200_000, "1.6 MB")]
)
def test_memory_is_said_in_units_for_people(count: int, words: str) -> None:
    assert memory(np.zeros(count).nbytes) == words


@given(st.lists(st.integers(0, 40), max_size=4).map(tuple), st.integers(1, 200))
def test_a_sample_is_small_even_and_no_copy(shape: tuple[int, ...], most: int) -> None:
    array = np.zeros(shape)
    found = sample(array, most)
    assert found.ndim == array.ndim
    assert found.size <= max(most, 1)
    assert (found.size == 0) == (array.size == 0)
    assert found.size == 0 or np.shares_memory(found, array)
