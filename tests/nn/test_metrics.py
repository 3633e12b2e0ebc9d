"""Accuracy, in the three meanings that the losses give it."""

from typing import Any

import numpy as np
import pytest

from tuilab.errors import ShapeError
from tuilab.nn import losses, metrics

SCORES = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6], [0.9, 0.05, 0.05]])


@pytest.mark.parametrize(
    ("loss", "y", "predicted", "expected"),
    [
        ("sparse_categorical_crossentropy", np.array([1, 0, 0, 0]), SCORES, 0.75),
        ("sparse_categorical_crossentropy", np.array([[1], [0], [0], [0]], np.uint8), SCORES, 0.75),
        ("categorical_crossentropy", np.eye(3)[[1, 0, 0, 0]], SCORES, 0.75),
        ("mean_squared_error", np.eye(3)[[1, 0, 0, 0]], SCORES, 0.75),
        ("binary_crossentropy", np.array([1, 0, 1, 1]), np.array([[0.9], [0.5], [0.51], [0.1]]), 0.75),
    ],
)
def test_accuracy_is_the_one_that_fits_the_loss(loss: str, y: Any, predicted: Any, expected: float) -> None:
    metric = metrics.get("accuracy", losses.get(loss))
    assert metric.name == "accuracy"
    assert metric.update(y, predicted) == expected
    assert metric.result() == expected


def test_batches_weigh_as_many_samples_as_they_have() -> None:
    metric = metrics.SparseCategoricalAccuracy()
    assert metric.update([1, 0, 2], SCORES[:3]) == 1
    assert metric.update([1], SCORES[3:]) == 0
    assert metric.result() == 0.75
    metric.reset()
    assert np.isnan(metric.result())


def test_targets_of_another_shape_are_refused() -> None:
    for metric in (
        metrics.CategoricalAccuracy(),
        metrics.SparseCategoricalAccuracy(),
        metrics.BinaryAccuracy(),
    ):
        with pytest.raises(ShapeError, match="accuracy needs targets of the shape"):
            metric.update(np.zeros((4, 2)), SCORES)
