"""A kernel's versions beside each other: whether they agree, and how long each takes on this machine.

This is for a process of its own: it compiles and measures, and what measures must not be disturbed.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import CATALOGUE, Operation, Sample
from tuilab.kernels.plain import PLAIN

SECONDS = 0.25
"""For measuring one version."""
TOLERANCE = 1e-8
"""Relative to the largest number, in float64: orders of adding differ, and nothing else."""
PLAIN_ELEMENTS = 50_000
"""A plain loop over more than this would try somebody's patience."""
WORTH_TIMING = 4_000
"""Elements: of fewer, calling takes longer than computing."""
VERSIONS = ("python", "numpy", "numba")

Call = Callable[[], Any]


@dataclass
class Comparison:
    """How many inputs were tried, on how many the versions agreed, how far they were apart at most, and the
    seconds of each version on the largest that all of them can take."""

    tried: int = 0
    agreed: int = 0
    apart: float = 0.0
    shapes: str = ""
    seconds: Mapping[str, float] | None = None
    plain_tried: int = 0

    def to_json(self) -> str:
        return json.dumps(vars(self))


def row(name: str, seed: int) -> str:
    """The comparison of a row of the catalogue on its valid inputs, as JSON."""
    found = Comparison()
    operation = CATALOGUE[name]
    timed: tuple[tuple[bool, int], Sample] | None = None
    for sample in operation.valid:
        inputs = _drawn(sample, seed)
        results = [
            _answers(operation, operation.reference(*inputs, **sample.options)),
            _answers(operation, operation.parallel(*inputs, **sample.options)),
        ]
        if (plain := _plain(name, inputs, sample.options)) is not None:
            found.plain_tried += 1
            results.append((np.array(plain()),))
        _compare(found, results)
        rank = plain is not None, sum(one.size for one in inputs)
        if timed is None or rank > timed[0]:
            timed = rank, sample
    if timed is None:
        raise TuilabError(f"{name} has no inputs to be tried on.")
    sample = _enlarged(operation, timed[1], seed)
    inputs, options = _drawn(sample, seed), sample.options
    calls: dict[str, Call] = {
        "numpy": lambda: operation.reference(*inputs, **options),
        "numba": lambda: operation.parallel(*inputs, **options),
    }
    if (plain := _plain(name, inputs, options)) is not None:
        calls["python"] = plain
    found.shapes = ", ".join(_shape(one) for one in inputs)
    found.seconds = {version: _time(calls[version]) for version in VERSIONS if version in calls}
    return found.to_json()


def _drawn(sample: Sample, seed: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    return tuple(one.draw(rng) for one in sample.inputs)


def _enlarged(operation: Operation, sample: Sample, seed: int) -> Sample:
    """The sample with all its axes as many times longer as makes it worth timing, where it can be so: sizes
    that were equal stay equal. Else as it is."""
    best = sample
    for times in (2, 4, 8, 16, 32, 64):
        if sum(int(np.prod(one.shape)) for one in best.inputs) >= WORTH_TIMING:
            break
        larger = replace(
            sample,
            inputs=tuple(
                replace(one, shape=tuple(size * times if size > 1 else size for size in one.shape))
                for one in sample.inputs
            ),
        )
        try:
            operation.reference(*_drawn(larger, seed), **sample.options)
        except Exception:  # its sizes depend on its options, as those of a reshape do
            break
        best = larger
    return best


def own(module: ModuleType, name: str, seed: int) -> str:
    """The comparison of a lesson's own kernel: of NAME, NAME_python, NAME_numpy and NAME_numba, as many as
    there are, on what NAME_inputs(seed) gives. As JSON."""
    versions = {
        version: function
        for version in VERSIONS
        if callable(function := getattr(module, f"{name}_{version}", None))
    }
    if callable(whole := getattr(module, name, None)):
        versions = {"python": whole, **versions} if "python" not in versions else versions
    given = getattr(module, f"{name}_inputs", None)
    if not callable(given):
        raise TuilabError(
            f"{module.__name__}.py has no {name}_inputs(seed), so there is nothing to try {name} on."
        )
    inputs = given(seed)
    inputs = inputs if isinstance(inputs, tuple) else (inputs,)
    found = Comparison(shapes=", ".join(_shape(np.asarray(one)) for one in inputs))
    _compare(found, [(np.asarray(function(*inputs)),) for function in versions.values()])
    calls = {version: (lambda it=function: it(*inputs)) for version, function in versions.items()}
    found.seconds = {version: _time(call) for version, call in calls.items()}
    return found.to_json()


def _answers(operation: Any, result: Any) -> tuple[Any, ...]:
    several = result if isinstance(result, tuple) else (result,)
    return tuple(np.asarray(one) for one in several[: operation.outputs - operation.kept])


def _plain(name: str, inputs: Sequence[Any], options: Mapping[str, Any]) -> Call | None:
    """The plain version on these inputs, where it is one for them."""
    function = PLAIN.get(name)
    small = all(0 < one.size <= PLAIN_ELEMENTS and one.ndim for one in inputs)
    if function is None or options or not small or (name == "matmul" and any(it.ndim != 2 for it in inputs)):
        return None
    if name == "matmul" and inputs[0].size * inputs[1].shape[1] > 20 * PLAIN_ELEMENTS:
        return None
    lists = [one.tolist() for one in inputs]
    return lambda: function(*lists)


def _compare(found: Comparison, results: Sequence[tuple[Any, ...]]) -> None:
    found.tried += 1
    worst = 0.0
    for versions in zip(*results, strict=True):
        first = versions[0].astype(np.float64)
        scale = max(1.0, float(np.abs(first[np.isfinite(first)]).max(initial=0)))
        for other in versions[1:]:
            if other.shape != first.shape:
                worst = np.inf
                continue
            same = (first == other) | (np.isnan(first) & np.isnan(other))
            far = np.abs(np.where(same, 0, first - other))
            worst = max(worst, float(np.nanmax(far, initial=0)) / scale)
    found.agreed += bool(worst <= TOLERANCE)
    found.apart = max(found.apart, worst) if np.isfinite(worst) else worst


def _shape(one: Any) -> str:
    return " x ".join(map(str, one.shape)) or "1"


def _time(call: Call) -> float:
    """The best of several tries: what disturbs only makes one longer."""
    call()
    best, spent = float("inf"), 0.0
    while spent < SECONDS:
        began = time.perf_counter()
        call()
        taken = time.perf_counter() - began
        best, spent = min(best, taken), spent + max(taken, 1e-6)
    return best
