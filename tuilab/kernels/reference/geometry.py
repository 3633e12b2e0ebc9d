"""Images moved by an affine map: each pixel taken from where the map sends it, between four others."""

from typing import Any

from array_api_compat import array_namespace

Array = Any


def affine_image(x: Array, matrix: Array, offset: Array) -> Array:
    xp = array_namespace(x)
    (down, _), (across, _), _ = _weights(x, matrix, offset)
    weights = xp.expand_dims(_pairs(down, across), axis=-1)
    return xp.sum(_times(weights, x[:, None, None]), axis=(3, 4))


def affine_image_gradient(
    gradient: Array,
    x: Array,
    matrix: Array,
    offset: Array,
    needs: tuple[bool, ...] = (True, True, True),
) -> tuple[Array | None, ...]:
    xp = array_namespace(x)
    (down, down_slope), (across, across_slope), (u, v) = _weights(x, matrix, offset)
    flow = gradient[:, :, :, None, None]
    weights = xp.expand_dims(_pairs(down, across), axis=-1)
    product = flow * x[:, None, None]
    by_column, by_row = (
        xp.sum(_times(xp.expand_dims(slopes, axis=-1), product), axis=(3, 4, 5))
        for slopes in (_pairs(down, across_slope), _pairs(down_slope, across))
    )
    sums = [xp.sum(by * place, axis=(1, 2)) for by in (by_column, by_row) for place in (u, v)]
    offsets = [xp.sum(by, axis=(1, 2)) for by in (by_column, by_row)]
    return (
        xp.sum(_times(weights, flow), axis=(1, 2)) if needs[0] else None,
        xp.reshape(xp.stack(sums, axis=-1), matrix.shape) if needs[1] else None,
        xp.stack(offsets, axis=-1) if needs[2] else None,
    )


def _weights(x: Array, matrix: Array, offset: Array) -> tuple[Any, Any, tuple[Array, Array]]:
    """The weights of the rows and of the columns of x for each pixel, each with its slope by the place; and
    the pixels' places from the middle, to the right and down."""
    xp = array_namespace(x)
    _, height, width, _ = x.shape
    middle_row, middle_column = (height - 1) / 2, (width - 1) / 2
    rows, columns = xp.arange(height, dtype=x.dtype), xp.arange(width, dtype=x.dtype)
    u, v = columns[None, None, :] - middle_column, rows[None, :, None] - middle_row
    a, b = matrix[:, :, :, None, None], offset[:, :, None, None]
    column = a[:, 0, 0] * u + a[:, 0, 1] * v + b[:, 0] + middle_column
    row = a[:, 1, 0] * u + a[:, 1, 1] * v + b[:, 1] + middle_row
    return _between(row, rows), _between(column, columns), (u, v)


def _between(place: Array, numbers: Array) -> tuple[Array, Array]:
    """How much each number counts at a place between two of them, and how fast that grows with the place."""
    xp = array_namespace(place)
    below = xp.floor(place)
    part = xp.expand_dims(place - below, axis=-1)
    first = xp.astype(numbers == xp.expand_dims(below, axis=-1), place.dtype)
    second = xp.astype(numbers == xp.expand_dims(below + 1, axis=-1), place.dtype)
    return (1 - part) * first + part * second, second - first + 0 * part


def _pairs(down: Array, across: Array) -> Array:
    return down[..., :, None] * across[..., None, :]


def _times(weights: Array, values: Array) -> Array:
    """The product; what has no weight adds nothing, were it infinite."""
    xp = array_namespace(weights)
    product = weights * values
    return xp.where(weights == 0, xp.zeros_like(product), product)
