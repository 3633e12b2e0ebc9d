"""What the values of a trace are called on the screen: by their own names, or by what made them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from tuilab.text import number, safe

if TYPE_CHECKING:
    from tuilab.autodiff.trace import Trace

Tone = Literal["forward", "gradient", "parameter"]
MARKS: dict[Tone, str] = {"forward": "▸", "gradient": "◂", "parameter": "▪"}
LONGEST = 24


def names(trace: "Trace") -> tuple[str, ...]:
    """A name for each value, no two alike but for numbers: `w`, `matmul`, `matmul₂`, `2`.

    A value without a name of its own is called after the operation that made it; a single given number is
    what it says, and what the walk leads to is L, as in the formulas.
    """
    used: dict[str, int] = {}
    found: list[str] = []
    for place, value in enumerate(trace.values):
        name = safe(value.name, limit=LONGEST)
        if not name:
            stop = trace.made_by(place)
            if stop is not None:
                name = "L" if place == trace.target else stop.operation
            elif value.array.size == 1:
                found.append(number(value.array.reshape(())[()]))
                continue
            else:
                name = "given"
        used[name] = used.get(name, 0) + 1
        found.append(name if used[name] == 1 else name + _lowered(used[name]))
    return tuple(found)


def _lowered(count: int) -> str:
    return str(count).translate(_LOW)


_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def element(name: str, index: tuple[int, ...]) -> str:
    """An element as one writes it: `w[0, 3]`; the name alone where there is one element only."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def tones(trace: "Trace") -> Iterator[Tone]:
    """What each value is, going forward: a parameter, or a value."""
    for value in trace.values:
        yield "parameter" if value.role == "source" else "forward"
