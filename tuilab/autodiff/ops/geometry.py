"""Affine maps p ↦ A p + t of points and of images.

A map of the plane is a matrix of 2 x 3 numbers, [A | t]; the functions below make those of a translation, a
rotation, a scaling and a shearing. Places are (x, y).
"""

import math

from tuilab.autodiff.ops.arithmetic import add
from tuilab.autodiff.ops.products import matmul
from tuilab.autodiff.ops.shaping import broadcast_to, reshape, transpose
from tuilab.autodiff.tensor import Tensor, TensorLike, apply
from tuilab.errors import ShapeError


def affine_points(points: TensorLike, matrix: TensorLike, offset: TensorLike | None = None) -> Tensor:
    """A p + t of each point: points (…, n), matrix (m, n), offset (m) -> (…, m).

    Without an offset, a matrix (m, n + 1) holds it as its last column; one of (m, n) adds none.
    """
    points, matrix = (one if isinstance(one, Tensor) else Tensor(one) for one in (points, matrix))
    size = points.shape[-1] if points.ndim else 0
    if matrix.ndim != 2 or matrix.shape[1] not in ((size,) if offset is not None else (size, size + 1)):
        raise ShapeError(
            f"affine_points needs points (…, n) and a matrix (m, n), or (m, n + 1) with the offset in it. "
            f"It was given {points.shape} and {matrix.shape}."
        )
    if matrix.shape[1] == size + 1:
        matrix, offset = matrix[:, :-1], matrix[:, -1]
    moved = matmul(points, transpose(matrix))
    return moved if offset is None else add(moved, offset)


def affine_image(images: TensorLike, matrix: TensorLike, offset: TensorLike | None = None) -> Tensor:
    """Each pixel p of the result is what the image has at A p + t, between its four neighbours (bilinear),
    and 0 outside.

    Images are (height, width), (batch, height, width) or (batch, height, width, channels). Places are
    counted in pixels from the middle of the image, x to the right and y down. The map is a matrix (2, 3), or
    (2, 2) and an offset (2); with a batch axis before, each image has its own. As the map says where a pixel
    comes from, the image itself moves the other way: an offset of (1, 0) shifts it to the left.
    """
    images, matrix = (one if isinstance(one, Tensor) else Tensor(one) for one in (images, matrix))
    if not 2 <= images.ndim <= 4:
        raise ShapeError(
            "affine_image needs images (height, width), (batch, height, width) or "
            f"(batch, height, width, channels). It was given {images.shape}."
        )
    if matrix.shape[-2:] == (2, 3) and offset is None:
        matrix, offset = matrix[..., :-1], matrix[..., -1]
    if matrix.shape[-2:] != (2, 2):
        raise ShapeError(
            "affine_image needs a matrix (2, 3), or (2, 2) and an offset (2), or one for each image. "
            f"It was given {matrix.shape}."
        )
    if offset is None:
        offset = Tensor([0.0, 0.0], matrix.dtype)
    whole = images.shape if images.ndim > 2 else (1, *images.shape)
    batch, channels = whole[0], whole[3:] or (1,)
    moved = apply(
        "affine_image",
        reshape(images, (*whole[:3], *channels)),
        broadcast_to(matrix, (batch, 2, 2)),
        broadcast_to(offset, (batch, 2)),
    )
    return reshape(moved, images.shape)


def translation(x: float, y: float) -> Tensor:
    """The map that moves by x to the right and by y along the other axis: (2, 3)."""
    return Tensor([[1.0, 0.0, x], [0.0, 1.0, y]], "float32")


def rotation(angle: float) -> Tensor:
    """The map that turns about the origin by `angle`, in radians, from the x to the y axis: (2, 3)."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return Tensor([[cosine, -sine, 0.0], [sine, cosine, 0.0]], "float32")


def scaling(x: float, y: float | None = None) -> Tensor:
    """The map that stretches by x and y about the origin; by x both ways where y is not given: (2, 3)."""
    return Tensor([[x, 0.0, 0.0], [0.0, x if y is None else y, 0.0]], "float32")


def shearing(x: float, y: float = 0.0) -> Tensor:
    """The map that shifts each line by x times its height, and each column by y times its place: (2, 3)."""
    return Tensor([[1.0, x, 0.0], [y, 1.0, 0.0]], "float32")
