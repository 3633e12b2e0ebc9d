"""Where a layer's weights start.

A layer keeps the scale of what flows through it, forward and back, if the variance of its weights fits
the number of its inputs (`fan_in`) and outputs (`fan_out`).
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.errors import ShapeError
from tuilab.nn.lookup import lookup

Array = npt.NDArray[Any]
Shape = tuple[int, ...]


class Initializer:
    """Draws the first values of a parameter: `initializer(shape, dtype, rng)`."""

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        raise NotImplementedError


class Zeros(Initializer):
    """All zero; for biases."""

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        return np.zeros(shape, dtype)


class RandomUniform(Initializer):
    """Uniform between `minval` and `maxval`."""

    def __init__(self, minval: float = -0.05, maxval: float = 0.05) -> None:
        self.minval, self.maxval = minval, maxval

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        return np.asarray(rng.uniform(self.minval, self.maxval, shape), dtype)


class GlorotUniform(Initializer):
    """Uniform within ±√(6 / (fan_in + fan_out)): variance 2 / (fan_in + fan_out).

    X. Glorot, Y. Bengio, 2010, Understanding the difficulty of training deep feedforward neural networks.
    """

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        fan_in, fan_out = fans(shape)
        limit = math.sqrt(6 / (fan_in + fan_out))
        return np.asarray(rng.uniform(-limit, limit, shape), dtype)


class GlorotNormal(Initializer):
    """Normal, cut at two standard deviations, with variance 2 / (fan_in + fan_out)."""

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        fan_in, fan_out = fans(shape)
        return truncated_normal(shape, math.sqrt(2 / (fan_in + fan_out)), dtype, rng)


class HeUniform(Initializer):
    """Uniform within ±√(6 / fan_in): variance 2 / fan_in, for relu, which lets half through.

    K. He, X. Zhang, S. Ren, J. Sun, 2015, Delving Deep into Rectifiers.
    """

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        limit = math.sqrt(6 / fans(shape)[0])
        return np.asarray(rng.uniform(-limit, limit, shape), dtype)


class HeNormal(Initializer):
    """Normal, cut at two standard deviations, with variance 2 / fan_in."""

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        return truncated_normal(shape, math.sqrt(2 / fans(shape)[0]), dtype, rng)


class Orthogonal(Initializer):
    """A random matrix whose columns (rows, where these are fewer) have length 1 and are at right angles to
    each other, times `gain`; more than two axes are taken as (all but the last, the last).

    A product with it keeps lengths, so a recurrent layer's state neither dies out nor explodes at first.
    A. Saxe, J. McClelland, S. Ganguli, 2014, Exact solutions to the nonlinear dynamics of learning in deep
    linear neural networks.
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        if len(shape) < 2:
            raise ShapeError(f"Orthogonal initializes matrices, of two axes or more. It was given {shape}.")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
        q *= np.where(np.diag(r) < 0, -1, 1)  # without this not every orthogonal matrix is as likely
        return np.asarray(self.gain * (q if rows >= columns else q.T).reshape(shape), dtype)


def fans(shape: Shape) -> tuple[int, int]:
    """Inputs and outputs of a unit: the last two axes, times the field of the axes before them."""
    if len(shape) < 2:
        return max(1, math.prod(shape)), max(1, math.prod(shape))
    field = math.prod(shape[:-2])
    return max(1, field * shape[-2]), max(1, field * shape[-1])


def truncated_normal(shape: Shape, stddev: float, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
    """Normal numbers, those beyond two standard deviations drawn again; `stddev` is that of what is left."""
    values = rng.standard_normal(shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = rng.standard_normal(int(outside.sum()))
    return np.asarray(values * (stddev / 0.87962566103423978), dtype)


INITIALIZERS: dict[str, type[Initializer]] = {
    "zeros": Zeros,
    "random_uniform": RandomUniform,
    "uniform": RandomUniform,
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
    "orthogonal": Orthogonal,
}


def get(initializer: str | Initializer) -> Initializer:
    """An initializer by its Keras name, or as it is."""
    return lookup("initializer", initializer, INITIALIZERS, Initializer)
