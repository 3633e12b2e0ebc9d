"""What a lesson's cells must do when they are run: solutions pass, exercises fail unsolved, `expect` holds.

Nothing here runs anything. A `Runner` is given the cells to run, one after another in a fresh process, and
answers what each of them did; the first that fails is the last.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tuilab.lesson import CodeCell, Exercise, Lesson, Problem
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


Runner = Callable[[Lesson, Sequence[CodeCell]], Sequence[Outcome]]

_NUMBER = re.compile(r"[-+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?inf|nan")


def faults(lesson: Lesson, run: Runner) -> Iterator[Problem]:
    """What is wrong when the cells are run: first all of them, solved; then each exercise, unsolved."""
    cells = lesson.cells
    for cell, outcome in zip(cells, run(lesson, cells), strict=False):
        if outcome.error:
            line = cell.source_line + max(outcome.error_line, 1) - 1
            yield Problem(line, f"this cell fails, with all exercises solved: {_said(outcome.error)}")
            return
        yield from _unexpected(cell, outcome)
    for exercise in lesson.exercises:
        yield from _solved_already(lesson, exercise, run)


def _solved_already(lesson: Lesson, exercise: Exercise, run: Runner) -> Iterator[Problem]:
    if not exercise.checks or exercise.solution is None:
        return
    last = exercise.checks[-1]
    cells = [cell for cell in lesson.cells if cell.line <= last.line and cell is not exercise.solution]
    outcomes = run(lesson, cells)
    if len(outcomes) == len(cells) and not outcomes[-1].error:
        yield Problem(
            exercise.line,
            f"the exercise `{exercise.id}` passes its check unsolved. Take the answer out of its cell, "
            "or make the check ask for more.",
        )
    elif (
        outcomes
        and outcomes[-1].error
        and cells[len(outcomes) - 1] not in (exercise.starter, *exercise.checks)
    ):
        failed = cells[len(outcomes) - 1]
        yield Problem(
            failed.line,
            f"this cell fails as long as `{exercise.id}` is not solved: {_said(outcomes[-1].error)} "
            "Put it after the check, or make it do without.",
        )


def _unexpected(cell: CodeCell, outcome: Outcome) -> Iterator[Problem]:
    wanted = expectation(cell.ours)
    if wanted is None:
        return
    got = "\n".join(part for part in (outcome.printed.strip(), outcome.value.strip()) if part)
    if not _meets(got, wanted):
        asked = (
            repr(wanted.text)
            if wanted.text is not None
            else f"a number from {wanted.low:g} to {wanted.high:g}"
        )
        shown = safe(got, limit=80) or "nothing"
        yield Problem(cell.line, f"this cell gives {shown}, and `expect` says {safe(asked, limit=80)}.")


def _meets(got: str, wanted: Expectation) -> bool:
    if wanted.text is not None:
        return " ".join(wanted.text.split()) in " ".join(got.split())
    numbers = _NUMBER.findall(got)
    return bool(numbers) and wanted.low <= float(numbers[-1].replace(",", "").replace("_", "")) <= wanted.high


def _said(error: str) -> str:
    text = safe(error, limit=200).rstrip()
    return text if text.endswith((".", "?", "!")) else f"{text}."
