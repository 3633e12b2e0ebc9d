"""Logistic regression, binary and multinomial."""

import copy
import warnings
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, softmax

from tuilab.data.randomness import generator
from tuilab.learners import checks
from tuilab.learners.errors import ConvergenceWarning
from tuilab.learners.kernels.logistic import loss_and_gradient
from tuilab.learners.linear import LinearClassifier
from tuilab.learners.trace import Trace

Array = NDArray[Any]
Numbers = NDArray[np.float64]
BLOCKS = 16
BATCH = 32


@dataclass(frozen=True, slots=True)
class GradientStep:
    """The solver moved: where to, the objective there, and the largest entry of its gradient."""

    step: int
    loss: float
    gradient: float
    coef: Numbers
    intercept: Numbers


class _Objective:
    """Σ loss / n + ‖w‖² / (2 C n), and its gradient, at [coef, intercept] as one vector."""

    def __init__(self, x: Array, y: NDArray[np.int64], outputs: int, C: float, fit_intercept: bool) -> None:
        self.x, self.y, self.outputs, self.fit_intercept = x, y, outputs, fit_intercept
        self.penalty = 1 / (C * len(x))

    def parts(self, point: Numbers) -> tuple[Numbers, Numbers]:
        """The coefficients (outputs, features) and the intercepts."""
        coef = point[: self.outputs * self.x.shape[1]].reshape(self.outputs, -1)
        return coef, point[coef.size :] if self.fit_intercept else np.zeros(self.outputs)

    def __call__(self, point: Numbers, rows: slice | Array = slice(None)) -> tuple[float, Numbers]:
        coef, intercept = self.parts(point)
        x, y = self.x[rows], self.y[rows]
        blocks = max(1, min(BLOCKS, len(x) // 64))
        loss = np.empty(blocks)
        of_coef = np.empty((blocks, *coef.shape))
        of_intercept = np.empty((blocks, self.outputs))
        loss_and_gradient(x, y, coef.astype(x.dtype), intercept.astype(x.dtype), loss, of_coef, of_intercept)
        gradient = of_coef.sum(0) / len(x) + self.penalty * coef
        value = loss.sum() / len(x) + self.penalty / 2 * (coef**2).sum()
        joined = [gradient.ravel(), of_intercept.sum(0) / len(x)]
        return float(value), np.concatenate(joined if self.fit_intercept else joined[:1])


class LogisticRegression(LinearClassifier):
    """p(class | x) = softmax(W x + b), or 1 / (1 + exp(-(w·x + b))) for two classes.

    Minimises C Σ -log p(y_i | x_i) + ½ ‖W‖²; the intercept is not penalised.

    Args:
        C: how much the samples weigh against the penalty.
        tol: stop when no entry of the gradient of the mean objective is larger.
        max_iter: the most iterations, or passes over the samples with "sgd".
        solver: "lbfgs" (SciPy's), or "sgd": batches of 32, steps eta0 / sqrt(pass).
        eta0: the first step of "sgd"; None for 4 / mean(‖x‖² + 1), since the loss of a sample bends by a
            quarter of ‖x‖² + 1 at most.
        fit_intercept: whether there is a b.
        random_state: seed of the order of samples of "sgd".
        record: leave a `trace_` of `GradientStep`s: iterations of "lbfgs", passes of "sgd".

    Bytes and float32 are computed in float32, all else in float64.

    Learned: `coef_` (1 or classes, features), `intercept_`, `classes_`, `n_iter_`, `loss_`, `trace_`.
    Cost: O(samples · features · classes) an iteration, each sample read once.
    Source: D. Cox, 1958; R. Byrd et al., A Limited Memory Algorithm for Bound Constrained Optimization, 1995.
    """

    def __init__(
        self,
        *,
        C: float = 1.0,
        tol: float = 1e-4,
        max_iter: int = 100,
        solver: str = "lbfgs",
        eta0: float | None = None,
        fit_intercept: bool = True,
        random_state: Any = None,
        record: bool = False,
    ) -> None:
        self.C = C
        self.tol = tol
        self.max_iter = max_iter
        self.solver = solver
        self.eta0 = eta0
        self.fit_intercept = fit_intercept
        self.random_state = random_state
        self.record = record

    def fit(self, X: Any, y: Any) -> Self:
        """Find the coefficients; a `ConvergenceWarning` says that `max_iter` came first."""
        checks.real("C", self.C, above=0)
        checks.real("tol", self.tol, above=0)
        checks.whole("max_iter", self.max_iter, 1)
        checks.one_of("solver", self.solver, ("lbfgs", "sgd"))
        if self.eta0 is not None:
            checks.real("eta0", self.eta0, above=0)
        x, numbers = self._begin_classes(X, y)
        x = np.ascontiguousarray(x, np.float32 if x.dtype in (np.uint8, np.float32) else np.float64)
        count = len(self.classes_)
        objective = _Objective(x, numbers, 1 if count == 2 else count, float(self.C), self.fit_intercept)
        stops: list[GradientStep] = []

        def keep(point: Numbers) -> None:
            if self.record:
                loss, gradient = objective(point)
                coef, intercept = objective.parts(point.copy())
                stops.append(GradientStep(len(stops), loss, float(np.abs(gradient).max()), coef, intercept))

        start = np.zeros(objective.outputs * (x.shape[1] + self.fit_intercept))
        keep(start)
        point = (
            self._by_lbfgs(objective, start, keep)
            if self.solver == "lbfgs"
            else self._by_sgd(objective, start, keep)
        )
        self.coef_, self.intercept_ = objective.parts(point)
        if self.record:
            self.trace_ = Trace(stops[1:], lambda n: self._as_of(stops[n]))
        return self

    def _by_lbfgs(self, objective: _Objective, start: Numbers, keep: Any) -> Numbers:
        options = {"maxiter": self.max_iter, "gtol": self.tol, "ftol": 64 * np.finfo(float).eps, "maxls": 50}
        found = minimize(objective, start, jac=True, method="L-BFGS-B", options=options, callback=keep)
        self.n_iter_, self.loss_ = int(found.nit), float(found.fun)
        if found.status == 1:
            self._warn()
        point: Numbers = found.x
        return point

    def _by_sgd(self, objective: _Objective, point: Numbers, keep: Any) -> Numbers:
        seed, count = checks.seed(self.random_state), len(objective.x)
        eta0 = self.eta0 or 4 / (1 + float(np.einsum("ij,ij->", objective.x, objective.x)) / count)
        for step in range(self.max_iter):
            order = generator(seed, "order of samples", step).permutation(count)
            for start in range(0, count, BATCH):
                _, gradient = objective(point, order[start : start + BATCH])
                point = point - eta0 / np.sqrt(step + 1) * gradient
            keep(point)
            self.loss_, gradient = objective(point)
            self.n_iter_ = step + 1
            if np.abs(gradient).max() <= self.tol:
                return point
        self._warn()
        return point

    def _warn(self) -> None:
        warnings.warn(
            f"{self.solver} stopped after max_iter={self.max_iter} iterations, before the gradient was below "
            f"tol={self.tol}. Raise max_iter, or scale the features.",
            ConvergenceWarning,
            stacklevel=4,
        )

    def _as_of(self, stop: GradientStep) -> Self:
        earlier = copy.copy(self)
        earlier.coef_, earlier.intercept_ = stop.coef, stop.intercept
        return earlier

    def predict_proba(self, X: Any) -> Numbers:
        """The probability of each class: (samples, classes)."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            return np.stack([expit(-scores), expit(scores)], axis=1)
        shares: Numbers = softmax(scores, axis=1)
        return shares
