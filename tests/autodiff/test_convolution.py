"""Convolutions: against PyTorch over their options, and by hand."""

from typing import Any

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops
from tuilab.errors import ShapeError, TuilabError

torch = pytest.importorskip("torch")
OPTIONS: list[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    ((2, 9, 8, 4), (3, 3, 4, 5), {}),
    ((2, 9, 8, 4), (3, 2, 4, 5), {"strides": (2, 3), "padding": ((1, 1), (2, 2))}),
    ((2, 9, 8, 4), (2, 3, 2, 6), {"dilation": (3, 2), "groups": 2}),
    ((2, 9, 8, 4), (3, 3, 1, 8), {"strides": 2, "padding": ((2, 2), (1, 1)), "groups": 4}),
    ((3, 70, 30, 40), (5, 5, 40, 100), {"padding": "same"}),
]


def drawn(*shape: int) -> Any:
    return np.random.default_rng(sum(shape)).standard_normal(shape)


def first(x: Any) -> Any:
    """Channels first, as PyTorch has them."""
    return torch.tensor(np.moveaxis(x, -1, 1), requires_grad=True)


def last(x: Any) -> Any:
    return np.moveaxis(x.detach().numpy(), 1, -1)


def kernels_first(w: Any) -> Any:
    return torch.tensor(w.transpose(3, 2, 0, 1), requires_grad=True)


@pytest.mark.parametrize(("image", "weights", "options"), OPTIONS)
def test_a_convolution_and_its_gradients_are_those_of_torch(image: Any, weights: Any, options: Any) -> None:
    x, w, b = drawn(*image), drawn(*weights), drawn(weights[3])
    theirs = first(x), kernels_first(w), torch.tensor(b, requires_grad=True)
    padding = options.get("padding", "valid")
    expected = torch.relu(
        torch.nn.functional.conv2d(
            *theirs,
            stride=options.get("strides", 1),
            padding=padding if isinstance(padding, str) else tuple(before for before, _ in padding),
            dilation=options.get("dilation", 1),
            groups=options.get("groups", 1),
        )
    )
    (expected**2).sum().backward()
    ours = Tensor(x), Tensor(w), Tensor(b)
    with Tape() as tape:
        y = ops.conv2d(*ours, **options, activation="relu")
        loss = ops.sum(ops.square(y))
    np.testing.assert_allclose(y.data, last(expected), rtol=1e-9, atol=1e-9)
    dx, dw, db = tape.gradient(loss, ours)
    np.testing.assert_allclose(dx, last(theirs[0].grad), rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(dw, theirs[1].grad.numpy().transpose(2, 3, 1, 0), rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(db, theirs[2].grad.numpy(), rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize(
    ("strides", "pads", "extra", "dilation"),
    [((1, 1), (0, 0), (0, 0), (1, 1)), ((2, 3), (1, 2), (1, 0), (1, 1)), ((3, 2), (0, 1), (2, 1), (2, 1))],
)
def test_a_transposed_convolution_is_that_of_torch(
    strides: Any, pads: Any, extra: Any, dilation: Any
) -> None:
    x, w, b = drawn(2, 4, 5, 3), drawn(3, 4, 6, 3), drawn(6)
    theirs = first(x), kernels_first(w), torch.tensor(b, requires_grad=True)
    expected = torch.nn.functional.conv_transpose2d(
        *theirs, stride=strides, padding=pads, output_padding=extra, dilation=dilation
    )
    (expected**2).sum().backward()
    ours = Tensor(x), Tensor(w), Tensor(b)
    padding: Any = tuple((one, one) for one in pads)
    with Tape() as tape:
        y = ops.conv2d_transpose(
            *ours, strides=strides, padding=padding, output_padding=extra, dilation=dilation
        )
        loss = ops.sum(ops.square(y))
    np.testing.assert_allclose(y.data, last(expected), atol=1e-9)
    dx, dw, db = tape.gradient(loss, ours)
    np.testing.assert_allclose(dx, last(theirs[0].grad), atol=1e-7)
    np.testing.assert_allclose(dw, theirs[1].grad.numpy().transpose(2, 3, 1, 0), atol=1e-7)
    np.testing.assert_allclose(db, theirs[2].grad.numpy(), atol=1e-7)


@pytest.mark.parametrize("padding", ["valid", "same", (2, 2), "causal"])
def test_a_convolution_of_sequences_is_that_of_torch(padding: Any) -> None:
    x, w, b = drawn(2, 11, 4), drawn(3, 2, 6), drawn(6)
    pads = {"valid": (0, 0), "same": (2, 2), "causal": (4, 0)}.get(padding, padding)
    theirs = torch.nn.functional.pad(torch.tensor(x.transpose(0, 2, 1)), pads)
    weights = torch.tensor(w.transpose(2, 1, 0))
    expected = torch.nn.functional.conv1d(theirs, weights, torch.tensor(b), dilation=2, groups=2)
    y = ops.conv1d(Tensor(x), Tensor(w), Tensor(b), padding=padding, dilation=2, groups=2)
    np.testing.assert_allclose(y.data, expected.numpy().transpose(0, 2, 1), atol=1e-12)


def test_a_window_of_ones_sums_what_lies_under_it() -> None:
    x = Tensor(np.arange(9.0).reshape(1, 3, 3, 1))
    y = ops.conv2d(x, Tensor(np.ones((2, 2, 1, 1))))
    np.testing.assert_array_equal(y.data[0, :, :, 0], [[0 + 1 + 3 + 4, 1 + 2 + 4 + 5], [20, 24]])


def test_same_padding_is_one_more_behind_than_before() -> None:
    x = Tensor(np.ones((1, 4, 4, 1)))
    y = ops.conv2d(x, Tensor(np.ones((2, 2, 1, 1))), padding="same")
    np.testing.assert_array_equal(y.data[0, :, :, 0], [[4, 4, 4, 2]] * 3 + [[2, 2, 2, 1]])


@pytest.mark.parametrize(("padding", "size"), [("same", 8), ("valid", 9)])
def test_a_transposed_convolution_is_as_large_as_that_of_keras(padding: str, size: int) -> None:
    y = ops.conv2d_transpose(Tensor(drawn(1, 4, 4, 2)), Tensor(drawn(3, 3, 5, 2)), strides=2, padding=padding)
    assert y.shape == (1, size, size, 5)


def test_what_does_not_fit_is_refused_in_words() -> None:
    with pytest.raises(ShapeError, match=r"conv1d takes sequences \(batch, steps, features\)"):
        ops.conv1d(Tensor(drawn(2, 3, 4, 5)), Tensor(drawn(3, 5, 6)))
    with pytest.raises(TuilabError, match="The weights of a convolution of images have 4 axes"):
        ops.conv2d(Tensor(drawn(2, 3, 4, 5)), Tensor(drawn(3, 5, 6)))
