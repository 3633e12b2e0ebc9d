"""ONNX's operators that move numbers without changing them."""

import math
from typing import Any

import numpy as np

from tuilab import Tensor, ops

from .cases import Node


def _whole(x: Tensor) -> tuple[int, ...]:
    """An input that says how, not what: shapes, axes, repeats."""
    return tuple(int(one) for one in x.data.reshape(-1))


def _reshape(node: Node, x: Tensor, shape: Tensor) -> Tensor:
    """A size 0 means the size that the axis had, unless `allowzero` is set."""
    sizes = [
        x.shape[axis] if size == 0 and not node.get("allowzero", 0) else size
        for axis, size in enumerate(_whole(shape))
    ]
    return ops.reshape(x, tuple(sizes))


def _flatten(node: Node, x: Tensor) -> Tensor:
    axis = node.get("axis", 1) % (x.ndim + 1) if node.get("axis", 1) >= 0 else node.get("axis") + x.ndim
    return ops.reshape(x, (math.prod(x.shape[:axis]), math.prod(x.shape[axis:])))


def _transpose(node: Node, x: Tensor) -> Tensor:
    return ops.transpose(x, node.get("perm"))


def _unsqueeze(node: Node, x: Tensor, axes: Tensor | None = None) -> Tensor:
    named = node.get("axes") if axes is None else _whole(axes)
    for axis in sorted(one % (x.ndim + len(named)) for one in named):
        x = ops.expand_dims(x, axis)
    return x


def _squeeze(node: Node, x: Tensor, axes: Tensor | None = None) -> Tensor:
    named = node.get("axes") if axes is None else _whole(axes)
    return ops.squeeze(x, None if named is None else tuple(named))


def _concatenate(node: Node, *arrays: Tensor) -> Tensor:
    return ops.concatenate(arrays, axis=node.get("axis", 1))


def _split(node: Node, x: Tensor, split: Tensor | None = None) -> Any:
    axis, parts = node.get("axis", 0), len(node.outputs)
    sizes = node.get("split") if split is None else _whole(split)
    if sizes is None:
        most = -(-x.shape[axis] // parts)
        sizes = [most] * (parts - 1) + [x.shape[axis] - most * (parts - 1)]
    return tuple(ops.split(x, [int(one) for one in np.cumsum(sizes)[:-1]], axis=axis))


def _slice(node: Node, x: Tensor, *inputs: Tensor) -> Tensor:
    if node.opset < 10:
        starts, ends, axes, steps = node.get("starts"), node.get("ends"), node.get("axes"), None
    else:
        given = [*map(_whole, inputs), None, None]
        starts, ends, axes, steps = given[:4]
    parts = [slice(None)] * x.ndim
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        axis = number if axes is None else axes[number]
        step = 1 if steps is None else steps[number]
        size = x.shape[axis]
        first, last, _ = slice(start, end, step).indices(size)
        parts[axis] = slice(first, None if last < 0 else last, step)
    return x[tuple(parts)]


def _pad(node: Node, x: Tensor, *inputs: Tensor | None) -> Tensor:
    if node.opset < 11:
        pads, value, axes = node.get("pads"), node.get("value", 0.0), range(x.ndim)
    else:
        given = [*inputs, None, None]
        pads = _whole(given[0])  # type: ignore[arg-type]
        value = 0 if given[1] is None else given[1].data.item()
        axes = range(x.ndim) if given[2] is None else [one % x.ndim for one in _whole(given[2])]
    widths = [(0, 0)] * x.ndim
    for axis, before, after in zip(axes, pads[: len(pads) // 2], pads[len(pads) // 2 :], strict=True):
        widths[axis] = (before, after)
    mode = node.get("mode", "constant")
    return ops.pad(x, tuple(widths), mode=mode, **({"value": value} if mode == "constant" else {}))


def _expand(_: Node, x: Tensor, shape: Tensor) -> Tensor:
    return ops.broadcast_to(x, np.broadcast_shapes(x.shape, _whole(shape)))


def _tile(_: Node, x: Tensor, repeats: Tensor) -> Tensor:
    return ops.tile(x, _whole(repeats))


def _depth_to_space(node: Node, x: Tensor) -> Tensor:
    n, c, h, w = x.shape
    b = node.get("blocksize")
    if node.get("mode", "DCR") == "DCR":
        blocks = ops.transpose(ops.reshape(x, (n, b, b, c // b**2, h, w)), (0, 3, 4, 1, 5, 2))
    else:
        blocks = ops.transpose(ops.reshape(x, (n, c // b**2, b, b, h, w)), (0, 1, 4, 2, 5, 3))
    return ops.reshape(blocks, (n, c // b**2, h * b, w * b))


def _space_to_depth(node: Node, x: Tensor) -> Tensor:
    n, c, h, w = x.shape
    b = node.get("blocksize")
    order = (0, 3, 5, 1, 2, 4) if node.get("mode", "DCR") == "DCR" else (0, 1, 3, 5, 2, 4)
    blocks = ops.transpose(ops.reshape(x, (n, c, h // b, b, w // b, b)), order)
    return ops.reshape(blocks, (n, c * b**2, h // b, w // b))


OPERATORS: dict[str, Any] = {
    "Concat": _concatenate,
    "DepthToSpace": _depth_to_space,
    "Expand": _expand,
    "Flatten": _flatten,
    "Pad": _pad,
    "Reshape": _reshape,
    "Slice": _slice,
    "SpaceToDepth": _space_to_depth,
    "Split": _split,
    "Squeeze": _squeeze,
    "Tile": _tile,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
