"""Figures of chapter 2 that take minutes to measure: asked for with TUILAB_ALL_SEEDS=1."""

import os
from typing import Any

import pytest

from tuilab import data, paths
from tuilab.lesson import load

pytestmark = pytest.mark.skipif(
    "TUILAB_ALL_SEEDS" not in os.environ or data.path("mnist") is None,
    reason="takes minutes; set TUILAB_ALL_SEEDS=1, and have MNIST",
)


@pytest.fixture(scope="module")
def from_scratch() -> dict[str, Any]:
    """What the second lesson of 2.5 defines, with its exercises solved."""
    lesson = load(paths.lessons() / "ch2" / "training-from-scratch.md")
    names: dict[str, Any] = {}
    for cell in (lesson.cells[0], *(exercise.solution for exercise in lesson.exercises)):
        assert cell is not None
        exec(cell.source, names)
    return names


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("rate", "low", "high"), [(0.001, 0.83, 0.85), (0.1, 0.965, 0.975)])
def test_ten_epochs_from_scratch(
    from_scratch: dict[str, Any], seed: int, rate: float, low: float, high: float
) -> None:
    np = from_scratch["np"]
    model = from_scratch["build"](np.random.default_rng(seed))
    batches = from_scratch["Batches"](
        from_scratch["x"], from_scratch["y"], 128, np.random.default_rng(100 + seed)
    )
    from_scratch["fit"](model, batches, epochs=10, rate=rate)
    assert low <= from_scratch["evaluate"](model, from_scratch["x_test"], from_scratch["y_test"]) <= high
