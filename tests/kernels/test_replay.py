"""What a row launches can be launched again, on what its arrays hold by then: so training repeats a step."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tuilab.kernels import jit
from tuilab.kernels.catalogue import Operation, Sample

Draw = Callable[..., tuple[Any, ...]]


def each(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


def test_a_replay_gives_what_the_row_gives_for_the_new_numbers(
    row: Operation, sample: Sample, draw: Draw
) -> None:
    inputs = draw(row, sample)
    turned = [np.asfortranarray(one) if one.ndim else one for one in inputs]  # copied first, and again
    with jit.recording() as launches:
        found = each(row.parallel(*turned, **sample.options))
    for one in turned:
        one[...] = np.flip(one).copy()
    jit.replay(launches)
    expected = each(row.parallel(*(one.copy() for one in turned), **sample.options))
    for one, wanted in zip(found, expected, strict=True):
        if one is not None:
            np.testing.assert_allclose(one, wanted, rtol=1e-9, atol=1e-9)  # laid out otherwise, cut otherwise
