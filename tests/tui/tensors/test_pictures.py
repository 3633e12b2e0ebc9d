"""Matrices as pictures and histograms: of their size, whatever is in them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from rich.color import Color

from tuilab.tui.tensors.facts import facts
from tuilab.tui.tensors.histogram import counted, histogram
from tuilab.tui.tensors.picture import Inks, picture, shrunk

INKS = Inks(Color.from_rgb(0, 0, 0), Color.from_rgb(0, 0, 255), Color.from_rgb(255, 0, 0))
LEVELS = " ▁▂▃▄▅▆▇█"
MATRICES = hnp.arrays(
    np.float32, st.tuples(st.integers(1, 60), st.integers(1, 90)), elements=st.floats(width=32)
)


@given(matrix=MATRICES, width=st.integers(1, 60), height=st.integers(1, 30))
@pytest.mark.parametrize("way", ["colours", "shades", "ascii"])
def test_a_picture_fits_its_cells(matrix: np.ndarray, width: int, height: int, way: str) -> None:
    with np.errstate(all="ignore"):
        rows = picture(matrix, width, height, 1.0, way, INKS)  # type: ignore[arg-type]
    assert 1 <= len(rows) <= height
    assert len({sum(len(segment.text) for segment in row) for row in rows}) == 1
    assert sum(len(segment.text) for segment in rows[0]) <= max(width, 2)


def test_the_largest_number_has_full_ink_and_negative_ones_the_other() -> None:
    (row,) = picture(np.array([[1.0, 0.0], [-1.0, 0.5]]), 2, 1, 1.0, "colours", INKS)
    assert [segment.text for segment in row] == ["▀", "▀"]
    first, second = (segment.style for segment in row)
    assert first is not None
    assert second is not None
    assert (first.color, first.bgcolor) == (Color.from_rgb(0, 0, 255), Color.from_rgb(255, 0, 0))
    assert (second.color, second.bgcolor) == (Color.from_rgb(0, 0, 0), Color.from_rgb(0, 0, 127.5))


def test_without_colours_the_signs_tell_above_from_below() -> None:
    (row,) = picture(np.array([[1.0, 0.0, -1.0, np.nan]]), 8, 1, 1.0, "ascii", INKS)
    assert row[0].text == "@@  &&??"
    (row,) = picture(np.array([[1.0, 0.5, -1.0]]), 6, 1, 1.0, "shades", INKS)
    assert row[0].text == "██▒▒≡≡"


def test_shrinking_takes_the_means_of_blocks() -> None:
    np.testing.assert_array_equal(shrunk(np.arange(16.0).reshape(4, 4), 2, 2), [[2.5, 4.5], [10.5, 12.5]])


@given(
    values=hnp.arrays(np.float64, st.integers(0, 200), elements=st.floats(width=32)),
    width=st.integers(1, 90),
    height=st.integers(0, 30),
)
def test_a_histogram_fits_its_cells(values: np.ndarray, width: int, height: int) -> None:
    rows = histogram(counted(values, facts(values), width), width, height, LEVELS)
    assert len(rows) == height
    assert {len(row) for row in rows} <= {width}


def test_bars_are_as_high_as_their_counts() -> None:
    values = np.repeat([0.0, 1.0], [1, 4])
    rows = histogram(counted(values, facts(values), 10), 10, 6, LEVELS)
    assert [row[0] for row in rows[:4]] == [" ", " ", " ", "█"]
    assert [row[-1] for row in rows[:4]] == ["█"] * 4
    assert rows[4].split() == ["0", "1"]
    assert rows[5].startswith("10 bins")
