"""Drawn digits look like written ones, and the same seed draws the same ones."""

import hashlib

import numpy as np
import pytest

from tuilab.data import drawn_digits, pen, strokes
from tuilab.errors import DataError
from tuilab.kernels import jit

COUNT = 1000


@pytest.fixture(scope="module")
def drawn() -> tuple[drawn_digits.Images, drawn_digits.Images]:
    return drawn_digits.draw(COUNT, seed=1)


def test_every_digit_has_several_styles_that_fit_the_kernel() -> None:
    styles = strokes.styles()
    for digit in range(10):
        assert sum(style.digit == digit for style in styles) >= 5
    for style in styles:
        assert sum(len(stroke.points) for stroke in style.strokes) <= pen.MOST_POINTS
        assert sum(len(stroke.points) - 1 for stroke in style.strokes) <= pen.MOST_CURVES
        assert all(len(stroke.points) >= 2 for stroke in style.strokes)
        assert style.frequency > 0


def test_a_stroke_is_read_with_its_corners() -> None:
    assert strokes.read("10 20, -3 4!, 5 6") == strokes.Stroke(((10, 20), (-3, 4), (5, 6)), frozenset({1}))


def test_digits_have_the_shape_and_type_of_mnist(
    drawn: tuple[drawn_digits.Images, drawn_digits.Images],
) -> None:
    images, labels = drawn
    assert images.shape == (COUNT, 28, 28)
    assert labels.shape == (COUNT,)
    assert images.dtype == labels.dtype == np.uint8


def test_every_digit_is_drawn_about_as_often(drawn: tuple[drawn_digits.Images, drawn_digits.Images]) -> None:
    counts = np.bincount(drawn[1], minlength=10)
    assert len(counts) == 10
    assert counts.min() > 60
    assert counts.max() < 140


def test_digits_are_fitted_and_centred_as_mnists_are(
    drawn: tuple[drawn_digits.Images, drawn_digits.Images],
) -> None:
    ink = drawn[0].astype(np.float64)
    place = np.arange(28) + 0.5
    mass = ink.sum((1, 2))
    assert (mass > 0).all()
    assert np.abs((ink.sum(1) @ place) / mass - 14).max() < 1.0
    assert np.abs((ink.sum(2) @ place) / mass - 14).max() < 1.0
    width = (ink.max(1) >= 128).sum(1)
    height = (ink.max(2) >= 128).sum(1)
    longest = np.maximum(width, height)
    assert longest.max() <= 21
    assert np.mean((longest >= 19) & (longest <= 21)) > 0.97
    assert (ink.reshape(COUNT, -1).max(1) >= 250).mean() > 0.95  # ink is black, as in MNIST


def test_no_two_digits_are_the_same(drawn: tuple[drawn_digits.Images, drawn_digits.Images]) -> None:
    assert len({image.tobytes() for image in drawn[0]}) == COUNT


def test_the_same_seed_draws_the_same_digits_whatever_the_threads() -> None:
    before = jit.threads()
    digests = set()
    try:
        for threads in {1, before}:
            jit.set_threads(threads)
            images, labels = drawn_digits.draw(300, seed=5)
            digests.add(hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest())
    finally:
        jit.set_threads(before)
    assert len(digests) == 1


def test_fewer_digits_are_the_first_of_more() -> None:
    few, more = drawn_digits.draw(7, seed=2), drawn_digits.draw(drawn_digits.CHUNK + 7, seed=2)
    assert np.array_equal(few[0], more[0][:7])
    assert np.array_equal(few[1], more[1][:7])
    assert not np.array_equal(more[0][:7], more[0][-7:])


def test_another_seed_or_purpose_draws_others() -> None:
    digits = drawn_digits.draw(20, seed=2)[0]
    assert not np.array_equal(digits, drawn_digits.draw(20, seed=3)[0])
    assert not np.array_equal(digits, drawn_digits.draw(20, seed=2, purpose="test")[0])


def test_progress_comes_to_its_end_over_both_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_digits, "TRAIN", 12_000)
    monkeypatch.setattr(drawn_digits, "TEST", 3_000)
    steps: list[tuple[str, int, int]] = []
    (x, y), (x_test, y_test) = drawn_digits.load(progress=lambda *step: steps.append(step))
    assert (len(x), len(y), len(x_test), len(y_test)) == (12_000, 12_000, 3_000, 3_000)
    assert [done for _, done, _ in steps] == [5_000, 10_000, 12_000, 15_000]
    assert {(what, total) for what, _, total in steps} == {("drawing digits", 15_000)}


def test_nothing_can_be_drawn_but_not_less_than_nothing() -> None:
    assert drawn_digits.draw(0)[0].shape == (0, 28, 28)
    with pytest.raises(DataError, match="-1 digits"):
        drawn_digits.draw(-1)


def test_digits_of_one_kind_resemble_each_other_more_than_others() -> None:
    """A classifier that knows nothing but the mean image of each digit names most new ones."""
    x, y = drawn_digits.draw(5000, seed=1)
    x_test, y_test = drawn_digits.draw(1000, seed=1, purpose="test")
    means = np.stack([x[y == digit].mean(0).ravel() for digit in range(10)])
    distance = ((x_test.reshape(-1, 1, 784) - means) ** 2).sum(2)
    assert (distance.argmin(1) == y_test).mean() > 0.6
