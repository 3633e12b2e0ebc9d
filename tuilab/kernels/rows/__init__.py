"""The rows of the catalogue, by subject. Importing this package fills the catalogue."""

from tuilab.kernels.rows import (
    convolution,
    dense,
    elementwise,
    geometry,
    gru,
    losses,
    lstm,
    normalization,
    optimizers,
    pooling,
    products,
    random,
    reductions,
    selection,
    shaping,
    simple_rnn,
)

__all__ = [
    "convolution",
    "dense",
    "elementwise",
    "geometry",
    "gru",
    "losses",
    "lstm",
    "normalization",
    "optimizers",
    "pooling",
    "products",
    "random",
    "reductions",
    "selection",
    "shaping",
    "simple_rnn",
]
