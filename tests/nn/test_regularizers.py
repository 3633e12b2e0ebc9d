"""Regularizers: their costs and gradients by hand, and by Keras where it is installed."""

from typing import Any

import numpy as np
import pytest

from tuilab import Tape, Tensor
from tuilab.errors import TuilabError
from tuilab.nn import regularizers

WEIGHTS = np.array([[1.0, -2.0], [0.5, 3.0]])


@pytest.mark.parametrize(
    ("regularizer", "cost", "gradient"),
    [
        (regularizers.L1(0.1), 0.65, 0.1 * np.sign(WEIGHTS)),
        (regularizers.L2(0.1), 1.425, 0.2 * WEIGHTS),
        (regularizers.L1L2(0.1, 0.01), 0.7925, 0.1 * np.sign(WEIGHTS) + 0.02 * WEIGHTS),
        (regularizers.L1L2(), 0, 0 * WEIGHTS),
    ],
)
def test_costs_and_gradients_are_those_of_the_formula(regularizer: Any, cost: float, gradient: Any) -> None:
    weight = Tensor(WEIGHTS)
    with Tape() as tape:
        found = regularizer(weight)
    assert found.shape == ()
    assert found.item() == pytest.approx(cost)
    np.testing.assert_allclose(tape.gradient(found, weight), gradient)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "make",
    [
        lambda package: package.get("l1"),
        lambda package: package.get("l2"),
        lambda package: package.L1L2(l1=0.3, l2=0.2),
    ],
)
def test_costs_are_those_of_keras(keras: Any, make: Any) -> None:
    ours, theirs = make(regularizers), make(keras.regularizers)
    expected = float(keras.ops.convert_to_numpy(theirs(keras.ops.convert_to_tensor(WEIGHTS))))
    assert ours(Tensor(WEIGHTS)).item() == pytest.approx(expected)


def test_none_stays_none_and_what_is_none_of_them_is_refused() -> None:
    assert regularizers.get(None) is None
    with pytest.raises(TuilabError, match="There is no regularizer 'l3'"):
        regularizers.get("l3")
    with pytest.raises(TuilabError, match=r"l2 is a number, 0 or more\. It was given -1"):
        regularizers.L2(-1)
