"""Windows that slide over images: how many there are, and where each one lies.

Along an axis of `size` numbers, padded by `before` and `after`, a window of `window` numbers that lie
`dilation` apart starts at every `stride`-th place. V. Dumoulin and F. Visin, "A guide to convolution
arithmetic for deep learning", 2016.
"""

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

from tuilab.errors import ShapeError, TuilabError

Pair = tuple[int, int]
Padding = str | tuple[Pair, Pair]
EXPECTED_PADDING = '"valid", "same" or ((top, bottom), (left, right))'


class Axis(NamedTuple):
    """How windows slide along one axis."""

    size: int
    window: int
    stride: int
    dilation: int
    before: int
    after: int
    steps: int
    """How many windows there are."""

    @property
    def padded(self) -> int:
        """The length with its padding."""
        return self.before + self.size + self.after

    @property
    def reach(self) -> int:
        """How many numbers a window spans, those between its own included."""
        return (self.window - 1) * self.dilation + 1

    def inside(self, step: int) -> Iterator[tuple[int, int]]:
        """(place in the window, place on the axis) for the numbers of window `step` that are not padding."""
        for place in range(self.window):
            at = step * self.stride + place * self.dilation - self.before
            if 0 <= at < self.size:
                yield place, at


def pair(name: str, option: str, value: Any) -> Pair:
    """A whole number, or two, as two; at least 1."""
    two = (value, value) if isinstance(value, int) else tuple(value)
    if len(two) != 2 or not all(isinstance(one, int) and one >= 1 for one in two):
        raise TuilabError(
            f"{name}: {option}={value!r}. Expected a whole number of 1 or more, or two of them."
        )
    return two


def sliding(
    name: str,
    image: tuple[int, int],
    window: tuple[int, int],
    strides: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
) -> tuple[Axis, Axis]:
    """The two axes of an image of (height, width), under windows of (height, width).

    padding "valid" is none; "same" is as much as gives ⌈size / stride⌉ windows, the odd one behind;
    otherwise ((top, bottom), (left, right)).
    """
    strides, dilation = pair(name, "strides", strides), pair(name, "dilation", dilation)
    pads: tuple[Pair | None, Pair | None] = (None, None)
    if padding != "same":
        pads = _pads(name, padding)
    down, across = (
        _axis(size, length, stride, gap, pad)
        for size, length, stride, gap, pad in zip(image, window, strides, dilation, pads, strict=True)
    )
    if down.steps < 1 or across.steps < 1:
        raise ShapeError(
            f"{name}: a window of {down.reach} x {across.reach} does not fit into an image of "
            f"{down.padded} x {across.padded}, its padding included."
        )
    return down, across


def pooling(name: str, image: Pair, window: Any, strides: Any, padding: Any) -> tuple[Axis, Axis]:
    """The axes of an image under windows that are pooled: side by side where `strides` is None.

    Each window holds at least one number that is not padding.
    """
    size = pair(name, "window", window)
    axes = sliding(name, image, size, size if strides is None else strides, padding)
    if any(max(axis.before, axis.after) >= axis.window for axis in axes):
        raise ShapeError(f"{name}: padding={padding!r}. Expected less than the window {size}.")
    return axes


def unsliding(
    name: str,
    steps: tuple[int, int],
    window: tuple[int, int],
    strides: Any,
    padding: Any,
    dilation: Any,
    output_padding: Any,
) -> tuple[Axis, Axis]:
    """The axes of the image whose windows are `steps` many: what a transposed convolution gives.

    Several sizes may have as many windows. With padding "same" it is steps * stride, with "valid" that plus
    what a window reaches beyond its stride, as in Keras, otherwise the smallest; `output_padding` is added.
    """
    strides, dilation = pair(name, "strides", strides), pair(name, "dilation", dilation)
    extra = (output_padding,) * 2 if isinstance(output_padding, int) else _two(output_padding)
    if extra is None or not all(0 <= one < stride for one, stride in zip(extra, strides, strict=True)):
        raise TuilabError(
            f"{name}: output_padding={output_padding!r}. Expected 0 or more, below the stride, or two such."
        )
    pads: tuple[Pair | None, Pair | None] = (None, None)
    if padding != "same":
        pads = _pads(name, padding)
    axes = []
    for count, length, stride, gap, pad, more in zip(
        steps, window, strides, dilation, pads, extra, strict=True
    ):
        reach = (length - 1) * gap + 1
        if padding in ("same", "valid"):
            size = count * stride + (max(reach - stride, 0) if padding == "valid" else 0) + more
        else:
            assert pad is not None
            size = (count - 1) * stride + reach - sum(pad) + more
        found = _axis(size, length, stride, gap, pad)
        if size < 1 or found.steps != count:
            raise ShapeError(f"{name}: no image has {count} windows of {reach} with padding={padding!r}.")
        axes.append(found)
    return axes[0], axes[1]


@functools.lru_cache(maxsize=1024)
def _axis(size: int, window: int, stride: int, dilation: int, pads: Pair | None) -> Axis:
    reach = (window - 1) * dilation + 1
    if pads is None:
        total = max((-(-size // stride) - 1) * stride + reach - size, 0)
        pads = total // 2, total - total // 2
    padded = size + sum(pads)
    steps = (padded - reach) // stride + 1 if padded >= reach and size else 0
    return Axis(size, window, stride, dilation, *pads, steps)


def _pads(name: str, padding: Any) -> tuple[Pair, Pair]:
    if padding == "valid":
        return (0, 0), (0, 0)
    pads = () if isinstance(padding, str | int) else tuple(_two(one) for one in padding)
    if len(pads) != 2 or any(one is None or min(one) < 0 for one in pads):
        raise TuilabError(f"{name}: padding={padding!r}. Expected {EXPECTED_PADDING}.")
    return pads  # type: ignore[return-value]


def _two(value: Any) -> Pair | None:
    two = () if isinstance(value, str | int) else tuple(value)
    return two if len(two) == 2 and all(isinstance(one, int) for one in two) else None
