"""What convolution kernels share: where the numbers under a window lie, and padded images."""

import functools
from typing import Any, NamedTuple

import numpy as np

from tuilab.errors import ShapeError, TuilabError
from tuilab.kernels.jit import device
from tuilab.kernels.parallel.arrays import Array
from tuilab.kernels.parallel.dense import ACTIVATIONS
from tuilab.kernels.windows import Axis

BLOCKS = 16  # parts of a batch, whatever the threads
BAND_BYTES = 1 << 18  # of an image that are worked on at a time


class Plan(NamedTuple):
    """Where the numbers of a band of windows lie, as offsets into flat arrays."""

    band: int
    """Rows of windows in a band."""
    windows: Array
    """Where each window of a band begins in the padded image."""
    taps: Array
    """Where each number under a window lies from there: of the first group, place by place."""
    outputs: Array
    """Where each window's outputs begin."""
    weights: Array
    """Where the weights of each tap begin."""
    filters: Array
    """0, 1, 2, …"""


@functools.lru_cache(maxsize=128)
def plan(
    down: Axis, across: Axis, batch: int, channels: int, groups: int, filters: int, itemsize: int
) -> Plan:
    """The plan of a convolution; it depends on nothing but the shapes."""
    size = down.padded * across.padded * channels * itemsize
    bands = max(-(-size // BAND_BYTES), -(-BLOCKS // max(batch, 1)) if size > BAND_BYTES // 8 else 1)
    band = -(-down.steps // bands)
    row = across.padded * channels
    windows = np.add.outer(
        np.arange(band) * down.stride * row, np.arange(across.steps) * across.stride * channels
    )
    places = np.add.outer(
        np.arange(down.window) * down.dilation * row, np.arange(across.window) * across.dilation * channels
    )
    taps = np.add.outer(places, np.arange(channels // groups))
    return Plan(
        band,
        _offsets(windows),
        _offsets(taps),
        _offsets(np.arange(windows.size) * filters),
        _offsets(np.arange(taps.size) * filters),
        _offsets(np.arange(filters)),
    )


def _offsets(offsets: Array) -> Array:
    return np.ascontiguousarray(offsets.reshape(-1), np.int64)


def activation_number(name: str, activation: str) -> int:
    """The kernels' number of an activation, or an error."""
    if activation not in ACTIVATIONS:
        raise TuilabError(
            f"{name}: no activation {activation!r} is fused. Expected one of {', '.join(ACTIVATIONS)}."
        )
    return ACTIVATIONS[activation]


def check_filters(name: str, channels: int, weights: tuple[int, ...], groups: int) -> None:
    """An error where channels, filters and groups do not fit."""
    inputs, filters = weights[2:]
    if groups < 1 or channels != inputs * groups or filters % groups:
        raise ShapeError(
            f"{name}: {channels} channels in {groups} groups need weights (height, width, channels / groups, "
            f"filters), with filters that groups divide. They are {weights}."
        )
    if 0 in weights:
        raise ShapeError(f"{name} needs weights. It was given {weights}.")


def band_room(blocks: int, down: Axis, across: Axis, band: int, channels: int, dtype: Any) -> Array:
    """For each block, room for what lies under a band of windows; no room where nothing is padded."""
    rows = (band - 1) * down.stride + down.reach
    return _room(blocks, down, across, rows * across.padded * channels, dtype)


def image_room(blocks: int, down: Axis, across: Axis, channels: int, dtype: Any) -> Array:
    """For each block, room for a padded image; no room where nothing is padded."""
    return _room(blocks, down, across, down.padded * across.padded * channels, dtype)


def _room(blocks: int, down: Axis, across: Axis, size: int, dtype: Any) -> Array:
    padded = (down.padded, across.padded) != (down.size, across.size)
    return np.empty((blocks, size if padded else 0), dtype)


@device
def fill_band(x: Any, x0: Any, channels: Any, down: Any, across: Any, top: Any, rows: Any, room: Any) -> None:
    """Copy rows of a padded image, from `top` on, into `room`, with their padding."""
    size, left = across.size * channels, across.before * channels
    padded = left + size + across.after * channels
    for i in range(rows):
        into, at = room[i * padded : (i + 1) * padded], top + i - down.before
        if 0 <= at < down.size:
            into[:left] = 0
            into[left : left + size] = x[x0 + at * size : x0 + (at + 1) * size]
            into[left + size :] = 0
        else:
            into[:] = 0


@device
def take_inside(room: Any, channels: Any, down: Any, across: Any, x: Any, x0: Any) -> None:
    """Copy a padded image without its padding out of `room`."""
    size, left = across.size * channels, across.before * channels
    padded = left + size + across.after * channels
    for i in range(down.size):
        begin = (i + down.before) * padded + left
        x[x0 + i * size : x0 + (i + 1) * size] = room[begin : begin + size]


@device
def turn_over(w: Any, place: Any, turned: Any) -> None:
    """turned = the transpose of the matrix of the weights at one place of the kernel; `w` is flat."""
    columns, rows = turned.shape
    for i in range(rows):
        row = w[(place * rows + i) * columns : (place * rows + i + 1) * columns]
        for j in range(columns):
            turned[j, i] = row[j]
