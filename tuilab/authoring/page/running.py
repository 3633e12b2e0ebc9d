"""What a page needs to know from running its lesson: what each cell gave, and what directives draw from."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tuilab.lesson import CodeCell, Directive, Lesson
from tuilab.session import Cell, Event, Failed, Result, Session, Value

SECONDS = 300.0
SEED = 1
"""A page is the same each time it is made."""

# Neither leaves a name behind among those of the cells.
_STEP = "__import__('tuilab.walk', fromlist=['trace_of']).trace_of({text!r}, globals())"
_GRAPH = "__import__('tuilab.autodiff', fromlist=['graph']).graph({text!r}, globals(), {names!r})"


@dataclass(frozen=True, slots=True)
class Findings:
    """By the line of a cell or of a directive: what it came to. Empty where nothing was run."""

    cells: dict[int, Result] = field(default_factory=dict)
    directives: dict[int, Value | Failed] = field(default_factory=dict)
    ran: bool = False


def run(lesson: Lesson) -> Findings:
    """Run a lesson from its top to its bottom, solved, in a process of its own.

    Cells after one that fails are not run. A directive that fails concerns itself alone.
    """
    found = Findings(ran=True)
    with Session(lesson.header.path, seconds=SECONDS, seed=SEED) as session:
        for block in lesson.blocks:
            if isinstance(block, CodeCell):
                cell = Cell(block.source, block.source_line)
                result = Result(cell)
                for event in session.run(cell):
                    result.take(event)
                found.cells[block.line] = result
                if not result.passed:
                    break
            elif isinstance(block, Directive) and not block.problem:
                source = _asked(block)
                if source:
                    answer = _answer(session.run(Cell(source, block.line)))
                    if answer is not None:
                        found.directives[block.line] = answer
    return found


def _asked(directive: Directive) -> str:
    """The expression that a directive draws from; empty where it draws from none."""
    text = directive.argument
    match directive.name:
        case "lab:plot":
            return text
        case "lab:step":
            return _STEP.format(text=text)
        case "lab:graph":
            return _GRAPH.format(text=text, names=directive.options.get("parameters"))
    return ""


def _answer(events: Iterable[Event]) -> Value | Failed | None:
    result = Result(Cell(""))
    for event in events:
        result.take(event)
    return result.error or result.value
