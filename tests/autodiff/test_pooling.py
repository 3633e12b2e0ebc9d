"""Pooling: against PyTorch over its options, and by hand."""

from typing import Any

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops

torch = pytest.importorskip("torch")


def drawn(*shape: int) -> Any:
    return np.random.default_rng(sum(shape)).standard_normal(shape)


@pytest.mark.parametrize(
    ("window", "strides", "pads"),
    [((2, 2), None, (0, 0)), ((3, 2), (2, 3), (1, 1)), ((3, 3), (1, 1), (1, 1)), ((2, 3), (4, 3), (0, 1))],
)
@pytest.mark.parametrize("kind", ["max", "average"])
def test_pooling_and_its_gradient_are_those_of_torch(kind: str, window: Any, strides: Any, pads: Any) -> None:
    x = drawn(3, 9, 10, 33)
    theirs = torch.tensor(x.transpose(0, 3, 1, 2), requires_grad=True)
    if kind == "max":
        expected = torch.nn.functional.max_pool2d(theirs, window, strides, pads)
    else:
        expected = torch.nn.functional.avg_pool2d(theirs, window, strides, pads, count_include_pad=False)
    (expected**2).sum().backward()
    ours = Tensor(x)
    padding: Any = tuple((one, one) for one in pads)
    pool = ops.max_pool2d if kind == "max" else ops.average_pool2d
    with Tape() as tape:
        y = pool(ours, window, strides, padding)
        loss = ops.sum(ops.square(y))
    np.testing.assert_allclose(y.data, expected.detach().numpy().transpose(0, 2, 3, 1), atol=1e-12)
    dx = tape.gradient(loss, ours)
    np.testing.assert_allclose(dx, theirs.grad.numpy().transpose(0, 2, 3, 1), atol=1e-12)


def test_the_first_of_several_largest_gets_the_gradient() -> None:
    x = Tensor(np.ones((1, 2, 2, 1)))
    with Tape() as tape:
        y = ops.max_pool2d(x)
    np.testing.assert_array_equal(tape.gradient(y, x)[0, :, :, 0], [[1, 0], [0, 0]])


def test_padding_is_never_the_largest_and_never_counted() -> None:
    x = Tensor(np.full((1, 3, 3, 1), -1.0))
    assert (ops.max_pool2d(x, 2, padding="same").data == -1).all()
    assert (ops.average_pool2d(x, 2, padding="same").data == -1).all()


def test_windows_of_more_than_256_numbers_have_places_too() -> None:
    x = Tensor(drawn(2, 40, 40, 3))
    with Tape() as tape:
        y = ops.max_pool2d(x, 20)
    np.testing.assert_array_equal(y.data, x.data.reshape(2, 2, 20, 2, 20, 3).max((2, 4)))
    dx = tape.gradient(y, x)
    np.testing.assert_array_equal(
        x.data[dx == 1], np.sort(y.data.ravel())[np.argsort(np.argsort(x.data[dx == 1]))]
    )
    assert dx.sum() == y.size


def test_the_pool_over_a_whole_image_is_its_mean_or_its_largest() -> None:
    x = drawn(2, 3, 4, 5)
    np.testing.assert_allclose(ops.global_average_pool2d(Tensor(x)).data, x.mean((1, 2)))
    np.testing.assert_allclose(ops.global_max_pool2d(Tensor(x)).data, x.max((1, 2)))
    assert ops.global_max_pool2d(Tensor(x), keepdims=True).shape == (2, 1, 1, 5)
