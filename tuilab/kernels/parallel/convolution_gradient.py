"""The way back of a convolution: to its image, its weights and its bias, in one launch.

What is summed over the batch is summed in blocks of images, then over the blocks in order.
"""

import math
from typing import Any

import numpy as np

from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, floating, same_shape
from tuilab.kernels.parallel.blocks import add_rows, add_up, clear
from tuilab.kernels.parallel.dense import _activation_gradient
from tuilab.kernels.parallel.register_tiles import MIDDLE, WIDE, multiply
from tuilab.kernels.parallel.sliding import (
    BLOCKS,
    activation_number,
    band_room,
    check_filters,
    fill_band,
    image_room,
    plan,
    take_inside,
    turn_over,
)
from tuilab.kernels.windows import sliding

PARTS = 1 << 26  # numbers that the blocks' own sums may take
NEAR = 3 * math.lcm(WIDE[0], MIDDLE[0])  # windows that give back together, while their images are at hand
SHARES = 64  # parts of the weights, in which the blocks' sums are added
SHAPES = (
    "(batch,rows,columns,filters),(batch,rows,columns,filters),(batch,height,width,channels),"
    "(kernel_height,kernel_width,inputs,filters)->(batch,height,width,channels)"
)


@device
def _back_through(
    begin: Any, end: Any, gradient: Any, output: Any, x: Any, down: Any, across: Any, channels: Any,
    filters: Any, groups: Any, activation: Any, own: Any, turned: Any, z: Any, room: Any, dx_room: Any,
    dx: Any, dw: Any, db: Any,
) -> None:  # fmt: skip
    """The images `begin` to `end` (less one): their gradients, and what `dw` and `db` get. All flat."""
    inner, outer, places = channels // groups, filters // groups, own.taps.size * groups // channels
    image, row = down.size * across.size * channels, (across.before + across.size + across.after) * channels
    reach = (down.window - 1) * down.dilation + 1
    for picture in range(begin, end):
        target, corner = dx, picture * image
        if dx_room.size:
            target, corner = dx_room, 0
            target[:] = 0
        elif dx.size:
            target[corner : corner + image] = 0
        for first in range(0, down.steps, own.band):
            rows, top = min(own.band, down.steps - first), first * down.stride
            count = rows * across.steps
            start, size = (picture * down.steps + first) * across.steps * filters, count * filters
            _activation_gradient(
                gradient[start : start + size], output[start : start + size], activation, z[:size]
            )
            add_rows(z, count, db)
            if dw.size:
                source, start = x, picture * image + top * row
                if room.size:
                    source, start = room, 0
                    under = (rows - 1) * down.stride + reach
                    fill_band(x, picture * image, channels, down, across, top, under, room)
                for g in range(groups):
                    multiply(
                        source, start + g * inner, own.taps, own.taps.size, own.windows, count,
                        z, g * outer, filters, outer, dw, g * outer, own.weights, z, 0, True, False,
                    )  # fmt: skip
            if dx.size:
                for p in range(0, count, NEAR):
                    for place in range(places):
                        for g in range(groups):
                            multiply(
                                z, g * outer, own.outputs[p:], min(NEAR, count - p), own.filters, outer,
                                turned, (place * filters + g * outer) * inner, inner, inner, target,
                                corner + top * row + own.taps[place * inner] + g * inner, own.windows[p:],
                                z, 0, True, False,
                            )  # fmt: skip
        if dx_room.size:
            take_inside(dx_room, channels, down, across, dx, picture * image)


@kernel
def _conv2d_gradient(
    gradient: Any, output: Any, x: Any, w: Any, down: Any, across: Any, groups: Any, activation: Any,
    own: Any, turned: Any, z: Any, room: Any, dx_room: Any, dw_parts: Any, db_parts: Any,
    dx: Any, dw: Any, db: Any,
) -> None:  # fmt: skip
    channels, filters = x.shape[3], gradient.shape[3]
    flat_gradient, flat_output, flat_x = gradient.reshape(-1), output.reshape(-1), x.reshape(-1)
    flat_dx, flat_dw = dx.reshape(-1), dw.reshape(-1)
    for place in prange(len(turned)):
        turn_over(w.reshape(-1), place, turned[place])
    flat_turned, blocks = turned.reshape(-1), len(z)
    for block in prange(blocks):
        dw_part, db_part = dw_parts[block], db_parts[block]
        clear(dw_part)
        clear(db_part)
        _back_through(
            block * len(x) // blocks, (block + 1) * len(x) // blocks, flat_gradient, flat_output, flat_x,
            down, across, channels, filters, groups, activation, own, flat_turned, z[block], room[block],
            dx_room[block], flat_dx, dw_part, db_part,
        )  # fmt: skip
    for share in prange(SHARES):
        add_up(dw_parts, share * flat_dw.size // SHARES, (share + 1) * flat_dw.size // SHARES, flat_dw)
    add_up(db_parts, 0, filters, db)


def conv2d_gradient(
    gradient: Any,
    output: Any,
    x: Any,
    w: Any,
    strides: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    groups: int = 1,
    activation: str = "linear",
    needs: tuple[bool, ...] = (True, True, True),
) -> tuple[Array | None, Array | None, Array | None]:
    name = "conv2d_gradient"
    gradient, output, x, w = floating(name, gradient, output, x, w)
    shapes.match(name, SHAPES, gradient.shape, output.shape, x.shape, w.shape)
    check_filters(name, x.shape[3], w.shape, groups)
    number = activation_number(name, activation)
    down, across = sliding(name, x.shape[1:3], w.shape[:2], strides, padding, dilation)
    filters, channels, dtype = w.shape[3], x.shape[3], x.dtype
    same_shape(name, gradient, np.broadcast_to(dtype.type(0), (len(x), down.steps, across.steps, filters)))
    dx = np.empty(x.shape if needs[0] else (0,) * 4, dtype)
    dw = np.empty(w.shape if needs[1] else (0,) * 4, dtype)
    db = np.empty(filters, dtype)
    own = plan(down, across, len(x), channels, groups, filters, x.itemsize)
    blocks = min(BLOCKS, len(x), max(1, PARTS // w.size))
    if blocks:
        _conv2d_gradient(
            gradient,
            output,
            x,
            w,
            down,
            across,
            groups,
            number,
            own,
            np.empty((w.shape[0] * w.shape[1] if needs[0] else 0, filters, w.shape[2]), dtype),
            np.empty((blocks, own.band * across.steps * filters), dtype),
            band_room(blocks, down, across, own.band, channels if needs[1] else 0, dtype),
            image_room(blocks, down, across, channels if needs[0] else 0, dtype),
            np.empty((blocks, dw.size), dtype),
            np.empty((blocks, filters), dtype),
            dx,
            dw,
            db,
        )
    else:
        dw[...], db[...] = 0, 0
    return dx if needs[0] else None, dw if needs[1] else None, db if needs[2] else None
