"""Each kernel against NumPy at the sizes that lessons use, and the ceiling of the machine."""

import inspect
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.bench import Figure
from tuilab.bench.shapes import REASONS, timed
from tuilab.kernels import cpu
from tuilab.kernels.catalogue import CATALOGUE, Operation

PRODUCTS = {"matmul"}
"""Rows that are a bare matrix product: there NumPy's BLAS is to be reached, elsewhere 1.5 times NumPy."""
OPTIMIZERS = {"sgd", "momentum", "adagrad", "rmsprop", "adam"}


def best(*functions: Callable[[], Any], seconds: float) -> list[float]:
    """The shortest time of each function, in seconds; the functions take turns until the time is over."""
    shortest = [float("inf")] * len(functions)
    for function in functions:
        function()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for number, function in enumerate(functions):
            start = time.perf_counter()
            function()
            shortest[number] = min(shortest[number], time.perf_counter() - start)
    return shortest


def ceiling(seconds: float = 2.0) -> float:
    """The best float32 matrix product that NumPy's BLAS reaches here, in GFLOP/s."""
    size = 2048
    rng = np.random.default_rng(0)
    a, b = rng.random((size, size), np.float32), rng.random((size, size), np.float32)
    out = np.empty_like(a)
    with threadpool_limits(limits=cpu.available_threads(), user_api="blas"):
        (shortest,) = best(lambda: np.dot(a, b, out=out), seconds=seconds)
    return 2 * size**3 / shortest / 1e9


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """NumPy's time over ours for each kernel. NumPy runs the reference, with its threads given back."""
    seconds = 0.02 if quick else 0.2
    rng = np.random.default_rng(0)
    for name, (inputs, options) in timed().items():
        row = CATALOGUE[name]
        arrays = [one.draw(rng, np.float32) for one in inputs]
        ours, theirs = float("inf"), float("inf")
        for _ in range(1 if quick else 3):
            (one,) = best(partial(row.parallel, *arrays, **_into(row, arrays, options)), seconds=seconds)
            with threadpool_limits(limits=cpu.available_threads(), user_api="blas"):
                (other,) = best(partial(row.reference, *arrays, **options), seconds=seconds)
            ours, theirs = min(ours, one), min(theirs, other)
        shapes = " ".join("x".join(map(str, one.shape)) or "()" for one in inputs[:2])
        note = f"{ours * 1e6:,.0f} µs against {theirs * 1e6:,.0f} µs, {shapes}"
        least = 1.0 if name in PRODUCTS else 1.5
        if theirs / ours < least and name in REASONS:
            note += f": {REASONS[name]}"
        yield Figure(f"{name}", theirs / ours, "x NumPy", at_least=least, note=note)


def _into(row: Operation, arrays: list[Any], options: dict[str, Any]) -> dict[str, Any]:
    """The options, with memory for the results where the kernel takes some: as in training, none is new. An
    optimizer works in place, as it does there."""
    if "out" not in inspect.signature(row.parallel).parameters:
        return options
    if row.name in OPTIMIZERS:
        changed = (arrays[0], *arrays[2:])
        return {**options, "out": changed if len(changed) > 1 else changed[0]}
    return {**options, "out": row.parallel(*arrays, **options)}
