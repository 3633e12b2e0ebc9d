"""Losses, by formulas of NumPy in float64, with Keras's meanings."""

from typing import Any

import numpy as np
import pytest

from tuilab import Tape, Tensor, nn, ops
from tuilab.errors import ShapeError, TuilabError
from tuilab.nn import losses

RNG = np.random.default_rng(0)
SCORES = RNG.standard_normal((6, 4))
LABELS = RNG.integers(0, 4, 6)
ONE_HOT = np.eye(4)[LABELS]
ANSWERS = RNG.integers(0, 2, (6, 1)).astype(np.float64)


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


CROSS_ENTROPY = -np.log(softmax(SCORES)[np.arange(6), LABELS]).mean()


def binary(p: Any, t: Any) -> Any:
    return -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean()


@pytest.mark.parametrize(
    ("name", "targets"), [("sparse_", LABELS), ("sparse_", LABELS[:, None]), ("", ONE_HOT)]
)
def test_cross_entropy_is_the_same_from_logits_from_softmax_and_from_probabilities(
    name: str, targets: Any
) -> None:
    kind = type(losses.get(f"{name}categorical_crossentropy"))
    for loss, predicted in [
        (kind(from_logits=True), Tensor(SCORES)),
        (kind(), ops.softmax(Tensor(SCORES))),
        (kind(), Tensor(softmax(SCORES))),
        (kind(), Tensor(3 * softmax(SCORES))),  # made to sum to 1 first, as in Keras
    ]:
        assert loss(targets, predicted).item() == pytest.approx(CROSS_ENTROPY, rel=1e-12)
        assert loss(targets, predicted).shape == ()


def test_binary_cross_entropy_is_the_same_from_logits_and_from_probabilities() -> None:
    scores = SCORES[:, :1]
    expected = binary(sigmoid(scores), ANSWERS)
    for loss, predicted in [
        (losses.BinaryCrossentropy(from_logits=True), Tensor(scores)),
        (losses.BinaryCrossentropy(), ops.sigmoid(Tensor(scores))),
        (losses.BinaryCrossentropy(), Tensor(sigmoid(scores))),
    ]:
        assert loss(ANSWERS, predicted).item() == pytest.approx(expected, rel=1e-12)
        assert loss(ANSWERS[:, 0], predicted).item() == pytest.approx(expected, rel=1e-12)


def test_a_loss_takes_the_logits_of_its_own_activation_alone() -> None:
    """Softmax under a binary loss, and sigmoid under a categorical one, are probabilities like any other."""
    p = softmax(SCORES)
    found = losses.BinaryCrossentropy()(ONE_HOT, ops.softmax(Tensor(SCORES)))
    assert found.item() == pytest.approx(binary(p, ONE_HOT), rel=1e-12)
    q = sigmoid(SCORES)
    expected = -np.log((q / q.sum(-1, keepdims=True))[np.arange(6), LABELS]).mean()
    for loss, targets in [
        (losses.SparseCategoricalCrossentropy(), LABELS),
        (losses.CategoricalCrossentropy(), ONE_HOT),
    ]:
        assert loss(targets, ops.sigmoid(Tensor(SCORES))).item() == pytest.approx(expected, rel=1e-12)


def test_a_saturated_softmax_still_has_a_gradient() -> None:
    x = Tensor(np.array([[200.0, 0.0]], np.float32))
    with Tape() as tape:
        loss = losses.SparseCategoricalCrossentropy()(np.array([1]), ops.softmax(x))
    assert loss.item() == 200
    np.testing.assert_allclose(tape.gradient(loss, x), [[1, -1]])


def test_probabilities_of_zero_and_one_give_a_large_loss_and_no_nan() -> None:
    p = Tensor(np.array([[1.0, 0.0]], np.float32))
    for loss, y in [
        (losses.SparseCategoricalCrossentropy(), np.array([1])),
        (losses.CategoricalCrossentropy(), np.array([[0.0, 1.0]])),
        (losses.BinaryCrossentropy(), np.array([[0.0, 1.0]])),
    ]:
        assert 15 < loss(y, p).item() < 17


def test_mean_squared_error_is_the_mean_over_all_elements() -> None:
    y = RNG.standard_normal((6, 4))
    assert losses.get("mse")(y, Tensor(SCORES)).item() == pytest.approx(((y - SCORES) ** 2).mean())


def test_targets_take_the_type_of_the_predictions() -> None:
    predicted = Tensor(SCORES.astype(np.float32))
    for y in (ONE_HOT, ONE_HOT.astype(int), ONE_HOT.astype(bool)):
        assert losses.get("mean_squared_error")(y, predicted).dtype == np.float32


@pytest.mark.parametrize("name", losses.LOSSES)
def test_targets_of_another_shape_are_refused(name: str) -> None:
    with pytest.raises(ShapeError):
        losses.get(name)(np.zeros((5, 3), int), Tensor(SCORES))


def test_one_hot_targets_for_a_sparse_loss_and_the_other_way_round_are_told() -> None:
    with pytest.raises(ShapeError, match="use sparse_categorical_crossentropy"):
        losses.get("categorical_crossentropy")(LABELS, Tensor(SCORES))
    for predicted in (Tensor(softmax(SCORES)), ops.softmax(Tensor(SCORES))):
        with pytest.raises(ShapeError, match="sparse_"):
            losses.get("sparse_categorical_crossentropy")(ONE_HOT.astype(int), predicted)


@pytest.mark.parametrize("wrong", [np.array([0, 1, 2, 3, 4, 0]), np.array([0, -1, 0, 0, 0, 0])])
def test_labels_beyond_the_classes_are_refused_whatever_the_output(wrong: Any) -> None:
    for loss, predicted in [
        (losses.SparseCategoricalCrossentropy(), ops.softmax(Tensor(SCORES))),
        (losses.SparseCategoricalCrossentropy(from_logits=True), Tensor(SCORES)),
        (losses.SparseCategoricalCrossentropy(), Tensor(softmax(SCORES))),
    ]:
        with pytest.raises(TuilabError, match="there are 4 classes, 0 to 3"):
            loss(wrong, predicted)


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("crossentropy", "crossentropy"),
        ("mean_square_error", "mean_squared_error"),
        ("binary_crossentorpy", "binary_crossentropy"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(name: str, guess: str) -> None:
    with pytest.raises(TuilabError, match=f"There is no loss '{name}'. Did you mean '.*{guess}'"):
        losses.get(name)


def test_names_are_kerass_and_so_are_the_classes() -> None:
    assert set(losses.LOSSES) == {
        "sparse_categorical_crossentropy",
        "categorical_crossentropy",
        "mean_squared_error",
        "binary_crossentropy",
    }
    assert nn.losses is losses
