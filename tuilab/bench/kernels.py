"""Each kernel against NumPy on the shapes of the first network, and the ceiling of the machine."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.bench import Figure
from tuilab.kernels import cpu
from tuilab.kernels.catalogue import CATALOGUE, Array

SHAPES: dict[str, tuple[tuple[Array, ...], dict[str, Any]]] = {
    "add": ((Array((128, 784)), Array((128, 784))), {}),
    "multiply": ((Array((128, 512)), Array((512,))), {}),
    "relu": ((Array((128, 784)),), {}),
    "exp": ((Array((128, 784)),), {}),
    "sigmoid": ((Array((128, 512)),), {}),
    "tanh": ((Array((128, 512)),), {}),
    "rescale": ((Array((128, 784), "bytes"),), {"scale": 1 / 255}),
    "sum": ((Array((128, 784)),), {"axis": 0}),
    "mean": ((Array((128, 784)),), {}),
    "max": ((Array((128, 784)),), {"axis": 1}),
    "matmul": ((Array((128, 784)), Array((784, 512))), {}),
    "dense": ((Array((128, 784)), Array((784, 512)), Array((512,))), {"activation": "relu"}),
    "dense_gradient": (
        (Array((128, 512)), Array((128, 512), "unit"), Array((128, 784)), Array((784, 512))),
        {"activation": "relu", "needs": (False, True, True)},
    ),
    "softmax": ((Array((128, 10)),), {}),
    "sparse_softmax_cross_entropy": ((Array((128, 10)), Array((128,), "labels", 10)), {}),
    "adam": (
        (Array((784, 512)), Array((784, 512)), Array((784, 512)), Array((784, 512), "positive")),
        {"step": 10, "learning_rate": 1e-3},
    ),
}
"""Rows of the catalogue with the inputs that they are timed on."""


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
    seconds = 0.2 if quick else 1.0
    rng = np.random.default_rng(0)
    for name, (inputs, options) in SHAPES.items():
        row = CATALOGUE[name]
        arrays = [one.draw(rng, np.float32) for one in inputs]
        out = tuple(arrays[index].copy() for index in (0, 2, 3)) if name == "adam" else None
        given = [*out[:1], arrays[1], *out[1:]] if out else arrays
        (ours,) = best(
            partial(row.parallel, *given, **options, **({"out": out} if out else {})), seconds=seconds
        )
        with threadpool_limits(limits=cpu.available_threads(), user_api="blas"):
            (theirs,) = best(partial(row.reference, *arrays, **options), seconds=seconds)
        shapes = " ".join("x".join(map(str, one.shape)) for one in inputs[:2])
        note = f"{ours * 1e6:,.0f} µs against {theirs * 1e6:,.0f} µs, {shapes}"
        yield Figure(f"{name}", theirs / ours, "x NumPy", note=note)
