"""Losses, by formulas of NumPy in float64 and by Keras where it is installed."""

from typing import Any

import numpy as np
import pytest

from tuilab import Tape, Tensor, nn, ops
from tuilab.errors import ShapeError, TuilabError
from tuilab.nn import losses
from tuilab.nn.step import run_step
from tuilab.nn.straight import StraightPath

pytestmark = pytest.mark.usefixtures("one_thread")
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
        "binary_crossentropy",
        "categorical_crossentropy",
        "categorical_hinge",
        "hinge",
        "huber",
        "kl_divergence",
        "mean_absolute_error",
        "mean_squared_error",
        "sparse_categorical_crossentropy",
        "squared_hinge",
    }
    for name, kind in losses.LOSSES.items():
        assert isinstance(losses.get(name), kind)
        assert getattr(nn.losses, kind.__name__) is kind


NUMBERS = RNG.standard_normal((6, 4))
SIGNS = np.where(NUMBERS > 0, 1.0, -1.0)
BY_HAND: list[Any] = [
    (losses.MeanSquaredError, NUMBERS, ((NUMBERS - SCORES) ** 2).mean(-1)),
    (losses.MeanAbsoluteError, NUMBERS, np.abs(NUMBERS - SCORES).mean(-1)),
    (losses.Hinge, SIGNS, np.maximum(1 - SIGNS * SCORES, 0).mean(-1)),
    (losses.Hinge, (SIGNS > 0), np.maximum(1 - SIGNS * SCORES, 0).mean(-1)),
    (losses.SquaredHinge, SIGNS, (np.maximum(1 - SIGNS * SCORES, 0) ** 2).mean(-1)),
    (
        losses.CategoricalHinge,
        ONE_HOT,
        np.maximum(((1 - ONE_HOT) * SCORES).max(-1) - (ONE_HOT * SCORES).sum(-1) + 1, 0),
    ),
]


@pytest.mark.parametrize(("kind", "targets", "expected"), BY_HAND)
def test_losses_of_samples_are_those_of_the_formula_and_reduced_as_told(
    kind: Any, targets: Any, expected: Any
) -> None:
    np.testing.assert_allclose(kind(reduction="none")(targets, Tensor(SCORES)).data, expected)
    assert kind(reduction="sum")(targets, Tensor(SCORES)).item() == pytest.approx(expected.sum())
    assert kind()(targets, Tensor(SCORES)).item() == pytest.approx(expected.mean())


def test_huber_is_squared_near_the_target_and_absolute_far_off() -> None:
    errors = np.array([[0.5], [-2.0], [3.0], [-7.0]])
    found = losses.Huber(delta=2.0, reduction="none")(np.zeros((4, 1)), Tensor(errors))
    np.testing.assert_allclose(found.data, [0.125, 2.0, 4.0, 12.0])
    x = Tensor(errors)
    with Tape() as tape:
        loss = losses.Huber(delta=2.0, reduction="sum")(np.zeros((4, 1)), x)
    np.testing.assert_allclose(tape.gradient(loss, x), [[0.5], [-2], [2], [-2]])


def test_divergence_is_what_cross_entropy_exceeds_the_targets_own_entropy_by() -> None:
    targets, p = softmax(NUMBERS), softmax(SCORES)
    excess = (
        losses.CategoricalCrossentropy()(targets, Tensor(p)).item()
        + (targets * np.log(targets)).sum(-1).mean()
    )
    assert losses.KLDivergence()(targets, Tensor(p)).item() == pytest.approx(excess)
    assert losses.KLDivergence()(p, Tensor(p)).item() == pytest.approx(0, abs=1e-12)


def test_smoothed_targets_give_a_share_to_the_other_classes() -> None:
    smoothed = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)
    by_hand = losses.CategoricalCrossentropy(from_logits=True)(0.8 * ONE_HOT + 0.05, Tensor(SCORES))
    assert smoothed(ONE_HOT, Tensor(SCORES)).item() == pytest.approx(by_hand.item())
    smoothed_answers = losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2)
    by_hand = losses.BinaryCrossentropy(from_logits=True)(0.8 * ANSWERS + 0.1, Tensor(SCORES[:, :1]))
    assert smoothed_answers(ANSWERS, Tensor(SCORES[:, :1])).item() == pytest.approx(by_hand.item())


def test_each_step_of_a_sequence_has_a_class() -> None:
    scores = RNG.standard_normal((2, 3, 4))
    labels = RNG.integers(0, 4, (2, 3))
    expected = -np.log(np.take_along_axis(softmax(scores), labels[..., None], -1)[..., 0])
    for from_logits, predicted in ((True, scores), (False, softmax(scores))):
        sparse = losses.SparseCategoricalCrossentropy(from_logits, reduction="none")
        np.testing.assert_allclose(sparse(labels, Tensor(predicted)).data, expected)
        dense = losses.CategoricalCrossentropy(from_logits, reduction="none")
        np.testing.assert_allclose(dense(np.eye(4)[labels], Tensor(predicted)).data, expected)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("make", "targets", "predicted"),
    [
        (lambda package, how: package.MeanSquaredError(reduction=how), NUMBERS, SCORES),
        (lambda package, how: package.MeanAbsoluteError(reduction=how), NUMBERS, SCORES),
        (lambda package, how: package.Huber(delta=0.7, reduction=how), NUMBERS, SCORES),
        (lambda package, how: package.Hinge(reduction=how), SIGNS, SCORES),
        (lambda package, how: package.Hinge(reduction=how), ONE_HOT, SCORES),
        (lambda package, how: package.SquaredHinge(reduction=how), SIGNS, SCORES),
        (lambda package, how: package.CategoricalHinge(reduction=how), ONE_HOT, SCORES),
        (lambda package, how: package.KLDivergence(reduction=how), softmax(NUMBERS), softmax(SCORES)),
        (
            lambda package, how: package.BinaryCrossentropy(label_smoothing=0.3, reduction=how),
            ONE_HOT,
            sigmoid(SCORES),
        ),
        (lambda package, how: package.BinaryCrossentropy(from_logits=True, reduction=how), ONE_HOT, SCORES),
        (
            lambda package, how: package.CategoricalCrossentropy(label_smoothing=0.3, reduction=how),
            ONE_HOT,
            softmax(SCORES),
        ),
        (lambda package, how: package.SparseCategoricalCrossentropy(reduction=how), LABELS, softmax(SCORES)),
        (
            lambda package, how: package.SparseCategoricalCrossentropy(from_logits=True, reduction=how),
            LABELS[:, None],
            SCORES,
        ),
    ],
)
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "none"])
def test_losses_are_those_of_keras(
    keras: Any, make: Any, targets: Any, predicted: Any, reduction: str
) -> None:
    expected = make(keras.losses, reduction)(targets, keras.ops.convert_to_tensor(predicted))
    found = make(losses, reduction)(targets, Tensor(predicted))
    np.testing.assert_allclose(found.data, keras.ops.convert_to_numpy(expected), rtol=1e-6)


@pytest.mark.parametrize("name", losses.LOSSES)
def test_steps_towards_it_are_replayed_to_the_bit(name: str) -> None:
    """Whatever a loss does to its targets is done again for each batch, of bytes as of numbers."""
    models = [nn.Sequential([nn.Dense(3)], seed=0) for _ in range(2)]
    for model in models:
        model.compile(nn.optimizers.SGD(0.1), name)
    path = StraightPath(models[0])
    for _ in range(6):
        x = RNG.standard_normal((5, 2)).astype(np.float32)
        y = RNG.integers(0, 3, 5) if name.startswith("sparse") else RNG.integers(0, 2, (5, 3))
        y = y.astype(np.uint8)
        step, expected = path.step(x, y), run_step(models[1], x, y)
        assert step.loss.item() == expected.loss.item()
    assert not path.ordinary


def test_a_function_is_a_loss() -> None:
    def largest_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
        return ops.max(ops.square(y_true - y_pred), axis=-1)

    loss = losses.get(largest_error)
    assert loss.name == "largest_error"
    expected = ((NUMBERS - SCORES) ** 2).max(-1).mean()
    assert loss(NUMBERS, Tensor(SCORES)).item() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: losses.Huber(delta=0), "Huber's delta is a number above 0"),
        (lambda: losses.MeanSquaredError(reduction="average"), "A reduction is one of"),
        (lambda: losses.CategoricalCrossentropy(label_smoothing=2), "label_smoothing lies between 0 and 1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make: Any, says: str) -> None:
    with pytest.raises(TuilabError, match=says):
        make()
