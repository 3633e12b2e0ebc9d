"""Loss and gradient of logistic regression in one pass over the samples."""

from typing import Any

import numpy as np

from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.blas import gemm

ROWS = 256  # samples a tile: their scores stay in the cache


@device
def _to_residuals(scores: Any, label: Any) -> Any:
    """Scores become p - [class is the label]; answers Σ -log p_label.

    With one score a sample, p = 1 / (1 + e^-score).
    """
    loss = 0.0
    for i in range(scores.shape[0]):
        row = scores[i]
        if row.size == 1:
            z = np.float64(row[0])
            tail = np.exp(-abs(z))
            loss += max(z, 0.0) + np.log1p(tail) - label[i] * z
            p = 1.0 / (1.0 + tail) if z >= 0 else tail / (1.0 + tail)
            row[0] = p - label[i]
            continue
        top = np.float64(row.max())
        total = 0.0
        for k in range(row.size):
            total += np.exp(np.float64(row[k]) - top)
        loss += top + np.log(total) - np.float64(row[label[i]])
        for k in range(row.size):
            row[k] = np.exp(np.float64(row[k]) - top) / total
        row[label[i]] -= row.dtype.type(1)
    return loss


@kernel
def loss_and_gradient(
    x: Any, label: Any, coef: Any, intercept: Any, loss: Any, of_coef: Any, of_intercept: Any
) -> None:
    """A block's Σ loss and its gradient by `coef` (outputs, features) and `intercept`, a block a place.

    The number of blocks is the length of `loss`; adding them up in order is left to the caller. Sums over
    tiles are float64 whatever `x` is.
    """
    n, features = x.shape
    outputs = coef.shape[0]
    size = (n + loss.size - 1) // loss.size
    flat, weights = x.reshape(-1), coef.reshape(-1)
    for block in prange(loss.size):
        gradient = of_coef[block].reshape(-1)
        gradient[:] = 0
        of_intercept[block] = 0
        total = 0.0
        scores = np.empty((ROWS, outputs), x.dtype)
        of_tile = np.empty(outputs * features, x.dtype)
        for start in range(block * size, min(n, (block + 1) * size), ROWS):
            rows = min(ROWS, min(n, (block + 1) * size) - start)
            part, residuals = flat[start * features :], scores.reshape(-1)
            gemm(False, True, rows, outputs, features, part, features, weights, features, residuals, outputs)
            for i in range(rows):
                for k in range(outputs):
                    scores[i, k] += intercept[k]
            total += _to_residuals(scores[:rows], label[start : start + rows])
            for i in range(rows):
                for k in range(outputs):
                    of_intercept[block, k] += scores[i, k]
            gemm(True, False, outputs, features, rows, residuals, outputs, part, features, of_tile, features)
            for j in range(gradient.size):
                gradient[j] += of_tile[j]
        loss[block] = total
