"""The same numbers in another shape."""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply


def broadcast_to(x: TensorLike, shape: tuple[int, ...]) -> Tensor:
    """x repeated along new axes and axes of size 1 until it has `shape`."""
    return apply("broadcast_to", x, shape=tuple(shape))


def reshape(x: TensorLike, shape: tuple[int, ...]) -> Tensor:
    """The same elements in another shape; one size may be -1, for what is left."""
    return apply("reshape", x, shape=tuple(shape))


def transpose(x: TensorLike) -> Tensor:
    """x with its axes in reverse order."""
    return apply("transpose", x)
