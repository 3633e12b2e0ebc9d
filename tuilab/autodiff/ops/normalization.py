"""Normalizations."""

import math

from tuilab.autodiff.tensor import Tensor, TensorLike, apply, apply_all
from tuilab.errors import ShapeError
from tuilab.kernels import shapes


def batch_norm(
    x: TensorLike, gamma: TensorLike, beta: TensorLike, epsilon: float = 1e-3
) -> tuple[Tensor, Tensor, Tensor]:
    """gamma · (x - mean) / sqrt(variance + epsilon) + beta, the mean and the variance: (…, channels),
    (channels,), (channels,) -> (…, channels), (channels,), (channels,).

    Mean and variance are over all axes but the last; the variance divides by the number of samples.
    """
    y, mean, variance = apply_all("batch_norm", x, gamma, beta, epsilon=epsilon)
    return y, mean, variance


def batch_norm_inference(
    x: TensorLike,
    gamma: TensorLike,
    beta: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    epsilon: float = 1e-3,
) -> Tensor:
    """gamma · (x - mean) / sqrt(variance + epsilon) + beta, with the mean and variance given."""
    return apply("batch_norm_inference", x, gamma, beta, mean, variance, epsilon=epsilon)


def layer_norm(
    x: TensorLike,
    gamma: TensorLike,
    beta: TensorLike,
    axis: int | tuple[int, ...] = -1,
    epsilon: float = 1e-3,
) -> Tensor:
    """gamma · (x - mean) / sqrt(variance + epsilon) + beta, mean and variance over the last axes, which
    `axis` names; gamma and beta have their shape."""
    x = x if isinstance(x, Tensor) else Tensor(x)
    gamma = gamma if isinstance(gamma, Tensor) else Tensor(gamma)
    beta = beta if isinstance(beta, Tensor) else Tensor(beta)
    axes = shapes.normalize_axes("layer_norm", axis, x.ndim)
    first = x.ndim - len(axes)
    if axes != tuple(range(first, x.ndim)):
        raise ShapeError(
            f"layer_norm: axis={axis} of an array with {x.ndim} axes. Expected the last axes; "
            "transpose it first."
        )
    if len(axes) == 1:
        return apply("layer_norm", x, gamma, beta, epsilon=epsilon)
    if gamma.shape != x.shape[first:] or beta.shape != x.shape[first:]:
        raise ShapeError(
            f"layer_norm over axes of {x.shape[first:]} needs gamma and beta of that shape. "
            f"It was given {gamma.shape} and {beta.shape}."
        )
    features = math.prod(x.shape[first:])
    flat = apply("reshape", x, shape=(*x.shape[:first], features))
    y = apply(
        "layer_norm",
        flat,
        apply("reshape", gamma, shape=(features,)),
        apply("reshape", beta, shape=(features,)),
        epsilon=epsilon,
    )
    return apply("reshape", y, shape=x.shape)
