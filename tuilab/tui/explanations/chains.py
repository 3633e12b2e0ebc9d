"""The chain rule along whole paths: from what the walk leads to, down to one number, factor by factor."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuilab.tui.explanations.answer import Index, Question, answer

if TYPE_CHECKING:
    from tuilab.autodiff.trace import Trace

MOST_PATHS = 3
MOST_LINKS = 8


@dataclass(frozen=True, slots=True)
class Link:
    """One factor: the derivative of the element `upper` by the element `lower`, each a value and an index."""

    upper: tuple[int, Index]
    lower: tuple[int, Index]
    number: float


Path = tuple[Link, ...]


def product(path: Path) -> float:
    return math.prod(link.number for link in path)


def paths(trace: "Trace", question: Question, place: int | None = None) -> tuple[Path, ...]:
    """The paths that a gradient came along by stop `place`, or the end, each a product of factors; together
    they give it.

    Where more than a few would have to be told, a path begins with the gradient that has gathered by then,
    so what is answered is always whole. Nothing, where the last operation alone gave too many terms.
    """
    links = _last_links(trace, question, place)
    if links is None or not links:
        return ()
    found: list[Path] = [(link,) for link in links]
    for _ in range(MOST_LINKS - 2):
        longer = [longer for path in found for longer in _lengthened(trace, path)]
        if len(longer) > MOST_PATHS or longer == found:
            break
        found = longer
    return tuple(path if _is_whole(trace, path) else (_gathered(trace, path[0]), *path) for path in found)


def _lengthened(trace: "Trace", path: Path) -> list[Path]:
    """The path with each link that leads to its first; itself where it is whole, or too many do."""
    if _is_whole(trace, path):
        return [path]
    value, index = path[0].upper
    return [(link, *path) for link in _last_links(trace, Question(value, index, True)) or ()] or [path]


def _is_whole(trace: "Trace", path: Path) -> bool:
    return path[0].upper[0] == trace.target


def _gathered(trace: "Trace", first: Link) -> Link:
    value, index = first.upper
    gradient = trace.gradient(value)
    number = 0.0 if gradient is None else float(gradient[index])
    target = trace.values[trace.target].array
    return Link((trace.target, () if target.size == 1 else (0,) * target.ndim), first.upper, number)


def _last_links(trace: "Trace", question: Question, place: int | None = None) -> list[Link] | None:
    """A link for each term of a gradient; None for more than a few."""
    found: list[Link] = []
    for section in answer(trace, question, place).sections:
        if len(found) + len(section) > MOST_PATHS:
            return None
        for number in range(len(section)):
            factor = section.row(number).factors
            if len(factor) != 2 or factor[0].question is None:
                return None
            upper = factor[0].question
            found.append(Link((upper.value, upper.index), (question.value, question.index), factor[1].number))
    return found
