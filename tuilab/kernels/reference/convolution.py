"""Convolutions as sums of matrix products, one for each place of the kernel."""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference.dense import ACTIVATION_GRADIENTS, ACTIVATIONS
from tuilab.kernels.windows import Axis, sliding, unsliding

Array = Any


def pad(x: Array, down: Axis, across: Axis, value: float = 0.0) -> Array:
    """The images with their padding around them."""
    for axis, along in ((1, down), (2, across)):
        x = _lengthen(x, axis, along.before, along.after, value)
    return x


def unpad(x: Array, down: Axis, across: Axis) -> Array:
    """The images without the padding around them."""
    return x[:, down.before : down.before + down.size, across.before : across.before + across.size, :]


def seen(x: Array, i: int, j: int, down: Axis, across: Axis) -> Array:
    """What lies under place (i, j) of each window: (batch, rows, columns, channels)."""
    top, left = i * down.dilation, j * across.dilation
    bottom = top + (down.steps - 1) * down.stride + 1
    right = left + (across.steps - 1) * across.stride + 1
    return x[:, top : bottom : down.stride, left : right : across.stride, :]


def spread(y: Array, i: int, j: int, down: Axis, across: Axis) -> Array:
    """The other way: images of zeros, with `y` at place (i, j) of each window."""
    return _spread(_spread(y, 1, i, down), 2, j, across)


def _spread(y: Array, axis: int, place: int, along: Axis) -> Array:
    xp = array_namespace(y)
    apart = xp.expand_dims(y, axis=axis + 1)
    apart = _lengthen(apart, axis + 1, 0, along.stride - 1)
    shape = (*y.shape[:axis], y.shape[axis] * along.stride, *y.shape[axis + 1 :])
    start, length = place * along.dilation, (along.steps - 1) * along.stride + 1
    inner = xp.reshape(apart, shape)
    inner = inner[:, :length] if axis == 1 else inner[:, :, :length]
    return _lengthen(inner, axis, start, along.padded - start - length)


def _lengthen(x: Array, axis: int, before: int, after: int, value: float = 0.0) -> Array:
    xp = array_namespace(x)

    def block(length: int) -> Array:
        return xp.full((*x.shape[:axis], length, *x.shape[axis + 1 :]), value, dtype=x.dtype)

    return xp.concat([block(before), x, block(after)], axis=axis)


def _grouped(a: Array, b: Array, groups: int) -> Array:
    """Channels in groups, each with its own part of the filters: (…, c) and (c / groups, f) -> (…, f)."""
    xp = array_namespace(a, b)
    c, f = b.shape[0], b.shape[1] // groups
    parts = [xp.matmul(a[..., g * c : (g + 1) * c], b[:, g * f : (g + 1) * f]) for g in range(groups)]
    return xp.concat(parts, axis=-1)


def _grouped_back(y: Array, b: Array, groups: int) -> Array:
    """The other way: (…, f) and (c / groups, f) -> (…, c)."""
    xp = array_namespace(y, b)
    f = b.shape[1] // groups
    parts = [
        xp.matmul(y[..., g * f : (g + 1) * f], xp.permute_dims(b[:, g * f : (g + 1) * f], (1, 0)))
        for g in range(groups)
    ]
    return xp.concat(parts, axis=-1)


def _grouped_weights(a: Array, y: Array, groups: int) -> Array:
    """The gradient of the weights: (n, c) and (n, f) -> (c / groups, f)."""
    xp = array_namespace(a, y)
    c, f = a.shape[1] // groups, y.shape[1] // groups
    turned = xp.permute_dims(a, (1, 0))
    parts = [xp.matmul(turned[g * c : (g + 1) * c, :], y[:, g * f : (g + 1) * f]) for g in range(groups)]
    return xp.concat(parts, axis=-1)


def conv2d(
    x: Array,
    w: Array,
    b: Array,
    strides: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    groups: int = 1,
    activation: str = "linear",
) -> Array:
    return ACTIVATIONS[activation](_convolved(x, w, strides, padding, dilation, groups) + b)


def _convolved(x: Array, w: Array, strides: Any, padding: Any, dilation: Any, groups: int) -> Array:
    down, across = sliding("conv2d", x.shape[1:3], w.shape[:2], strides, padding, dilation)
    x = pad(x, down, across)
    return sum(
        _grouped(seen(x, i, j, down, across), w[i, j, ...], groups)
        for i in range(down.window)
        for j in range(across.window)
    )


def _spread_products(y: Array, w: Array, down: Axis, across: Axis, groups: int) -> Array:
    """Images to which each number of `y` gave its window: the way back of a convolution to its input."""
    padded = sum(
        spread(_grouped_back(y, w[i, j, ...], groups), i, j, down, across)
        for i in range(down.window)
        for j in range(across.window)
    )
    return unpad(padded, down, across)


def _weights(x: Array, y: Array, down: Axis, across: Axis, groups: int) -> Array:
    """Σ over all windows: what lay under each place of the kernel times what came out."""
    xp = array_namespace(x, y)
    x = pad(x, down, across)
    flat = xp.reshape(y, (-1, y.shape[3]))
    rows = [
        xp.stack(
            [
                _grouped_weights(xp.reshape(seen(x, i, j, down, across), (-1, x.shape[3])), flat, groups)
                for j in range(across.window)
            ]
        )
        for i in range(down.window)
    ]
    return xp.stack(rows)


def conv2d_gradient(
    gradient: Array,
    output: Array,
    x: Array,
    w: Array,
    strides: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    groups: int = 1,
    activation: str = "linear",
    needs: tuple[bool, ...] = (True, True, True),
) -> tuple[Array | None, Array | None, Array | None]:
    down, across = sliding("conv2d", x.shape[1:3], w.shape[:2], strides, padding, dilation)
    z = ACTIVATION_GRADIENTS[activation](gradient, output)
    dx = _spread_products(z, w, down, across, groups) if needs[0] else None
    dw = _weights(x, z, down, across, groups) if needs[1] else None
    db = array_namespace(z).sum(z, axis=(0, 1, 2)) if needs[2] else None
    return dx, dw, db


def conv2d_transpose(
    x: Array,
    w: Array,
    b: Array,
    strides: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    output_padding: Any = 0,
    activation: str = "linear",
) -> Array:
    down, across = unsliding(
        "conv2d_transpose", x.shape[1:3], w.shape[:2], strides, padding, dilation, output_padding
    )
    return ACTIVATIONS[activation](_spread_products(x, w, down, across, 1) + b)


def conv2d_transpose_gradient(
    gradient: Array,
    output: Array,
    x: Array,
    w: Array,
    strides: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    output_padding: Any = 0,
    activation: str = "linear",
    needs: tuple[bool, ...] = (True, True, True),
) -> tuple[Array | None, Array | None, Array | None]:
    down, across = unsliding(
        "conv2d_transpose", x.shape[1:3], w.shape[:2], strides, padding, dilation, output_padding
    )
    z = ACTIVATION_GRADIENTS[activation](gradient, output)
    pads = ((down.before, down.after), (across.before, across.after))
    dx = _convolved(z, w, strides, pads, dilation, 1) if needs[0] else None
    dw = _weights(z, x, down, across, 1) if needs[1] else None
    db = array_namespace(z).sum(z, axis=(0, 1, 2)) if needs[2] else None
    return dx, dw, db
