"""The transposed convolution: each number of the input gives its window to the output, and windows add up."""

from typing import Any

import numpy as np

from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel import activations, sums
from tuilab.kernels.parallel.arrays import Array, apart, floating, result, same_shape
from tuilab.kernels.parallel.convolution import conv2d
from tuilab.kernels.parallel.convolution_gradient import conv2d_gradient
from tuilab.kernels.parallel.dense import _activate
from tuilab.kernels.parallel.register_tiles import multiply
from tuilab.kernels.parallel.sliding import (
    BLOCKS,
    activation_number,
    check_filters,
    image_room,
    plan,
    take_inside,
    turn_over,
)
from tuilab.kernels.windows import unsliding

SHAPES = (
    "(batch,rows,columns,channels),(kernel_height,kernel_width,filters,channels),(filters)"
    "->(batch,...,filters)"
)
GRADIENT_SHAPES = (
    "(batch,height,width,filters),(batch,height,width,filters),(batch,rows,columns,channels),"
    "(kernel_height,kernel_width,filters,channels)->(batch,rows,columns,channels)"
)
ACTIVATION_GRADIENTS = {
    "linear": lambda gradient, output: gradient,
    "relu": activations.relu_gradient,
    "sigmoid": activations.sigmoid_gradient,
    "tanh": activations.tanh_gradient,
}


@device
def _give_windows(
    begin: Any, end: Any, x: Any, turned: Any, b: Any, down: Any, across: Any, channels: Any, filters: Any,
    activation: Any, own: Any, room: Any, out: Any,
) -> None:  # fmt: skip
    """The images `begin` to `end` (less one) of `out`; all flat."""
    image, row = down.size * across.size * filters, (across.before + across.size + across.after) * filters
    for picture in range(begin, end):
        target, corner = out, picture * image
        if room.size:
            target, corner = room, 0
            target[:] = 0
        else:
            target[corner : corner + image] = 0
        for first in range(0, down.steps, own.band):
            count = min(own.band, down.steps - first) * across.steps
            for place in range(own.taps.size // filters):
                multiply(
                    x, (picture * down.steps + first) * across.steps * channels, own.outputs, count,
                    own.filters, channels, turned, place * channels * filters, filters, filters,
                    target, corner + first * down.stride * row + own.taps[place * filters], own.windows,
                    b, 0, True, False,
                )  # fmt: skip
        if room.size:
            take_inside(room, filters, down, across, out, picture * image)
        for pixel in range(picture * image, (picture + 1) * image, filters):
            one = out[pixel : pixel + filters]
            for j in range(filters):
                one[j] += b[j]
        _activate(out[picture * image : (picture + 1) * image], activation)


@kernel
def _conv2d_transpose(
    x: Any, w: Any, b: Any, down: Any, across: Any, activation: Any, own: Any, turned: Any, room: Any,
    out: Any,
) -> None:  # fmt: skip
    flat_x, flat_out, blocks = x.reshape(-1), out.reshape(-1), len(room)
    for place in prange(len(turned)):
        turn_over(w.reshape(-1), place, turned[place])
    flat_turned = turned.reshape(-1)
    for block in prange(blocks):
        _give_windows(
            block * len(x) // blocks, (block + 1) * len(x) // blocks, flat_x, flat_turned, b, down, across,
            x.shape[3], out.shape[3], activation, own, room[block], flat_out,
        )  # fmt: skip


def conv2d_transpose(
    x: Any,
    w: Any,
    b: Any,
    strides: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    output_padding: Any = 0,
    activation: str = "linear",
    out: Array | None = None,
) -> Array:
    name = "conv2d_transpose"
    x, w, b = floating(name, x, w, b)
    shapes.match(name, SHAPES, x.shape, w.shape, b.shape)
    filters, channels = w.shape[2:]
    check_filters(name, filters, w.shape, 1)
    number = activation_number(name, activation)
    down, across = unsliding(name, x.shape[1:3], w.shape[:2], strides, padding, dilation, output_padding)
    apart(name, out, x, w, b)
    out = result(name, out, (len(x), down.size, across.size, filters), x.dtype)
    if out.size:
        own = plan(down, across, len(x), filters, 1, channels, x.itemsize)
        turned = np.empty((w.shape[0] * w.shape[1], channels, filters), x.dtype)
        room = image_room(min(BLOCKS, len(x)), down, across, filters, x.dtype)
        _conv2d_transpose(x, w, b, down, across, number, own, turned, room, out)
    return out


def conv2d_transpose_gradient(
    gradient: Any,
    output: Any,
    x: Any,
    w: Any,
    strides: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    output_padding: Any = 0,
    activation: str = "linear",
    needs: tuple[bool, ...] = (True, True, True),
) -> tuple[Array | None, Array | None, Array | None]:
    name = "conv2d_transpose_gradient"
    gradient, output, x, w = floating(name, gradient, output, x, w)
    shapes.match(name, GRADIENT_SHAPES, gradient.shape, output.shape, x.shape, w.shape)
    activation_number(name, activation)
    down, across = unsliding(name, x.shape[1:3], w.shape[:2], strides, padding, dilation, output_padding)
    shape = (len(x), down.size, across.size, w.shape[2])
    same_shape(name, gradient, np.broadcast_to(x.dtype.type(0), shape))
    z = ACTIVATION_GRADIENTS[activation](gradient, output)
    pads = (down.before, down.after), (across.before, across.after)
    zero = np.zeros(w.shape[3], x.dtype)
    dx = conv2d(z, w, zero, strides, pads, dilation) if needs[0] else None
    dw = None
    if needs[1]:
        dw = conv2d_gradient(x, x, z, w, strides, pads, dilation, needs=(False, True, False))[1]
    db = sums.sum(z, axis=(0, 1, 2)) if needs[2] else None
    return dx, dw, db
