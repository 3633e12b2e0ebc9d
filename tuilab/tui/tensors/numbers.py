"""Numbers in columns: one form for a whole array, so that points stand under points and nothing moves when
one scrolls."""

import math
from dataclasses import dataclass
from typing import Any

from tuilab.tui.tensors.facts import Facts

DIGITS = 4
"""Significant digits of the number furthest from 0."""
MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Form:
    """How the numbers of an array are written: right-aligned in `width` cells."""

    width: int
    decimals: int = 0
    scientific: bool = False
    whole: bool = False

    def __call__(self, value: Any) -> str:
        if self.whole:
            text = f"{int(value):>{self.width}d}"
            return text if len(text) <= self.width else self._shorter(float(value))
        x = float(value)
        if math.isnan(x):
            text = "NaN"
        elif math.isinf(x):
            text = "inf" if x > 0 else "-inf"
        elif self.scientific:
            text = f"{x:.2e}" if x else "0"
            if len(text) > self.width:  # an exponent of three digits
                text = f"{x:.1e}"
        else:
            text = f"{x:.{self.decimals}f}"
            if x and float(text) == 0:
                text = "-0" if x < 0 else "+0"  # not nothing: too small to be seen beside the others
        return text.rjust(self.width) if len(text) <= self.width else self._shorter(x)

    def _shorter(self, x: float) -> str:
        """A number in its column where only a part of the array was looked at, and this one is longer."""
        for decimals in (1, 0):
            text = f"{x:.{decimals}e}".replace("e+0", "e").replace("e+", "e")
            if len(text) <= self.width:
                return text.rjust(self.width)
        return "#" * self.width


def form(kind: str, facts: Facts) -> Form:
    """The form for an array of this kind of type (`dtype.kind`) and range."""
    if kind in "iub":
        if math.isnan(facts.smallest):
            return Form(1, whole=True)
        return Form(max(len(str(int(end))) for end in (facts.smallest, facts.largest)), whole=True)
    furthest = facts.furthest
    power = math.floor(math.log10(furthest)) if furthest > 0 else 0
    if not -4 < power < 6:
        return Form(9, scientific=True)
    decimals = min(MOST_DECIMALS, max(0, DIGITS - 1 - power))
    ends = (facts.smallest, facts.largest) if math.isfinite(facts.smallest) else (0.0, 0.0)
    width = max(len(f"{end:.{decimals}f}") for end in ends)
    return Form(max(width, 4 if facts.infinities else 3), decimals)
