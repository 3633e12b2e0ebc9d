"""Affine maps of points and images, against NumPy and SciPy."""

import math
from typing import Any

import numpy as np
import pytest
import scipy.ndimage

from tuilab import Tape, Tensor, ops
from tuilab.autodiff.check import check_gradient
from tuilab.errors import ShapeError

RNG = np.random.default_rng(0)
IMAGES = RNG.standard_normal((2, 5, 7))
POINTS = RNG.standard_normal((4, 3, 2))
MATRIX = np.array([[0.83, -0.31], [0.43, 1.17]])  # sends no pixel onto another, where gradients jump
OFFSET = np.array([0.71, -0.37])


def test_points_are_multiplied_and_shifted() -> None:
    expected = np.einsum("ij,abj->abi", MATRIX, POINTS) + OFFSET
    np.testing.assert_allclose(ops.affine_points(POINTS, MATRIX, OFFSET).data, expected)
    whole = np.concatenate([MATRIX, OFFSET[:, None]], axis=1)
    np.testing.assert_allclose(ops.affine_points(POINTS, whole).data, expected)
    np.testing.assert_allclose(ops.affine_points(POINTS, MATRIX).data, expected - OFFSET)
    np.testing.assert_allclose(ops.affine_points(POINTS[0, 0], whole).data, expected[0, 0])


def test_gradients_of_points_reach_points_matrix_and_offset() -> None:
    points, matrix, offset = Tensor(POINTS), Tensor(MATRIX), Tensor(OFFSET)
    with Tape() as tape:
        loss = ops.sum(ops.affine_points(points, matrix, offset))
    by_points, by_matrix, by_offset = tape.gradient(loss, [points, matrix, offset])
    np.testing.assert_allclose(by_points, np.broadcast_to(MATRIX.sum(0), POINTS.shape))
    np.testing.assert_allclose(by_matrix, np.tile(POINTS.sum((0, 1)), (2, 1)))
    np.testing.assert_allclose(by_offset, [12, 12])


@pytest.mark.parametrize(
    ("matrix", "point", "expected"),
    [
        (ops.translation(2, -1), (1, 1), (3, 0)),
        (ops.rotation(math.pi / 2), (1, 0), (0, 1)),
        (ops.scaling(2), (1, -3), (2, -6)),
        (ops.scaling(2, 0.5), (1, 2), (2, 1)),
        (ops.shearing(0.5), (1, 2), (2, 2)),
        (ops.shearing(0, 3), (1, 2), (1, 5)),
    ],
)
def test_maps_do_what_they_are_called(matrix: Tensor, point: Any, expected: Any) -> None:
    np.testing.assert_allclose(ops.affine_points([*map(float, point)], matrix).data, expected, atol=1e-6)


def test_an_image_under_the_identity_stays() -> None:
    np.testing.assert_array_equal(ops.affine_image(IMAGES, ops.scaling(1)).data, IMAGES)


def test_an_image_shifted_by_whole_pixels_is_cut_at_one_edge_and_0_at_the_other() -> None:
    found = ops.affine_image(IMAGES, ops.translation(2, -1)).data
    expected = np.zeros_like(IMAGES)
    expected[:, 1:, :-2] = IMAGES[:, :-1, 2:]
    np.testing.assert_array_equal(found, expected)


def test_a_quarter_turn_of_a_square_is_that_of_numpy() -> None:
    square = IMAGES[0, :, :5]
    np.testing.assert_allclose(
        ops.affine_image(square, ops.rotation(math.pi / 2)).data, np.rot90(square), atol=1e-5
    )


def test_any_map_of_an_image_is_that_of_scipy() -> None:
    middle = (np.array(IMAGES.shape[1:]) - 1) / 2
    by_rows = MATRIX[::-1, ::-1]
    found = ops.affine_image(IMAGES, MATRIX, OFFSET).data
    for one, image in zip(found, IMAGES, strict=True):
        expected = scipy.ndimage.affine_transform(
            image, by_rows, middle - by_rows @ middle + OFFSET[::-1], order=1, mode="grid-constant"
        )
        np.testing.assert_allclose(one, expected, atol=1e-12)


def test_each_image_may_have_a_map_of_its_own_and_channels_move_together() -> None:
    maps = np.stack([ops.rotation(0.3).data, ops.scaling(1.5).data])
    colours = np.stack([IMAGES, -IMAGES], axis=-1)
    found = ops.affine_image(colours, maps).data
    for number in range(2):
        expected = ops.affine_image(IMAGES[number], maps[number]).data
        np.testing.assert_allclose(found[number, ..., 0], expected, atol=1e-12)
        np.testing.assert_allclose(found[number, ..., 1], -expected, atol=1e-12)


def test_gradients_of_an_image_are_its_differences() -> None:
    images, matrix, offset = Tensor(IMAGES), Tensor(MATRIX), Tensor(OFFSET)
    check_gradient(ops.affine_image, [images, matrix, offset])


def test_a_place_that_is_no_number_gives_none() -> None:
    found = ops.affine_image(IMAGES, MATRIX, np.array([np.nan, 0])).data
    assert np.isnan(found).all()
    np.testing.assert_array_equal(ops.affine_image(IMAGES, MATRIX, np.array([1e30, 0])).data, 0)


@pytest.mark.parametrize(
    ("compute", "says"),
    [
        (lambda: ops.affine_points(POINTS, np.ones((2, 5))), "(4, 3, 2) and (2, 5)"),
        (lambda: ops.affine_points(POINTS, np.ones((2, 3)), OFFSET), "(4, 3, 2) and (2, 3)"),
        (lambda: ops.affine_image(np.ones(3), MATRIX), "It was given (3,)"),
        (lambda: ops.affine_image(IMAGES, np.ones((3, 3))), "It was given (3, 3)"),
        (lambda: ops.affine_image(IMAGES, np.ones((3, 2, 3))), "broadcast"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(compute: Any, says: str) -> None:
    with pytest.raises(ShapeError) as caught:
        compute()
    assert says in str(caught.value)
