"""Activation functions."""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply


def relu(x: TensorLike) -> Tensor:
    """max(x, 0). Its gradient at 0 is taken as 0."""
    return apply("relu", x)


def sigmoid(x: TensorLike) -> Tensor:
    """1 / (1 + exp(-x))."""
    return _with_logits("sigmoid", x)


def tanh(x: TensorLike) -> Tensor:
    """The hyperbolic tangent of x."""
    return apply("tanh", x)


def softmax(x: TensorLike, axis: int = -1) -> Tensor:
    """exp(x) / Σ exp(x) along `axis`: positive numbers that sum to 1."""
    tensor = x if isinstance(x, Tensor) else Tensor(x)
    if axis in (-1, tensor.ndim - 1):
        return _with_logits("softmax", x)
    return apply("softmax", x, axis=axis)


def log_softmax(x: TensorLike, axis: int = -1) -> Tensor:
    """x - log Σ exp(x) along `axis`: the logarithm of softmax(x), exact where that is near 0 or 1."""
    return apply("log_softmax", x, axis=axis)


def _with_logits(activation: str, x: TensorLike) -> Tensor:
    output = apply(activation, x)
    if isinstance(x, Tensor):
        output._logits = activation, x
    return output
