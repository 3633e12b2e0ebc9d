"""Products of matrices, of vectors, and along any axes."""

import math
from collections.abc import Sequence

from tuilab.autodiff.ops.arithmetic import multiply
from tuilab.autodiff.ops.shaping import expand_dims, reshape, squeeze, transpose
from tuilab.autodiff.tensor import Tensor, TensorLike, apply
from tuilab.errors import ShapeError
from tuilab.kernels import shapes


def matmul(a: TensorLike, b: TensorLike) -> Tensor:
    """The matrix product by NumPy's rules: (…, m, k) @ (…, k, n) -> (…, m, n).

    Leading axes are broadcast. A vector on the left counts as a row, one on the right as a column, and that
    axis is left out of the result.
    """
    a, b = (one if isinstance(one, Tensor) else Tensor(one) for one in (a, b))
    if a.ndim == b.ndim == 2:
        return apply("matmul", a, b)
    if a.ndim == 0 or b.ndim == 0:
        raise ShapeError(
            f"matmul needs vectors or matrices. It was given {a.shape} and {b.shape}. "
            "A single number multiplies with *."
        )
    if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ShapeError(f"matmul needs the inner sizes to match: {a.shape} @ {b.shape}.")
    if a.ndim == 1:
        return squeeze(matmul(expand_dims(a, 0), b), -2 if b.ndim > 1 else 0)
    if b.ndim == 1:
        return squeeze(matmul(a, expand_dims(b, 1)), -1)
    if b.ndim == 2:  # one product of all rows, rather than many small ones
        rows = reshape(a, (math.prod(a.shape[:-1]), a.shape[-1]))
        return reshape(apply("matmul", rows, b), (*a.shape[:-1], b.shape[1]))
    return apply("matmul", a, b)


def matrix_transpose(x: TensorLike) -> Tensor:
    """x with its last two axes in the other order: (…, m, n) -> (…, n, m)."""
    return apply("matrix_transpose", x)


def dot(a: TensorLike, b: TensorLike) -> Tensor:
    """NumPy's dot: the sum of products along the last axis of a and the last but one (of a vector: the only
    one) of b. With a single number it multiplies."""
    a, b = (one if isinstance(one, Tensor) else Tensor(one) for one in (a, b))
    if a.ndim == 0 or b.ndim == 0:
        return multiply(a, b)
    return matmul(a, b) if b.ndim <= 2 else tensordot(a, b, ((-1,), (-2,)))


def outer(a: TensorLike, b: TensorLike) -> Tensor:
    """Each element of a times each of b: (m), (n) -> (m, n). More axes are laid end to end first."""
    a, b = (one if isinstance(one, Tensor) else Tensor(one) for one in (a, b))
    return multiply(reshape(a, (a.size, 1)), reshape(b, (b.size,)))


Axes = int | Sequence[int]


def tensordot(a: TensorLike, b: TensorLike, axes: int | tuple[Axes, Axes] = 2) -> Tensor:
    """The sum of products along pairs of axes, as NumPy's: `axes[0]` of a with `axes[1]` of b; a whole number
    stands for the last so many of a with the first of b. What is left of a comes first, then what is left
    of b."""
    a, b = (one if isinstance(one, Tensor) else Tensor(one) for one in (a, b))
    left, right = _paired(a.shape, b.shape, axes)
    a_left = [axis for axis in range(a.ndim) if axis not in left]
    b_left = [axis for axis in range(b.ndim) if axis not in right]
    inner = math.prod(a.shape[axis] for axis in left)
    kept = [a.shape[axis] for axis in a_left], [b.shape[axis] for axis in b_left]
    rows = reshape(transpose(a, (*a_left, *left)), (math.prod(kept[0]), inner))
    columns = reshape(transpose(b, (*right, *b_left)), (inner, math.prod(kept[1])))
    return reshape(apply("matmul", rows, columns), (*kept[0], *kept[1]))


def _paired(
    a: tuple[int, ...], b: tuple[int, ...], axes: int | tuple[Axes, Axes]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of a and of b that go together, counted from 0."""
    if isinstance(axes, int):
        if not 0 <= axes <= min(len(a), len(b)):
            raise ShapeError(
                f"tensordot: axes={axes} of {a} and {b}. Expected 0 to {min(len(a), len(b))}, or two lists."
            )
        left, right = list(range(len(a) - axes, len(a))), list(range(axes))
    else:
        left, right = ([one] if isinstance(one, int) else list(one) for one in axes)
    for shape, own in ((a, left), (b, right)):
        shapes.normalize_axes("tensordot", tuple(own), len(shape))
    sizes = [a[axis] for axis in left], [b[axis] for axis in right]
    if sizes[0] != sizes[1]:
        raise ShapeError(
            f"tensordot: axes {left} of {a} and {right} of {b} have the sizes {sizes[0]} and {sizes[1]}. "
            "Expected equal ones."
        )
    return tuple(one % len(a) for one in left), tuple(one % len(b) for one in right)


def dense(x: TensorLike, w: TensorLike, b: TensorLike, activation: str = "linear") -> Tensor:
    """activation(x @ w + b) in one kernel; activation is linear, relu, sigmoid or tanh."""
    return apply("dense", x, w, b, activation=activation)
