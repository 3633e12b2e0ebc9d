"""The networks that a run can train: the same bits on any number of threads, and no new memory for a step."""

import tracemalloc

import numba
import numpy as np
import pytest

from tuilab import data
from tuilab.kernels import jit
from tuilab.nn.straight import StraightPath
from tuilab.training.config import FOR_POINTS
from tuilab.training.models import MODELS

RNG = np.random.default_rng(0)
X = RNG.integers(0, 256, (320, 28, 28), dtype=np.uint8)
Y = RNG.integers(0, 10, 320).astype(np.uint8)
POINTS = RNG.normal(size=(320, 2)).astype(np.float32)
BATCH = 32
MOST = int(numba.config.NUMBA_NUM_THREADS)


def samples(name: str) -> tuple[np.ndarray, np.ndarray]:
    """What the network reads: images, or points in the plane."""
    if name == FOR_POINTS:
        return POINTS, (Y % 3).astype(np.uint8)
    return X, Y


def trained(name: str, threads: int) -> list[bytes]:
    before = jit.threads()
    jit.set_threads(threads)
    try:
        model = MODELS[name](3)
        model.compile("adam", "sparse_categorical_crossentropy")
        x, y = samples(name)
        model.fit(x[:100], y[:100], batch_size=BATCH, epochs=2, verbose=0)
    finally:
        jit.set_threads(before)
    return [one.tobytes() for one in model.get_weights()]


@pytest.mark.parametrize("name", MODELS)
def test_training_gives_the_same_bits_on_any_number_of_threads_and_from_run_to_run(name: str) -> None:
    first = trained(name, 1)
    assert trained(name, 1) == first
    assert all(trained(name, threads) == first for threads in range(2, MOST + 1))


@pytest.mark.parametrize("name", MODELS)
def test_a_step_goes_straight_and_needs_no_new_memory_after_the_first(name: str) -> None:
    model = MODELS[name](3)
    model.compile("adam", "sparse_categorical_crossentropy")
    path = StraightPath(model, reused=True)
    batches = data.Batches(*samples(name), BATCH, seed=5)
    for x, y in batches.epoch(0, reuse=True):
        path.step(x, y)
    steps = batches.epoch(1, reuse=True)
    next(steps)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        for x, y in steps:
            path.step(x, y)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert not path.ordinary
    assert peak - before < 20_000  # Python's own; a batch alone has 25,088 pixels
