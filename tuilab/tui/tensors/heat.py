"""The colours of numbers: how far one is from 0, and on which side."""

import functools
import math
from collections.abc import Callable

from rich.color import Color
from rich.style import Style

from tuilab.tui.tensors.picture import Inks

HEAT = 0.55
"""The largest share of ink in the background of a number, which must stay legible."""
SHADES = 8


def heat(inks: Inks, furthest: float, style: Style) -> Callable[[float], Style]:
    """A function from a number to the style with its background: paper at 0, most ink at `furthest` from it.
    Styles are made once for each shade, since adding them for each number would be felt."""
    infinite = style + Style(bold=True)
    paper = inks.paper.get_truecolor(foreground=False)

    @functools.cache
    def shade(level: int) -> Style:
        pen = (inks.above if level >= 0 else inks.below).get_truecolor()
        share = HEAT * abs(level) / SHADES
        mixed = (low + (high - low) * share for low, high in zip(paper, pen, strict=True))
        return style + Style(bgcolor=Color.from_rgb(*mixed))

    def of(value: float) -> Style:
        if not math.isfinite(value):
            return infinite
        return shade(round(SHADES * max(-1.0, min(1.0, value / furthest)))) if furthest else style

    return of
