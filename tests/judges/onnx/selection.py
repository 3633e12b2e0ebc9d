"""ONNX's operators that pick elements by their places, and put them there."""

import math
from typing import Any

import numpy as np

from tuilab import Tensor, ops

from .cases import Node


def _gather(node: Node, x: Tensor, indices: Tensor) -> Tensor:
    return ops.take(x, indices, axis=node.get("axis", 0))


def _gather_elements(node: Node, x: Tensor, indices: Tensor) -> Tensor:
    return ops.take_along_axis(x, indices, axis=node.get("axis", 0))


def _gather_nd(node: Node, x: Tensor, indices: Tensor) -> Tensor:
    """With batch axes each index is led by the number of its sample."""
    batch = node.get("batch_dims", 0)
    if batch:
        numbers = np.indices(indices.shape[:-1])[:batch]
        indices = Tensor(np.concatenate([np.moveaxis(numbers, 0, -1), indices.data], axis=-1))
    return ops.gather_nd(x, indices)


def _one_hot(node: Node, indices: Tensor, depth: Tensor, values: Tensor) -> Tensor:
    """Theirs counts negative classes from the end, and leaves those outside all off."""
    classes, axis = int(depth.data.item()), node.get("axis", -1)
    places = indices.data.astype(np.int64)
    places = np.where(places < 0, places + classes, places)
    outside = (places < 0) | (places >= classes)
    chosen = ops.one_hot(Tensor(np.where(outside, classes, places)), classes + 1)  # a class of its own
    chosen = chosen[(..., slice(0, classes))]
    order = list(range(chosen.ndim - 1))
    order.insert(axis % chosen.ndim, chosen.ndim - 1)
    off, on = values[0], values[1]
    return ops.where(ops.equal(ops.transpose(chosen, tuple(order)), 1), on, off)


def _scatter_elements(node: Node, x: Tensor, indices: Tensor, updates: Tensor) -> Tensor:
    """Numbers put at places along an axis."""
    places = np.indices(indices.shape)
    places[node.get("axis", 0)] = indices.data
    return _scatter_nd(node, x, Tensor(np.moveaxis(places, 0, -1)), updates)


def _scatter_nd(node: Node, x: Tensor, indices: Tensor, updates: Tensor) -> Tensor:
    """Parts put at places over the first axes, those taken as one: what was there is taken away before."""
    sizes = x.shape[: indices.shape[-1]]
    flat = np.ravel_multi_index(tuple(np.moveaxis(indices.data % sizes, -1, 0)), sizes)
    if node.get("reduction", "none") != "add":
        updates = updates - ops.gather_nd(x, indices)
    rows = ops.reshape(x, (math.prod(sizes), *x.shape[len(sizes) :]))
    return ops.reshape(ops.scatter_add(rows, Tensor(flat), updates), x.shape)


OPERATORS: dict[str, Any] = {
    "Gather": _gather,
    "GatherElements": _gather_elements,
    "GatherND": _gather_nd,
    "OneHot": _one_hot,
    "Scatter": _scatter_elements,
    "ScatterElements": _scatter_elements,
    "ScatterND": _scatter_nd,
}
