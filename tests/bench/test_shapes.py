"""What is timed: every row that computes something, with inputs that it takes."""

import numpy as np
import pytest

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.bench.shapes import REASONS, SHAPES, VIEWS, timed
from tuilab.kernels.catalogue import CATALOGUE


def test_every_row_is_timed_but_views_and_parts_of_others() -> None:
    left = set(CATALOGUE) - set(timed())
    assert left >= VIEWS
    assert all(name.endswith("_gradient") for name in left - VIEWS)
    assert set(SHAPES) <= set(timed())
    assert set(REASONS) <= set(timed())


@pytest.mark.parametrize("name", sorted(timed()))
def test_its_inputs_are_as_many_as_it_takes_and_its_options_are_its_own(name: str) -> None:
    row, (inputs, options) = CATALOGUE[name], timed()[name]
    assert row.variadic or len(inputs) == len(row.inputs)
    assert set(options) - {"needs"} <= set(row.options)
    assert all(one.draw(np.random.default_rng(0), np.float32).shape == one.shape for one in inputs)
