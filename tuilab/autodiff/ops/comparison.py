"""Comparisons, which answer true or false, and what is done with such answers. All broadcast.

They compare whole numbers exactly. No gradient flows through an answer: it is flat, and jumps.
"""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply


def equal(a: TensorLike, b: TensorLike) -> Tensor:
    """Whether a = b."""
    return apply("equal", a, b)


def not_equal(a: TensorLike, b: TensorLike) -> Tensor:
    """Whether a ≠ b; of two truths, whether just one holds."""
    return apply("not_equal", a, b)


def less(a: TensorLike, b: TensorLike) -> Tensor:
    """Whether a < b."""
    return apply("less", a, b)


def less_equal(a: TensorLike, b: TensorLike) -> Tensor:
    """Whether a ≤ b."""
    return apply("less_equal", a, b)


def greater(a: TensorLike, b: TensorLike) -> Tensor:
    """Whether a > b."""
    return apply("greater", a, b)


def greater_equal(a: TensorLike, b: TensorLike) -> Tensor:
    """Whether a ≥ b."""
    return apply("greater_equal", a, b)


def logical_and(a: TensorLike, b: TensorLike) -> Tensor:
    """Whether both hold. Numbers hold where they are not 0."""
    return apply("logical_and", a, b)


def logical_or(a: TensorLike, b: TensorLike) -> Tensor:
    """Whether one of them holds, or both."""
    return apply("logical_or", a, b)


def logical_not(x: TensorLike) -> Tensor:
    """Whether x does not hold."""
    return apply("logical_not", x)


def isnan(x: TensorLike) -> Tensor:
    """Whether x is NaN."""
    return apply("isnan", x)


def isinf(x: TensorLike) -> Tensor:
    """Whether x is infinite, of either sign."""
    return apply("isinf", x)


def isfinite(x: TensorLike) -> Tensor:
    """Whether x is neither infinite nor NaN."""
    return apply("isfinite", x)


def where(condition: TensorLike, x: TensorLike, y: TensorLike) -> Tensor:
    """x where the condition holds, y elsewhere; each gets the gradient of its own places."""
    return apply("where", condition, x, y)
