"""Reductions and running sums along axes. `axis` is one or several; None stands for all of x."""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply

Axis = int | tuple[int, ...] | None


def sum(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
    """The sum along `axis`. Whole numbers are added exactly, in 64 bits."""
    return apply("sum", x, axis=axis, keepdims=keepdims)


def mean(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean along `axis`."""
    return apply("mean", x, axis=axis, keepdims=keepdims)


def prod(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The product along `axis`. Its gradient, the product of all others, is right where there are zeros."""
    return apply("prod", x, axis=axis, keepdims=keepdims)


def max(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
    """The largest along `axis`. Its gradient is shared by ties in equal parts."""
    return apply("max", x, axis=axis, keepdims=keepdims)


def min(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
    """The smallest along `axis`. Its gradient is shared by ties in equal parts."""
    return apply("min", x, axis=axis, keepdims=keepdims)


def argmax(x: TensorLike, axis: int | None = -1, keepdims: bool = False) -> Tensor:
    """The place of the largest along one axis, the first of equals; with None the place in all of x, counted
    row by row."""
    return apply("argmax", x, axis=axis, keepdims=keepdims)


def argmin(x: TensorLike, axis: int | None = -1, keepdims: bool = False) -> Tensor:
    """The place of the smallest along one axis, the first of equals; with None the place in all of x, counted
    row by row."""
    return apply("argmin", x, axis=axis, keepdims=keepdims)


def all(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
    """Whether all along `axis` are true, that is not 0."""
    return apply("all", x, axis=axis, keepdims=keepdims)


def any(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
    """Whether any along `axis` is true, that is not 0."""
    return apply("any", x, axis=axis, keepdims=keepdims)


def variance(x: TensorLike, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Tensor:
    """Σ (x - mean)² / (n - correction) along `axis`: exact where x is large and its differences are small."""
    return apply("variance", x, axis=axis, keepdims=keepdims, correction=correction)


def std(x: TensorLike, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Tensor:
    """√variance along `axis`. Its gradient is taken as 0 where all numbers are equal."""
    return apply("std", x, axis=axis, keepdims=keepdims, correction=correction)


def logsumexp(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """log Σ exp(x) along `axis`, without overflow."""
    return apply("logsumexp", x, axis=axis, keepdims=keepdims)


def cumulative_sum(x: TensorLike, axis: int = -1) -> Tensor:
    """The sums of the first, the first two, the first three … along `axis`."""
    return apply("cumulative_sum", x, axis=axis)
