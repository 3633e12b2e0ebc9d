"""Lines and dots drawn by plotext; nothing else in the lab touches plotext.

plotext 6 aborts the whole process when a coordinate is not a number, and its one master figure may be used
from one thread only. So a coordinate here is already a pixel, checked to be finite, and the caller's thread
is remembered.
"""

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.tui.charts.thinning import Floats, Points
from tuilab.tui.glyphs import GlyphSet

RESOLUTION: dict[GlyphSet, tuple[int, int]] = {"braille": (2, 4), "block": (1, 2), "ascii": (1, 1)}
"""Pixels in a cell: across, down."""

_thread: int | None = None


def _figure() -> Any:
    """plotext's master figure, imported at the first draw (0.15 s) and made quiet."""
    global _thread
    import plotext

    if _thread is None:
        _thread = threading.get_ident()
        plotext.terminal.limit(False, False)
    elif _thread != threading.get_ident():
        raise RuntimeError("plotext's figure belongs to the thread that drew with it first")
    return plotext.figure


def raster(points: Points, width: int, height: int, glyphs: GlyphSet) -> list[str]:
    """`height` rows of `width` signs: the points, in pixels from the lower left, joined inside each run.

    A blank is a space. Points outside the canvas are cut off; non-finite ones must not come here.
    """
    across, down = RESOLUTION[glyphs]
    drawn_height = height * 2 if glyphs == "block" else height
    figure = _figure()
    figure.clear()
    figure.plot_size(width, drawn_height)
    figure.canvas("default")
    figure.axes(False)
    figure.legend(False)
    for name, extent in (("x", width), ("y", drawn_height)):
        ruler = figure.ruler(name)
        ruler.ticks([])
        ruler.alignment(lim="edge")
        ruler.lim(0, extent)
    # Cut off far away as well: a line towards a point a million pixels off is drawn pixel by pixel.
    x = np.clip(np.rint(points.x), -width * across, 2 * width * across)
    y = np.clip(np.rint(points.y), -height * down, 2 * height * down)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("plotext cannot be given points that are not finite")
    x, y, starts = _needed(x, y, points.starts)
    if x.size:
        pixels_up = 1 if glyphs == "block" else down
        signal = figure.signal(
            ((x + 0.5) / across).tolist(),
            ((y + 0.5) / pixels_up).tolist(),
            marker="braille" if glyphs == "braille" else "x",
        )
        signal.lines()
        for start in starts.tolist():
            signal.line(start, False)
        figure.draw(signal)
    rows = [row[:width].ljust(width) for row in figure.build().string(True).split("\n")[:drawn_height]]
    rows += [" " * width] * (drawn_height - len(rows))
    return _half_blocks(rows) if glyphs == "block" else rows


def _needed(x: Floats, y: Floats, starts: NDArray[np.intp]) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Pixels without those that a run passes anyway, on the spot or along a level stretch.

    plotext works through its points one by one in Python, so each one spared counts.
    """
    first = np.zeros(x.size, bool)
    first[starts] = True
    moved = first.copy()
    moved[1:] |= (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    x, y, first = x[moved], y[moved], first[moved]
    if x.size < 3:
        return x, y, np.flatnonzero(first)
    last = np.append(first[1:], True)
    level = (y[1:-1] == y[:-2]) & (y[1:-1] == y[2:])
    level &= (x[1:-1] >= x[:-2]) & (x[1:-1] <= x[2:])
    kept = first | last
    kept[1:-1] |= ~level
    return x[kept], y[kept], np.flatnonzero(first[kept])


def _half_blocks(rows: list[str]) -> list[str]:
    halves = {(" ", " "): " ", ("x", " "): "▀", (" ", "x"): "▄", ("x", "x"): "█"}
    return [
        "".join(halves[pair] for pair in zip(*two, strict=True))
        for two in zip(rows[::2], rows[1::2], strict=True)
    ]
