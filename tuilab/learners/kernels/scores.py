"""Scores of linear learners."""

from typing import Any

import numpy as np

from tuilab.kernels.jit import kernel, prange
from tuilab.kernels.parallel.blas import gemm

ROWS = 64  # samples a tile: turned into the coefficients' type in the cache


@kernel
def linear_scores(x: Any, coef: Any, intercept: Any, out: Any) -> None:
    """out = x coefᵀ + intercept, in the type of `coef` (outputs, features), which is in rows."""
    n, features = x.shape
    outputs, weights = coef.shape[0], coef.reshape(-1)
    for tile in prange((n + ROWS - 1) // ROWS):
        start = tile * ROWS
        rows = min(ROWS, n - start)
        part = np.empty(rows * features, coef.dtype)
        for i in range(rows):
            sample, line = x[start + i], part[i * features : (i + 1) * features]
            for j in range(features):
                line[j] = sample[j]
        scores = np.empty(rows * outputs, coef.dtype)
        gemm(False, True, rows, outputs, features, part, features, weights, features, scores, outputs)
        for i in range(rows):
            for k in range(outputs):
                out[start + i, k] = scores[i * outputs + k] + intercept[k]
