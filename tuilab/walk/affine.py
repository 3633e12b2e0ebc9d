"""Affine maps of points and of an image, as a lesson walks them."""

from typing import Any

import numpy as np

from tuilab.autodiff.expression import array
from tuilab.autodiff.trace import Stop, Trace, Value
from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import CATALOGUE
from tuilab.walk.done import Array

MOST_PIXELS = 2304
"""The kernel that is read, not the fast one, moves the image: it looks at every pixel for every other."""


def affine(points: Any, matrix: Any, offset: Any = None) -> Array:
    """A p + b of each point: points (n, 2), matrix (2, 2), offset (2). An image (height, width) is moved
    alike: x to the right and y up, from its middle, in pixels.

    >>> affine([[1, 0], [0, 1]], [[0, -1], [1, 0]])
    array([[ 0,  1],
           [-1,  0]])
    """
    trace = affine_trace(points, matrix, offset)
    found = trace.values[trace.target].array
    return found[0, :, :, 0] if found.ndim == 4 else found


def affine_trace(points: Any, matrix: Any, offset: Any = None) -> Trace:
    """The same as a trace: a product, and a sum where there is an offset; or one step for an image."""
    x, a = array("the points", points), array("the matrix", matrix)
    b = None if offset is None else array("the offset", offset)
    if a.shape != (2, 2) or x.ndim != 2 or not x.size or (b is not None and b.shape != (2,)):
        given = f"{x.shape}, {a.shape}" + ("" if b is None else f" and {b.shape}")
        raise TuilabError(
            "affine needs points (n, 2) or an image (height, width), a matrix (2, 2) and an offset (2). "
            f"It was given {given}."
        )
    if x.shape[1] != 2:
        return _image(x.astype(np.float64), a.astype(np.float64), b)
    values = [Value(x, "given", "points"), Value(np.ascontiguousarray(a.T), "given", "A.T")]
    values.append(Value(x @ a.T, "computed"))
    stops = [Stop("forward", "matmul", (0, 1), (2,))]
    if b is not None:
        values += [Value(b, "given", "b"), Value(values[2].array + b, "computed")]
        stops.append(Stop("forward", "add", (2, 3), (4,)))
    return Trace(tuple(values), tuple(stops), stops[-1].outputs[0])


def _image(x: Array, a: Array, b: Array | None) -> Trace:
    """Each pixel is taken from where the reverse map finds it; rows are counted downwards."""
    if x.size > MOST_PIXELS:
        raise TuilabError(
            f"affine moves images of at most {MOST_PIXELS:,} pixels. It was given {x.shape}. Take a part, or "
            "every second pixel, as in image[::2, ::2]."
        )
    try:
        back = np.linalg.inv(a)
    except np.linalg.LinAlgError:
        raise TuilabError(
            f"The matrix {a.tolist()} flattens the plane: its determinant is 0. No pixel can be traced back."
        ) from None
    down = np.diag([1.0, -1.0])
    matrix = down @ back @ down
    offset = -down @ back @ (np.zeros(2) if b is None else b)
    inputs = x[None, :, :, None], matrix[None], offset[None]
    moved = np.asarray(CATALOGUE["affine_image"].reference(*inputs))
    names = ("image", "A reversed", "b reversed")
    values = [Value(one, "given", name) for one, name in zip(inputs, names, strict=True)]
    return Trace((*values, Value(moved, "computed")), (Stop("forward", "affine_image", (0, 1, 2), (3,)),), 3)
