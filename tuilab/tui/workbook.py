"""A lesson's cells as a learner works on them: what stands in them, what they came to, and their session.

The widgets show it and ask it for runs; it knows no widget. All of it happens in the lab's event loop, which
never waits for a cell: the session hands on what the child says.
"""

import ast
import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from tuilab.lesson.changes import first_changed
from tuilab.lesson.model import CodeCell, Exercise, Lesson

if TYPE_CHECKING:
    from collections.abc import AsyncIterable

    from tuilab.session import Cell, Event, Failed, Finished, Session, Value

Mark = Literal["new", "waiting", "running", "ran", "changed", "failed"]
"""How a cell stands: `changed` ran once, and something else stands in it now."""

SECONDS = 600.0
"""The time for one cell. A key interrupts it before that."""
PRINTED_SHOWN = 20_000
"""The most characters of a cell's printed text that are kept, the last ones."""


@dataclass(slots=True)
class Work:
    """One cell: what stands in it, and what came of it when it ran last."""

    cell: CodeCell
    source: str
    mark: Mark = "new"
    printed: str = ""
    left_out: int = 0
    """Characters of the printed text that are no longer kept."""
    value: "Value | None" = None
    expression: str = ""
    error: "Failed | None" = None
    message: str = ""
    """What the lab has to say about how it ended."""
    seconds: float = 0.0
    runs: int = 0
    names: frozenset[str] = field(default_factory=frozenset)
    """The names that it gave values."""

    @property
    def has_run(self) -> bool:
        """Whether what stands in it is what the session knows."""
        return self.mark == "ran"

    def begin(self) -> None:
        """Forget what came of it before."""
        self.mark, self.printed, self.left_out = "running", "", 0
        self.value, self.expression, self.error, self.message = None, "", None, ""

    def print(self, text: str) -> None:
        """Keep printed text, the last of it."""
        self.printed += text
        if (surplus := len(self.printed) - PRINTED_SHOWN) > PRINTED_SHOWN // 4:
            self.printed = self.printed[surplus:]
            self.left_out += surplus


class Workbook:
    """The cells of a lesson, in the order in which they run, and the child that runs them.

    `changed` is called with every piece of work that is another now, and `values_changed` with the names that
    were given values. `agreed` asks the person, where that has to be, whether the lesson's code may run.
    """

    def __init__(
        self,
        lesson: Lesson,
        *,
        agreed: Callable[[], Awaitable[bool]],
        changed: Callable[[Work], None],
        values_changed: Callable[[frozenset[str]], None],
    ) -> None:
        self.lesson = lesson
        self.works = _works(lesson)
        self._starters = {id(it.starter): it for it in lesson.exercises}
        self.solved: set[str] = set()
        """The ids of the exercises in whose cells stands an answer that passed its check."""
        self.agreed = agreed
        self._changed = changed
        self._values_changed = values_changed
        self._session: Session | None = None
        self._turn = asyncio.Lock()
        self._stopped = 0
        self._closed = False

    def work(self, cell: CodeCell) -> Work | None:
        """The work in a cell, unless it is none that runs."""
        return next((work for work in self.works if work.cell is cell), None)

    def exercise(self, cell: CodeCell) -> Exercise | None:
        """The exercise that a cell is the place of."""
        return self._starters.get(id(cell))

    @property
    def running(self) -> bool:
        """Whether cells run, or wait for others to end."""
        return self._turn.locked()

    def above(self, line: int) -> list[Work]:
        """The work above a line of the file."""
        return [work for work in self.works if work.cell.line < line]

    def edit(self, work: Work, source: str) -> None:
        """Put another text into a cell."""
        if source != work.source:
            work.source = source
            work.mark = "changed" if work.mark in ("ran", "failed", "changed") else "new"
            self._changed(work)

    def take(self, lesson: Lesson) -> list[Work]:
        """Go on with another text of the same lesson. Answers the work that is to run again for it.

        What stands above the first cell that is another keeps what came of it, and the names that it gave.
        From there on runs again what had run, so far as it had.
        """
        before, self.lesson = self.lesson, lesson
        first = first_changed(before, lesson)
        if before.companion != lesson.companion:
            self.restart()  # what was imported is not imported again
        old = {id(work.cell): work for work in self.works}
        touched = [place for place, it in enumerate(before.cells) if id(it) in old and old[id(it)].runs]
        solved = {it.id: (it.starter.source, it.version) for it in before.exercises if it.id in self.solved}
        self.works = _works(lesson)
        self._starters = {id(it.starter): it for it in lesson.exercises}
        self.solved = {
            it.id for it in lesson.exercises if solved.get(it.id) == (it.starter.source, it.version)
        }
        kept = len(lesson.cells) if first is None else first
        last = max(touched, default=-1)
        if last >= kept:
            last = max(kept, last + len(lesson.cells) - len(before.cells))
        again: list[Work] = []
        places = {id(cell): place for place, cell in enumerate(lesson.cells)}
        for number, work in enumerate(self.works):
            place = places[id(work.cell)]
            was = old.get(id(before.cells[place])) if place < kept else None
            if was is not None:
                self.works[number] = replace(was, cell=work.cell)
            elif kept <= place <= last:
                again.append(work)
        return again

    # Running --------------------------------------------------------------------------------------

    async def run(self, works: Sequence[Work]) -> "Failed | None":
        """Run cells in order, up to the first that fails. Answers what failed, unless all went well."""
        return await self._run(lambda: works, ())

    async def run_to(self, work: Work) -> "Failed | None":
        """Run the cells above one that have not run, and then the cell."""
        return await self._run(lambda: [*self._missing(work.cell.line), work], ())

    async def ask(self, expression: str, line: int) -> "Value | Failed":
        """The value of an expression, once the cells above `line` have run."""
        from tuilab.session import Cell, Failed, values

        found: list[Value] = []
        cell = Cell(expression, max(1, line))
        failed = await self._run(lambda: self._missing(line), (cell,), found.append)
        if self._closed:  # whoever asked is being taken down
            raise asyncio.CancelledError
        if isinstance(failed, Failed):
            return failed
        return found[-1] if found else values.Other("NoneType", "None")

    async def assign(self, values: Mapping[str, float], line: int, rerun: bool) -> "Failed | None":
        """Give names other values; with `rerun`, run the cells again that use one of them."""
        from tuilab.session import Cell

        source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
        given = frozenset(values)

        def users() -> list[Work]:
            """The cells that use one of the names, or what such a cell gave; not the one that sets them."""
            found, stale = [], set(given)
            for work in self.works if rerun else ():
                if work.has_run and not work.names & given and _uses(work.source, stale):
                    found.append(work)
                    stale |= work.names
            return found

        first = await self._run(lambda: self._missing(line), (Cell(source, max(1, line)),))
        if first is None:
            first = await self._run(users, ())
            self._values_changed(given)
        return first

    def interrupt(self) -> None:
        """End what runs, and let nothing begin that waits for it."""
        self._stopped += 1
        if self._session is not None:
            self._session.interrupt()

    def restart(self) -> None:
        """Forget every name; the cells keep their texts, and have not run."""
        self._stopped += 1
        if self._session is not None:
            self._session.restart()
        self._forget(failed=True)

    async def replay(self) -> "Failed | None":
        """Restart, and run again what had run."""
        ran = [work for work in self.works if work.mark in ("ran", "changed")]
        self.restart()
        return await self._run(lambda: ran, ())

    def close(self) -> None:
        """End the session. Answers at once; who still waits for a value is let go, and hears nothing more."""
        self._closed = True
        if self._session is not None:
            self._session.close()
            self._session = None

    def _missing(self, line: int) -> list[Work]:
        return [work for work in self.above(line) if not work.has_run]

    def _forget(self, *, failed: bool = False) -> None:
        """The session knows nothing any more of what the cells did; a failure stays to be read."""
        for work in self.works:
            if work.mark in ("ran", "changed") or (failed and work.mark == "failed"):
                work.mark = "new"
                self._changed(work)

    async def _run(
        self,
        wanted: Callable[[], Sequence[Work]],
        after: Sequence["Cell"],
        shown: Callable[["Value"], None] = lambda value: None,
    ) -> "Failed | None":
        """Run the wanted work, and other cells after it, once nothing else runs."""
        from tuilab.errors import SessionError
        from tuilab.session import Failed, Session

        stopped = self._stopped
        waiting = [work for work in wanted() if work.mark != "running"] if self._turn.locked() else []
        for work in waiting:
            self._put(work, "waiting")
        async with self._turn:
            for work in waiting:
                if work.mark == "waiting":
                    self._put(work, "new")
            if stopped != self._stopped:
                return Failed("It did not run, because what it waited for was stopped", "", "", (), 0)
            if not await self.agreed():
                said = "The code of this lesson does not run, since you have not agreed to it"
                return Failed(said, "", "", (), 0)
            works = list(wanted())
            cells = [self._cell(work) for work in works]
            if self._session is None:
                self._session = Session(self.lesson.header.path, seconds=SECONDS)
            try:
                run = self._session.run(*cells, *after)
            except SessionError as error:
                return Failed(str(error).removesuffix("."), "", "", (), 0)
            for work in works:
                self._put(work, "waiting")
            try:
                return await self._follow(run, works, shown)
            finally:
                for work in works:
                    if work.mark in ("waiting", "running"):
                        self._put(work, "new")

    async def _follow(
        self, run: "AsyncIterable[Event]", works: list[Work], shown: Callable[["Value"], None]
    ) -> "Failed | None":
        """Take the events of a run, and put them where they belong."""
        from tuilab.session import Failed, Finished, Printed, Shown, Started

        place, failed, given = 0, None, frozenset[str]()
        async for event in run:
            work = works[place] if place < len(works) else None
            match event:
                case Started():
                    if event.fresh:
                        self._forget()
                    if work is not None:
                        work.begin()
                        work.runs += 1
                        work.message = event.notice
                case Printed():
                    if work is not None:
                        work.print(event.text)
                case Shown():
                    if work is not None:
                        work.value, work.expression = event.value, event.expression
                    else:
                        shown(event.value)
                case Failed():
                    failed = event
                    if work is not None:
                        work.error = event
                case Finished():
                    place += 1
                    if event.outcome != "done" and failed is None:
                        failed = Failed(event.message.removesuffix(".") or "Interrupted", "", "", (), 0)
                    if event.state_lost:
                        self._forget()
                    if work is not None:
                        self._finish(work, event)
                        given |= work.names
            if work is not None:
                self._changed(work)
            await asyncio.sleep(0)  # a cell that prints without end must not keep the lab from its keys
        if given:
            self._values_changed(given)
        return failed

    def _finish(self, work: Work, event: "Finished") -> None:
        done = event.outcome == "done" and not event.state_lost
        if event.outcome == "closed":
            work.mark, work.message = "new", ""
            return
        work.mark = "ran" if done else "failed"
        work.seconds = event.seconds
        work.names = _given(work.source) if done else frozenset()
        if work.error is not None and work.error.type_name == "NameError" and self._missing(work.cell.line):
            work.message = "Cells above have not run yet: a runs them first."
        if event.message:
            work.message = f"{work.message} {event.message}".strip()

    def _cell(self, work: Work) -> "Cell":
        from tuilab.session import Cell

        return Cell(self.source(work), work.cell.source_line or work.cell.line)

    def source(self, work: Work) -> str:
        """What runs for a cell. For an exercise: the learner's right answer or, as long as there is none, the
        lesson's, since what comes after must not fail for want of it."""
        exercise = self.exercise(work.cell)
        if exercise is None or exercise.id in self.solved or exercise.solution is None:
            return work.source
        return exercise.solution.source

    def _put(self, work: Work, mark: Mark) -> None:
        if work.mark != mark:
            work.mark = mark
            self._changed(work)


def _works(lesson: Lesson) -> list[Work]:
    hidden = {id(part) for it in lesson.exercises for part in (it.solution, *it.checks)}
    return [
        Work(cell, cell.source)
        for cell in lesson.cells
        if id(cell) not in hidden and cell.language == "python" and not cell.problem
    ]


def _given(source: str) -> frozenset[str]:
    """The names of the session that a cell gives values: assignments, imports, functions and classes."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.partition(".")[0])
    return frozenset(found)


def _uses(source: str, names: Set[str]) -> bool:
    """Whether a cell reads one of the names."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load)
        for node in ast.walk(tree)
    )
