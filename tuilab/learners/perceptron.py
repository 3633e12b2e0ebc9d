"""The perceptron: weights that are corrected at every mistake."""

import copy
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tuilab.data.randomness import generator
from tuilab.learners import checks
from tuilab.learners.kernels.perceptron import one_pass
from tuilab.learners.linear import LinearClassifier
from tuilab.learners.trace import Trace

Array = NDArray[Any]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Sample `sample` scored `score` for output `output`, on the wrong side of 0 for its sign `sign` (1:
    it is of the class). The correction was added to weights and intercept."""

    epoch: int
    output: int
    sample: int
    sign: float
    score: float
    correction: Numbers


class Perceptron(LinearClassifier):
    """sign(w·x + b), one output against all others for each class, or one in all for two classes.

    At a sample with y (w·x + b) <= 0 it corrects w += η y x and b += η y. If a plane divides the classes,
    at most (R/γ)² corrections find one, where R is the largest ‖x‖ and γ the margin (A. Novikoff, 1962).

    Args:
        max_iter: the most passes over the samples.
        tol: a pass whose mean loss max(0, -y f) is not lower by this than the best is no better; None: only a
            pass without mistakes is the last.
        n_iter_no_change: how many passes that are no better end the training of an output.
        eta0: η.
        shuffle: whether each pass takes the samples in another order.
        fit_intercept: whether there is a b.
        random_state: seed of the orders.
        record: leave a `trace_` of `Mistake`s.

    Learned: `coef_` (1 or classes, features), `intercept_`, `classes_`, `n_iter_`, `trace_`.
    Cost: O(samples · features · classes) a pass.
    Source: F. Rosenblatt, The Perceptron, Psychological Review 65, 1958.
    """

    def __init__(
        self,
        *,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        n_iter_no_change: int = 5,
        eta0: float = 1.0,
        shuffle: bool = True,
        fit_intercept: bool = True,
        random_state: Any = None,
        record: bool = False,
    ) -> None:
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.eta0 = eta0
        self.shuffle = shuffle
        self.fit_intercept = fit_intercept
        self.random_state = random_state
        self.record = record

    def fit(self, X: Any, y: Any) -> Self:
        """Correct mistakes, pass after pass."""
        checks.whole("max_iter", self.max_iter, 1)
        checks.whole("n_iter_no_change", self.n_iter_no_change, 1)
        checks.real("eta0", self.eta0, above=0)
        x, numbers = self._begin_classes(X, y)
        x = np.ascontiguousarray(x, np.float64)
        count = len(self.classes_)
        outputs = np.array([1]) if count == 2 else np.arange(count)
        sign = np.where(numbers == outputs[:, None], 1.0, -1.0)
        stops = self._passes(x, sign)
        if self.record:
            self.trace_ = Trace(stops, lambda n: self._as_of(stops[:n]))
        return self

    def _passes(self, x: Numbers, sign: Numbers) -> list[Mistake]:
        seed, n, outputs = checks.seed(self.random_state), len(x), len(sign)
        self.coef_, self.intercept_ = np.zeros((outputs, x.shape[1])), np.zeros(outputs)
        active, loss, count = np.ones(outputs, np.bool_), np.zeros(outputs), np.zeros(outputs, np.int64)
        best, waited = np.full(outputs, np.inf), np.zeros(outputs, np.int64)
        mistakes, scores = np.empty((outputs, n), np.int64), np.empty((outputs, n))
        stops: list[Mistake] = []
        for epoch in range(self.max_iter):
            order = (
                generator(seed, "order of samples", epoch).permutation(n) if self.shuffle else np.arange(n)
            )
            one_pass(
                x,
                sign,
                order,
                float(self.eta0),
                float(self.fit_intercept),
                active,
                self.coef_,
                self.intercept_,
                loss,
                mistakes,
                scores,
                count,
            )
            if self.record:
                for k in np.flatnonzero(active):
                    for i, score in zip(mistakes[k, : count[k]], scores[k], strict=False):
                        correction = self.eta0 * sign[k, i] * np.append(x[i], float(self.fit_intercept))
                        stops.append(
                            Mistake(epoch, int(k), int(i), float(sign[k, i]), float(score), correction)
                        )
            self.n_iter_ = epoch + 1
            if self.tol is not None:
                waited = np.where(loss > best - self.tol * n, waited + 1, 0)
                best = np.minimum(best, loss)
            active &= (count > 0) & (waited < self.n_iter_no_change)
            if not active.any():
                break
        return stops

    def _as_of(self, stops: list[Mistake]) -> Self:
        earlier = copy.copy(self)
        both = np.zeros((len(self.coef_), self.n_features_in_ + 1))
        for stop in stops:
            both[stop.output] += stop.correction
        earlier.coef_, earlier.intercept_ = both[:, :-1], both[:, -1]
        return earlier
