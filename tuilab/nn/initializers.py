"""Where a layer's weights start.

A layer keeps the scale of what flows through it, forward and back, if the variance of its weights fits
the number of its inputs (`fan_in`) and outputs (`fan_out`).
"""

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from tuilab.errors import ShapeError, TuilabError
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


class Ones(Initializer):
    """All one; for scales."""

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        return np.ones(shape, dtype)


class Constant(Initializer):
    """All `value`."""

    def __init__(self, value: float = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        return np.full(shape, self.value, dtype)


class RandomUniform(Initializer):
    """Uniform between `minval` and `maxval`."""

    def __init__(self, minval: float = -0.05, maxval: float = 0.05) -> None:
        self.minval, self.maxval = minval, maxval

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        return np.asarray(rng.uniform(self.minval, self.maxval, shape), dtype)


class RandomNormal(Initializer):
    """Normal around `mean`, with the standard deviation `stddev`."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05) -> None:
        self.mean, self.stddev = mean, stddev

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        return np.asarray(self.mean + self.stddev * rng.standard_normal(shape), dtype)


class TruncatedNormal(Initializer):
    """Normal around `mean`, what is further from it than 2 `stddev` drawn again; so it spreads a bit less."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05) -> None:
        self.mean, self.stddev = mean, stddev

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        return np.asarray(self.mean + self.stddev * within_two(shape, rng), dtype)


Mode = Literal["fan_in", "fan_out", "fan_avg"]
Distribution = Literal["truncated_normal", "untruncated_normal", "uniform"]


class VarianceScaling(Initializer):
    """Mean 0 and variance scale / n, where n is the number of inputs, of outputs, or the mean of the two.

    mode: fan_in, fan_out or fan_avg. distribution: truncated_normal (cut at two standard deviations of the
    uncut one), untruncated_normal or uniform (within ±√(3 scale / n)).
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: Mode = "fan_in",
        distribution: Distribution = "truncated_normal",
    ) -> None:
        if not scale > 0:
            raise TuilabError(f"The scale of a variance is a number above 0. It was given {scale!r}.")
        self.scale = scale
        self.mode = one_of("mode", mode, ("fan_in", "fan_out", "fan_avg"))
        known = ("truncated_normal", "untruncated_normal", "uniform")
        self.distribution = one_of("distribution", distribution, known)

    def __call__(self, shape: Shape, dtype: npt.DTypeLike, rng: np.random.Generator) -> Array:
        fan_in, fan_out = fans(shape)
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / n
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return np.asarray(rng.uniform(-limit, limit, shape), dtype)
        if self.distribution == "truncated_normal":
            return np.asarray(within_two(shape, rng) * (math.sqrt(variance) / SPREAD_WITHIN_TWO), dtype)
        return np.asarray(math.sqrt(variance) * rng.standard_normal(shape), dtype)


class GlorotUniform(VarianceScaling):
    """Uniform within ±√(6 / (fan_in + fan_out)): variance 2 / (fan_in + fan_out).

    X. Glorot, Y. Bengio, 2010, Understanding the difficulty of training deep feedforward neural networks.
    """

    def __init__(self) -> None:
        super().__init__(1.0, "fan_avg", "uniform")


class GlorotNormal(VarianceScaling):
    """Normal, cut at two standard deviations, with variance 2 / (fan_in + fan_out)."""

    def __init__(self) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal")


class HeUniform(VarianceScaling):
    """Uniform within ±√(6 / fan_in): variance 2 / fan_in, for relu, which lets half through.

    K. He, X. Zhang, S. Ren, J. Sun, 2015, Delving Deep into Rectifiers.
    """

    def __init__(self) -> None:
        super().__init__(2.0, "fan_in", "uniform")


class HeNormal(VarianceScaling):
    """Normal, cut at two standard deviations, with variance 2 / fan_in."""

    def __init__(self) -> None:
        super().__init__(2.0, "fan_in", "truncated_normal")


class LecunUniform(VarianceScaling):
    """Uniform within ±√(3 / fan_in): variance 1 / fan_in, for tanh and selu.

    Y. LeCun, L. Bottou, G. Orr, K. Müller, 1998, Efficient BackProp, section 4.6.
    """

    def __init__(self) -> None:
        super().__init__(1.0, "fan_in", "uniform")


class LecunNormal(VarianceScaling):
    """Normal, cut at two standard deviations, with variance 1 / fan_in."""

    def __init__(self) -> None:
        super().__init__(1.0, "fan_in", "truncated_normal")


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
        return np.ascontiguousarray(self.gain * (q if rows >= columns else q.T).reshape(shape), dtype)


def fans(shape: Shape) -> tuple[int, int]:
    """Inputs and outputs of a unit: the last two axes, times the field of the axes before them."""
    if len(shape) < 2:
        return max(1, math.prod(shape)), max(1, math.prod(shape))
    field = math.prod(shape[:-2])
    return max(1, field * shape[-2]), max(1, field * shape[-1])


SPREAD_WITHIN_TWO = 0.87962566103423978
"""The standard deviation that is left of 1 where what lies beyond ±2 is drawn again."""


def within_two(shape: Shape, rng: np.random.Generator) -> Array:
    """Standard normal numbers, those beyond ±2 drawn again."""
    values = np.asarray(rng.standard_normal(shape))
    while (outside := np.abs(values) > 2).any():
        values[outside] = rng.standard_normal(int(outside.sum()))
    return values


def one_of(what: str, given: str, known: tuple[str, ...]) -> str:
    """`given` if it is among the known words."""
    if given not in known:
        raise TuilabError(f"{what} is one of {', '.join(known)}. It was given {given!r}.")
    return given


INITIALIZERS: dict[str, type[Initializer]] = {
    "zeros": Zeros,
    "ones": Ones,
    "constant": Constant,
    "random_normal": RandomNormal,
    "normal": RandomNormal,
    "truncated_normal": TruncatedNormal,
    "random_uniform": RandomUniform,
    "uniform": RandomUniform,
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
    "lecun_uniform": LecunUniform,
    "lecun_normal": LecunNormal,
    "variance_scaling": VarianceScaling,
    "orthogonal": Orthogonal,
}


def get(initializer: str | Initializer) -> Initializer:
    """An initializer by its Keras name, or as it is."""
    return lookup("initializer", initializer, INITIALIZERS, Initializer)
