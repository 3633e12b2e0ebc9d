"""Kernel functions between samples, tile by tile from matrix products."""

from typing import Any

import numpy as np

from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.blas import gemm

TILE = 128
LINEAR, POLYNOMIAL, RBF = 0, 1, 2


@device
def similarity(
    dot: Any, square: Any, other_square: Any, form: Any, gamma: Any, degree: Any, coef0: Any
) -> Any:
    """k(a, b) from a·b, ‖a‖² and ‖b‖²: a·b, (γ a·b + c)^degree, or exp(-γ ‖a - b‖²)."""
    if form == RBF:
        return np.exp(-gamma * max(square + other_square - 2.0 * dot, 0.0))
    if form == POLYNOMIAL:
        return (gamma * dot + coef0) ** degree
    return dot


@kernel
def gram_matrix(x: Any, square: Any, form: Any, gamma: Any, degree: Any, coef0: Any, out: Any) -> None:
    """out[i, j] = k(x_i, x_j); each pair of tiles is computed once and written twice."""
    n, features = x.shape
    tiles = (n + TILE - 1) // TILE
    flat = x.reshape(-1)
    for pair in prange(tiles * (tiles + 1) // 2):
        down = np.int64((np.sqrt(8.0 * pair + 1.0) - 1.0) / 2.0)
        if (down + 1) * (down + 2) // 2 <= pair:
            down += 1
        across = pair - down * (down + 1) // 2
        r, c = down * TILE, across * TILE
        rows, columns = min(TILE, n - r), min(TILE, n - c)
        product = np.empty(rows * columns, x.dtype)
        gemm(
            False,
            True,
            rows,
            columns,
            features,
            flat[r * features :],
            features,
            flat[c * features :],
            features,
            product,
            columns,
        )
        for i in range(rows):
            for j in range(columns):
                dot = np.float64(product[i * columns + j])
                value = similarity(dot, square[r + i], square[c + j], form, gamma, degree, coef0)
                out[r + i, c + j] = value
                out[c + j, r + i] = value


@kernel
def decisions(
    x: Any,
    square: Any,
    support: Any,
    support_square: Any,
    coef: Any,
    form: Any,
    gamma: Any,
    degree: Any,
    coef0: Any,
    out: Any,
) -> None:
    """out[i, p] = Σ_s k(x_i, support_s) coef[s, p]."""
    n, features = x.shape
    vectors, outputs = coef.shape
    flat, flat_support, flat_out = x.reshape(-1), support.reshape(-1), out.reshape(-1)
    for tile in prange((n + TILE - 1) // TILE):
        r = tile * TILE
        rows = min(TILE, n - r)
        product = np.empty(rows * vectors, x.dtype)
        alike = np.empty(rows * vectors)
        gemm(
            False,
            True,
            rows,
            vectors,
            features,
            flat[r * features :],
            features,
            flat_support,
            features,
            product,
            vectors,
        )
        for i in range(rows):
            for s in range(vectors):
                dot = np.float64(product[i * vectors + s])
                alike[i * vectors + s] = similarity(
                    dot, square[r + i], support_square[s], form, gamma, degree, coef0
                )
        gemm(
            False,
            False,
            rows,
            outputs,
            vectors,
            alike,
            vectors,
            coef.reshape(-1),
            outputs,
            flat_out[r * outputs :],
            outputs,
        )
