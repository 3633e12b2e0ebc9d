"""A gradient as products of derivatives, one along each way that it came, and the same in numbers."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tuilab.text import number
from tuilab.tui.explanations.answer import Answer, close
from tuilab.tui.explanations.arithmetic import Piece, tick, written
from tuilab.tui.explanations.chains import Path, product
from tuilab.tui.explanations.fractions import Fraction, Line, in_rows, width_of
from tuilab.tui.explanations.names import names

if TYPE_CHECKING:
    from tuilab.autodiff.trace import Trace


class Products:
    """The products of a gradient's `paths`, in at most `width` cells; `plain` for ASCII."""

    def __init__(
        self, answer: Answer, trace: "Trace", paths: Sequence[Path], width: int, plain: bool
    ) -> None:
        self._answer = answer
        self._paths = paths
        self._width = width
        self._plain = plain
        self._target = trace.target
        self._called = names(trace)
        self._left = Fraction(self._called[trace.target], self._called[answer.question.value], "gradient")

    def fractions(self) -> Iterator[Line]:
        """One row of fractions for all paths where they fit, else one a path, the middle left out of long
        ones. Without paths, the rule with names only."""
        if not self._paths:
            yield from in_rows(self._rule(), self._bar)
            return
        bodies = [self._factors(path, len(path)) for path in self._paths]
        joined: list[Fraction | str] = [self._left, "  =  "]
        for count, body in enumerate(bodies):
            joined += ["  +  ", *body] if count else body
        if width_of(in_rows(joined)[1]) <= self._width:
            yield from in_rows(joined, self._bar)
            return
        for count, path in enumerate(self._paths):
            begin: list[Fraction | str] = ["  +  "] if count else [self._left, "  =  "]
            for most in range(len(path), 0, -1):
                rows = in_rows([*begin, *self._factors(path, most)], self._bar)
                if width_of(rows[1]) <= self._width:
                    break
            yield from rows

    def numbers(self) -> Line:
        """The factors in numbers, and that they give the gradient."""
        line: Line = [Piece("= ")]
        for count, path in enumerate(self._paths):
            if count:
                line.append(Piece(" + "))
            for place, link in enumerate(path):
                if place:
                    line.append(Piece(" · "))
                line.append(Piece(written(link.number), "gradient" if link.upper[0] == self._target else ""))
        total = sum(map(product, self._paths))
        if len(self._paths) > 1 or len(self._paths[0]) > 1:
            line += [Piece(" = "), Piece(number(total), "gradient")]
        return line + tick(close(total, self._answer.number or 0.0))

    def _rule(self) -> list[Fraction | str]:
        """The chain rule from the operation that took the number, a sum where several did."""
        sections = self._answer.sections
        several = len(sections) > 1
        y = "y" if several else self._called[sections[0].stop.outputs[0]]
        upper = Fraction(self._called[self._target], y, "gradient")
        sign = "  =  sum " if self._plain else "  =  Σ "
        own = self._called[self._answer.question.value]
        return [self._left, sign, upper, " · ", Fraction(y, own)]

    def _factors(self, path: Path, most: int) -> list[Fraction | str]:
        """The fractions of a path, those in its middle left out where there are more than so many."""
        called = self._called
        links = [
            Fraction(called[link.upper[0]], called[link.lower[0]], "gradient" if not place else "")
            for place, link in enumerate(path)
        ]
        shown: list[Fraction | str] = list(links)
        if len(links) > most:
            ahead = (most + 1) // 2
            behind = most - ahead
            shown = [*links[:ahead], "…", *links[len(links) - behind :]]
        joined: list[Fraction | str] = []
        for place, one in enumerate(shown):
            joined += [" · ", one] if place else [one]
        return joined

    @property
    def _bar(self) -> str:
        return "-" if self._plain else "─"
