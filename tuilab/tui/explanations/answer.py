"""A question about one number of a trace, and its answer."""

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tuilab.tui.explanations.names import Tone, element, names

if TYPE_CHECKING:
    from tuilab.autodiff.trace import Stop, Trace
    from tuilab.kernels.explanation import Explanation, Term

Index = tuple[int, ...]
ROUNDING = 1e-3
"""How far a finite difference may be from a gradient, as a share of it: float32 and kinks nearby."""


@dataclass(frozen=True, slots=True)
class Question:
    """One element of a value of a trace, or of the target's gradient by it."""

    value: int
    index: Index = ()
    gradient: bool = False


@dataclass(frozen=True, slots=True)
class Factor:
    """A number in a product. `question` asks on for it; None where it comes from nowhere."""

    label: str
    number: float
    tone: Tone
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term as a screen shows it: its factors, and what they make."""

    factors: tuple[Factor, ...]
    number: float


@dataclass(frozen=True)
class Section:
    """What one operation had to do with the number.

    `total` is what it gave. `agrees` says whether the terms, whose derivatives are finite differences, give
    it too; None where there is nothing to compare.
    """

    stop: "Stop"
    explanation: "Explanation"
    total: float
    agrees: bool | None
    asked: Question
    given: "Trace"
    called: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.explanation.terms)

    @functools.cached_property
    def numbers(self) -> list[float]:
        """What each term gives."""
        return [term.value for term in self.explanation.terms]

    def row(self, place: int) -> TermRow:
        """Term number `place`."""
        term = self.explanation.terms[place]
        factors = self._factors_of_gradient(term) if self.asked.gradient else self._factors(term)
        return TermRow(factors, self.numbers[place])

    def _factors(self, term: "Term") -> tuple[Factor, ...]:
        found = []
        if term.weight != 1 or not term.sources:
            label = "" if term.sources or len(self) == 1 else "all others"
            found.append(Factor(label, term.weight, "forward"))
        for source in term.sources:
            value = self.stop.inputs[source.input]
            tone: Tone = "parameter" if self.given.values[value].role == "source" else "forward"
            label = element(self.called[value], source.index)
            found.append(Factor(label, source.value, tone, Question(value, source.index)))
        return tuple(found)

    def _factors_of_gradient(self, term: "Term") -> tuple[Factor, ...]:
        if not term.sources:
            return (Factor("all others", term.weight, "gradient"),)
        (source,) = term.sources
        output = self.stop.outputs[source.input]
        upper = element(self.called[output], source.index)
        lower = element(self.called[self.asked.value], self.asked.index)
        target = self.called[self.given.target]
        return (
            Factor(f"∂{target}/∂{upper}", source.value, "gradient", Question(output, source.index, True)),
            Factor(f"∂{upper}/∂{lower}", term.weight, "forward"),
        )


@dataclass(frozen=True)
class Answer:
    """Why a number is what it is.

    `number` is the number itself; None for a gradient that nothing gave anything to. Without sections it came
    from outside, or is the gradient of the target by itself.
    """

    question: Question
    number: float | None
    label: str
    tone: Tone
    shape: Index
    dtype: str
    sections: tuple[Section, ...]
    remark: str
    beside: Question | None
    """The gradient of a value, or the value of a gradient."""
    beside_label: str = ""
    beside_number: float = 0.0


def answer(trace: "Trace", question: Question, place: int | None = None) -> Answer:
    """The answer to a question; for a gradient as far as it has arrived once stop `place` is done, or at the
    end.

    Raises:
        TuilabError: the operation that made the number has no explanation.
    """
    called = names(trace)
    value = trace.values[question.value]
    number = float(value.array[question.index])
    own = element(called[question.value], question.index)
    slope = f"∂{called[trace.target]}/∂{own}"
    goes_back = bool(trace.stops) and trace.stops[-1].direction == "backward"
    found = trace.gradient(question.value, place) if goes_back else None
    gradient = None if found is None else float(found[question.index])
    other = replace(question, gradient=not question.gradient)
    shape, dtype = value.array.shape, str(value.array.dtype)
    if question.gradient:
        sections = _of_gradient(trace, question, called, place)
        remark = _remark_on_gradient(trace, question, gradient is None, called)
        return Answer(
            question, gradient, slope, "gradient", shape, dtype, sections, remark, other, own, number
        )
    sections, remark = _of_value(trace, question, called), _remark_on_value(trace, question)
    tone: Tone = "parameter" if value.role == "source" else "forward"
    if gradient is None:
        return Answer(question, number, own, tone, shape, dtype, sections, remark, None)
    return Answer(question, number, own, tone, shape, dtype, sections, remark, other, slope, gradient)


def _of_value(trace: "Trace", question: Question, called: tuple[str, ...]) -> tuple[Section, ...]:
    stop = trace.made_by(question.value)
    if stop is None:
        return ()
    found = trace.explain(question.value, question.index)
    number = float(trace.values[question.value].array[question.index])
    agrees = None if found.value is None else close(found.value, number, _sizes(found))
    return (Section(stop, found, number, agrees, question, trace, called),)


def _of_gradient(
    trace: "Trace", question: Question, called: tuple[str, ...], place: int | None
) -> tuple[Section, ...]:
    from tuilab.kernels.explanation import Explanation

    terms: dict[int, tuple[Stop, list[Term]]] = {}  # an operation may take a value twice, as in x * x
    for stop, found in trace.explain_gradient(question.value, question.index, place):
        terms.setdefault(id(stop), (stop, []))[1].extend(found.terms)
    sections = []
    for stop, all_terms in terms.values():
        found = Explanation(tuple(all_terms))
        total = sum(
            float(contribution[question.index])
            for number, contribution in zip(stop.inputs, stop.contributions, strict=True)
            if number == question.value and contribution is not None
        )
        agrees = close(sum(term.value for term in all_terms), total, _sizes(found))
        sections.append(Section(stop, found, total, agrees, question, trace, called))
    return tuple(sections)


def _sizes(found: "Explanation") -> float:
    return sum(abs(term.value) for term in found.terms)


def close(one: float, other: float, size: float = 0.0) -> bool:
    """Whether two ways to a number agree, as far as float32 lets them: `size` is how much was added up."""
    if one != one or other != other:
        return one != one and other != other
    return one == other or abs(one - other) <= ROUNDING * abs(other) + 1e-5 * size + 1e-9


def _remark_on_value(trace: "Trace", question: Question) -> str:
    if trace.made_by(question.value) is not None:
        return ""
    if trace.values[question.value].role == "source":
        return "A parameter: it was given, and training moves it against its gradient."
    return "It was given: nothing here computed it."


def _remark_on_gradient(trace: "Trace", question: Question, is_missing: bool, called: tuple[str, ...]) -> str:
    if question.value == trace.target:
        return "Where the way back begins: a number changes by exactly as much as itself."
    if is_missing:
        return f"Nothing flows back to {called[question.value]}: its gradient was not asked for."
    return ""
