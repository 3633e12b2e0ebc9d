"""Which runs are shown: words that their names hold, and bounds on their newest values.

    lstm !old  loss<0.5  val/accuracy>=.9

All of it must hold. `!` turns a word around. A metric is named by its whole name, or by the end of it.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tuilab.errors import TuilabError
from tuilab.text import safe

LONGEST = 200
_BOUND = re.compile(r"([^<>=!\s]+)(<=|>=|<|>|=)([^<>=\s]+)")
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "=": lambda value, bound: math.isclose(value, bound, rel_tol=1e-6),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was read; `text` is how it was written."""

    text: str = ""
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    bounds: tuple[tuple[str, str, float], ...] = ()

    def admits(self, name: str, newest: Mapping[str, float]) -> bool:
        """Whether a run of that name, with these newest values by metric, is shown."""
        name = name.lower()
        if not all(word in name for word in self.words) or any(word in name for word in self.without):
            return False
        return all(
            any(_COMPARISONS[sign](value, bound) for value in _named(metric, newest))
            for metric, sign, bound in self.bounds
        )


def _named(metric: str, newest: Mapping[str, float]) -> list[float]:
    """The values of the metrics called so: by the whole name or, where there is none, by its end."""
    whole = [value for name, value in newest.items() if name.lower() == metric]
    return whole or [
        value for name, value in newest.items() if re.split(r"[/_.]", name.lower())[-1] == metric
    ]


def read(text: str) -> Filter:
    """The filter that a person has written; TuilabError says what cannot be read."""
    words: list[str] = []
    without: list[str] = []
    bounds: list[tuple[str, str, float]] = []
    for part in text[:LONGEST].lower().split():
        if found := _BOUND.fullmatch(part):
            metric, sign, bound = found.groups()
            try:
                bounds.append((metric, sign, float(bound)))
            except ValueError:
                raise TuilabError(
                    f"{safe(bound, limit=40)!r} is no number. A bound is written as loss<0.5."
                ) from None
        elif any(sign in part for sign in "<>="):
            raise TuilabError(f"{safe(part, limit=40)!r} is no bound. Write one as loss<0.5, without spaces.")
        elif part.startswith("!"):
            without += [part[1:]] if part[1:] else []
        else:
            words.append(part)
    return Filter(text.strip()[:LONGEST], tuple(words), tuple(without), tuple(bounds))
