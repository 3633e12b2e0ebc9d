"""The catalogue, a sample at a time."""

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.kernels.catalogue import CATALOGUE, Invalid, Operation, Sample

Draw = Callable[..., tuple[Any, ...]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `row` walks the rows; for `row` and `sample` (or `invalid`), those of each row."""
    names = metafunc.fixturenames
    if "row" not in names:
        return
    rows = CATALOGUE.values()
    if "sample" in names or "invalid" in names:
        what = "sample" if "sample" in names else "invalid"
        cases = [
            pytest.param(row, one, id=f"{row.name}-{number}")
            for row in rows
            for number, one in enumerate(row.valid if what == "sample" else row.invalid)
        ]
        metafunc.parametrize(("row", what), cases)
    else:
        metafunc.parametrize("row", [pytest.param(row, id=row.name) for row in rows])


@pytest.fixture
def draw() -> Draw:
    """Draws a sample's inputs: the same ones for the same row, whatever their type."""

    def inputs(row: Operation, sample: Sample | Invalid, dtype: Any = np.float64) -> tuple[Any, ...]:
        rng = np.random.default_rng(zlib.crc32(row.name.encode()))
        return tuple(one.draw(rng, dtype) for one in sample.inputs)

    return inputs
