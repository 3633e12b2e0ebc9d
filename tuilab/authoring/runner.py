"""Runs the cells of a lesson for `running`: in a session of their own, as the lab runs them."""

from collections.abc import Sequence

from tuilab import session
from tuilab.authoring.running import Outcome
from tuilab.lesson import CodeCell, Lesson

SECONDS = 300.0
"""For one cell: a lesson that trains for longer tries a learner's patience."""


def run(lesson: Lesson, cells: Sequence[CodeCell], seed: int | None = None) -> list[Outcome]:
    """What the cells do, one after another in a fresh process, up to the first that fails.

    seed: fixes `random`, NumPy and tuilab in that process; left to chance where it is None.
    """
    given = [session.Cell(one.source, one.source_line) for one in cells]
    results = session.check(given, lesson=lesson.header.path, seconds=SECONDS, seed=seed)
    return [_outcome(one, cell) for one, cell in zip(results, given, strict=True) if one.finished is not None]


def _outcome(result: session.Result, cell: session.Cell) -> Outcome:
    line = result.error.line if result.error is not None else None
    return Outcome(
        result.printed,
        "" if result.value is None else result.value.text,
        result.sentence,
        0 if line is None else line - cell.line + 1,
    )
