"""`tuilab check`: every fault of the lessons in some files and folders.

A check is a function of a page, in `CHECKS`; what concerns several lessons is in `between`. Nothing here runs
a cell: `running.faults` does, given something to run cells with.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuilab.authoring import between, code, fields, links, running, typography
from tuilab.authoring.fault import Check, Fault, Page, from_error
from tuilab.errors import LessonError
from tuilab.lesson import library, load, source, yaml_block
from tuilab.lesson.library import files

CHECKS: tuple[Check, ...] = (
    lambda page: iter(page.lesson.faults),
    fields.faults,
    typography.columns,
    typography.formulas,
    links.faults,
    code.faults,
)
"""What every lesson that can be read is held to."""

MOST = 100
"""The most faults that are named for one file."""


@dataclass(frozen=True, slots=True)
class Report:
    """How many lessons were read, what is wrong with them, and whether their cells were run."""

    lessons: int
    faults: tuple[Fault, ...]
    cells_run: bool = False


def check(paths: Sequence[Path], run: running.Runner | None = None, most_seeds: int | None = None) -> Report:
    """Check lessons, and all lessons in folders. With `run`, their cells are run, too, under at most so many
    random seeds. Never raises."""
    faults: list[Fault] = []
    pages: list[Page] = []
    found = list(_files(paths, faults))
    for path in found:
        page, wrong = _page(path)
        if page is not None:
            pages.append(page)
            wrong += [Fault(path, problem.line, problem.text) for one in CHECKS for problem in one(page)]
            if run is not None and not wrong:
                wrong += [
                    Fault(path, it.line, it.text) for it in running.faults(page.lesson, run, most_seeds)
                ]
        faults += _bounded(path, wrong)
    faults += between.faults(pages, library())
    return Report(len(found), tuple(sorted(set(faults))), cells_run=run is not None)


def _files(paths: Iterable[Path], faults: list[Fault]) -> Iterable[Path]:
    """Each lesson once, in the order given."""
    seen: set[str] = set()
    for path in paths:
        inside = files(path) if os.path.isdir(path) else [path]
        if not inside:
            faults.append(Fault(path, 1, "there is no lesson in this folder. A lesson is a file NAME.md."))
        for file in inside:
            if (place := os.path.realpath(file)) not in seen:
                seen.add(place)
                yield file


def _page(path: Path) -> tuple[Page | None, list[Fault]]:
    """The page of a file, None where it cannot be read, and what is wrong with its text or keeps it shut."""
    wrong: list[Fault] = []
    try:
        text = source.read(path)
        wrong += [Fault(path, it.line, it.text) for it in typography.characters(text)]
        lesson = load(path)
        front = yaml_block.read(lesson.front, path, 2)
    except LessonError as error:
        return None, [*wrong, *(from_error(path, str(it)) for it in (error, *error.others))]
    return Page(lesson, tuple(text.split("\n")), front), wrong


def _bounded(path: Path, wrong: list[Fault]) -> list[Fault]:
    wrong = sorted(set(wrong))
    if len(wrong) <= MOST:
        return wrong
    rest = len(wrong) - MOST
    return [*wrong[:MOST], Fault(path, wrong[MOST].line, f"and {rest:,} more faults from here on.")]
