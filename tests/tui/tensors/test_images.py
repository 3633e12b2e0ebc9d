"""Which images an array is made of, and where they stand side by side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color
from rich.style import Style

from tuilab.tui.tensors.axes import Place
from tuilab.tui.tensors.images import Images, image_axes, images_of
from tuilab.tui.tensors.picture import Inks
from tuilab.tui.tensors.sheet import Sheet, draw_sheet, sheet_of

INKS = Inks(Color.from_rgb(0, 0, 0), Color.from_rgb(0, 0, 255), Color.from_rgb(255, 0, 0))
STYLES = {"cursor": Style(bold=True), "quiet": Style()}


@pytest.mark.parametrize(
    ("shape", "parameter", "axes"),
    [
        ((), False, ()),
        ((7,), False, (0,)),
        ((4, 5), False, (0, 1)),
        ((60_000, 28, 28), False, (1, 2)),
        ((28, 28, 3), False, (0, 1)),
        ((2, 3, 4), False, (1, 2)),
        ((32, 28, 28, 1), False, (1, 2)),
        ((32, 20, 28, 3), False, (1, 2)),
        ((16, 26, 26, 32), False, (1, 2)),
        ((3, 3, 1, 32), True, (0, 1)),
        ((3, 3, 3, 3), True, (0, 1)),
        ((3, 3, 8, 32), False, (0, 1)),
        ((2, 2, 8, 32), True, (0, 1)),
        ((2, 3, 4, 5), False, (2, 3)),
        ((32, 3, 28, 28), False, (2, 3)),
        ((2, 4, 12, 12), False, (2, 3)),
        ((2, 5, 24, 24, 3), False, (2, 3)),
    ],
)
def test_height_and_width_are_seen_where_channels_come_last(
    shape: tuple[int, ...], parameter: bool, axes: tuple[int, ...]
) -> None:
    assert image_axes(shape, parameter) == axes


def test_a_filter_of_a_convolution_is_one_matrix() -> None:
    filters = np.arange(3 * 3 * 2 * 4).reshape(3, 3, 2, 4)
    place = Place.first(filters.shape, (0, 1)).turned(5)
    assert place.slice_name() == "[:, :, 1, 1]"
    np.testing.assert_array_equal(filters[place.key()], filters[:, :, 1, 1])
    assert place.moved(down=2, right=1).index == (2, 1, 1, 1)


def test_columns_rows_and_matrices_are_images_where_they_can_be() -> None:
    weights, digits = Place.first((784, 10)), Place.first((10, 784))
    assert images_of(weights).kind == "column"
    assert images_of(digits).kind == "row"
    assert images_of(Place.first((5, 28, 28))).kind == "matrix"
    assert images_of(Place.first((3, 5))).count == 1
    assert not Images(Place.first((784,)), "row")
    assert not Images(Place.first((10, 783)), "row")
    assert not Images(Place.first((0, 28, 28)), "matrix")
    assert not Images(weights, "column", (2, 1))
    assert Images(digits, "row", (10, 1)).name(3) == "row 30"
    assert images_of(Place.first((5, 28, 28)), (100, 1, 1)).name(2) == "200"
    array = np.arange(7840).reshape(784, 10)
    np.testing.assert_array_equal(Images(weights, "column").image(array, 3), array[:, 3].reshape(28, 28))
    np.testing.assert_array_equal(Images(digits, "row").image(array.T, 3), array[:, 3].reshape(28, 28))


SHAPES = st.sampled_from([(64, 5), (5, 64), (6, 9, 9), (3, 3, 2, 7), (4, 8, 8, 3), (2, 3, 4, 5)])


@given(shape=SHAPES, number=st.integers(0, 1000))
def test_going_to_an_image_is_being_in_it(shape: tuple[int, ...], number: int) -> None:
    images = images_of(Place.first(shape, image_axes(shape)))
    number %= images.count
    there = Images(images.at(number), images.kind)
    assert there.number == number
    array = np.arange(np.prod(shape)).reshape(shape)
    image = there.image(array, number)
    assert image.shape == there.size
    assert array[there.place.index] in image


@given(
    shape=SHAPES,
    number=st.integers(0, 1000),
    width=st.integers(8, 120),
    height=st.integers(2, 50),
    way=st.sampled_from(["colours", "shades", "ascii"]),
)
def test_a_sheet_fits_its_cells_and_holds_the_image_under_the_cursor(
    shape: tuple[int, ...], number: int, width: int, height: int, way: str
) -> None:
    images = images_of(Place.first(shape, image_axes(shape)))
    images = Images(images.at(number % images.count), images.kind)
    sheet = sheet_of(images, width, height, way)  # type: ignore[arg-type]
    assert 0 <= images.number - sheet.first < sheet.across * sheet.down
    array = np.random.default_rng(0).normal(size=shape)
    rows = draw_sheet(array, images, sheet, way, INKS, ">", STYLES)  # type: ignore[arg-type]
    assert len(rows) <= height
    text = ["".join(segment.text for segment in row) for row in rows]
    assert max(len(row.rstrip()) for row in text) <= width
    assert sum(segment.style is STYLES["cursor"] for row in rows for segment in row) == 1


def test_a_click_finds_the_image_under_it() -> None:
    sheet = Sheet(10, 4, 3, 2, first=6)
    assert [sheet.number(x, 0) for x in (0, 9, 10, 12, 35, 36)] == [6, 6, -1, 7, -1, -1]
    assert [sheet.number(0, y) for y in (4, 5, 9, 10)] == [6, 9, 9, -1]
