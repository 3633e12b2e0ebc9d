"""ONNX's convolutions. tuilab convolves lines and images; a volume is a sum over the kernel's layers."""

import functools
from typing import Any

from tuilab import Tensor, ops

from .cases import Node
from .windows import Axis, channels_first, channels_last, sliding


def _kernel_last(w: Tensor) -> Tensor:
    """(out, in, …) -> (…, in, out)."""
    return ops.transpose(w, (*range(2, w.ndim), 1, 0))


def _convolution(node: Node, x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    axes, groups = sliding(node, x.shape[2:], w.shape[2:]), node.get("group", 1)
    b = Tensor(w.data.dtype.type(0) * w.data[:, 0].reshape(len(w.data), -1)[:, 0]) if b is None else b
    convolve = {1: _line, 2: _image, 3: _volume}[len(axes)]
    return channels_first(convolve(channels_last(x), _kernel_last(w), b, axes, groups))


def _line(x: Tensor, w: Tensor, b: Tensor, axes: list[Axis], groups: int) -> Tensor:
    (axis,) = axes
    padding = (axis.before, axis.after)
    return ops.conv1d(x, w, b, strides=axis.stride, padding=padding, dilation=axis.dilation, groups=groups)


def _image(x: Tensor, w: Tensor, b: Tensor, axes: list[Axis], groups: int) -> Tensor:
    return ops.conv2d(
        x,
        w,
        b,
        strides=tuple(one.stride for one in axes),
        padding=tuple((one.before, one.after) for one in axes),
        dilation=tuple(one.dilation for one in axes),
        groups=groups,
    )


def _volume(x: Tensor, w: Tensor, b: Tensor, axes: list[Axis], groups: int) -> Tensor:
    depth, *plane = axes
    x = ops.pad(x, ((0, 0), (depth.before, depth.after), (0, 0), (0, 0), (0, 0)))
    batch, rest = x.shape[0], x.shape[2:]
    sums = []
    for layer in range(depth.window):
        first = layer * depth.dilation
        chosen = x[:, first : first + (depth.steps - 1) * depth.stride + 1 : depth.stride]
        images = ops.reshape(chosen, (batch * depth.steps, *rest))
        sums.append(_image(images, w[layer], b if layer == 0 else b * 0.0, plane, groups))
    y = functools.reduce(ops.add, sums)
    return ops.reshape(y, (batch, depth.steps, *y.shape[1:]))


OPERATORS: dict[str, Any] = {"Conv": _convolution}
