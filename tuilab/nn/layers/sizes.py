"""Sizes that layers are given, and what becomes of an image under a window."""

from typing import Any

from tuilab.errors import ShapeError, TuilabError
from tuilab.nn.layers.layer import Shape

Pair = int | tuple[int, int]


def count(layer: str, what: str, given: Any) -> int:
    """A whole number, 1 or more; TuilabError names the layer and what was given."""
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise TuilabError(f"{layer} needs a whole number of {what}, 1 or more. It was given {given!r}.")
    return given


def pair(layer: str, what: str, given: Any) -> tuple[int, int]:
    """Two whole numbers for height and width, from one or two."""
    both = (given, given) if isinstance(given, int) else given
    if not isinstance(both, tuple | list) or len(both) != 2:
        raise TuilabError(f"{layer} needs one or two whole numbers as {what}. It was given {given!r}.")
    return count(layer, what, both[0]), count(layer, what, both[1])


def padding(layer: str, given: Any, choices: tuple[str, ...] = ("valid", "same")) -> str:
    """One of the kinds of padding."""
    if given not in choices:
        raise TuilabError(f"{layer} pads {' or '.join(choices)}. It was given {given!r}.")
    return str(given)


def image(layer: str, shape: Shape) -> tuple[int, int, int]:
    """Height, width and channels of an input shape without the batch."""
    if len(shape) != 3:
        raise ShapeError(
            f"{layer} needs images of the shape (batch, height, width, channels). It was given "
            f"{('batch', *shape)}. Reshape((28, 28, 1)) gives grey images their channel."
        )
    return shape[0], shape[1], shape[2]


def windowed(
    size: tuple[int, int], window: tuple[int, int], strides: tuple[int, int], pad: str, dilation: Pair = 1
) -> tuple[int, int]:
    """Rows and columns of windows on an image."""
    spread = (dilation, dilation) if isinstance(dilation, int) else dilation
    rows, columns = (
        -(-one // stride) if pad == "same" else max(0, (one - (own - 1) * wide - 1) // stride + 1)
        for one, own, stride, wide in zip(size, window, strides, spread, strict=True)
    )
    return rows, columns


def divides(layer: str, groups: int, channels: int, filters: int) -> None:
    """ShapeError unless channels and filters can be cut into so many groups."""
    if channels % groups or filters % groups:
        raise ShapeError(
            f"{layer}: {channels} channels and {filters} filters cannot be cut into {groups} equal groups."
        )
