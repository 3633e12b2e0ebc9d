"""An array repeated to a larger shape, and summed back to a smaller one."""

from typing import Any

from tuilab.errors import ShapeError
from tuilab.kernels import shapes
from tuilab.kernels.parallel.arrays import Array, floating, result
from tuilab.kernels.parallel.repetition import repeated
from tuilab.kernels.parallel.sums import sum as summed


def broadcast_to(x: Any, shape: tuple[int, ...], out: Array | None = None) -> Array:
    (x,) = floating("broadcast_to", x)
    return repeated("broadcast_to", x, tuple(shape), 1, out)


def sum_to(x: Any, like: Any, out: Array | None = None) -> Array:
    (wide,) = floating("sum_to", x)
    if wide.shape == like.shape and out is None:
        return wide
    if shapes.broadcast("sum_to", wide.shape, like.shape) != wide.shape:
        raise ShapeError(f"sum_to: {like.shape} is not a shape that was stretched to {wide.shape}.")
    axes = shapes.stretched_axes(like.shape, wide.shape)
    out = result("sum_to", out, like.shape, wide.dtype)
    summed(wide, axes, out=out.reshape(shapes.reduced(wide.shape, axes, False)))
    return out
