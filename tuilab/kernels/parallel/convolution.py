"""Convolution of images with filters, bias and activation in the same launch.

Nothing is copied out (see `register_tiles`), except a padded image: a band of it at a time goes into a room
that stays in the cache.
"""

from typing import Any

from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, apart, floating, result
from tuilab.kernels.parallel.dense import RELU, _activate
from tuilab.kernels.parallel.register_tiles import multiply
from tuilab.kernels.parallel.sliding import (
    BLOCKS,
    activation_number,
    band_room,
    check_filters,
    fill_band,
    plan,
)
from tuilab.kernels.windows import sliding

SHAPES = (
    "(batch,height,width,channels),(kernel_height,kernel_width,inputs,filters),(filters)->(batch,...,filters)"
)


@device
def _convolve_bands(
    begin: Any, end: Any, x: Any, w: Any, b: Any, down: Any, across: Any, channels: Any, filters: Any,
    groups: Any, activation: Any, own: Any, room: Any, out: Any,
) -> None:  # fmt: skip
    """The bands `begin` to `end` (less one), counted through all images; all flat."""
    inner, outer = channels // groups, filters // groups
    image, row = down.size * across.size * channels, (across.before + across.size + across.after) * channels
    reach, bands = (down.window - 1) * down.dilation + 1, (down.steps + own.band - 1) // own.band
    for item in range(begin, end):
        picture, first = item // bands, item % bands * own.band
        rows, top = min(own.band, down.steps - first), first * down.stride
        source, corner = x, picture * image + top * row
        if room.size:
            source, corner = room, 0
            fill_band(x, picture * image, channels, down, across, top, (rows - 1) * down.stride + reach, room)
        count = rows * across.steps
        into = (picture * down.steps + first) * across.steps * filters
        for g in range(groups):
            multiply(
                source, corner + g * inner, own.windows, count, own.taps, own.taps.size,
                w, g * outer, filters, outer, out, into + g * outer, own.outputs,
                b, g * outer, False, activation == RELU,
            )  # fmt: skip
        if activation > RELU:
            _activate(out[into : into + count * filters], activation)


@kernel
def _conv2d(
    x: Any, w: Any, b: Any, down: Any, across: Any, groups: Any, activation: Any, own: Any, items: Any,
    room: Any, out: Any,
) -> None:  # fmt: skip
    flat_x, flat_w, flat_out, blocks = x.reshape(-1), w.reshape(-1), out.reshape(-1), len(room)
    for block in prange(blocks):
        _convolve_bands(
            block * items // blocks, (block + 1) * items // blocks, flat_x, flat_w, b, down, across,
            x.shape[3], w.shape[3], groups, activation, own, room[block], flat_out,
        )  # fmt: skip


def conv2d(
    x: Any,
    w: Any,
    b: Any,
    strides: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    groups: int = 1,
    activation: str = "linear",
    out: Array | None = None,
) -> Array:
    x, w, b = floating("conv2d", x, w, b)
    shapes.match("conv2d", SHAPES, x.shape, w.shape, b.shape)
    check_filters("conv2d", x.shape[3], w.shape, groups)
    number = activation_number("conv2d", activation)
    down, across = sliding("conv2d", x.shape[1:3], w.shape[:2], strides, padding, dilation)
    apart("conv2d", out, x, w, b)
    out = result("conv2d", out, (len(x), down.steps, across.steps, w.shape[3]), x.dtype)
    if out.size:
        own = plan(down, across, len(x), x.shape[3], groups, w.shape[3], x.itemsize)
        items = len(x) * -(-down.steps // own.band)
        room = band_room(min(BLOCKS, items), down, across, own.band, x.shape[3], x.dtype)
        _conv2d(x, w, b, down, across, groups, number, own, items, room, out)
    return out
