"""The area under a curve of all thresholds."""

from typing import Any, Literal

import numpy as np

from tuilab.errors import TuilabError
from tuilab.nn.metrics.metric import Array, Metric, of_shape, without_last


class AUC(Metric):
    """The area under the ROC curve, or under that of precision and recall, over all thresholds there are.

    curve: "ROC", the share of pairs of a positive and a negative sample in which the positive one scores
    higher, a tie counting half; "PR", the average precision, Σ (Rₙ - Rₙ₋₁) Pₙ over falling thresholds.

    Exact, as scikit-learn's `roc_auc_score` and `average_precision_score` are, where Keras estimates it from
    200 thresholds; so the scores of all samples are kept until the reset. J. Hanley, B. McNeil, 1982.
    y_true holds 0 and 1; y_pred scores, of the same shape. NaN while one of the two kinds is missing.
    """

    gathered: tuple[tuple[Array, Array], ...]
    """Whether each sample is positive, and its score, a pair of vectors a batch."""

    def __init__(self, curve: Literal["ROC", "PR"] = "ROC", name: str | None = None) -> None:
        super().__init__(name)
        if curve not in ("ROC", "PR"):
            raise TuilabError(f'curve is "ROC" or "PR". It was given {curve!r}.')
        self.curve = curve

    def update(self, y_true: Any, y_pred: Any) -> float:
        targets, scores = np.asarray(y_true), np.asarray(y_pred)
        scores = without_last(scores, targets.shape)
        of_shape(self.name, targets, scores.shape)
        batch = (targets > 0.5).reshape(-1), scores.reshape(-1).copy()
        self.gathered = (*self.gathered, batch)
        return self._area(*batch)

    def result(self) -> float:
        if not self.gathered:
            return float("nan")
        positive, scores = (np.concatenate(parts) for parts in zip(*self.gathered, strict=True))
        return self._area(positive, scores)

    def reset(self) -> None:
        self.gathered = ()

    def _area(self, positive: Array, scores: Array) -> float:
        if np.isnan(scores).any() or positive.all() or not positive.any():
            return float("nan")
        order = np.argsort(-scores, kind="stable")
        falling = scores[order]
        ends = np.append(np.flatnonzero(falling[1:] != falling[:-1]), falling.size - 1)
        true_positives = np.cumsum(positive[order])[ends]
        called_positive = ends + 1
        recall = true_positives / true_positives[-1]
        if self.curve == "PR":
            precision = true_positives / called_positive
            return float(np.sum(np.diff(recall, prepend=0) * precision))
        false_positives = called_positive - true_positives
        fall_out = np.append(0, false_positives / false_positives[-1])
        return float(np.trapezoid(np.append(0, recall), fall_out))
