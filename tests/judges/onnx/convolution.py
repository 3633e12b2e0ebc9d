"""ONNX's convolutions. tuilab convolves lines and images; a volume is a sum over the kernel's layers."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tuilab import Tensor, ops

from .cases import Node
from .windows import Axis, channels_first, channels_last, sliding


def _kernel_last(w: Tensor) -> Tensor:
    """(out, in, …) -> (…, in, out)."""
    return ops.transpose(w, (*range(2, w.ndim), 1, 0))


def _convolution(node: Node, x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    axes, groups = sliding(node, x.shape[2:], w.shape[2:]), node.get("group", 1)
    convolve = {1: _line, 2: _image, 3: _volume}[len(axes)]
    return channels_first(convolve(channels_last(x), _kernel_last(w), b, axes, groups))


def _line(x: Tensor, w: Tensor, b: Tensor | None, axes: list[Axis], groups: int) -> Tensor:
    (axis,) = axes
    padding = (axis.before, axis.after)
    return ops.conv1d(x, w, b, strides=axis.stride, padding=padding, dilation=axis.dilation, groups=groups)


def _image(x: Tensor, w: Tensor, b: Tensor | None, axes: list[Axis], groups: int) -> Tensor:
    return ops.conv2d(
        x,
        w,
        b,
        strides=tuple(one.stride for one in axes),
        padding=tuple((one.before, one.after) for one in axes),
        dilation=tuple(one.dilation for one in axes),
        groups=groups,
    )


def _volume(x: Tensor, w: Tensor, b: Tensor | None, axes: list[Axis], groups: int) -> Tensor:
    depth, *plane = axes
    x = ops.pad(x, ((0, 0), (depth.before, depth.after), (0, 0), (0, 0), (0, 0)))
    batch, rest = x.shape[0], x.shape[2:]
    sums = []
    for layer in range(depth.window):
        first = layer * depth.dilation
        chosen = x[:, first : first + (depth.steps - 1) * depth.stride + 1 : depth.stride]
        images = ops.reshape(chosen, (batch * depth.steps, *rest))
        sums.append(_image(images, w[layer], b if layer == 0 else None, plane, groups))
    y = functools.reduce(ops.add, sums)
    return ops.reshape(y, (batch, depth.steps, *y.shape[1:]))


def _transposed(node: Node, x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    """Each group of channels by itself, for tuilab's transposed convolution knows no groups."""
    groups = node.get("group", 1)
    axes = _spread(node, x.shape[2:], w.shape[2:])
    give = {1: _spread_line, 2: _spread_image, 3: _spread_volume}[len(axes)]
    images, kernels = ops.split(x, groups, axis=1), ops.split(w, groups, axis=0)
    parts = [
        give(channels_last(image), ops.transpose(kernel, (*range(2, w.ndim), 1, 0)), axes)
        for image, kernel in zip(images, kernels, strict=True)
    ]
    y = ops.concatenate(parts, axis=-1)
    return channels_first(y if b is None else y + b)


@dataclass(frozen=True)
class Spread:
    """How a number gives its window to the output along one axis."""

    stride: int
    dilation: int
    before: int
    after: int
    more: int


def _spread(node: Node, sizes: Sequence[int], windows: Sequence[int]) -> list[Spread]:
    """What the node says, axis by axis: it may name the output's size, and padding follows from that."""
    count = len(sizes)
    strides, dilations = node.get("strides", [1] * count), node.get("dilations", [1] * count)
    pads, more = node.get("pads", [0] * 2 * count), node.get("output_padding", [0] * count)
    same = node.get("auto_pad", "NOTSET")
    wanted = node.get("output_shape", [None] * count)
    axes = []
    for axis, (size, window) in enumerate(zip(sizes, windows, strict=True)):
        whole = (size - 1) * strides[axis] + (window - 1) * dilations[axis] + 1 + more[axis]
        target = size * strides[axis] if same.startswith("SAME") else wanted[axis]
        before, after, extra = pads[axis], pads[count + axis], more[axis]
        if target is not None:
            total = max(whole - target, 0)
            before = total // 2 if same == "SAME_UPPER" else total - total // 2
            after, extra = total - before, extra + max(target - whole, 0)
        axes.append(Spread(strides[axis], dilations[axis], before, after, extra))
    return axes


def _spread_image(x: Tensor, w: Tensor, axes: list[Spread]) -> Tensor:
    return ops.conv2d_transpose(
        x,
        w,
        strides=tuple(one.stride for one in axes),
        padding=tuple((one.before, one.after) for one in axes),
        dilation=tuple(one.dilation for one in axes),
        output_padding=tuple(one.more for one in axes),
    )


def _spread_line(x: Tensor, w: Tensor, axes: list[Spread]) -> Tensor:
    """A line is an image of one row."""
    y = _spread_image(ops.expand_dims(x, 1), ops.expand_dims(w, 0), [Spread(1, 1, 0, 0, 0), *axes])
    return ops.squeeze(y, 1)


def _spread_volume(x: Tensor, w: Tensor, axes: list[Spread]) -> Tensor:
    """Every layer of the kernel gives an image to another depth; ONNX has a case without strides only."""
    depth, *plane = axes
    assert depth == Spread(1, 1, 0, 0, 0)
    batch, layers = x.shape[:2]
    images = ops.reshape(x, (batch * layers, *x.shape[2:]))
    sums = []
    for layer in range(w.shape[0]):
        y = _spread_image(images, w[layer], plane)
        y = ops.reshape(y, (batch, layers, *y.shape[1:]))
        sums.append(ops.pad(y, ((0, 0), (layer, w.shape[0] - 1 - layer), (0, 0), (0, 0), (0, 0))))
    return functools.reduce(ops.add, sums)


OPERATORS: dict[str, Any] = {"Conv": _convolution, "ConvTranspose": _transposed}
