"""Pooling of images (batch, height, width, channels)."""

from tuilab.autodiff.ops.reductions import max as _max
from tuilab.autodiff.ops.reductions import mean as _mean
from tuilab.autodiff.tensor import Tensor, TensorLike, apply

Pair = int | tuple[int, int]
Padding = str | tuple[tuple[int, int], tuple[int, int]]


def max_pool2d(
    x: TensorLike, window: Pair = 2, strides: Pair | None = None, padding: Padding = "valid"
) -> Tensor:
    """The largest number under each window, in each channel: (batch, height, width, channels) ->
    (batch, rows, columns, channels).

    Windows lie side by side where `strides` is None. `padding` is as in `conv2d`, and never the largest. The
    gradient goes to the first of several largest.
    """
    return apply("max_pool2d", x, window=window, strides=strides, padding=padding)


def average_pool2d(
    x: TensorLike, window: Pair = 2, strides: Pair | None = None, padding: Padding = "valid"
) -> Tensor:
    """The mean of the numbers under each window, in each channel; padding is not counted, as in Keras."""
    return apply("average_pool2d", x, window=window, strides=strides, padding=padding)


def global_average_pool2d(x: TensorLike, keepdims: bool = False) -> Tensor:
    """The mean of each image in each channel: (batch, height, width, channels) -> (batch, channels)."""
    return _mean(x, (1, 2), keepdims)


def global_max_pool2d(x: TensorLike, keepdims: bool = False) -> Tensor:
    """The largest number of each image in each channel: (batch, height, width, channels) ->
    (batch, channels)."""
    return _max(x, (1, 2), keepdims)
