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


def softmax(x: TensorLike) -> Tensor:
    """exp(x) / Σ exp(x) along the last axis: positive numbers that sum to 1."""
    return _with_logits("softmax", x)


def _with_logits(activation: str, x: TensorLike) -> Tensor:
    output = apply(activation, x)
    if isinstance(x, Tensor):
        output._logits = activation, x
    return output
