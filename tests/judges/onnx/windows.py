"""Windows that slide over images: what ONNX's attributes say of them, axis by axis, and the order of axes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tuilab import Tensor, ops

from .cases import Node


@dataclass(frozen=True)
class Axis:
    """How windows slide along one axis.

    `extra` is what the last window reaches beyond the padding, where sizes are rounded up; it never counts.
    """

    size: int
    window: int
    stride: int
    dilation: int
    before: int
    after: int
    extra: int
    steps: int


def sliding(node: Node, sizes: Sequence[int], windows: Sequence[int]) -> list[Axis]:
    """How the node's windows slide over axes of these sizes."""
    count = len(sizes)
    strides, dilations = node.get("strides", [1] * count), node.get("dilations", [1] * count)
    pads = node.get("pads", [0] * 2 * count)
    pairs = zip(pads[:count], pads[count:], strict=True)
    each = zip(sizes, windows, strides, dilations, pairs, strict=True)
    return [_axis(node, *one) for one in each]


def _axis(node: Node, size: int, window: int, stride: int, dilation: int, pads: tuple[int, int]) -> Axis:
    reach = (window - 1) * dilation + 1
    before, after = pads
    match node.get("auto_pad", "NOTSET"):
        case "SAME_UPPER" | "SAME_LOWER" as same:
            total = max((math.ceil(size / stride) - 1) * stride + reach - size, 0)
            before = total // 2 if same == "SAME_UPPER" else total - total // 2
            after = total - before
        case "VALID":
            before = after = 0
    room = size + before + after - reach
    steps = room // stride + 1
    if node.get("ceil_mode", 0):
        steps = math.ceil(room / stride) + 1
        if (steps - 1) * stride >= size + before:  # a window that would begin in the padding behind
            steps -= 1
    extra = max((steps - 1) * stride + reach - (size + before + after), 0)
    return Axis(size, window, stride, dilation, before, after, extra, steps)


def channels_last(x: Tensor) -> Tensor:
    """(batch, channels, …) -> (batch, …, channels)."""
    return ops.transpose(x, (0, *range(2, x.ndim), 1))


def channels_first(x: Tensor) -> Tensor:
    """(batch, …, channels) -> (batch, channels, …)."""
    return ops.transpose(x, (0, x.ndim - 1, *range(1, x.ndim - 1)))
