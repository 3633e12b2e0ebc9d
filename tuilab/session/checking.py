"""Checks of exercises: cells run in a fresh child, whose results are answered cell by cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuilab.session.events import Cell, Event, Failed, Finished, Printed, Shown
from tuilab.session.session import SECONDS, Session
from tuilab.session.values import Value


@dataclass
class Result:
    """What a cell came to. `finished` is None where it did not run, since one before it failed."""

    cell: Cell
    printed: str = ""
    value: Value | None = None
    error: Failed | None = None
    finished: Finished | None = None

    @property
    def passed(self) -> bool:
        """Whether the cell ran to its end."""
        return self.finished is not None and self.finished.outcome == "done"

    @property
    def sentence(self) -> str:
        """What went wrong; empty where nothing did."""
        if self.finished is None:
            return "This did not run, because what comes before it failed."
        return self.error.sentence if self.error is not None else "" if self.passed else self.finished.message

    def take(self, event: Event) -> None:
        """Add what an event says."""
        match event:
            case Printed():
                self.printed += event.text
            case Shown():
                self.value = event.value
            case Failed():
                self.error = event
            case Finished():
                self.finished = event


def collect(cells: Sequence[Cell], events: Iterable[Event]) -> list[Result]:
    """The results of `cells`, from the events that a session's run of them gave."""
    results = [Result(cell) for cell in cells]
    place = 0
    for event in events:
        results[place].take(event)
        place += isinstance(event, Finished)
    return results


def check(
    cells: Sequence[Cell],
    checks: Sequence[Cell] = (),
    *,
    lesson: Path | str | None = None,
    seconds: float | None = SECONDS,
    memory: int | None = None,
    seed: int | None = None,
) -> list[Result]:
    """Run `cells` and then `checks` in a fresh child, up to the first that fails; a result for each.

    It waits for them. In an event loop, run them in a `Session` of their own, by `async for`.
    """
    every = [*cells, *checks]
    with Session(lesson, seconds=seconds, memory=memory, seed=seed) as session:
        return collect(every, session.run(*every))
