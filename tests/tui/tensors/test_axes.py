"""A place in an array is always inside it, wherever one goes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.tui.tensors.axes import Place, window

SHAPES = st.lists(st.integers(0, 5), max_size=5).map(tuple)
MOVES = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9)), max_size=20)


@given(shape=SHAPES, moves=MOVES)
def test_no_walk_leaves_the_array(shape: tuple[int, ...], moves: list[tuple[int, int, int]]) -> None:
    place, array = Place.first(shape), np.zeros(shape)
    for down, right, pages in moves:
        place = place.moved(down, right).turned(pages)
        assert len(place.index) == array.ndim
        assert place.empty == (array.size == 0)
        if not place.empty:
            assert np.isscalar(array[place.index])


def test_the_last_two_axes_are_rows_and_columns() -> None:
    place = Place.first((2, 3, 4, 5)).moved(down=2, right=1)
    assert (place.rows, place.columns, place.index) == (4, 5, (0, 0, 2, 1))
    assert place.turned(4).index == (1, 1, 2, 1)
    assert place.turned(99).index == (1, 2, 2, 1)
    assert place.turned(4).turned(-99).index == (0, 0, 2, 1)
    assert (place.slice_name(), place.element_name()) == ("[0, 0, :, :]", "[0, 0, 2, 1]")


def test_one_axis_is_a_row_and_none_a_single_number() -> None:
    assert Place.first((7,)).moved(down=3, right=3).index == (3,)
    number = Place.first(())
    assert (number.moved(1, 1), number.rows, number.columns, number.slice_name()) == (number, 1, 1, "")


def test_negative_places_count_from_the_end() -> None:
    assert Place.first((4, 5)).at((-1, -5)).index == (3, 0)
    assert Place.first((4, 5)).at((99, -99)).index == (3, 0)


@pytest.mark.parametrize(
    ("place", "begin", "expected"), [(0, 5, 0), (7, 5, 5), (15, 5, 6), (19, 0, 10), (3, 3, 3)]
)
def test_a_window_moves_as_little_as_it_can(place: int, begin: int, expected: int) -> None:
    assert window(place, begin, 10, 20) == expected


def test_a_window_wider_than_what_there_is_begins_at_the_beginning() -> None:
    assert window(3, 2, 10, 5) == 0
