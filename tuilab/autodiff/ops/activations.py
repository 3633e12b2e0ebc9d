"""Activation functions."""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply


def relu(x: TensorLike) -> Tensor:
    """max(x, 0). Its gradient at 0 is taken as 0."""
    return apply("relu", x)


def relu6(x: TensorLike) -> Tensor:
    """min(max(x, 0), 6)."""
    return apply("clip", x, low=0, high=6)


def leaky_relu(x: TensorLike, negative_slope: float = 0.2) -> Tensor:
    """x where it is above 0, negative_slope · x elsewhere."""
    return apply("leaky_relu", x, negative_slope=negative_slope)


def elu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """x where it is above 0, alpha · (exp(x) - 1) elsewhere."""
    return apply("elu", x, alpha=alpha)


def selu(x: TensorLike) -> Tensor:
    """1.0507 · elu(x, alpha=1.6733): keeps mean 0 and variance 1 from layer to layer."""
    return apply("selu", x)


def gelu(x: TensorLike, approximate: bool = False) -> Tensor:
    """x times the chance that a standard normal number is below x; `approximate` by a hyperbolic tangent."""
    return apply("gelu", x, approximate=bool(approximate))


def silu(x: TensorLike) -> Tensor:
    """x · sigmoid(x), also known as swish."""
    return apply("silu", x)


def mish(x: TensorLike) -> Tensor:
    """x · tanh(softplus(x))."""
    return apply("mish", x)


def softplus(x: TensorLike) -> Tensor:
    """log(1 + exp(x)), a smooth relu."""
    return apply("softplus", x)


def softsign(x: TensorLike) -> Tensor:
    """x / (1 + |x|)."""
    return apply("softsign", x)


def hard_sigmoid(x: TensorLike) -> Tensor:
    """x / 6 + 1/2, held between 0 and 1."""
    return apply("hard_sigmoid", x)


def hard_silu(x: TensorLike) -> Tensor:
    """x · hard_sigmoid(x)."""
    return apply("multiply", x, hard_sigmoid(x))


def hard_tanh(x: TensorLike) -> Tensor:
    """x, held between -1 and 1."""
    return apply("clip", x, low=-1, high=1)


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
