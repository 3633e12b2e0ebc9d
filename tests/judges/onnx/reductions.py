"""ONNX's reductions, running sums, and softmax along an axis."""

import functools
from collections.abc import Callable
from typing import Any

from tuilab import Tensor, ops

from .cases import Node

Axes = tuple[int, ...] | None


def _axes(node: Node, axes: Tensor | None) -> Axes:
    """The axes to reduce: an input today, an attribute in older opsets; none named means all of them."""
    named = node.get("axes", ()) if axes is None else axes.data.tolist()
    if not named:
        return () if node.get("noop_with_empty_axes", 0) else None
    return tuple(named)


def _reduced(
    along: Callable[[Tensor, Axes, bool], Tensor], node: Node, x: Tensor, axes: Tensor | None = None
) -> Tensor:
    which = _axes(node, axes)
    return x if which == () else along(x, which, bool(node.get("keepdims", 1)))


def _named(name: str, x: Tensor, axes: Axes, keepdims: bool) -> Tensor:
    result: Tensor = getattr(ops, name)(x, axis=axes, keepdims=keepdims)
    return result


def _l1(x: Tensor, axes: Axes, keepdims: bool) -> Tensor:
    return ops.sum(ops.abs(x), axes, keepdims)


def _l2(x: Tensor, axes: Axes, keepdims: bool) -> Tensor:
    return ops.sqrt(ops.sum(x * x, axes, keepdims))


def _log_sum(x: Tensor, axes: Axes, keepdims: bool) -> Tensor:
    return ops.log(ops.sum(x, axes, keepdims))


def _sum_square(x: Tensor, axes: Axes, keepdims: bool) -> Tensor:
    return ops.sum(x * x, axes, keepdims)


def _arg(name: str, node: Node, x: Tensor) -> Tensor:
    axis = node.get("axis", 0)
    if node.get("select_last_index", 0):
        places = x.shape[axis] - 1 - getattr(ops, name)(ops.flip(x, axis), axis=axis)
    else:
        places = getattr(ops, name)(x, axis=axis)
    return ops.expand_dims(places, axis) if node.get("keepdims", 1) else places


def _cumulative_sum(node: Node, x: Tensor, axis: Tensor) -> Tensor:
    along, reverse = int(axis.data.item()), node.get("reverse", 0)
    if reverse:
        x = ops.flip(x, along)
    y = ops.cumulative_sum(x, axis=along)
    if node.get("exclusive", 0):
        y = y - x
    return ops.flip(y, along) if reverse else y


def _softmax(name: str, node: Node, x: Tensor) -> Tensor:
    function: Callable[..., Tensor] = getattr(ops, name)
    if node.opset >= 13:
        return function(x, axis=node.get("axis", -1))
    axis = node.get("axis", 1)  # an older softmax takes all that follows the axis as one
    rows = ops.reshape(x, (int(functools.reduce(lambda a, b: a * b, x.shape[:axis], 1)), -1))
    return ops.reshape(function(rows, axis=-1), x.shape)


OPERATORS: dict[str, Any] = {
    "ArgMax": functools.partial(_arg, "argmax"),
    "ArgMin": functools.partial(_arg, "argmin"),
    "CumSum": _cumulative_sum,
    "LogSoftmax": functools.partial(_softmax, "log_softmax"),
    "ReduceL1": functools.partial(_reduced, _l1),
    "ReduceL2": functools.partial(_reduced, _l2),
    "ReduceLogSum": functools.partial(_reduced, _log_sum),
    "ReduceLogSumExp": functools.partial(_reduced, functools.partial(_named, "logsumexp")),
    "ReduceMax": functools.partial(_reduced, functools.partial(_named, "max")),
    "ReduceMean": functools.partial(_reduced, functools.partial(_named, "mean")),
    "ReduceMin": functools.partial(_reduced, functools.partial(_named, "min")),
    "ReduceProd": functools.partial(_reduced, functools.partial(_named, "prod")),
    "ReduceSum": functools.partial(_reduced, functools.partial(_named, "sum")),
    "ReduceSumSquare": functools.partial(_reduced, _sum_square),
    "Softmax": functools.partial(_softmax, "softmax"),
}
