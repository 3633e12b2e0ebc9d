"""Arithmetic, element by element."""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply


def add(a: TensorLike, b: TensorLike) -> Tensor:
    """a + b, element by element, broadcast by NumPy's rules."""
    return apply("add", a, b)


def subtract(a: TensorLike, b: TensorLike) -> Tensor:
    """a - b, element by element, broadcast by NumPy's rules."""
    return apply("subtract", a, b)


def multiply(a: TensorLike, b: TensorLike) -> Tensor:
    """a · b, element by element, broadcast by NumPy's rules."""
    return apply("multiply", a, b)


def divide(a: TensorLike, b: TensorLike) -> Tensor:
    """a / b, element by element, broadcast by NumPy's rules."""
    return apply("divide", a, b)


def negative(x: TensorLike) -> Tensor:
    """-x."""
    return apply("negative", x)


def power(x: TensorLike, exponent: float) -> Tensor:
    """x to the power of a plain number."""
    return apply("power", x, exponent=exponent)


def square(x: TensorLike) -> Tensor:
    """x²."""
    return apply("power", x, exponent=2)


def exp(x: TensorLike) -> Tensor:
    """e to the power of x."""
    return apply("exp", x)


def log(x: TensorLike) -> Tensor:
    """The natural logarithm of x."""
    return apply("log", x)


def rescale(x: TensorLike, scale: float, offset: float = 0.0) -> Tensor:
    """scale · x + offset; whole numbers become float32."""
    return apply("rescale", x, scale=scale, offset=offset)
