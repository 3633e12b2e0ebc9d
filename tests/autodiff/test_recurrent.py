"""Gradients through recurrent layers, by all their outputs."""

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops
from tuilab.autodiff.check import check_gradient
from tuilab.autodiff.tensor import apply_all
from tuilab.kernels.catalogue import CATALOGUE


@pytest.mark.parametrize("name", ["simple_rnn", "lstm", "gru", "lstm_step"])
def test_gradients_by_every_output_are_those_of_finite_differences(name: str) -> None:
    row = CATALOGUE[name]
    rng = np.random.default_rng(4)
    given = [Tensor(array.draw(rng)) for array in row.valid[0].inputs]

    def function(*tensors: Tensor) -> Tensor:
        outputs = apply_all(name, *tensors)[: row.outputs - row.kept]
        total = Tensor(np.zeros(()))
        for number, output in enumerate(outputs):
            total = total + ops.sum(ops.square(output)) * (number + 1.0)
        return total

    check_gradient(function, given)


def test_a_state_that_goes_through_two_sequences_takes_its_gradient_back() -> None:
    rng = np.random.default_rng(5)
    x, y = (Tensor(rng.standard_normal((2, 3, 2))) for _ in range(2))
    h, c = (Tensor(np.zeros((2, 3))) for _ in range(2))
    weights = [Tensor(rng.standard_normal(shape)) for shape in ((2, 12), (3, 12), (12,))]
    with Tape() as tape:
        _, middle_h, middle_c, _, _ = ops.lstm(x, h, c, *weights)
        _, parts, _, _, _ = ops.lstm(y, middle_h, middle_c, *weights)
        loss = ops.sum(parts)
    found = tape.gradient(loss, weights)
    with Tape() as tape:
        _, whole, _, _, _ = ops.lstm(np.concatenate([x.data, y.data], axis=1), h, c, *weights)
        loss = ops.sum(whole)
    np.testing.assert_allclose(parts.data, whole.data, atol=1e-14)
    for one, wanted in zip(found, tape.gradient(loss, weights), strict=True):
        np.testing.assert_allclose(one, wanted, atol=1e-12)
