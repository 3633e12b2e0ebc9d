"""Gather what belongs to each exercise: its cell, hints, solution and checks, tied by its id."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tuilab.lesson import cells
from tuilab.lesson.front_matter import ID
from tuilab.lesson.model import Block, CodeCell, Directive, Exercise, Problem
from tuilab.text import nearest, safe

QUESTIONS = ("lab:predict", "lab:quiz")
"""The directives whose answers are kept by their id."""
PATIENCE = 10.0
"""Seconds that a check may take unless its exercise has a `timeout`."""


@dataclass(slots=True)
class _Parts:
    """What was found for one id."""

    starters: list[CodeCell] = field(default_factory=list)
    solutions: list[CodeCell] = field(default_factory=list)
    checks: list[CodeCell] = field(default_factory=list)
    hints: list[Directive] = field(default_factory=list)

    @property
    def others(self) -> list[CodeCell | Directive]:
        return [*self.solutions, *self.checks, *self.hints]


def gather(blocks: Iterable[Block], version: int) -> tuple[tuple[Exercise, ...], list[Problem]]:
    """The exercises of a lesson of this `version`, and what is wrong with them, each with its line.

    Only a cell tagged `exercise` makes an exercise. What lacks a part is still there, and a problem says so.
    """
    found: dict[str, _Parts] = {}
    questions: dict[str, int] = {}
    wrong: list[Problem] = []
    for block in blocks:
        if isinstance(block, CodeCell):
            _sort_cell(block, found, wrong)
        elif isinstance(block, Directive) and block.name in QUESTIONS and block.argument:
            name = block.argument
            if name in questions:
                text = f"the question `{safe(name, limit=80)}` is on line {questions[name]} already. "
                wrong.append(Problem(block.line, text + "Give this one another id."))
            questions.setdefault(name, block.line)
        elif isinstance(block, Directive) and block.name == "lab:hint" and block.argument:
            found.setdefault(block.argument, _Parts()).hints.append(block)
    names = [name for name, parts in found.items() if parts.starters]
    exercises: list[Exercise] = []
    for name, parts in found.items():
        if not parts.starters:
            near = nearest(name, names)
            ending = f"Did you mean `{near}`?" if near else "Tag one `exercise`, and give it this id."
            wrong += [
                Problem(part.line, f"there is no exercise `{safe(name, limit=80)}` for this. {ending}")
                for part in parts.others
            ]
            continue
        wrong += _faults(name, parts)
        exercises.append(_exercise(name, parts, version))
    return tuple(exercises), wrong


def _sort_cell(cell: CodeCell, found: dict[str, _Parts], wrong: list[Problem]) -> None:
    tags = [tag for tag in cells.PARTS if tag in cell.tags]
    name = cell.ours.get("exercise")
    if name is None and not tags:
        return
    if len(tags) != 1:
        listed = ", ".join(cells.PARTS)
        wrong.append(Problem(cell.line, f"a cell of an exercise has one of the tags {listed}. Give it one."))
    elif not isinstance(name, str):
        wrong.append(
            Problem(
                cell.line,
                f"this cell is tagged `{tags[0]}`, and does not say of which exercise. "
                "Write `tuilab: {exercise: some-id}` below its tags.",
            )
        )
    elif not ID.fullmatch(name) or len(name) > 80:
        wrong.append(
            Problem(
                cell.line,
                f"`{safe(name, limit=80)}` is not an id. Use small letters, digits, - and dots, at most 80.",
            )
        )
    else:
        parts = found.setdefault(name, _Parts())
        {"exercise": parts.starters, "solution": parts.solutions, "check": parts.checks}[tags[0]].append(cell)


def _exercise(name: str, parts: _Parts, version: int) -> Exercise:
    starter = parts.starters[0]
    own = starter.ours.get("version")
    patience = starter.ours.get("timeout")
    return Exercise(
        id=name,
        version=own if isinstance(own, int) and not isinstance(own, bool) and own > 0 else version,
        line=starter.line,
        starter=starter,
        hints=tuple(parts.hints),
        solution=parts.solutions[0] if parts.solutions else None,
        checks=tuple(parts.checks),
        timeout=(
            float(patience)
            if isinstance(patience, int | float) and 0 < patience <= cells.LONGEST_TIMEOUT
            else PATIENCE
        ),
    )


def _faults(name: str, parts: _Parts) -> list[Problem]:
    starter = parts.starters[0]
    at = starter.line
    wrong = [
        Problem(
            part.line, f"the {what} `{name}` is on line {several[0].line} already. Give this one another id."
        )
        for what, several in (("exercise", parts.starters), ("solution of", parts.solutions))
        for part in several[1:]
    ]
    if not parts.checks:
        wrong.append(
            Problem(
                at, f"the exercise `{name}` has no check. Add a cell tagged `check` that asserts what holds."
            )
        )
    if not parts.hints:
        wrong.append(Problem(at, f"the exercise `{name}` has no hint. Add one: `:::{{lab:hint}} {name}`."))
    if not parts.solutions:
        wrong.append(Problem(at, f"the exercise `{name}` has no solution. Add a cell tagged `solution`."))
        return wrong
    solution = parts.solutions[0]
    if solution.source.split() == starter.source.split():
        wrong.append(
            Problem(at, f"the exercise `{name}` is solved already: its cell and its solution are the same.")
        )
    # A notebook runs from its top to its bottom, and the check must find the solution.
    if solution.line < at:
        wrong.append(
            Problem(solution.line, f"the solution of `{name}` stands before it. Put it after line {at}.")
        )
    wrong += [
        Problem(
            check.line,
            f"this check of `{name}` stands before the solution, so the notebook would fail here. "
            f"Put it after line {solution.line}.",
        )
        for check in parts.checks
        if check.line < solution.line
    ]
    return wrong
