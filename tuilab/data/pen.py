"""The kernel that draws digits: strokes bent, inked, fitted and centred as MNIST's digits are.

A digit is drawn from its own row of parameters only, so its bits do not depend on the number of threads.
Lengths are in heights of a digit until `_fit` brings them to pixels.
"""

import numpy as np
from numpy.typing import NDArray

from tuilab.kernels.jit import device, kernel, prange

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

SIDE = 28  # pixels of the image
BOX = 20.0  # pixels of the box that the inked digit is fitted in
PIECES = 5  # straight pieces for each curve between two points
GRID = 4  # control points of the elastic grid, each way: one cell of a cubic B-spline
MOST_POINTS = 16
MOST_CURVES = 16

# The columns of `parameters`.
SLANT, TURN, ASPECT, BEND_X, BEND_Y, WEIGHT, SOFTNESS, PRESSURE, START, END, TONE, COLUMNS = range(12)


@device
def _spline_weights(t: np.float32) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """The four weights of a uniform cubic B-spline at t in [0, 1]."""
    s = np.float32(1) - t
    sixth = np.float32(1 / 6)
    return (
        s * s * s * sixth,
        (np.float32(3) * t * t * (t - np.float32(2)) + np.float32(4)) * sixth,
        (np.float32(3) * s * s * (s - np.float32(2)) + np.float32(4)) * sixth,
        t * t * t * sixth,
    )


@device
def _elastic(grid: Floats, x: np.float32, y: np.float32) -> tuple[np.float32, np.float32]:
    """The smooth displacement of the point (x, y), both within [0, 1] or brought there."""
    u = min(max(x, np.float32(0)), np.float32(1)) * np.float32(GRID - 3)
    v = min(max(y, np.float32(0)), np.float32(1)) * np.float32(GRID - 3)
    i = min(int(u), GRID - 4)
    j = min(int(v), GRID - 4)
    a = _spline_weights(u - np.float32(i))
    b = _spline_weights(v - np.float32(j))
    dx = np.float32(0)
    dy = np.float32(0)
    for q in range(4):
        for p in range(4):
            w = a[p] * b[q]
            dx += w * grid[j + q, i + p, 0]
            dy += w * grid[j + q, i + p, 1]
    return dx, dy


@device
def _through(p0: np.float32, p1: np.float32, p2: np.float32, p3: np.float32, t: np.float32) -> np.float32:
    """Catmull-Rom: the curve from p1 to p2 at t, smooth with its neighbours."""
    half, two, three, four, five = np.float32(0.5), np.float32(2), np.float32(3), np.float32(4), np.float32(5)
    cubic = three * (p1 - p2) + p3 - p0
    quadratic = two * p0 - five * p1 + four * p2 - p3
    return p1 + half * t * (p2 - p0 + t * (quadratic + t * cubic))


@device
def _bend(points: Floats, curves: Ints, count: int, parameters: Floats, grid: Floats, line: Floats) -> None:
    """Write one digit's strokes, bent, into `line` as straight pieces: rows (x, y, x', y', pen's width)."""
    for c in range(count):
        # The pen comes down early or late, and leaves early or late.
        t0 = parameters[START] if curves[c, 4] == 1 else np.float32(0)
        t1 = np.float32(1) - parameters[END] if curves[c, 5] == 1 else np.float32(1)
        x_before = np.float32(0)
        y_before = np.float32(0)
        for k in range(PIECES + 1):
            t = t0 + (t1 - t0) * np.float32(k / PIECES)
            a, b, d, e = curves[c, 0], curves[c, 1], curves[c, 2], curves[c, 3]
            x = _through(points[a, 0], points[b, 0], points[d, 0], points[e, 0], t)
            y = _through(points[a, 1], points[b, 1], points[d, 1], points[e, 1], t)
            dx, dy = _elastic(grid, x + np.float32(0.15), y)
            # Halves of the digit grow at each other's cost.
            x += parameters[BEND_X] * x * (np.float32(0.7) - x) + dx
            y += parameters[BEND_Y] * y * (np.float32(1) - y) + dy
            if k > 0:
                row = c * PIECES + k - 1
                line[row, 0] = x_before
                line[row, 1] = y_before
                line[row, 2] = x
                line[row, 3] = y
            x_before = x
            y_before = y


@device
def _bounds(line: Floats, rows: int) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """Left, right, top and bottom of the line."""
    left = right = line[0, 0]
    top = bottom = line[0, 1]
    for i in range(rows):
        for k in range(0, 4, 2):
            left = min(left, line[i, k])
            right = max(right, line[i, k])
            top = min(top, line[i, k + 1])
            bottom = max(bottom, line[i, k + 1])
    return left, right, top, bottom


@device
def _lay(line: Floats, rows: int, parameters: Floats, size: Floats) -> None:
    """Give the bent digit its style's width and height again, then widen, slant and turn it."""
    left, right, top, bottom = _bounds(line, rows)
    across = parameters[ASPECT]
    if size[0] > np.float32(0.2):
        across *= min(max(size[0] / (right - left), np.float32(0.6)), np.float32(1.6))
    down = min(max(size[1] / (bottom - top), np.float32(0.6)), np.float32(1.6))
    turn = parameters[TURN]
    cos = np.sqrt(np.float32(1) - turn * turn)
    for i in range(rows):
        for k in range(0, 4, 2):
            y = (line[i, k + 1] - (top + bottom) * np.float32(0.5)) * down
            x = (line[i, k] - (left + right) * np.float32(0.5)) * across - parameters[SLANT] * y
            line[i, k] = cos * x - turn * y
            line[i, k + 1] = turn * x + cos * y


@device
def _fit(line: Floats, rows: int, radius: np.float32) -> None:
    """Scale and move the line so that its ink fills the box in the middle of the image, now in pixels."""
    left, right, top, bottom = _bounds(line, rows)
    scale = (np.float32(BOX) - np.float32(2) * radius) / max(right - left, bottom - top, np.float32(1e-3))
    x_middle = (left + right) * np.float32(0.5)
    y_middle = (top + bottom) * np.float32(0.5)
    for i in range(rows):
        for k in range(0, 4, 2):
            line[i, k] = (line[i, k] - x_middle) * scale + np.float32(SIDE / 2)
            line[i, k + 1] = (line[i, k + 1] - y_middle) * scale + np.float32(SIDE / 2)


@device
def _ink(line: Floats, rows: int, radius: np.float32, softness: np.float32, depth: Floats) -> None:
    """Write how deep in the ink each pixel lies, 0 to 1; an edge is `softness` pixels wide."""
    depth[:] = np.float32(0)
    reach = radius + softness
    for i in range(rows):
        x0, y0 = line[i, 0], line[i, 1]
        dx, dy = line[i, 2] - x0, line[i, 3] - y0
        squared = dx * dx + dy * dy
        inverse = np.float32(1) / max(squared, np.float32(1e-9))
        r = radius * line[i, 4]
        top = max(int(min(y0, y0 + dy) - reach), 0)
        bottom = min(int(max(y0, y0 + dy) + reach) + 1, SIDE)
        left = max(int(min(x0, x0 + dx) - reach), 0)
        right = min(int(max(x0, x0 + dx) + reach) + 1, SIDE)
        for y in range(top, bottom):
            py = np.float32(y) + np.float32(0.5) - y0
            for x in range(left, right):
                px = np.float32(x) + np.float32(0.5) - x0
                t = min(max((px * dx + py * dy) * inverse, np.float32(0)), np.float32(1))
                ex = px - t * dx
                ey = py - t * dy
                value = (r - np.sqrt(ex * ex + ey * ey)) / softness + np.float32(0.5)
                depth[y, x] = max(depth[y, x], min(value, np.float32(1)))


@device
def _centre(depth: Floats, tone: np.float32, image: NDArray[np.uint8]) -> None:
    """Write the ink as bytes, moved by whole pixels so that its centre of mass is the image's centre."""
    mass = np.float32(0)
    x_mass = np.float32(0)
    y_mass = np.float32(0)
    for y in range(SIDE):
        for x in range(SIDE):
            mass += depth[y, x]
            x_mass += depth[y, x] * (np.float32(x) + np.float32(0.5))
            y_mass += depth[y, x] * (np.float32(y) + np.float32(0.5))
    mass = max(mass, np.float32(1e-6))
    across = int(np.floor(np.float32(SIDE / 2) - x_mass / mass + np.float32(0.5)))
    down = int(np.floor(np.float32(SIDE / 2) - y_mass / mass + np.float32(0.5)))
    for y in range(SIDE):
        for x in range(SIDE):
            value = np.float32(0)
            if 0 <= y - down < SIDE and 0 <= x - across < SIDE:
                value = depth[y - down, x - across]
            # The tone is how soon the ink is black.
            image[y, x] = np.uint8(min(value * tone, np.float32(1)) * np.float32(255) + np.float32(0.5))


@kernel
def draw_strokes(
    style: Ints,
    points: Floats,
    curves: Ints,
    counts: Ints,
    sizes: Floats,
    parameters: Floats,
    grids: Floats,
    out: NDArray[np.uint8],
) -> None:
    """Draw `len(out)` digits, all given as

    * style (n,) int64, a row of curves, counts and sizes;
    * points (n, MOST_POINTS, 2) float32, where this digit's pen goes;
    * curves (styles, MOST_CURVES, 6) int64: four points, whether it starts and whether it ends a stroke;
    * counts (styles,) int64, the curves of a style; sizes (styles, 2) float32, its width and height;
    * parameters (n, COLUMNS) float32; grids (n, GRID, GRID, 2) float32, the elastic displacement;
    * out (n, 28, 28) uint8, written.
    """
    for i in prange(out.shape[0]):
        line = np.empty((MOST_CURVES * PIECES, 5), np.float32)
        depth = np.empty((SIDE, SIDE), np.float32)
        count = counts[style[i]]
        rows = count * PIECES
        _bend(points[i], curves[style[i]], count, parameters[i], grids[i], line)
        _lay(line, rows, parameters[i], sizes[style[i]])
        for k in range(rows):
            place = np.float32(k) / np.float32(rows)
            line[k, 4] = np.float32(1) + parameters[i, PRESSURE] * (place - np.float32(0.5))
        radius = parameters[i, WEIGHT] * np.float32(0.5)
        _fit(line, rows, radius)
        _ink(line, rows, radius, parameters[i, SOFTNESS], depth)
        _centre(depth, parameters[i, TONE], out[i])
