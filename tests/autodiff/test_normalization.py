"""Normalizations: against PyTorch."""

from typing import Any

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops
from tuilab.errors import ShapeError

torch = pytest.importorskip("torch")


def drawn(*shape: int) -> Any:
    return np.random.default_rng(sum(shape)).standard_normal(shape) + 3


def compare(y: Any, expected: Any, tape: Tape, loss: Tensor, ours: list[Tensor], theirs: list[Any]) -> None:
    np.testing.assert_allclose(y.data, expected.detach().numpy(), atol=1e-10)
    for one, other in zip(tape.gradient(loss, ours), theirs, strict=True):
        np.testing.assert_allclose(one, other.grad.numpy(), atol=1e-9)


@pytest.mark.parametrize("shape", [(300, 5), (4, 6, 7, 5)])
def test_batch_normalization_and_its_gradients_are_those_of_torch(shape: Any) -> None:
    arrays = [drawn(*shape), drawn(5), drawn(5)]
    theirs = [torch.tensor(one, requires_grad=True) for one in arrays]
    flat = theirs[0].reshape(-1, 5)
    mean, variance = flat.mean(0), flat.var(0, correction=0)
    expected = torch.nn.functional.batch_norm(flat, None, None, *theirs[1:], training=True, eps=1e-3)
    ((expected**3).sum() + (mean**2).sum() + (variance**2).sum()).backward()
    ours = [Tensor(one) for one in arrays]
    with Tape() as tape:
        y, m, v = ops.batch_norm(ours[0], ours[1], ours[2])
        loss = ops.sum(y**3) + ops.sum(m**2) + ops.sum(v**2)
    np.testing.assert_allclose(m.data, mean.detach().numpy())
    np.testing.assert_allclose(v.data, variance.detach().numpy())
    compare(y, expected.reshape(shape), tape, loss, ours, theirs)


def test_batch_normalization_by_given_moments_is_that_of_torch() -> None:
    arrays = [drawn(4, 3, 5), drawn(5), drawn(5), drawn(5), np.abs(drawn(5)) + 1]
    theirs = [torch.tensor(one, requires_grad=True) for one in arrays]
    x, gamma, beta, mean, variance = theirs
    expected = (x - mean) / torch.sqrt(variance + 0.01) * gamma + beta
    (expected**3).sum().backward()
    ours = [Tensor(one) for one in arrays]
    with Tape() as tape:
        y = ops.batch_norm_inference(ours[0], ours[1], ours[2], ours[3], ours[4], epsilon=0.01)
        loss = ops.sum(y**3)
    compare(y, expected, tape, loss, ours, theirs)


@pytest.mark.parametrize(("axis", "axes"), [(-1, 1), ((1, 2), 2), ((-1, -2, 0), 3)])
def test_layer_normalization_and_its_gradients_are_those_of_torch(axis: Any, axes: int) -> None:
    shape = (100, 6, 7)
    arrays = [drawn(*shape), drawn(*shape[-axes:]), drawn(*shape[-axes:])]
    theirs = [torch.tensor(one, requires_grad=True) for one in arrays]
    expected = torch.nn.functional.layer_norm(theirs[0], shape[-axes:], *theirs[1:], eps=1e-3)
    (expected**2).sum().backward()
    ours = [Tensor(one) for one in arrays]
    x, gamma, beta = ours
    with Tape() as tape:
        y = ops.layer_norm(x, gamma, beta, axis=axis)
        loss = ops.sum(y**2)
    compare(y, expected, tape, loss, ours, theirs)


def test_a_large_mean_costs_no_digits() -> None:
    x = (drawn(5000, 3) * 1e-2 + 100).astype(np.float32)
    _, mean, variance = ops.batch_norm(Tensor(x), Tensor(np.ones(3)), Tensor(np.zeros(3)))
    wide = x.astype(np.float64)
    np.testing.assert_allclose(mean.data, wide.mean(0), rtol=1e-6)
    np.testing.assert_allclose(variance.data, wide.var(0), rtol=1e-2)


def test_a_normalization_over_axes_in_the_middle_is_refused() -> None:
    x = Tensor(drawn(2, 3, 4))
    with pytest.raises(ShapeError, match=r"axis=1 of an array with 3 axes. Expected the last axes"):
        ops.layer_norm(x, Tensor(drawn(3)), Tensor(drawn(3)), axis=1)
    with pytest.raises(ShapeError, match=r"needs gamma and beta of that shape"):
        ops.layer_norm(x, Tensor(drawn(4)), Tensor(drawn(3, 4)), axis=(1, 2))
