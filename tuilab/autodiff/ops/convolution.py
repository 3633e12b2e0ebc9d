"""Convolutions. Images are (batch, height, width, channels), sequences (batch, steps, features)."""

from typing import Any

import numpy as np

from tuilab.autodiff.tensor import Tensor, TensorLike, apply
from tuilab.errors import ShapeError, TuilabError

Pair = int | tuple[int, int]
Padding = str | tuple[tuple[int, int], tuple[int, int]]


def conv2d(
    x: TensorLike,
    w: TensorLike,
    b: TensorLike | None = None,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
    groups: int = 1,
    activation: str = "linear",
) -> Tensor:
    """activation(x ∗ w + b) in one kernel: (batch, height, width, channels), (kernel height, kernel width,
    channels / groups, filters), (filters,) -> (batch, rows, columns, filters).

    `padding` is "valid" (none), "same" (⌈size / stride⌉ windows) or ((top, bottom), (left, right)) zeros.
    Group g of the filters sees only group g of the channels. activation is linear, relu, sigmoid or tanh.
    """
    return apply(
        "conv2d",
        x,
        w,
        _bias(b, w, 3),
        strides=strides,
        padding=padding,
        dilation=dilation,
        groups=groups,
        activation=activation,
    )


def conv1d(
    x: TensorLike,
    w: TensorLike,
    b: TensorLike | None = None,
    strides: int = 1,
    padding: str | tuple[int, int] = "valid",
    dilation: int = 1,
    groups: int = 1,
    activation: str = "linear",
) -> Tensor:
    """The convolution of sequences, as images of height 1: (batch, steps, features), (kernel size,
    features / groups, filters), (filters,) -> (batch, steps, filters).

    `padding` is as in `conv2d`, (before, after), or "causal": all of it before, so that no output sees a
    later step.
    """
    x, w = _tensor(x), _tensor(w)
    if x.ndim != 3 or w.ndim != 3:
        raise ShapeError(
            "conv1d takes sequences (batch, steps, features) and weights (kernel size, inputs, filters). "
            f"It was given {x.shape} and {w.shape}."
        )
    image = apply("reshape", x, shape=(x.shape[0], 1, *x.shape[1:]))
    weights = apply("reshape", w, shape=(1, *w.shape))
    along: Any = padding
    if padding == "causal":
        along = ((0, 0), ((w.shape[0] - 1) * dilation, 0))
    elif not isinstance(padding, str):
        along = ((0, 0), tuple(padding))
    y = conv2d(image, weights, b, (1, strides), along, (1, dilation), groups, activation)
    return apply("reshape", y, shape=(y.shape[0], *y.shape[2:]))


def conv2d_transpose(
    x: TensorLike,
    w: TensorLike,
    b: TensorLike | None = None,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
    output_padding: Pair = 0,
    activation: str = "linear",
) -> Tensor:
    """The way back of `conv2d` to its image, as an operation of its own: each number of x gives the filter's
    window to the output. (batch, rows, columns, channels), (kernel height, kernel width, filters, channels),
    (filters,) -> (batch, height, width, filters).

    The output is what `conv2d` would turn into rows x columns: stride times as large with padding "same".
    """
    return apply(
        "conv2d_transpose",
        x,
        w,
        _bias(b, w, 2),
        strides=strides,
        padding=padding,
        dilation=dilation,
        output_padding=output_padding,
        activation=activation,
    )


def _tensor(x: TensorLike) -> Tensor:
    return x if isinstance(x, Tensor) else Tensor(x)


def _bias(b: TensorLike | None, w: TensorLike, axis: int) -> TensorLike:
    """`b`, or zeros for the filters along `axis` of w."""
    if b is not None:
        return b
    weights = _tensor(w)
    if weights.ndim != 4:
        raise TuilabError(f"The weights of a convolution of images have 4 axes. They are {weights.shape}.")
    return Tensor(np.zeros(weights.shape[axis], weights.dtype if weights.dtype.kind == "f" else np.float32))
