"""Metrics by hand, and by scikit-learn where it is installed, in batches and at once."""

from typing import Any

import numpy as np
import pytest

from tuilab.errors import ShapeError, TuilabError
from tuilab.nn import losses, metrics

SCORES = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6], [0.9, 0.05, 0.05]])


@pytest.mark.parametrize(
    ("loss", "y", "predicted", "expected"),
    [
        ("sparse_categorical_crossentropy", np.array([1, 0, 0, 0]), SCORES, 0.75),
        ("sparse_categorical_crossentropy", np.array([[1], [0], [0], [0]], np.uint8), SCORES, 0.75),
        ("categorical_crossentropy", np.eye(3)[[1, 0, 0, 0]], SCORES, 0.75),
        ("mean_squared_error", np.eye(3)[[1, 0, 0, 0]], SCORES, 0.75),
        ("hinge", np.array([1, -1, 1, 1]), np.array([[0.9], [-0.5], [0.1], [-0.1]]), 0.75),
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


RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 6, 200)
PROBABILITIES = RNG.dirichlet(np.ones(6), 200)
ANSWERS = RNG.integers(0, 2, 200)
CHANCES = np.round(RNG.uniform(size=200) * 0.7 + ANSWERS * 0.3, 2)  # rounded, so that some are alike
NUMBERS = RNG.standard_normal((2, 200, 3))


def in_batches(metric: Any, y_true: Any, y_pred: Any) -> Any:
    for begin in range(0, len(y_true), 64):
        metric.update(y_true[begin : begin + 64], y_pred[begin : begin + 64])
    return metric.result()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("metric", "judge", "y_true", "y_pred"),
    [
        (
            metrics.SparseCategoricalAccuracy(),
            lambda sk, y, p: sk.accuracy_score(y, p.argmax(-1)),
            LABELS,
            PROBABILITIES,
        ),
        (
            metrics.SparseTopKCategoricalAccuracy(k=2),
            lambda sk, y, p: sk.top_k_accuracy_score(y, p, k=2),
            LABELS,
            PROBABILITIES,
        ),
        (
            metrics.TopKCategoricalAccuracy(k=3),
            lambda sk, y, p: sk.top_k_accuracy_score(y.argmax(-1), p, k=3),
            np.eye(6)[LABELS],
            PROBABILITIES,
        ),
        (metrics.Precision(), lambda sk, y, p: sk.precision_score(y, p > 0.5), ANSWERS, CHANCES),
        (metrics.Recall(), lambda sk, y, p: sk.recall_score(y, p > 0.5), ANSWERS, CHANCES),
        (
            metrics.Precision(thresholds=0.2, class_id=4),
            lambda sk, y, p: sk.precision_score(y[:, 4], p[:, 4] > 0.2),
            np.eye(6)[LABELS],
            PROBABILITIES,
        ),
        (metrics.AUC(), lambda sk, y, p: sk.roc_auc_score(y, p), ANSWERS, CHANCES),
        (metrics.AUC(curve="PR"), lambda sk, y, p: sk.average_precision_score(y, p), ANSWERS, CHANCES),
        (metrics.MeanSquaredError(), lambda sk, y, p: sk.mean_squared_error(y, p), *NUMBERS),
        (metrics.MeanAbsoluteError(), lambda sk, y, p: sk.mean_absolute_error(y, p), *NUMBERS),
        (
            metrics.ConfusionMatrix(6),
            lambda sk, y, p: sk.confusion_matrix(y, p.argmax(-1)),
            LABELS,
            PROBABILITIES,
        ),
    ],
)
def test_metrics_are_those_of_scikit_learn(metric: Any, judge: Any, y_true: Any, y_pred: Any) -> None:
    sk = pytest.importorskip("sklearn.metrics")
    np.testing.assert_allclose(in_batches(metric, y_true, y_pred), judge(sk, y_true, y_pred), rtol=1e-12)


def test_precision_and_recall_by_counting() -> None:
    """Three were called positive, of which two are; four are positive."""
    y_true, y_pred = [1, 1, 0, 0, 1, 1], [0.9, 0.6, 0.8, 0.1, 0.2, 0.3]
    precision, recall = metrics.Precision(), metrics.Recall()
    assert precision.update(y_true, y_pred) == pytest.approx(2 / 3)
    assert recall.update(y_true, y_pred) == pytest.approx(2 / 4)
    assert precision.update([1], [0.4]) == 0
    assert precision.result() == pytest.approx(2 / 3)
    assert recall.update([0], [0.4]) == 0
    assert metrics.Precision(thresholds=0.1).update(y_true, y_pred) == pytest.approx(4 / 5)


def test_the_area_counts_the_pairs_that_are_in_order() -> None:
    """Of six pairs of a positive and a negative sample four are in order, one is tied."""
    auc = metrics.AUC()
    assert auc.update([1, 0, 1, 0, 0], [0.9, 0.1, 0.4, 0.4, 0.8]) == pytest.approx((4 + 0.5) / 6)
    assert np.isnan(metrics.AUC().update([1, 1], [0.2, 0.3]))
    assert np.isnan(metrics.AUC().update([1, 0], [np.nan, 0.3]))


def test_the_right_class_is_among_the_first_unless_its_score_is_nan() -> None:
    metric = metrics.SparseTopKCategoricalAccuracy(k=2)
    assert metric.update([0, 0, 2], [[0.2, 0.5, 0.3], [0.3, 0.4, 0.1], [0.1, 0.2, np.nan]]) == pytest.approx(
        1 / 3
    )


def test_a_confusion_matrix_has_a_row_for_each_right_class() -> None:
    matrix = metrics.ConfusionMatrix(3)
    np.testing.assert_array_equal(matrix.update([0, 0, 2], [0, 1, 2]), [[1, 1, 0], [0, 0, 0], [0, 0, 1]])
    matrix.update(np.eye(3)[[1, 1]], np.eye(3)[[0, 1]])
    np.testing.assert_array_equal(matrix.result(), [[1, 1, 0], [1, 1, 0], [0, 0, 1]])
    matrix.reset()
    assert not matrix.result().any()
    for y_true, y_pred, says in (
        ([3], [0], "There are 3 classes, 0 to 2. It was given 3"),
        ([-1], [0], "takes class numbers"),
        ([0.5], [0], "takes class numbers"),
        ([0, 1], [0], "compares 2 targets to 1 predictions"),
    ):
        with pytest.raises(TuilabError, match=says):
            matrix.update(y_true, y_pred)


@pytest.mark.parametrize("name", metrics.METRICS)
def test_a_metric_forgets_and_what_it_gathered_can_be_put_back(name: str) -> None:
    metric = metrics.get(name, losses.get("mse"))
    sparse, binary = name.startswith("sparse"), name in ("auc", "precision", "recall", "binary_accuracy")
    y, p = (
        (ANSWERS, CHANCES)
        if binary
        else (LABELS, PROBABILITIES)
        if sparse
        else (np.eye(6)[LABELS], PROBABILITIES)
    )
    metric.update(y[:37], p[:37])
    before, kept = metric.result(), metric.gathered
    metric.update(y[37:], p[37:])
    assert metric.result() != before
    metric.gathered = kept
    assert metric.result() == before
    metric.reset()
    assert metric.result() == 0 or np.isnan(metric.result())


def test_metrics_are_found_by_kerass_names() -> None:
    mse = losses.get("mse")
    assert metrics.get("mae", mse).name == "mae"
    assert metrics.get("AUC", mse).name == "auc"
    assert metrics.SparseTopKCategoricalAccuracy().name == "sparse_top_k_categorical_accuracy"
    made = metrics.AUC(name="area")
    assert metrics.get(made, mse) is made
    assert made.name == "area"
    with pytest.raises(TuilabError, match=r"There is no metric 'recal'\. Did you mean 'recall'"):
        metrics.get("recal", mse)
