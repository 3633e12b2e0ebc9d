"""What a lesson's cells must do when they are run: solutions pass, exercises fail unsolved, `expect` holds.

Nothing here runs anything. A `Runner` is given the cells to run, one after another in a fresh process, and
answers what each of them did; the first that fails is the last. That an exercise fails unsolved is tried on
the way, just before its solution, so that a lesson is run once. Where `expect` asks for several seeds, the
cells up to that one are run again in a fresh process for each.
"""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tuilab.lesson import CodeCell, Directive, Exercise, Lesson, Problem
from tuilab.lesson.cells import Expectation, expectation
from tuilab.text import safe


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a cell did: what it printed, its last expression as text, and how it failed.

    `error` is a sentence, empty where all went well; `error_line` counts the cell's own lines from 1.
    """

    printed: str = ""
    value: str = ""
    error: str = ""
    error_line: int = 0


class Runner(Protocol):
    """Runs cells; a `seed` fixes what is random in them."""

    def __call__(
        self, lesson: Lesson, cells: Sequence[CodeCell], seed: int | None = None
    ) -> Sequence[Outcome]: ...


_NUMBER = re.compile(r"[-+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?inf|nan")
_ASKED = ("asked",)
"""The tag of what is no cell of the lesson, but an expression that a directive asks the session for."""
_EXPRESSIONS = {
    "lab:plot": "({text})",
    "lab:step": "__import__('tuilab.walk', fromlist=['trace_of']).trace_of({text!r}, globals())",
    "lab:graph": "__import__('tuilab.autodiff', fromlist=['graph']).graph({text!r}, globals(), {names!r})",
}
"""What the directives ask that draw from an expression, by name."""
_UNSOLVED = ("unsolved",)
"""The tag of a cell that tries an exercise's checks before its solution is there."""
_TRIAL = """
def _unsolved(sources):
    import contextlib, io, json
    names, failed = dict(globals()), None
    with contextlib.redirect_stdout(io.StringIO()):
        for number, source in enumerate(sources):
            try:
                exec(compile(source, "<check>", "exec"), names)
            except (Exception, SystemExit) as error:
                failed = [number, f"{{type(error).__name__}}: {{error}}"]
                break
    print(json.dumps(failed))
_unsolved({sources!r})
del _unsolved
"""
_SEEDERS = {"set_random_seed", "seed", "manual_seed", "default_rng", "RandomState"}


def faults(lesson: Lesson, run: Runner, most_seeds: int | None = None) -> Iterator[Problem]:
    """What is wrong when the cells are run, with solutions, and with none just before each.

    most_seeds: how many random seeds are tried at most; as many as `expect` asks for unless set.
    """
    expected = [(cell, wanted) for cell in lesson.cells if (wanted := expectation(cell.ours)) is not None]
    asked = max((wanted.seeds for _, wanted in expected), default=0)
    seeds = range(1, min(asked, most_seeds or asked) + 1)
    given: dict[int, list[str]] = {cell.line: [] for cell, _ in expected}
    for seed in seeds or (None,):
        needed = _all(lesson)
        if seed is not None and seed > 1:
            last = max(cell.line for cell, wanted in expected if wanted.seeds >= seed)
            needed = tuple(cell for cell in lesson.cells if cell.line <= last)
        for cell, outcome in zip(needed, run(lesson, needed, seed), strict=False):
            if cell.tags == _UNSOLVED and not outcome.error:
                yield from _unsolved(lesson, cell, outcome)
                continue
            if outcome.error and cell.tags == _ASKED:
                yield Problem(cell.line, f"what is to be drawn here fails: {_said(outcome.error)}")
                return
            if outcome.error:
                line = cell.source_line + max(outcome.error_line, 1) - 1
                under = "" if seed is None else f", under seed {seed}"
                said = _said(outcome.error)
                yield Problem(line, f"this cell fails, with all exercises solved{under}: {said}")
                return
            if cell.line in given and cell.tags not in (_ASKED, _UNSOLVED):
                given[cell.line].append(_given(outcome))
    for cell, wanted in expected:
        yield from _unexpected(cell, wanted, given[cell.line], lesson)


def _all(lesson: Lesson) -> tuple[CodeCell, ...]:
    """The cells, and among them the expressions that directives draw from, as cells that show nothing, and
    before each solution a trial of its exercise without it."""
    solutions = {exercise.solution.line: exercise for exercise in lesson.exercises if exercise.solution}
    found: list[CodeCell] = []
    for block in lesson.blocks:
        if isinstance(block, CodeCell):
            exercise = solutions.get(block.line)
            if exercise is not None and exercise.checks:
                sources = [cell.source for cell in _tried(lesson, exercise)]
                source = _TRIAL.format(sources=sources)
                found.append(CodeCell(source, "python", _UNSOLVED, block.line, source_line=block.line))
            found.append(block)
        elif isinstance(block, Directive) and not block.problem and block.name in _EXPRESSIONS:
            parameters = block.options.get("parameters")
            source = _EXPRESSIONS[block.name].format(text=block.argument, names=parameters)
            found.append(CodeCell(f"{source};", "python", _ASKED, block.line, source_line=block.line))
    return tuple(found)


def _tried(lesson: Lesson, exercise: Exercise) -> list[CodeCell]:
    """The cells behind an exercise's solution, up to its last check."""
    assert exercise.solution is not None
    first, last = exercise.solution.line, exercise.checks[-1].line
    return [cell for cell in lesson.cells if first < cell.line <= last]


def _unsolved(lesson: Lesson, trial: CodeCell, outcome: Outcome) -> Iterator[Problem]:
    """What is wrong with an exercise, by what its trial without a solution gave."""
    exercise = next(it for it in lesson.exercises if it.solution and it.solution.line == trial.line)
    lines = outcome.printed.strip().splitlines()
    failed = json.loads(lines[-1]) if lines else None
    if failed is None:
        yield Problem(
            exercise.line,
            f"the exercise `{exercise.id}` passes its check unsolved. Take the answer out of its cell, "
            "or make the check ask for more.",
        )
        return
    number, error = failed
    cell = _tried(lesson, exercise)[number]
    if cell not in exercise.checks:
        yield Problem(
            cell.line,
            f"this cell fails as long as `{exercise.id}` is not solved: {_said(error + '.')} "
            "Put it after the check, or make it do without.",
        )


def _given(outcome: Outcome) -> str:
    return "\n".join(part for part in (outcome.printed.strip(), outcome.value.strip()) if part)


def _unexpected(
    cell: CodeCell, wanted: Expectation, given: Sequence[str], lesson: Lesson
) -> Iterator[Problem]:
    """What a cell should not have given; `given` is what it gave, under seed 1, 2, … where there are any."""
    asked = (
        repr(wanted.text) if wanted.text is not None else f"a number from {wanted.low:g} to {wanted.high:g}"
    )
    asked = safe(asked, limit=80)
    if not wanted.seeds:
        for seed, text in enumerate(given, 1):
            if not _meets(text, wanted):
                under = f" under seed {seed}" if len(given) > 1 else ""
                shown = safe(text, limit=80) or "nothing"
                yield Problem(cell.line, f"this cell gives {shown}{under}, and `expect` says {asked}.")
                return
        return
    given = given[: wanted.seeds]
    out = [seed for seed, text in enumerate(given, 1) if not _meets(text, wanted)]
    if out:
        named = ", ".join(f"{_figure(given[seed - 1])} under seed {seed}" for seed in out)
        yield Problem(
            cell.line,
            f"this cell gives {named}, and `expect` says {asked} under each of {wanted.seeds} seeds. "
            f"In their order they gave {', '.join(map(_figure, given))}.",
        )
    elif len(given) > 1 and len(set(given)) == 1 and (fixed := _fixed_seed(cell, lesson)) is not None:
        yield Problem(
            fixed,
            f"a seed is fixed here, so that all {wanted.seeds} seeds of the cell on line {cell.line} give "
            f"{_figure(given[0])}. Leave it out: `tuilab check` sets the seeds.",
        )


def _fixed_seed(cell: CodeCell, lesson: Lesson) -> int | None:
    """The first line at which a cell up to this one fixes a seed by a number of its own."""
    for before in lesson.cells:
        if before.line > cell.line:
            break
        for node in ast.walk(ast.parse(before.source)):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = [it.value for it in node.keywords if it.arg in ("seed", "random_state")]
            given += node.args[:1] if name in _SEEDERS else []
            if any(isinstance(it, ast.Constant) and it.value is not None for it in given):
                return before.source_line + node.lineno - 1
    return None


def _numbers(got: str) -> list[str]:
    return _NUMBER.findall(got)


def _figure(got: str) -> str:
    return _numbers(got)[-1] if _numbers(got) else "no number"


def _meets(got: str, wanted: Expectation) -> bool:
    if wanted.text is not None:
        return " ".join(wanted.text.split()) in " ".join(got.split())
    numbers = _numbers(got)
    return bool(numbers) and wanted.low <= float(numbers[-1].replace(",", "").replace("_", "")) <= wanted.high


def _said(error: str) -> str:
    text = safe(error, limit=200).rstrip()
    return text if text.endswith((".", "?", "!")) else f"{text}."
