"""Reductions along axes, and their way back."""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply

Axis = int | tuple[int, ...] | None


def sum(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
    """The sum along `axis` (all of x where None)."""
    return apply("sum", x, axis=axis, keepdims=keepdims)


def mean(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean along `axis` (all of x where None)."""
    return apply("mean", x, axis=axis, keepdims=keepdims)


def max(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
    """The largest along `axis` (all of x where None). Its gradient is shared by ties in equal parts."""
    return apply("max", x, axis=axis, keepdims=keepdims)
