"""Which classes are taken for which: precision, recall and the whole matrix."""

from typing import Any

import numpy as np

from tuilab.errors import ShapeError, TuilabError
from tuilab.nn.metrics.metric import Array, Metric, of_shape, without_last


class _Share(Metric):
    """A share of true positives, from counts of (true positives, false positives, false negatives)."""

    gathered: tuple[int, int, int]

    def __init__(self, thresholds: float = 0.5, class_id: int | None = None, name: str | None = None) -> None:
        super().__init__(name)
        self.thresholds, self.class_id = float(thresholds), class_id

    def share(self, true_positives: int, false_positives: int, false_negatives: int) -> float:
        """The metric for these counts."""
        raise NotImplementedError

    def update(self, y_true: Any, y_pred: Any) -> float:
        targets, predictions = np.asarray(y_true), np.asarray(y_pred)
        predictions = without_last(predictions, targets.shape)
        of_shape(self.name, targets, predictions.shape)
        if self.class_id is not None:
            targets, predictions = targets[..., self.class_id], predictions[..., self.class_id]
        right, chosen = targets > 0.5, predictions > self.thresholds
        counts = tuple(
            int(np.count_nonzero(one)) for one in (right & chosen, ~right & chosen, right & ~chosen)
        )
        first, second, third = (a + b for a, b in zip(self.gathered, counts, strict=True))
        self.gathered = first, second, third
        return self.share(*counts)

    def result(self) -> float:
        return self.share(*self.gathered)

    def reset(self) -> None:
        self.gathered = 0, 0, 0


class Precision(_Share):
    """The share of what was called positive that is: TP / (TP + FP); 0 where nothing was.

    y_true holds 0 and 1, and y_pred, of the same shape, counts as positive above `thresholds`. class_id: only
    this class, a place on the last axis, is asked for.
    """

    def share(self, true_positives: int, false_positives: int, false_negatives: int) -> float:
        return true_positives / max(true_positives + false_positives, 1)


class Recall(_Share):
    """The share of what is positive that was called so: TP / (TP + FN); 0 where nothing is.

    y_true holds 0 and 1, and y_pred, of the same shape, counts as positive above `thresholds`. class_id: only
    this class, a place on the last axis, is asked for.
    """

    def share(self, true_positives: int, false_positives: int, false_negatives: int) -> float:
        return true_positives / max(true_positives + false_negatives, 1)


class ConfusionMatrix:
    """How often a sample of class i (row) was taken for class j (column), gathered over batches.

    Its result is a matrix, so it is asked beside `fit`, not by it.

    >>> matrix = ConfusionMatrix(2)
    >>> matrix.update([0, 1, 1], [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]).tolist()
    [[1, 0], [1, 1]]
    """

    def __init__(self, num_classes: int) -> None:
        if isinstance(num_classes, bool) or not isinstance(num_classes, int) or num_classes < 1:
            raise TuilabError(f"num_classes is a whole number, 1 or more. It was given {num_classes!r}.")
        self.num_classes = num_classes
        self.gathered: Array = self._nothing()

    def update(self, y_true: Any, y_pred: Any) -> Array:
        """Take in a batch: y_true (batch,) class numbers or (batch, classes), y_pred (batch, classes) scores
        or (batch,) class numbers. Answers the batch's own matrix."""
        right, chosen = (self._classes(np.asarray(one)) for one in (y_true, y_pred))
        if right.shape != chosen.shape:
            raise ShapeError(
                f"A confusion matrix compares {right.size} targets to {chosen.size} predictions."
            )
        numbers = right * self.num_classes + chosen
        counts = np.bincount(numbers, minlength=self.num_classes**2)
        matrix: Array = counts.reshape(self.num_classes, self.num_classes)
        self.gathered = self.gathered + matrix
        return matrix

    def result(self) -> Array:
        """The matrix of all batches, (classes, classes) int64."""
        return self.gathered.copy()

    def reset(self) -> None:
        """Forget all samples."""
        self.gathered = self._nothing()

    def _nothing(self) -> Array:
        return np.zeros((self.num_classes, self.num_classes), np.int64)

    def _classes(self, given: Array) -> Array:
        if given.ndim > 1 and given.shape[-1] == self.num_classes:
            given = given.argmax(-1)
        classes = given.reshape(-1)
        if classes.size and (classes.dtype.kind not in "iu" or classes.min() < 0):
            raise TuilabError(
                f"A confusion matrix takes class numbers, or {self.num_classes} scores a sample. "
                f"It was given {given.dtype} {given.shape}."
            )
        if classes.size and classes.max() >= self.num_classes:
            raise TuilabError(
                f"There are {self.num_classes} classes, 0 to {self.num_classes - 1}. "
                f"It was given {classes.max()}."
            )
        return classes.astype(np.int64)
