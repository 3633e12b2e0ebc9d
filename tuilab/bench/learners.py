"""The learners beside scikit-learn: the same pixels, the same settings, in turns; XGBoost and LightGBM too,
where they are installed."""

import gc
import importlib
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from tuilab.bench import Figure
from tuilab.bench.training import data_here
from tuilab.kernels import cpu, jit

Array = NDArray[Any]
Make = Callable[[], Any]
WARM_ROWS = 600  # enough for every kernel to be compiled


@dataclass(frozen=True, slots=True)
class Comparison:
    """One learner, the number of rows that it is fitted to, and by what factor it is to be the faster."""

    name: str
    rows: int
    scale: float  # what the pixels are multiplied by
    ours: Make
    theirs: Make
    their_type: type = np.float64  # the type of pixels that scikit-learn is fastest with
    at_least: float = 1.0
    others: dict[str, Make] = field(default_factory=dict)


def comparisons() -> list[Comparison]:
    """The five, with scikit-learn's learners told to use all processors where they can."""
    ensemble, linear_model, svm, tree = (
        importlib.import_module(f"sklearn.{name}") for name in ("ensemble", "linear_model", "svm", "tree")
    )
    from tuilab import learners

    jobs = cpu.available_threads()
    boosting: dict[str, Any] = {"max_iter": 10, "early_stopping": False}
    return [
        Comparison(
            "logistic regression, 50 iterations",
            60_000,
            1 / 255,
            lambda: learners.LogisticRegression(max_iter=50),
            lambda: linear_model.LogisticRegression(max_iter=50),
        ),
        Comparison(
            "decision tree",
            20_000,
            1,
            lambda: learners.DecisionTreeClassifier(random_state=0),
            lambda: tree.DecisionTreeClassifier(random_state=0),
            np.float32,
        ),
        Comparison(
            "forest of 100 trees",
            60_000,
            1,
            lambda: learners.RandomForestClassifier(random_state=0),
            lambda: ensemble.RandomForestClassifier(random_state=0, n_jobs=jobs),
            np.float32,
            at_least=1.5,
        ),
        Comparison(
            "boosting, 10 iterations",
            20_000,
            1,
            lambda: learners.GradientBoostingClassifier(random_state=0, **boosting),
            lambda: ensemble.HistGradientBoostingClassifier(random_state=0, **boosting),
            at_least=1.5,
            others=_boosters(jobs),
        ),
        Comparison("support vectors, RBF", 6_000, 1 / 255, lambda: learners.KernelSVM(), lambda: svm.SVC()),
    ]


def _boosters(jobs: int) -> dict[str, Make]:
    """XGBoost and LightGBM with the settings of the others, those that are installed."""
    found: dict[str, Make] = {}
    same: dict[str, Any] = {"n_estimators": 10, "learning_rate": 0.1, "n_jobs": jobs, "random_state": 0}
    try:
        kind = importlib.import_module("xgboost").XGBClassifier
        found["XGBoost"] = lambda: kind(
            tree_method="hist", grow_policy="lossguide", max_leaves=31, max_depth=0, **same
        )
    except ImportError:
        pass
    try:
        other = importlib.import_module("lightgbm").LGBMClassifier
        found["LightGBM"] = lambda: other(num_leaves=31, min_child_samples=20, verbose=-1, **same)
    except ImportError:
        pass
    return found


@dataclass(slots=True)
class Times:
    """The shortest fit and the shortest prediction so far, in seconds, and the accuracy of the last fit."""

    fit: float = float("inf")
    predict: float = float("inf")
    accuracy: float = 0.0

    def take(self, make: Make, train: tuple[Array, Array], test: tuple[Array, Array]) -> None:
        model = make()
        gc.collect()
        start = time.perf_counter()
        model.fit(*train)
        self.fit = min(self.fit, time.perf_counter() - start)
        for _ in range(3):
            start = time.perf_counter()
            answers = model.predict(test[0])
            self.predict = min(self.predict, time.perf_counter() - start)
        self.accuracy = float(np.mean(answers == test[1]))


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """Their time over ours, to fit and to predict 10,000 samples, and both accuracies."""
    try:
        five = comparisons()
    except ImportError:
        print("  scikit-learn is not installed: pip install 'tuilab[test]' brings it.")
        return
    from tuilab import data

    which = data_here()
    (images, y), (images_test, y_test) = data.load(which)
    x, x_test = (one.reshape(len(one), -1).astype(np.float32) for one in (images, images_test))
    for one in five:
        rows = one.rows // 20 if quick else one.rows
        scale = np.float32(one.scale)
        train, test = (x[:rows] * scale, y[:rows]), (x_test * scale, y_test)
        # A few rows say whether all works, not whether the factor holds.
        yield from _compare(one, train, test, tries=2 if quick else 4, held=not quick)


def _compare(
    one: Comparison, train: tuple[Array, Array], test: tuple[Array, Array], tries: int, held: bool
) -> Iterator[Figure]:
    compiled = _compile_seconds(one.ours, train, test)
    contenders = {"ours": one.ours, "theirs": one.theirs, **one.others}
    times = {name: Times() for name in contenders}
    theirs_is = one.their_type
    given = dict.fromkeys(contenders, (train, test))
    given["theirs"] = ((train[0].astype(theirs_is), train[1]), (test[0].astype(theirs_is), test[1]))
    for turn in range(tries):
        for name, make in contenders.items():
            # Their BLAS gets back the threads that ours may not have; every other time one only, since on a
            # busy machine its threads wait for each other, and one is faster.
            threads: AbstractContextManager[Any] = nullcontext()
            if name != "ours":
                threads = threadpool_limits(
                    limits=1 if turn % 2 else cpu.available_threads(), user_api="blas"
                )
            with threads, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                times[name].take(make, *given[name])
    ours, theirs = times["ours"], times["theirs"]
    for what, a, b, least in (
        ("fit", ours.fit, theirs.fit, one.at_least),
        ("predict", ours.predict, theirs.predict, one.at_least),
    ):
        note = f"{a * 1e3:,.0f} ms against {b * 1e3:,.0f} ms"
        yield Figure(
            f"{one.name}: {what}", b / a, "x scikit-learn", at_least=least if held else None, note=note
        )
    note = f"scikit-learn {theirs.accuracy:.4f}, {len(train[0]):,} rows; {compiled:.1f} s compiling before"
    yield Figure(f"{one.name}: accuracy", ours.accuracy, "", note=note)
    for name in one.others:
        other = times[name]
        note = f"{other.fit * 1e3:,.0f} ms; predicts in {other.predict * 1e3:,.0f} ms, {other.accuracy:.4f}"
        yield Figure(f"{one.name}: fit, {name}", other.fit / ours.fit, f"x {name}", note=note)


def _compile_seconds(make: Make, train: tuple[Array, Array], test: tuple[Array, Array]) -> float:
    """Fit and predict a little, so that every kernel is there; answers how long compiling took."""
    seconds = 0.0

    def note(_: str, took: float | None) -> None:
        nonlocal seconds
        seconds += took or 0.0

    with jit.compile_listener(note), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        make().fit(train[0][:WARM_ROWS], train[1][:WARM_ROWS]).predict(test[0][:WARM_ROWS])
    return seconds
