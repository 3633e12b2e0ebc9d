"""The row of dropout."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import Arrays, Explanation, Index, Term, source
from tuilab.kernels.later import later
from tuilab.kernels.reference import random as reference

parallel = later("random")

_SEED, _STEP = Array((), "labels", 1 << 40), Array((), "labels", 1000)


def _dropped(row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]) -> Explanation:
    """The element times 1 / (1 - rate), or times 0."""
    x, seed, step = inputs
    scales = reference.dropout(np.ones(x.shape), seed, step, **options)
    return Explanation((Term((source(inputs, 0, index),), float(scales[index])),))


register(
    Operation(
        "dropout",
        r"y_i = \frac{m_i x_i}{1 - p}, \quad m_i = \left[ u_i \ge p \right], "
        r"\quad u_i \text{ uniform in } [0, 1), \text{ a function of seed, step and } i",
        "(...),(),()->(...)",
        reference.dropout,
        parallel.dropout,
        (
            Sample((Array((3, 7)), _SEED, _STEP)),
            Sample((Array((0, 3)), _SEED, _STEP)),
            Sample((Array(()), _SEED, _STEP), {"rate": 0.0}),
            Sample((Array((101, 203)), _SEED, _STEP), {"rate": 0.2}),
        ),
        (
            Invalid((Array((3,)), Array((1,), "labels", 9), _STEP), "dropout takes the shapes (...),(),()"),
            Invalid((Array((3,)), Array(()), _STEP), "takes whole numbers as seed and step"),
            Invalid((Array((3,)), _SEED, _STEP), "rate=1. Expected 0 or more, and less than 1", {"rate": 1}),
        ),
        ("dropout(gradient, seed, step, rate)", None, None),
        source="J. Salmon, M. Moraes, R. Dror, D. Shaw, Parallel random numbers: as easy as 1, 2, 3, 2011; "
        "N. Srivastava et al., Dropout, 2014",
        explain=_dropped,
    ),
)
