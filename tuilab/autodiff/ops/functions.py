"""The functions of a single number that a textbook has a name for."""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply


def sqrt(x: TensorLike) -> Tensor:
    """The square root of x."""
    return apply("sqrt", x)


def exp(x: TensorLike) -> Tensor:
    """e to the power of x."""
    return apply("exp", x)


def expm1(x: TensorLike) -> Tensor:
    """exp(x) - 1, with all digits where x is small."""
    return apply("expm1", x)


def log(x: TensorLike) -> Tensor:
    """The natural logarithm of x."""
    return apply("log", x)


def log1p(x: TensorLike) -> Tensor:
    """log(1 + x), with all digits where x is small."""
    return apply("log1p", x)


def sin(x: TensorLike) -> Tensor:
    """The sine of x, in radians."""
    return apply("sin", x)


def cos(x: TensorLike) -> Tensor:
    """The cosine of x, in radians."""
    return apply("cos", x)


def erf(x: TensorLike) -> Tensor:
    """The error function 2/√π ∫₀ˣ exp(-t²) dt."""
    return apply("erf", x)
