"""Metrics: what a person wants to know of predictions, gathered over batches."""

from typing import Any

from tuilab.nn import losses
from tuilab.nn.lookup import lookup
from tuilab.nn.metrics.accuracy import (
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
)
from tuilab.nn.metrics.auc import AUC
from tuilab.nn.metrics.confusion import ConfusionMatrix, Precision, Recall
from tuilab.nn.metrics.metric import MeanMetric, Metric
from tuilab.nn.metrics.regression import MeanAbsoluteError, MeanSquaredError

METRICS: dict[str, Any] = {
    "auc": AUC,
    "binary_accuracy": BinaryAccuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "precision": Precision,
    "recall": Recall,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "sparse_top_k_categorical_accuracy": SparseTopKCategoricalAccuracy,
    "top_k_categorical_accuracy": TopKCategoricalAccuracy,
}


def get(metric: str | Metric, loss: losses.Loss) -> Metric:
    """A metric by its Keras name, or as it is; `accuracy` is the accuracy that fits the loss.

    A short name is the metric's own: what was asked for as "mae" is reported as that.
    """
    if metric in ("accuracy", "acc"):
        return _accuracy(loss, str(metric))
    found: Metric = lookup("metric", metric, METRICS, Metric)
    if isinstance(metric, str):
        found.name = metric.lower()
    return found


def _accuracy(loss: losses.Loss, name: str) -> Metric:
    match loss:
        case losses.SparseCategoricalCrossentropy():
            return SparseCategoricalAccuracy(name)
        case losses.BinaryCrossentropy():
            return BinaryAccuracy(name=name)
        case losses.Hinge() | losses.SquaredHinge():
            return BinaryAccuracy(threshold=0.0, name=name)
    return CategoricalAccuracy(name)


__all__ = [
    "AUC",
    "METRICS",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "ConfusionMatrix",
    "MeanAbsoluteError",
    "MeanMetric",
    "MeanSquaredError",
    "Metric",
    "Precision",
    "Recall",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "get",
]
