"""An answer in lines for a width: what is asked, the formula, the arithmetic, and the terms one by one.

Only the lines that are asked for are made, so a sum of sixty thousand terms is as quick to open as one of
three.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from tuilab.errors import FormulaError
from tuilab.text import number
from tuilab.tui.explanations.answer import Answer, Question, Section, TermRow, close
from tuilab.tui.explanations.arithmetic import GAP, Piece, arithmetic, kept, tick, written
from tuilab.tui.explanations.chains import Path
from tuilab.tui.explanations.fractions import Line, width_of
from tuilab.tui.explanations.names import MARKS
from tuilab.tui.explanations.products import Products

if TYPE_CHECKING:
    from tuilab.autodiff.trace import Trace

FOLDED = 13
"""Terms up to which a sum is shown whole."""
FIRST, LARGEST, LAST = 3, 4, 3
"""Terms of a longer one."""
TICKS = ("good", "bad")
"""The tones of ticks and crosses, which stay on the line of what they are about."""
ENDS = 2
"""Terms at each end of a sum that is told in brief."""
BAR = 12
NUMBER = 9
"""Cells of a number in a column."""
MARGIN = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """What the cursor can be on: a number to ask on for, or, without a question, a fold to open."""

    line: int
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class _Fold:
    """A line in place of so many terms."""

    hidden: int


_Item = Line | tuple[Section, int] | _Fold


class Page:
    """The lines of an answer.

    `by_size` sorts the terms of a sum, largest first; `whole` shows all of them; `brief` leaves them out, for
    a few lines under a graph. `chain` are the paths that a gradient came along, `difference` its finite
    difference, once it is known; `differences` says whether one is to come.
    """

    def __init__(
        self,
        answer: Answer,
        trace: "Trace",
        width: int,
        *,
        by_size: bool = False,
        whole: bool = False,
        chain: Sequence[Path] = (),
        difference: float | None = None,
        plain: bool = False,
        brief: bool = False,
        differences: bool = True,
    ) -> None:
        self.answer = answer
        self._trace = trace
        self._width = max(20, width)
        self._by_size, self._whole = by_size, whole
        self._chain, self._difference = chain, difference
        self._plain, self._brief = plain, brief
        self._differences = differences
        self._items: list[_Item] = []
        self.entries: list[Entry] = []
        self._first_entry: list[int] = []
        """The number of the first entry of each line."""
        self._widths: dict[int, dict[int, int]] = {}
        for item in self._compose():
            self._add(item)

    def __len__(self) -> int:
        return len(self._items)

    def line(self, place: int) -> Line:
        """Line number `place`, its entries numbered."""
        item, entry = self._items[place], self._first_entry[place]
        if isinstance(item, _Fold):
            return [Piece(" " * MARGIN), Piece(f"… {item.hidden:,} more terms", "quiet", entry)]
        if isinstance(item, tuple):
            return self._term_line(*item, entry)
        return [Piece(piece.text, piece.tone, entry) if piece.entry == 0 else piece for piece in item]

    def _add(self, item: _Item) -> None:
        line = len(self._items)
        self._items.append(item)
        self._first_entry.append(len(self.entries))
        if isinstance(item, _Fold):
            self.entries.append(Entry(line))
        elif isinstance(item, tuple):
            section, term = item
            self.entries += [
                Entry(line, factor.question) for factor in section.row(term).factors if factor.question
            ]
        elif any(piece.entry == 0 for piece in item):
            self.entries.append(Entry(line, self.answer.beside))

    # What stands where ----------------------------------------------------------------------------

    def _compose(self) -> Iterator[_Item]:
        answer = self.answer
        yield self._title()
        if answer.remark:
            yield []
            yield from self._wrapped([Piece(answer.remark, "quiet")])
        yield from self._chains()
        if self._brief:
            yield from self._in_brief()
            return
        several = len(answer.sections) > 1
        for section in answer.sections:
            yield []
            if not answer.question.gradient:
                yield from self._formula(section)
            yield from self._arithmetic(section, several)
            yield []
            yield from self._terms(section)
        if answer.question.gradient and answer.sections:
            yield []
            yield from self._sum()
        if answer.beside is not None:
            yield []
            yield self._beside()

    def _in_brief(self) -> Iterator[Line]:
        """The formula and the arithmetic of a value; of a gradient only what is not in its chain."""
        answer = self.answer
        if not answer.question.gradient:
            for section in answer.sections:
                yield []
                yield from self._formula(section)
                yield from self._arithmetic(section, several=False)
        elif answer.sections:
            if not self._chain:
                yield from self._summed()
            yield from self._stopped()

    def _summed(self) -> Iterator[Line]:
        """The sum of products that are too many for a chain."""
        line: Line = [Piece("= ")]
        sections = self.answer.sections
        ends = ENDS if len(sections) == 1 else 1
        for place in kept(len(sections), 1):
            if len(line) > 1:
                line.append(Piece(" + "))
            line += [Piece(GAP)] if place is None else arithmetic(sections[place], ends)
        total = self.answer.number or 0.0
        agrees = all(section.agrees is not False for section in self.answer.sections)
        line += [Piece(" = "), Piece(number(total), "gradient"), *tick(agrees), *self._checked()]
        yield from self._wrapped(line)

    def _stopped(self) -> Iterator[Line]:
        """Where on its way a gradient became nothing."""
        for path in self._chain:
            for link in path:
                value, index = link.lower
                stop = self._trace.made_by(link.upper[0])
                if link.number == 0 and stop is not None and value in stop.inputs:
                    at = number(self._trace.values[value].array[index])
                    says = (
                        f"{stop.operation} is flat where it stands (at {at}): nothing flows back through it."
                    )
                    yield from self._wrapped([Piece(says, "quiet")])
                    return

    def _title(self) -> Line:
        answer = self.answer
        shown = "none" if answer.number is None else number(answer.number)
        line = [
            Piece(f" {MARKS[answer.tone]} ", answer.tone),
            Piece(answer.label, "title"),
            Piece(" = "),
            Piece(shown, answer.tone),
        ]
        size = " x ".join(map(str, answer.shape)) or "one number"
        about = f"{size}, {answer.dtype} "
        room = self._width - width_of(line) - cell_len(about)
        return [*line, Piece(" " * room), Piece(about, "quiet")] if room > 1 else line

    def _formula(self, section: Section) -> Iterator[Line]:
        from tuilab.tui.formula import inline, layout

        parts = section.stop.row.formula.split(r", \quad ")
        for part in parts:
            try:
                rows = layout(part, self._plain).lines
                if max(map(cell_len, rows)) > self._width - MARGIN:
                    rows = [inline(part, self._plain)]
            except FormulaError:
                rows = [part]
            for row in rows:
                yield from self._wrapped([Piece(row.rstrip(), "formula")])
        yield []

    def _arithmetic(self, section: Section, several: bool) -> Iterator[Line]:
        if self.answer.question.gradient:
            name = section.stop.operation
            given = [Piece(f"through {name}", "title")]
            if several:
                given += [Piece("  gives "), Piece(number(section.total), "gradient"), *tick(section.agrees)]
            yield from self._wrapped(given)
            return
        line = [Piece(self.answer.label, self.answer.tone), Piece(" = "), *arithmetic(section)]
        line += [Piece(" = "), Piece(number(section.total), self.answer.tone), *tick(section.agrees)]
        yield from self._wrapped(line)

    def _chains(self) -> Iterator[Line]:
        """The gradient as products of derivatives, and below them their numbers."""
        if not self.answer.question.gradient or not self.answer.sections:
            return
        yield []
        products = Products(self.answer, self._trace, self._chain, self._width - MARGIN, self._plain)
        yield from ([Piece(" " * MARGIN), *row] for row in products.fractions())
        if not self._chain:
            return
        if not self._brief:
            yield []
        yield from self._wrapped(products.numbers() + (self._checked() if self._brief else []))

    def _terms(self, section: Section) -> Iterator[_Item]:
        count = len(section)
        order: Sequence[int] = range(count)
        largest = sorted(order, key=lambda place: -_size(section.numbers[place])) if count > 1 else order
        if self._by_size:
            order = largest
        if self._whole or count <= FOLDED:
            yield from ((section, place) for place in order)
            return
        if self._by_size:
            shown = list(order[: FIRST + LARGEST + LAST])
            yield from ((section, place) for place in shown)
            yield _Fold(count - len(shown))
            return
        kept = sorted({*range(FIRST), *largest[:LARGEST], *range(count - LAST, count)})
        before = -1
        for place in kept:
            if place == before + 2:
                yield section, place - 1  # a line that says "one more" is no shorter than the one
            elif place > before + 1:
                yield _Fold(place - before - 1)
            yield section, place
            before = place

    def _sum(self) -> Iterator[Line]:
        answer = self.answer
        total = answer.number or 0.0
        line = [Piece("together ", "quiet"), Piece(number(total), "gradient")]
        if len(answer.sections) == 1:
            line += tick(answer.sections[0].agrees)
        yield from self._wrapped([*line, *self._checked()])

    def _checked(self) -> Line:
        """The finite difference beside the gradient, or that it is to come."""
        if not self._differences:
            return []
        if self._difference is None:
            return [Piece("   finite difference …", "quiet")]
        size = sum(abs(one) for section in self.answer.sections for one in section.numbers)
        agrees = close(self._difference, self.answer.number or 0.0, size)
        return [Piece("   finite difference ", "quiet"), Piece(number(self._difference)), *tick(agrees)]

    def _beside(self) -> Line:
        answer = self.answer
        if answer.question.gradient:
            value = self._trace.values[answer.question.value]
            tone, says = ("parameter" if value.role == "source" else "forward"), "the number itself"
        else:
            tone, says = "gradient", "its gradient"
        text = f"{answer.beside_label} = {number(answer.beside_number)}"
        return [
            Piece(f" {MARKS[tone]} ", tone),  # type: ignore[index]
            Piece(text, tone, 0),
            Piece(f"   {says}", "quiet"),
        ]

    # Terms in columns -----------------------------------------------------------------------------

    def _term_line(self, section: Section, place: int, entry: int) -> Line:
        row = section.row(place)
        widths = self._label_widths(section)
        line: Line = [Piece(" " * MARGIN)]
        for at, factor in enumerate(row.factors):
            if at:
                line.append(Piece(" · "))
            shown = written(factor.number) if at else number(factor.number)
            if not factor.label:
                line.append(Piece(f"{shown:>{NUMBER}}"))
                continue
            mark = f"{MARKS[factor.tone]} " if factor.question else ""
            text = f"{_fitted(mark + factor.label, widths.get(at, 8))} {shown:>{NUMBER}}"
            tone = factor.tone if factor.question or factor.tone == "gradient" else ""
            line.append(Piece(text, tone, entry if factor.question else -1))
            entry += factor.question is not None
        if len(row.factors) > 1:
            line.append(Piece(f"  = {number(row.number):>{NUMBER}}"))
        return [*line, *self._size_bar(section, row, width_of(line))]

    def _label_widths(self, section: Section) -> dict[int, int]:
        """Cells for the label of each factor, the same on all rows of a section."""
        kept = self._widths.get(id(section))
        if kept is not None:
            return kept
        found: dict[int, int] = {}
        most = 1
        for place in sorted({0, len(section) // 2, len(section) - 1}):
            factors = section.row(place).factors
            most = max(most, len(factors))
            for at, factor in enumerate(factors):
                found[at] = max(found.get(at, 0), cell_len(factor.label) + 2 * (factor.question is not None))
        room = (self._width - MARGIN - (NUMBER + 4) - 3 * (most - 1)) // most - NUMBER - 1
        self._widths[id(section)] = {at: min(one, max(8, room)) for at, one in found.items()}
        return self._widths[id(section)]

    def _size_bar(self, section: Section, row: TermRow, used: int) -> Line:
        """A bar for how much the term counts, where there is room."""
        if len(section) < 2 or self._width - used < BAR + 4:
            return []
        furthest = max((_size(one) for one in section.numbers), default=0.0)
        length = round(BAR * _size(row.number) / furthest) if 0 < furthest < float("inf") else 0
        tone = "gradient" if self.answer.question.gradient else "forward"
        sign = "-" if row.number < 0 else " "
        return [Piece(f"   {sign}", "quiet"), Piece(("#" if self._plain else "▬") * length, tone)]

    def _wrapped(self, pieces: Line) -> Iterator[Line]:
        """The pieces in lines; one breaks between pieces, and inside them at spaces."""
        line: Line = [Piece(" " * MARGIN)]
        used = MARGIN
        for at, piece in enumerate(pieces):
            if piece.tone == "formula":
                yield [Piece(" " * MARGIN), Piece(piece.text, "formula")]
                return
            words = [piece.text] if piece.tone in TICKS else _words(piece.text)
            ahead = pieces[at + 1] if at + 1 < len(pieces) else None
            for place, word in enumerate(words):
                length = cell_len(word)
                mark = (
                    cell_len(ahead.text) if ahead and ahead.tone in TICKS and place + 1 == len(words) else 0
                )
                if used + cell_len(word.rstrip()) + mark > self._width and used > MARGIN:
                    yield line
                    line, used = [Piece(" " * (MARGIN + 2))], MARGIN + 2
                    word = word.lstrip()
                    length = cell_len(word)
                line.append(Piece(word, piece.tone, piece.entry))
                used += length
        yield line


def _size(value: float) -> float:
    return abs(value) if value == value else float("inf")


def _fitted(text: str, width: int) -> str:
    return text.ljust(width) if cell_len(text) <= width else text[: width - 1] + "…"


def _words(text: str) -> list[str]:
    parts = text.split(" ")
    return [part + " " for part in parts[:-1]] + [parts[-1]]
