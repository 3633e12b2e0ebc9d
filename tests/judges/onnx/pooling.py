"""ONNX's pooling. tuilab pools images; lines, volumes and dilated windows are pooled an axis at a time.

The largest of a box is the largest of its rows' largest, and the mean of its rows' means. A window with gaps
of d slides over every d-th number: the axis is folded into rows of d, and pooled along the other way.
"""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tuilab import Tensor, ops

from .cases import Node
from .windows import Axis, channels_first, channels_last, sliding

Pool = Callable[..., Tensor]


def _pooled(pool: Pool, x: Tensor, axes: list[Axis]) -> Tensor:
    """`x` (batch, …, channels) pooled by windows that stay inside it."""
    if len(axes) == 2 and all(one.dilation == 1 for one in axes):
        return pool(
            x, tuple(one.window for one in axes), strides=tuple(one.stride for one in axes), padding="valid"
        )
    for place, axis in enumerate(axes, 1):
        x = _pooled_along(pool, x, place, axis)
    return x


def _pooled_along(pool: Pool, x: Tensor, place: int, axis: Axis) -> Tensor:
    before, after, channels = x.shape[:place], x.shape[place + 1 : -1], x.shape[-1]
    rows, gap = math.prod(before), axis.dilation
    size = x.shape[place] // gap * gap + (gap if x.shape[place] % gap else 0)
    x = ops.reshape(x, (rows, x.shape[place], math.prod(after), channels))
    if size > x.shape[1]:  # numbers that no window reaches, so that rows are full
        x = ops.pad(x, ((0, 0), (0, size - x.shape[1]), (0, 0), (0, 0)))
    folded = ops.reshape(x, (rows, size // gap, gap * math.prod(after), channels))
    if gap == 1:
        y = pool(folded, (axis.window, 1), strides=(axis.stride, 1), padding="valid")
    else:
        y = pool(folded, (axis.window, 1), strides=(1, 1), padding="valid")
        y = ops.reshape(y, (rows, y.shape[1] * gap, math.prod(after), channels))
        y = y[:, : (axis.steps - 1) * axis.stride + 1 : axis.stride]
    return ops.reshape(y, (*before, y.shape[1], *after, channels))


def _padded(x: Tensor, axes: list[Axis], value: float) -> Tensor:
    widths = ((0, 0), *((one.before, one.after + one.extra) for one in axes), (0, 0))
    return ops.pad(x, widths, value=value) if any(map(any, widths)) else x


def _axes(node: Node, x: Tensor) -> list[Axis]:
    return sliding(node, x.shape[2:], node.get("kernel_shape"))


def _max(node: Node, x: Tensor) -> Any:
    axes, images = _axes(node, x), channels_last(x)
    if len(axes) == 2 and all(one.dilation == 1 for one in axes):  # the kernel's own padding
        windows, strides = tuple(one.window for one in axes), tuple(one.stride for one in axes)
        padding = tuple((one.before, one.after + one.extra) for one in axes)
        y = ops.max_pool2d(images, windows, strides=strides, padding=padding)
    else:
        y = _pooled(ops.max_pool2d, _padded(images, axes, -math.inf), axes)
    y = channels_first(y)
    return (y, _places(node, x, axes)) if len(node.outputs) == 2 else y


def _places(node: Node, x: Tensor, axes: list[Axis]) -> Tensor:
    """Where in all of x the largest of each window lies, counted along rows or, if asked, along columns."""
    down, across = axes
    padded = _padded(channels_last(x), axes, -math.inf)
    seen = [
        padded[
            :,
            i : i + (down.steps - 1) * down.stride + 1 : down.stride,
            j : j + (across.steps - 1) * across.stride + 1 : across.stride,
        ]
        for i in range(down.window)
        for j in range(across.window)
    ]
    chosen = channels_first(ops.argmax(ops.stack(seen, axis=0), axis=0)).data
    image, row, column = np.indices((x.shape[0] * x.shape[1], down.steps, across.steps)).reshape(
        3, *chosen.shape
    )
    row = row * down.stride - down.before + chosen // across.window
    column = column * across.stride - across.before + chosen % across.window
    within = column * down.size + row if node.get("storage_order", 0) else row * across.size + column
    return Tensor(image * down.size * across.size + within)


def _average(node: Node, x: Tensor) -> Tensor:
    """Means of what counts: padding does if the node says so, what is beyond it never does."""
    axes, images = _axes(node, x), channels_last(x)
    padding = tuple((one.before, one.after + one.extra) for one in axes)
    if len(axes) == 2 and all(one.dilation == 1 for one in axes) and not node.get("count_include_pad", 0):
        windows, strides = tuple(one.window for one in axes), tuple(one.stride for one in axes)
        return channels_first(ops.average_pool2d(images, windows, strides=strides, padding=padding))
    counted = np.ones(images.shape, x.dtype)
    if node.get("count_include_pad", 0):
        counted = np.pad(
            counted, ((0, 0), *((one.before, one.after) for one in axes), (0, 0)), constant_values=1
        )
        counted = np.pad(counted, ((0, 0), *((0, one.extra) for one in axes), (0, 0)))
    else:
        counted = np.pad(counted, ((0, 0), *padding, (0, 0)))
    mean = functools.partial(_pooled, ops.average_pool2d, axes=axes)
    return channels_first(mean(_padded(images, axes, 0.0)) / mean(Tensor(counted)))


def _power_mean(node: Node, x: Tensor) -> Tensor:
    """(Σ |x|^p)^(1/p) over each window: its mean times how many there are."""
    axes, p = _axes(node, x), node.get("p", 2)
    powers = _padded(channels_last(ops.power(ops.abs(x), float(p))), axes, 0.0)
    sums = _pooled(ops.average_pool2d, powers, axes) * float(math.prod(one.window for one in axes))
    return channels_first(ops.power(sums, 1 / p))


def _global(name: str, _: Node, x: Tensor) -> Tensor:
    y = getattr(ops, name)(channels_last(x))
    return ops.reshape(y, (*x.shape[:2], *[1] * (x.ndim - 2)))


def _local_response(node: Node, x: Tensor) -> Tensor:
    """x / (bias + α mean x²)^β, where the mean goes over neighbouring channels, an absent one being 0."""
    size, channels = node.get("size"), x.shape[1]
    axis = Axis(channels, size, 1, 1, (size - 1) // 2, size // 2, 0, channels)
    squares = ops.reshape(x * x, (x.shape[0], channels, math.prod(x.shape[2:]), 1))
    squares = ops.pad(squares, ((0, 0), (axis.before, axis.after), (0, 0), (0, 0)), value=0.0)
    mean = ops.reshape(_pooled_along(ops.average_pool2d, squares, 1, axis), x.shape)
    return x / ops.power(mean * node.get("alpha", 1e-4) + node.get("bias", 1.0), node.get("beta", 0.75))


OPERATORS: dict[str, Any] = {
    "AveragePool": _average,
    "GlobalAveragePool": functools.partial(_global, "global_average_pool2d"),
    "GlobalMaxPool": functools.partial(_global, "global_max_pool2d"),
    "LRN": _local_response,
    "LpPool": _power_mean,
    "MaxPool": _max,
}
