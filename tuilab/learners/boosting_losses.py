"""The losses of boosting: their value, and gradient and curvature at raw predictions.

`raw` has shape (samples, outputs). The gradient is ∂loss/∂raw for each sample, the curvature the diagonal
of the second derivative.
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp, softmax

Array = NDArray[Any]
Numbers = NDArray[np.float64]


class Loss(Protocol):
    outputs: int

    def start(self, y: Array) -> Numbers:
        """The constant raw prediction of least loss: (outputs,)."""

    def value(self, y: Array, raw: Numbers) -> float:
        """The mean loss."""

    def derivatives(self, y: Array, raw: Numbers) -> tuple[Numbers, Numbers]:
        """Gradient and curvature: (samples, outputs) each."""


class SquaredError:
    """(y - raw)² / 2."""

    outputs = 1

    def start(self, y: Array) -> Numbers:
        return np.array([y.mean()])

    def value(self, y: Array, raw: Numbers) -> float:
        return float(((y - raw[:, 0]) ** 2).mean() / 2)

    def derivatives(self, y: Array, raw: Numbers) -> tuple[Numbers, Numbers]:
        return raw - y[:, None], np.ones_like(raw)


class BinaryCrossEntropy:
    """-log p(y), where p(1) = 1 / (1 + e^-raw)."""

    outputs = 1

    def start(self, y: Array) -> Numbers:
        share = y.mean()
        return np.array([np.log(share / (1 - share))])

    def value(self, y: Array, raw: Numbers) -> float:
        return float((np.logaddexp(0, raw[:, 0]) - y * raw[:, 0]).mean())

    def derivatives(self, y: Array, raw: Numbers) -> tuple[Numbers, Numbers]:
        p = expit(raw)
        return p - y[:, None], p * (1 - p)


class CrossEntropy:
    """-log p_y, where p = softmax(raw)."""

    def __init__(self, classes: int) -> None:
        self.outputs = classes

    def start(self, y: Array) -> Numbers:
        share = np.bincount(y, minlength=self.outputs) / len(y)
        logs: Numbers = np.log(np.maximum(share, np.finfo(np.float64).eps))
        start: Numbers = logs - logs.mean()
        return start

    def value(self, y: Array, raw: Numbers) -> float:
        return float((logsumexp(raw, axis=1) - raw[np.arange(len(y)), y]).mean())

    def derivatives(self, y: Array, raw: Numbers) -> tuple[Numbers, Numbers]:
        p: Numbers = softmax(raw, axis=1)
        gradient = p.copy()
        gradient[np.arange(len(y)), y] -= 1
        return gradient, p * (1 - p)
