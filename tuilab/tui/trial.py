"""The check of an exercise: the learner's answer in a fresh child, after the cells above it, by value."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tuilab.lesson.model import Exercise
from tuilab.tui.workbook import SECONDS, Workbook

if TYPE_CHECKING:
    from tuilab.session import Cell, Failed, Session
    from tuilab.session.checking import Result


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of an answer. `blank`: nothing, or not everything, was written yet; that is no wrong answer.

    `error` is what to say where it is not right; `about` says what failed when it was not the answer.
    """

    right: bool
    answer: str
    blank: bool = False
    error: "Failed | None" = None
    about: str = ""
    printed: str = ""


class Trial:
    """One check. `interrupt` ends it."""

    def __init__(self, workbook: Workbook, exercise: Exercise, answer: str) -> None:
        self._workbook = workbook
        self._exercise = exercise
        self._answer = answer
        self._session: Session | None = None

    def interrupt(self) -> None:
        """End what runs."""
        if self._session is not None:
            self._session.interrupt()

    async def run(self) -> Verdict:
        """Run the cells above, the answer and its checks, up to the first that fails."""
        from tuilab.session import Cell, Session

        starter = self._exercise.starter
        if self._answer.split() == starter.source.split():
            return Verdict(
                False, self._answer, True, _sentence("Nothing was written yet: e opens the answer")
            )
        answer = Cell(self._answer, starter.source_line)
        last = self._exercise.checks[-1].line if self._exercise.checks else starter.line
        above = self._cells(0, starter.line)
        tried = [answer, *self._cells(starter.line, last)]
        checks = [Cell(check.source, check.source_line) for check in self._exercise.checks]
        lesson = self._workbook.lesson.header.path
        with Session(lesson, seconds=SECONDS) as self._session:
            for result in await self._collect(above, None):
                if not result.passed:
                    return Verdict(
                        False, self._answer, False, _error(result), "A cell above the exercise fails."
                    )
            results = await self._collect([*tried, *checks], self._exercise.timeout)
        return self._judged(results, len(tried))

    def _cells(self, after: int, before: int) -> "list[Cell]":
        from tuilab.session import Cell

        return [
            Cell(self._workbook.source(work), work.cell.source_line)
            for work in self._workbook.works
            if after < work.cell.line < before
        ]

    async def _collect(self, cells: "list[Cell]", seconds: float | None) -> "list[Result]":
        from tuilab.session import Finished, Result

        results = [Result(cell) for cell in cells]
        place = 0
        assert self._session is not None
        if cells:
            async for event in self._session.run(*cells, seconds=seconds):
                results[place].take(event)
                place += isinstance(event, Finished)
        return results

    def _judged(self, results: "list[Result]", tried: int) -> Verdict:
        printed = results[0].printed
        failed = next((it for it in results if not it.passed), None)
        if failed is None:
            return Verdict(True, self._answer, printed=printed)
        if failed.error is not None and (words := unwritten(self._answer, self._exercise)):
            return Verdict(False, self._answer, True, _sentence(words), printed=printed)
        error = _error(failed)
        in_check = any(failed is result for result in results[tried:])
        return Verdict(False, self._answer, False, self._without_checks(error, in_check), printed=printed)

    def _without_checks(self, error: "Failed", in_check: bool) -> "Failed":
        """The error without the lines of the check, which the learner does not see."""
        begin = self._exercise.starter.source_line
        lines = range(begin, begin + self._answer.count("\n") + 1)
        frames = tuple(frame for frame in error.frames if frame.file or frame.line in lines)
        if in_check and error.type_name == "AssertionError":
            return replace(
                error, type_name=error.message or "It does not hold yet", message="", frames=frames
            )
        return replace(error, frames=frames)


def unwritten(answer: str, exercise: Exercise) -> str:
    """What is still to be written in an answer, in a sentence; empty where all of it is there."""
    try:
        written = ast.parse(answer)
        wanted = ast.parse(exercise.solution.source) if exercise.solution is not None else ast.Module([], [])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for name in _functions(written):
        if any(_is_blank(statement) for statement in ast.walk(_functions(written)[name])):
            return f"There is still a blank in {name}: the dots stand for what is to be written"
    returning = {name for name, it in _functions(wanted).items() if _returns(it)}
    for name, function in _functions(written).items():
        if name in returning and not _returns(function):
            return f"{name} returned None: is the return still missing?"
    if any(_is_blank(statement) for statement in ast.walk(written)):
        return "There is still a blank: the dots stand for what is to be written"
    return ""


def _functions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _returns(function: ast.FunctionDef) -> bool:
    """Whether a function gives a value back anywhere."""
    return any(
        isinstance(node, ast.Yield | ast.YieldFrom)
        or (isinstance(node, ast.Return) and node.value is not None)
        for node in _own(function)
    )


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What stands in a function, but not in those within it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def _is_blank(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant(value=value)) | ast.Assign(value=ast.Constant(value=value)):
            return value is Ellipsis
        case ast.Return(value=ast.Constant(value=value)):
            return value is Ellipsis
        case ast.Name(id=name):
            return len(name) >= 3 and not name.strip("_")
    return False


def _error(result: "Result") -> "Failed":
    return result.error if result.error is not None else _sentence(result.sentence or "It was stopped")


def _sentence(words: str) -> "Failed":
    from tuilab.session import Failed

    return Failed(words.removesuffix("."), "", "", (), 0)
