"""What the values of a trace are called on the screen: by their own names, or by what made them."""

from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from tuilab.text import number, safe

if TYPE_CHECKING:
    from tuilab.autodiff.trace import Trace

Tone = Literal["forward", "gradient", "parameter"]
MARKS: dict[Tone, str] = {"forward": "▸", "gradient": "◂", "parameter": "▪"}
LONGEST = 24
NOUNS = {
    "add": "sum",
    "subtract": "difference",
    "multiply": "product",
    "matmul": "product",
    "divide": "quotient",
    "negative": "negative",
}
"""What some operations give, where the name of the operation does not say it."""
_known: "WeakKeyDictionary[Trace, tuple[str, ...]]" = WeakKeyDictionary()


def names(trace: "Trace") -> tuple[str, ...]:
    """A name for each value, no two alike but for numbers: `w`, `product`, `product₂`, `2`.

    A value without a name of its own is called after the operation that made it, or what that gives; a single
    given number is what it says, and what the walk leads to is L, as in the formulas.
    """
    if trace not in _known:
        _known[trace] = tuple(_names(trace))
    return _known[trace]


def _names(trace: "Trace") -> list[str]:
    used: dict[str, int] = {}
    found: list[str] = []
    for place, value in enumerate(trace.values):
        name = safe(value.name, limit=LONGEST)
        if not name:
            stop = trace.made_by(place)
            if stop is not None:
                name = "L" if place == trace.target else NOUNS.get(stop.operation, stop.operation)
            elif value.array.size == 1:
                found.append(number(value.array.reshape(())[()]))
                continue
            else:
                name = "given"
        used[name] = used.get(name, 0) + 1
        found.append(name if used[name] == 1 else name + _lowered(used[name]))
    return found


def _lowered(count: int) -> str:
    return str(count).translate(_LOW)


def subscript(name: str) -> str:
    """The small number at the end of a name, if it has one."""
    return name[len(name.rstrip(_LOWERED)) :]


_LOWERED = "₀₁₂₃₄₅₆₇₈₉"
_LOW = str.maketrans("0123456789", _LOWERED)


def element(name: str, index: tuple[int, ...]) -> str:
    """An element as one writes it: `w[0, 3]`; the name alone where there is one element only."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name
