"""What a learner of two features answers over a rectangle of the plane."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.learners.checks import whole
from tuilab.learners.errors import InputError
from tuilab.learners.learner import Classifier, Learner

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class DecisionMap:
    """Answers on a grid: row r, column c is the point (x[c], y[r]); rows go from top (high) to bottom (low).

    `answer` is the number of the class, or the predicted number of a regression. `margin` says by how much
    the best class leads the second (in probability or decision value), or None for a regression.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    answer: NDArray[Any]
    margin: NDArray[np.float64] | None


def decision_map(model: Learner, bounds: Bounds, resolution: tuple[int, int] = (80, 40)) -> DecisionMap:
    """Ask `model` over (left, right, bottom, top), in the middle of each of (columns, rows) cells.

    `model` may be a fitted learner or one as of a stop: `decision_map(learner.trace_.at(3), bounds)`.

    Raises:
        InputError: the learner does not have two features, or the rectangle is empty.
    """
    width = getattr(model, "n_features_in_", 2)
    if width != 2:
        raise InputError(f"a decision map needs a learner of 2 features, this one has {width}.")
    left, right, bottom, top = bounds
    columns, rows = resolution
    whole("resolution", columns, 1)
    whole("resolution", rows, 1)
    if not (left < right and bottom < top):
        raise InputError(f"bounds={bounds}: expected left < right and bottom < top.")
    x = left + (right - left) * (np.arange(columns) + 0.5) / columns
    y = top - (top - bottom) * (np.arange(rows) + 0.5) / rows
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    answer = model.predict(points)
    if not isinstance(model, Classifier):
        return DecisionMap(x, y, answer.reshape(rows, columns), None)
    numbers = np.searchsorted(model.classes_, answer)
    return DecisionMap(x, y, numbers.reshape(rows, columns), _margin(model, points).reshape(rows, columns))


def _margin(model: Any, points: NDArray[np.float64]) -> NDArray[np.float64]:
    ask = getattr(model, "predict_proba", None) or model.decision_function
    values: NDArray[np.float64] = ask(points)
    if values.ndim == 1:
        size: NDArray[np.float64] = np.abs(values)
        return size
    ordered = np.sort(values, axis=1)
    margin: NDArray[np.float64] = ordered[:, -1] - ordered[:, -2]
    return margin
