"""Layer normalization: each row by its own mean and variance."""

from typing import Any

import numpy as np

from tuilab.errors import ShapeError
from tuilab.kernels import shapes
from tuilab.kernels.jit import kernel, prange
from tuilab.kernels.parallel.arrays import Array, apart, floating, result, same_shape
from tuilab.kernels.parallel.blocks import add_up, clear

ROWS = 64  # in a block


@kernel(float_rules={"contract", "reassoc"})
def _layer_norm(x: Any, gamma: Any, beta: Any, epsilon: Any, out: Any) -> None:
    count, one = x.dtype.type(x.shape[1]), x.dtype.type(1)
    for i in prange(len(x)):
        row, into = x[i], out[i]
        mean, variance = x.dtype.type(0), x.dtype.type(0)
        for j in range(row.size):
            mean += row[j]
        mean /= count
        for j in range(row.size):
            variance += (row[j] - mean) * (row[j] - mean)
        inverse = one / np.sqrt(variance / count + epsilon)
        for j in range(row.size):
            into[j] = (row[j] - mean) * inverse * gamma[j] + beta[j]


@kernel(float_rules={"contract", "reassoc"})
def _layer_norm_gradient(
    gradient: Any, x: Any, gamma: Any, epsilon: Any, gamma_parts: Any, beta_parts: Any, dx: Any,
    dgamma: Any, dbeta: Any,
) -> None:  # fmt: skip
    rows, count, one = len(x), x.dtype.type(x.shape[1]), x.dtype.type(1)
    for block in prange(len(gamma_parts)):
        gamma_part, beta_part = gamma_parts[block], beta_parts[block]
        clear(gamma_part)
        clear(beta_part)
        for i in range(block * ROWS, min(rows, (block + 1) * ROWS)):
            flow, row, into = gradient[i], x[i], dx[i]
            mean, variance = x.dtype.type(0), x.dtype.type(0)
            for j in range(row.size):
                mean += row[j]
            mean /= count
            for j in range(row.size):
                variance += (row[j] - mean) * (row[j] - mean)
            inverse = one / np.sqrt(variance / count + epsilon)
            level, along = x.dtype.type(0), x.dtype.type(0)
            for j in range(row.size):
                normal = (row[j] - mean) * inverse
                level += flow[j] * gamma[j]
                along += flow[j] * gamma[j] * normal
                gamma_part[j] += flow[j] * normal
                beta_part[j] += flow[j]
            level /= count
            along /= count
            for j in range(row.size):
                normal = (row[j] - mean) * inverse
                into[j] = inverse * (flow[j] * gamma[j] - level - normal * along)
    add_up(gamma_parts, 0, dgamma.size, dgamma)
    add_up(beta_parts, 0, dbeta.size, dbeta)


def _rows(name: str, x: Array) -> Array:
    """x as (samples, features)."""
    if not x.shape[-1]:
        raise ShapeError(f"{name} needs at least one feature. It was given {x.shape}.")
    return x.reshape(-1, x.shape[-1])


def layer_norm(x: Any, gamma: Any, beta: Any, epsilon: float = 1e-3, out: Array | None = None) -> Array:
    x, gamma, beta = floating("layer_norm", x, gamma, beta)
    spec = "(...,features),(features),(features)->(...,features)"
    shapes.match("layer_norm", spec, x.shape, gamma.shape, beta.shape)
    rows = _rows("layer_norm", x)
    apart("layer_norm", out, x, gamma, beta)
    out = result("layer_norm", out, x.shape, x.dtype)
    _layer_norm(rows, gamma, beta, x.dtype.type(epsilon), out.reshape(rows.shape))
    return out


def layer_norm_gradient(
    gradient: Any, x: Any, gamma: Any, epsilon: float = 1e-3
) -> tuple[Array, Array, Array]:
    name = "layer_norm_gradient"
    gradient, x, gamma = floating(name, gradient, x, gamma)
    shapes.match(name, "(...,features),(features)->(...,features)", x.shape, gamma.shape)
    same_shape(name, gradient, x)
    rows, dx = _rows(name, x), np.empty_like(x)
    blocks = -(-len(rows) // ROWS)
    dgamma, dbeta = np.empty_like(gamma), np.empty_like(gamma)
    _layer_norm_gradient(
        gradient.reshape(rows.shape),
        rows,
        gamma,
        x.dtype.type(epsilon),
        np.empty((blocks, len(gamma)), x.dtype),
        np.empty((blocks, len(gamma)), x.dtype),
        dx.reshape(rows.shape),
        dgamma,
        dbeta,
    )
    return dx, dgamma, dbeta
