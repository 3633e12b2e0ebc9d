"""Support vector machines with kernels."""

import copy
import warnings
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tuilab.learners import checks
from tuilab.learners.errors import ConvergenceWarning
from tuilab.learners.kernels import gram as grams
from tuilab.learners.kernels.smo import solve_pairs
from tuilab.learners.learner import Classifier
from tuilab.learners.trace import Trace

Array = NDArray[Any]
Numbers = NDArray[np.float64]
FORMS = {"linear": grams.LINEAR, "poly": grams.POLYNOMIAL, "rbf": grams.RBF}
MOST_STOPS = 10_000  # moves noted for each pair of classes


@dataclass(frozen=True, slots=True)
class PairMoved:
    """Two multipliers moved, of samples i and j in the problem of `classes`. `gap` is by how much the
    conditions of the optimum were broken before (the largest pull upwards less the least)."""

    classes: tuple[Any, Any]
    i: int
    j: int
    before: tuple[float, float]
    after: tuple[float, float]
    gap: float


@dataclass(frozen=True, slots=True)
class _Machine:
    """One class against another: signs (1 for the first) and multipliers of its samples, and b."""

    pair: tuple[int, int]
    members: NDArray[np.int64]
    sign: Numbers
    alpha: Numbers
    offset: float


class KernelSVM(Classifier):
    """sign(Σ α_i y_i k(x_i, x) + b), with the widest margin between two classes; each two classes vote.

    Minimises ½ ‖w‖² + C Σ max(0, 1 - y (w·φ(x) + b)) in its dual, by pairs of multipliers; k(a, b) =
    φ(a)·φ(b) is

        linear a·b        poly (γ a·b + coef0)^degree        rbf exp(-γ ‖a - b‖²)

    Args:
        C: the price of a sample inside the margin; a larger C, a narrower margin.
        kernel, degree, gamma, coef0: as above; gamma "scale" is 1 / (features · variance of X), "auto"
            1 / features.
        tol: stop when the conditions of the optimum hold to this.
        cache_size: megabytes for values of k: all of them where they fit, else the rows used last.
        max_iter: the most moves for each two classes, -1 for no limit.
        decision_function_shape: "ovr" for a value a class, "ovo" for one for each two classes.
        random_state: taken as by every learner; nothing here is left to chance.
        record: leave a `trace_` of `PairMoved`s, the first 10,000 for each two classes.

    Learned: `support_`, `support_vectors_`, `n_support_`, `dual_coef_` (support vectors, pairs; y α),
    `intercept_`, `margin_` (2 / ‖w‖ of each pair), `classes_`, `n_iter_`, `trace_`.
    Cost: O(features · samples²) for k, and O(samples) a move, of which there are some times the samples.
    Source: C. Cortes, V. Vapnik, Support-Vector Networks, 1995; J. Platt, 1998; R.-E. Fan et al., 2005.
    """

    def __init__(
        self,
        *,
        C: float = 1.0,
        kernel: str = "rbf",
        degree: int = 3,
        gamma: float | str = "scale",
        coef0: float = 0.0,
        tol: float = 1e-3,
        cache_size: float = 200,
        max_iter: int = -1,
        decision_function_shape: str = "ovr",
        random_state: Any = None,
        record: bool = False,
    ) -> None:
        self.C = C
        self.kernel = kernel
        self.degree = degree
        self.gamma = gamma
        self.coef0 = coef0
        self.tol = tol
        self.cache_size = cache_size
        self.max_iter = max_iter
        self.decision_function_shape = decision_function_shape
        self.random_state = random_state
        self.record = record

    def fit(self, X: Any, y: Any) -> Self:
        """Solve a problem for each two classes; they are solved side by side."""
        checks.real("C", self.C, above=0)
        checks.real("tol", self.tol, above=0)
        checks.real("cache_size", self.cache_size, above=0)
        checks.one_of("kernel", self.kernel, tuple(FORMS))
        checks.one_of("decision_function_shape", self.decision_function_shape, ("ovr", "ovo"))
        checks.whole("degree", self.degree, 0)
        checks.whole("max_iter", self.max_iter, -1)
        x, numbers = self._begin_classes(X, y)
        x = _kept(x)
        self._gamma = self._gamma_of(x)
        machines, stops = self._solved(x, numbers)
        self._x = x
        self._take(machines)
        if self.record:
            self.trace_ = Trace(
                [stop for _, stop in stops], lambda n: self._as_of(machines, stops[:n], n == len(stops))
            )
        return self

    def _gamma_of(self, x: Array) -> float:
        if self.gamma == "scale":
            variance = float(x.var(dtype=np.float64))
            return 1 / (x.shape[1] * variance) if variance > 0 else 1.0
        if self.gamma == "auto":
            return 1.0 / float(x.shape[1])
        checks.real("gamma", self.gamma, least=0)
        return float(self.gamma)

    def _form(self) -> tuple[int, float, int, float]:
        return FORMS[self.kernel], self._gamma, self.degree, float(self.coef0)

    def _solved(
        self, x: Array, numbers: NDArray[np.int64]
    ) -> tuple[list[_Machine], list[tuple[int, PairMoved]]]:
        pairs = list(combinations(range(len(self.classes_)), 2))
        of_class = [np.flatnonzero(numbers == k) for k in range(len(self.classes_))]
        members = [np.concatenate([of_class[a], of_class[b]]) for a, b in pairs]
        sign = [np.repeat([1.0, -1.0], [len(of_class[a]), len(of_class[b])]) for a, b in pairs]
        bounds = np.cumsum([0, *map(len, members)])
        square, room = _squares(x), self.cache_size * 2**20 / 4
        gram = np.empty((len(x), len(x)) if len(x) ** 2 <= room else (0, 0), np.float32)
        if len(gram):
            grams.gram_matrix(x, square, *self._form(), gram)
        alpha = np.zeros(bounds[-1])
        offset, gap = np.empty(len(pairs)), np.empty(len(pairs))
        steps = np.empty(len(pairs), np.int64)
        noted = MOST_STOPS if self.record else 0
        moved = np.empty((len(pairs), noted, 2), np.int64)
        change = np.empty((len(pairs), noted, 3))
        longest = max(map(len, members))
        solve_pairs(
            x,
            square,
            gram,
            np.concatenate(members),
            np.concatenate(sign),
            bounds,
            *self._form(),
            float(self.C),
            float(self.tol),
            self.max_iter if self.max_iter >= 0 else 2**62,
            max(2, int(room / longest)),
            alpha,
            offset,
            steps,
            gap,
            moved,
            change,
        )
        self.n_iter_ = steps
        if (gap >= self.tol).any():
            warnings.warn(
                f"SMO stopped after max_iter={self.max_iter} moves, {gap.max():.3g} from the optimum. Raise "
                "max_iter, or scale the features.",
                ConvergenceWarning,
                stacklevel=3,
            )
        machines = [
            _Machine(pair, rows, signs, alpha[bounds[p] : bounds[p + 1]], float(offset[p]))
            for p, (pair, rows, signs) in enumerate(zip(pairs, members, sign, strict=True))
        ]
        stops = [
            (p, stop)
            for p, machine in enumerate(machines)
            for stop in self._stops(machine, moved[p, : steps[p]], change[p])
        ]
        return machines, stops

    def _stops(self, machine: _Machine, moved: Array, change: Array) -> list[PairMoved]:
        alpha = np.zeros(len(machine.alpha))
        first, second = (self.classes_[k] for k in machine.pair)
        stops = []
        for (i, j), (new_i, new_j, gap) in zip(moved, change, strict=False):
            rows = int(machine.members[i]), int(machine.members[j])
            before = float(alpha[i]), float(alpha[j])
            alpha[i], alpha[j] = new_i, new_j
            stops.append(PairMoved((first, second), *rows, before, (float(new_i), float(new_j)), float(gap)))
        return stops

    def _take(self, machines: list[_Machine]) -> None:
        """Keep the samples with a multiplier, and for each two classes the weights of those."""
        weights = np.zeros((len(self._x), len(machines)))
        for p, machine in enumerate(machines):
            weights[machine.members, p] = machine.sign * machine.alpha
        self._pairs = [machine.pair for machine in machines]
        self.support_ = np.flatnonzero((weights != 0).any(1))
        self.support_vectors_ = self._x[self.support_]
        self.dual_coef_ = np.ascontiguousarray(weights[self.support_])
        self.intercept_ = np.array([machine.offset for machine in machines])
        self.n_support_ = (self.dual_coef_ != 0).sum(0)

    @property
    def margin_(self) -> Numbers:
        """2 / ‖w‖ of each two classes, where ‖w‖² = Σ_ij α_i y_i α_j y_j k(x_i, x_j)."""
        alike = np.empty((len(self.support_), len(self.support_)), np.float32)
        vectors = np.ascontiguousarray(self.support_vectors_)
        grams.gram_matrix(vectors, _squares(vectors), *self._form(), alike)
        norm = np.einsum("ip,ij,jp->p", self.dual_coef_, alike.astype(np.float64), self.dual_coef_)
        with np.errstate(divide="ignore"):
            margin: Numbers = 2 / np.sqrt(norm)
        return margin

    def _as_of(self, machines: list[_Machine], stops: list[tuple[int, PairMoved]], ended: bool) -> Self:
        """The learner after some moves; b is what the optimum's conditions ask of these multipliers."""
        earlier = copy.copy(self)
        now = [replace(machine, alpha=np.zeros(len(machine.alpha))) for machine in machines]
        places = [{int(row): k for k, row in enumerate(machine.members)} for machine in machines]
        for p, stop in stops:
            now[p].alpha[places[p][stop.i]], now[p].alpha[places[p][stop.j]] = stop.after
        earlier._take(now)
        earlier.intercept_ = np.zeros(len(machines))
        values = earlier._pairwise(self._x)
        earlier.intercept_ = (
            self.intercept_
            if ended
            else np.array([_offset(m, values[:, p], self.C) for p, m in enumerate(now)])
        )
        return earlier

    def _pairwise(self, x: Array) -> Numbers:
        """The decision of each two classes, above 0 for the first of them: (samples, pairs)."""
        x = np.ascontiguousarray(x, self.support_vectors_.dtype)
        out = np.zeros((len(x), len(self._pairs)))
        if len(self.support_):
            vectors = np.ascontiguousarray(self.support_vectors_)
            form = self._form()
            grams.decisions(x, _squares(x), vectors, _squares(vectors), self.dual_coef_, *form, out)
        out += self.intercept_
        return out

    def decision_function(self, X: Any) -> Numbers:
        """How far each sample lies on the side of a class, in units where the margin's edge is at 1.

        Two classes: (samples,), above 0 for the second. More: (samples, classes), the votes of a class
        and, below half a vote, its values ("ovr"), or (samples, pairs), above 0 for the first of each pair
        ("ovo").
        """
        values = self._pairwise(self._incoming(X))
        if len(self.classes_) == 2:
            return -values[:, 0]
        return values if self.decision_function_shape == "ovo" else self._votes(values, True)

    def _votes(self, values: Numbers, weighed: bool) -> Numbers:
        votes = np.zeros((len(values), len(self.classes_)))
        sums = np.zeros_like(votes)
        for p, (a, b) in enumerate(self._pairs):
            votes[:, a] += values[:, p] > 0
            votes[:, b] += values[:, p] <= 0
            sums[:, a] += values[:, p]
            sums[:, b] -= values[:, p]
        return votes + sums / (3 * (np.abs(sums) + 1)) if weighed else votes

    def predict(self, X: Any) -> Array:
        """The class with most votes; of several, the first."""
        values = self._pairwise(self._incoming(X))
        predicted: Array = self.classes_[self._votes(values, False).argmax(1)]
        return predicted


def _kept(x: Array) -> Array:
    """Bytes as float32, which holds them exactly; else as they came. In rows, and not the caller's."""
    return np.array(x, np.float32 if x.dtype in (np.uint8, np.float32) else np.float64, order="C")


def _squares(x: Array) -> Numbers:
    squares: Numbers = np.einsum("ij,ij->i", x, x, dtype=np.float64)
    return squares


def _offset(machine: _Machine, values: Numbers, C: float) -> float:
    """b from the samples' decisions without it: y - f is b for free ones, and bounds it for the others."""
    pull = machine.sign - values[machine.members]
    free = (machine.alpha > 0) & (machine.alpha < C)
    if free.any():
        return float(pull[free].mean())
    above = (machine.alpha == 0) == (machine.sign > 0)
    return float((pull[above].max() + pull[~above].min()) / 2)
