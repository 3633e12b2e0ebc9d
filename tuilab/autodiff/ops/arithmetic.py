"""Arithmetic, element by element; arrays of unlike shapes are broadcast by NumPy's rules."""

import numpy as np

from tuilab.autodiff.tensor import Tensor, TensorLike, apply


def add(a: TensorLike, b: TensorLike) -> Tensor:
    """a + b."""
    return apply("add", a, b)


def subtract(a: TensorLike, b: TensorLike) -> Tensor:
    """a - b."""
    return apply("subtract", a, b)


def multiply(a: TensorLike, b: TensorLike) -> Tensor:
    """a · b."""
    return apply("multiply", a, b)


def divide(a: TensorLike, b: TensorLike) -> Tensor:
    """a / b. Whole numbers give fractions too."""
    return apply("divide", a, b)


def floor_divide(a: TensorLike, b: TensorLike) -> Tensor:
    """The largest whole number that is not above a / b. A whole number divided by 0 gives 0, as in NumPy."""
    return apply("floor_divide", a, b)


def mod(a: TensorLike, b: TensorLike) -> Tensor:
    """What is left of a by a whole number of b's, with the sign of b, as in Python."""
    return apply("mod", a, b)


def maximum(a: TensorLike, b: TensorLike) -> Tensor:
    """The larger of the two; NaN where one of them is NaN. Equal ones share the gradient in halves."""
    return apply("maximum", a, b)


def minimum(a: TensorLike, b: TensorLike) -> Tensor:
    """The smaller of the two; NaN where one of them is NaN. Equal ones share the gradient in halves."""
    return apply("minimum", a, b)


def negative(x: TensorLike) -> Tensor:
    """-x."""
    return apply("negative", x)


def abs(x: TensorLike) -> Tensor:  # noqa: A001  (NumPy's name)
    """The size of x without its sign. Its gradient at 0 is taken as 0."""
    return apply("abs", x)


def sign(x: TensorLike) -> Tensor:
    """-1, 0 or 1, as x is below 0, 0, or above."""
    return apply("sign", x)


def floor(x: TensorLike) -> Tensor:
    """The largest whole number that is not above x, in the type of x."""
    return apply("floor", x)


def ceil(x: TensorLike) -> Tensor:
    """The smallest whole number that is not below x, in the type of x."""
    return apply("ceil", x)


def round(x: TensorLike) -> Tensor:  # noqa: A001  (NumPy's name)
    """The nearest whole number, in the type of x; of two that are as near, the even one."""
    return apply("round", x)


def clip(x: TensorLike, low: float, high: float) -> Tensor:
    """x, but `low` where it is below, and `high` where it is above. NaN stays NaN."""
    return apply("clip", x, low=low, high=high)


def rescale(x: TensorLike, scale: float, offset: float = 0.0) -> Tensor:
    """scale · x + offset; whole numbers become float32."""
    return apply("rescale", x, scale=scale, offset=offset)


def square(x: TensorLike) -> Tensor:
    """x²."""
    return apply("power", x, exponent=2)


def power(x: TensorLike, exponent: TensorLike) -> Tensor:
    """x to the power of `exponent`: a plain number, or an array, with which x is broadcast (see `pow`)."""
    if isinstance(exponent, int | float | np.number):
        return apply("power", x, exponent=exponent)
    return pow(x, exponent)


def pow(a: TensorLike, b: TensorLike) -> Tensor:  # noqa: A001  (the array API's name)
    """a to the power of b. A whole exponent keeps the type of a; whole numbers give whole numbers.

    Where b is 0 the gradient by a is 0; where a is 0, and b not below, the gradient by b is.
    """
    return apply("pow", a, b)
