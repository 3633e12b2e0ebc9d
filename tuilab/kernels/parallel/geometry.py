"""Images moved by an affine map: each pixel taken from where the map sends it, between four others."""

from typing import Any

import numpy as np

from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, apart, floating, result

SPEC = "(batch,height,width,channels),(batch,2,2),(batch,2)->(batch,height,width,channels)"


@device
def _sent(matrix: Any, offset: Any, height: Any, width: Any, r: Any, c: Any) -> Any:
    """The row and the column that pixel (r, c) is taken from."""
    middle_row, middle_column = (height - 1) / 2, (width - 1) / 2
    u, v = c - middle_column, r - middle_row
    row = matrix[1, 0] * u + matrix[1, 1] * v + offset[1] + middle_row
    column = matrix[0, 0] * u + matrix[0, 1] * v + offset[0] + middle_column
    return row, column


@kernel
def _affine_image(x: Any, matrix: Any, offset: Any, out: Any) -> None:
    batch, height, width, channels = x.shape
    source, target = x.reshape(-1), out.reshape(-1)
    for line in prange(batch * height):
        n, r = line // height, line % height
        for c in range(width):
            row, column = _sent(matrix[n], offset[n], height, width, r, c)
            top, left = np.floor(row), np.floor(column)
            begin = (line * width + c) * channels
            pixel = target[begin : begin + channels]
            pixel[:] = (row - row) + (column - column)  # 0, or NaN where there is no such place
            for corner in range(4):
                i, j = top + corner // 2, left + corner % 2
                down = row - top if corner // 2 else 1 - (row - top)
                across = column - left if corner % 2 else 1 - (column - left)
                weight = down * across
                if weight != 0 and 0 <= i < height and 0 <= j < width:
                    place = ((n * height + int(i)) * width + int(j)) * channels
                    other = source[place : place + channels]
                    for k in range(channels):
                        pixel[k] += weight * other[k]


@kernel
def _affine_image_gradient(
    gradient: Any, x: Any, matrix: Any, offset: Any, with_x: Any, dx: Any, dmatrix: Any, doffset: Any
) -> None:
    batch, height, width, channels = x.shape
    source, flow, target = x.reshape(-1), gradient.reshape(-1), dx.reshape(-1)
    size = height * width * channels
    for n in prange(batch):
        nothing = 0.0
        sums = np.zeros((2, 3))
        if with_x:
            target[n * size : (n + 1) * size] = 0
        for r in range(height):
            for c in range(width):
                row, column = _sent(matrix[n], offset[n], height, width, r, c)
                top, left = np.floor(row), np.floor(column)
                nothing += (row - row) + (column - column)
                begin = ((n * height + r) * width + c) * channels
                here = flow[begin : begin + channels]
                by_row, by_column = 0.0, 0.0
                for corner in range(4):
                    i, j = top + corner // 2, left + corner % 2
                    down = row - top if corner // 2 else 1 - (row - top)
                    across = column - left if corner % 2 else 1 - (column - left)
                    if 0 <= i < height and 0 <= j < width:
                        place = ((n * height + int(i)) * width + int(j)) * channels
                        other = source[place : place + channels]
                        product = 0.0
                        for k in range(channels):
                            product += here[k] * other[k]
                        if down != 0:
                            by_column += down * product if corner % 2 else -down * product
                        if across != 0:
                            by_row += across * product if corner // 2 else -across * product
                        if with_x and down * across != 0:
                            back = target[place : place + channels]
                            for k in range(channels):
                                back[k] += down * across * here[k]
                for axis in range(2):
                    by = by_row if axis else by_column
                    sums[axis, 0] += by * (c - (width - 1) / 2)
                    sums[axis, 1] += by * (r - (height - 1) / 2)
                    sums[axis, 2] += by
        for axis in range(2):
            dmatrix[n, axis, 0] = sums[axis, 0] + nothing
            dmatrix[n, axis, 1] = sums[axis, 1] + nothing
            doffset[n, axis] = sums[axis, 2] + nothing
        if with_x and nothing != 0:
            target[n * size : (n + 1) * size] = nothing


def affine_image(x: Any, matrix: Any, offset: Any, out: Array | None = None) -> Array:
    x, matrix, offset = floating("affine_image", x, matrix, offset)
    shape = shapes.match("affine_image", SPEC, x.shape, matrix.shape, offset.shape)
    apart("affine_image", out, x, matrix, offset)
    out = result("affine_image", out, shape, x.dtype)
    if out.size:
        _affine_image(x, matrix, offset, out)
    return out


def affine_image_gradient(
    gradient: Any,
    x: Any,
    matrix: Any,
    offset: Any,
    needs: tuple[bool, ...] = (True, True, True),
) -> tuple[Array | None, ...]:
    gradient, x, matrix, offset = floating("affine_image_gradient", gradient, x, matrix, offset)
    spec = f"(batch,height,width,channels),{SPEC}"
    shapes.match("affine_image_gradient", spec, gradient.shape, x.shape, matrix.shape, offset.shape)
    dx = np.empty(x.shape if needs[0] else (0, 0, 0, 0), x.dtype)
    dmatrix, doffset = np.zeros_like(matrix), np.zeros_like(offset)
    if x.size:
        _affine_image_gradient(gradient, x, matrix, offset, needs[0], dx, dmatrix, doffset)
    return dx if needs[0] else None, dmatrix if needs[1] else None, doffset if needs[2] else None
