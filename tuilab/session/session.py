"""A lesson's session: runs its cells in a child, and hands on what they say.

The lab must answer a key within 0.1 s whatever a cell does, so nothing here waits. A thread of its own keeps
the child (`keeper`), and puts events into a list; whoever asked takes them from there, by `for` in a thread
of a worker, or by `async for` in an event loop. A thread rather than asyncio's own subprocesses, because a
plain caller such as `tuilab check` has no loop, because the kernel ties a child's life to the thread that
started it, and because a runaway cell's memory limit must not wait for a loop that is busy drawing.
"""

import atexit
import contextlib
import threading
import weakref
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tuilab.errors import SessionError
from tuilab.session.events import Cell, Event
from tuilab.session.keeper import Job, Keeper
from tuilab.session.limits import Limits

if TYPE_CHECKING:
    import asyncio

SECONDS = 60.0
OUTPUT_BYTES = 256 << 10
CLOSE_SECONDS = 5.0


class Run:
    """Cells that are running: an iterator of events, for a thread (`for`) or an event loop (`async for`).

    Take them once. Who stops taking them before the end interrupts the cells.
    """

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._events: deque[Event | None] = deque()
        self._changed = threading.Condition()
        self._wake: Callable[[], object] | None = None
        self._ended = False

    def interrupt(self) -> None:
        """End the cell that is running, and let no other begin. Answers at once; its event says what it took.

        The cell gets SIGINT, after a second SIGTERM, and then SIGKILL with all that it has started.
        """
        if not self._ended:
            self._keeper.interrupt()

    @property
    def ended(self) -> bool:
        """Whether the last event is there, taken or not."""
        return self._ended

    def __iter__(self) -> Iterator[Event]:
        finished = False
        try:
            while (event := self._next()) is not None:
                yield event
            finished = True
        finally:
            if not finished:
                self.interrupt()

    async def __aiter__(self) -> AsyncIterator[Event]:
        import asyncio

        loop, arrived = asyncio.get_running_loop(), asyncio.Event()
        with self._changed:
            self._wake = lambda: _call(loop, arrived)
        finished = False
        try:
            while True:
                arrived.clear()
                while self._events:
                    event = self._events.popleft()
                    if event is None:
                        finished = True
                        return
                    yield event
                await arrived.wait()
        finally:
            self._wake = None
            if not finished:
                self.interrupt()

    def _next(self) -> Event | None:
        with self._changed:
            self._changed.wait_for(lambda: self._events)
            return self._events.popleft()

    def _say(self, *events: Event | None) -> None:
        """Called by the keeper's thread. Who sees the last event may ask for other cells at once."""
        with self._changed:
            self._ended = events[-1] is None
            self._events += events
            self._changed.notify()
            if self._wake is not None:
                self._wake()


def _call(loop: "asyncio.AbstractEventLoop", arrived: "asyncio.Event") -> None:
    with contextlib.suppress(RuntimeError):  # a closed loop: nobody waits any more
        loop.call_soon_threadsafe(arrived.set)


class Session:
    """A lesson's child, started when the first cell runs. Names that a cell defines are there for the next.

        with Session(path) as session:
            for event in session.run(Cell("1 + 1", line=14)):
                ...

    lesson: the lesson's file. Code beside it can be imported; nothing of it is run.
    seconds: time for a cell; None for no limit. memory: bytes, for all that the cells have started; half the
    machine's and at most 4 GB where it is None. output: bytes that a cell may print. seed: makes `random`,
    NumPy and tuilab the same in every child.

    One run at a time. Nothing here waits for the child, except leaving `with` and `join`.
    """

    def __init__(
        self,
        lesson: Path | str | None = None,
        *,
        seconds: float | None = SECONDS,
        memory: int | None = None,
        output: int = OUTPUT_BYTES,
        seed: int | None = None,
    ) -> None:
        if seed is not None and not 0 <= seed < 2**63:
            raise SessionError(f"A seed is a whole number from 0 to 2^63 - 1. It was given {seed!r}.")
        self._lesson = Path(lesson).absolute() if lesson is not None else None
        self._limits = Limits(memory or _memory_limit(), output)
        self._seconds = seconds
        self._seed = seed
        self._keeper: Keeper | None = None
        self._old: list[Keeper] = []
        self._run: Run | None = None
        self._closed = False

    def prepare(self) -> None:
        """Start the child now, so that the first cell does not wait for it. Runs nothing of the lesson."""
        self._living()

    def run(self, *cells: Cell, seconds: float | None = None) -> Run:
        """Run cells in order, up to the first that fails. `seconds`: another time limit for these,
        `math.inf` for none.

        Raises:
            SessionError: the session is closed, or other cells are running.
        """
        if self.running:
            raise SessionError("Other code of this lesson is running. Wait for it, or interrupt it.")
        keeper = self._living()
        run = Run(keeper)
        if not cells:
            run._say(None)
            return run
        job = Job(deque(cells), run._say, self._seconds if seconds is None else seconds)
        if not keeper.submit(job):  # it ended between two lines of ours
            keeper = self._living()
            run._keeper = keeper
            keeper.submit(job)
        self._run = run
        return run

    def interrupt(self) -> None:
        """End the cells that are running, if any are; see `Run.interrupt`."""
        if self._run is not None:
            self._run.interrupt()

    @property
    def running(self) -> bool:
        """Whether cells are running."""
        return self._run is not None and not self._run.ended

    @property
    def history(self) -> tuple[Cell, ...]:
        """The cells that ended well in the present child, or in the one that was lost last."""
        return tuple(self._keeper.finished) if self._keeper is not None else ()

    def restart(self) -> None:
        """Leave the child, with what is running in it. The next cell begins in a fresh one."""
        if self._keeper is not None:
            self._keeper.close()
            self._old = [keeper for keeper in (*self._old, self._keeper) if not keeper.join(0)]
            self._keeper, self._run = None, None

    def replay(self) -> Run:
        """Restart, and run again the cells that ended well."""
        cells = self.history
        self.restart()
        return self.run(*cells)

    def close(self) -> None:
        """End the child and whatever it has started. Answers at once; `join` waits until all is gone."""
        self.restart()
        self._closed = True

    def join(self, seconds: float = CLOSE_SECONDS) -> None:
        """Wait for the end of a session that was closed."""
        for keeper in self._old:
            keeper.join(seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self.join()

    def _living(self) -> Keeper:
        if self._closed:
            raise SessionError("This lesson's session is closed.")
        if self._keeper is None or self._keeper.over:
            notice = ""
            if self._keeper is not None:
                self._keeper.join(0.05)  # it is about to note how its child ended
                notice = self._keeper.ending
            self._keeper = Keeper(self._lesson, self._seed, self._limits, notice)
            self._keeper.start()
            _keepers.add(self._keeper)
            weakref.finalize(self, self._keeper.close)
        return self._keeper


_keepers: "weakref.WeakSet[Keeper]" = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    keepers = list(_keepers)
    for keeper in keepers:
        keeper.close()
    for keeper in keepers:
        keeper.join(CLOSE_SECONDS)


def _memory_limit() -> int:
    import os

    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(4 << 30, machine // 2)
