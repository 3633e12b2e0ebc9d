"""Keeps one child: a thread that asks it, listens to it, watches its limits, and ends it.

Everything about a child happens in this one thread, in turn: no lock is needed, nothing waits for anything
but the next byte or the next tenth of a second, and the kernel, which ties a child's life to the *thread*
that started it, finds that thread alive as long as the child is.
"""

import codecs
import contextlib
import os
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tuilab.errors import SessionError
from tuilab.session import events, process
from tuilab.session.events import Cell, Finished, Outcome, Printed, Started
from tuilab.session.limits import GONE, Limits, Stop, Verdict
from tuilab.session.messages import Decoder, Message, MessageError, encode
from tuilab.text import duration

TICK = 0.1
START = 60.0
"""Seconds that a child may take to start."""
REPLY_JSON_LIMIT = 4 << 20
CELL_BYTES = 256 << 20
"""As much as a child may say in one cell. An honest one is far below."""
KEPT = "What earlier cells defined is still there."


@dataclass
class Job:
    """Cells to run in order until one fails. `say` takes the events, and None at the end. `seconds`: time for
    each, None for no limit."""

    cells: deque[Cell]
    say: Callable[..., None]
    seconds: float | None


class Keeper:
    """One child, from its start to its end."""

    def __init__(self, lesson: Path | None, seed: int | None, limits: Limits, notice: str = "") -> None:
        self.limits = limits
        self.finished: list[Cell] = []
        """The cells that ended well, in order."""
        self.ending = ""
        """How the child ended, once it has, where no cell's event said so."""
        self._notice = notice
        self._lesson, self._seed = lesson, seed
        self._process: process.Process
        self._wake_reader, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_writer, False)
        self._gate = threading.Lock()
        self._asked: deque[Job] = deque()
        self._thread = threading.Thread(target=self._keep, name="tuilab-session", daemon=True)
        self._interrupt = self._close = self._over = False

        self._selector = selectors.DefaultSelector()
        self._decoder = Decoder(json_limit=REPLY_JSON_LIMIT)
        self._characters = codecs.getincrementaldecoder("utf-8")("replace")
        self._outgoing = memoryview(b"")
        self._job: Job | None = None
        self._cell: Cell | None = None
        self._ready = self._began = False
        self._count = 0
        self._said = self._room = self._left_out = 0
        self._began_at = 0.0
        self._deadline: float | None = None
        self._start_by = time.monotonic() + START
        self._measure_at = 0.0
        self._stop: Stop | None = None

    # What other threads call.

    def start(self) -> None:
        """Start the child."""
        self._thread.start()

    def join(self, seconds: float) -> bool:
        """Wait for the child's end, at most so long; whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def submit(self, job: Job) -> bool:
        """Give the child cells to run; False where it is over."""
        return self._tell(lambda: self._asked.append(job))

    def interrupt(self) -> None:
        """End the cell that is running, and the cells after it."""
        self._tell(lambda: setattr(self, "_interrupt", True))

    def close(self) -> None:
        """End the child. Answers at once."""
        self._tell(lambda: setattr(self, "_close", True))

    @property
    def over(self) -> bool:
        """Whether the child is gone, or going."""
        return self._over or self._close or (self._ready and not self._job and self._process.has_died())

    def _tell(self, change: Callable[[], None]) -> bool:
        with self._gate:
            if self._over:
                return False
            change()
            with contextlib.suppress(BlockingIOError):
                os.write(self._wake_writer, b"w")
            return True

    # What this thread does.

    def _keep(self) -> None:
        verdict = self._live()
        self.ending = "" if self._job or self._asked else verdict[1]
        with self._gate:
            self._over = True
            os.close(self._wake_reader)
            os.close(self._wake_writer)
        while self._next_job():
            self._end_cell(*verdict, lost=True)

    def _live(self) -> Verdict:
        """The child's whole life; the answer is how it ended."""
        try:
            self._process = process.start(self._lesson, self._seed)
        except SessionError as error:
            return "died", str(error)
        verdict: Verdict | None
        try:
            verdict = self._attend()
            self._take_output()
        except MessageError as error:
            verdict = ("died", f"The session's process was ended. {error} {GONE}")
        except Exception as error:
            verdict = ("died", f"A fault in tuilab: {type(error).__name__}: {error}. {GONE}")
        self._selector.close()
        try:
            ended = self._process.end()
        except Exception as error:  # whatever it is: nobody must wait for an event that never comes
            return verdict or ("died", f"A fault in tuilab: {type(error).__name__}: {error}. {GONE}")
        return verdict or ("died", _describe(*ended))

    def _attend(self) -> Verdict | None:
        """Serve until the child is gone. The answer is why, where it was we who ended it."""
        for descriptor in (self._wake_reader, self._process.replies, self._process.output):
            self._selector.register(descriptor, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select(TICK if self._job or self._asked else None):
                if key.fd == self._wake_reader:
                    os.read(self._wake_reader, 4096)
                elif key.fd == self._process.output:
                    self._take_output()
                elif key.fd == self._process.requests:
                    self._send()
                elif not self._take_replies():
                    return self._part()
            if self._close:
                return "closed", f"The session was closed. {GONE}"
            if self._process.has_died():
                self._take_replies()
                return self._stop.by_force() if self._stop else None
            self._begin()
            if (verdict := self._watch()) is not None:
                return verdict

    def _begin(self) -> None:
        if self._ready and self._cell is None and self._next_job():
            assert self._job is not None
            self._cell = cell = self._job.cells.popleft()
            self._job.say(Started(cell, not self._count, "" if self._count else self._notice))
            self._count += 1
            self._began, self._began_at = False, time.monotonic()
            self._said, self._room, self._left_out = 0, self.limits.output, 0
            try:
                request = encode(
                    {
                        "number": self._count,
                        "source": cell.source,
                        "line": max(1, min(cell.line, 1_000_000)),
                        "output_limit": self.limits.output,
                    }
                )
            except MessageError:
                self._end_cell("error", "This cell is too long to be run.", lost=False)
                return
            self._outgoing = memoryview(request)
            self._selector.register(self._process.requests, selectors.EVENT_WRITE)
            self._measure_at = 0.0
            if self._job.seconds is not None:
                self._deadline = self._began_at + self._job.seconds

    def _next_job(self) -> bool:
        if self._job is None and self._asked:
            self._job = self._asked.popleft()
        return self._job is not None

    def _send(self) -> None:
        with contextlib.suppress(BlockingIOError):
            try:
                self._outgoing = self._outgoing[os.write(self._process.requests, self._outgoing) :]
            except BrokenPipeError:  # its end is found on the other pipe
                self._outgoing = memoryview(b"")
        if not self._outgoing:
            self._selector.unregister(self._process.requests)

    def _take_replies(self) -> bool:
        """Take what the child says; False where it will never say anything again."""
        for _ in range(16):  # then others have their turn
            try:
                piece = os.read(self._process.replies, 1 << 18)
            except BlockingIOError:
                return True
            if not piece:
                return False
            self._said += len(piece)
            if self._said > CELL_BYTES:
                raise MessageError("It sent more than a cell may send.")
            for message in self._decoder.feed(piece):
                event = events.read(message)
                if isinstance(event, Message):
                    self._take_word(event)
                elif self._job is not None and self._cell is not None:
                    self._job.say(event)
        return True

    def _take_word(self, message: Message) -> None:
        if message.fields["kind"] == "ready":
            self._ready, self._said = True, 0
            return
        if message.fields["kind"] == "began":
            self._began = True
            return
        self._take_output()
        if self._cell is None or self._job is None:
            return
        if self._stop is not None:
            self._job.cells.clear()
        outcome, seconds = message.fields["outcome"], float(message.fields["seconds"])
        words = events.printable(str(message.fields.get("message", "")))
        self._left_out += int(message.fields["left_out"])
        if outcome == "interrupted":
            stop = self._stop or Stop("interrupted", "The cell interrupted itself.", 0.0)
            outcome, words = stop.outcome, f"{stop.words} {KEPT}"
        elif outcome == "done":
            self.finished.append(self._cell)
        self._end_cell(outcome, words, seconds, lost=False)

    def _take_output(self) -> None:
        """Show what was written past Python; a little at a time, so that nothing else has to wait long."""
        for _ in range(16):
            try:
                piece = os.read(self._process.output, 1 << 16)
            except BlockingIOError:
                return
            if not piece:
                with contextlib.suppress(KeyError):
                    self._selector.unregister(self._process.output)
                return
            kept = piece[: self._room]
            self._room -= len(kept)
            self._left_out += len(piece) - len(kept)
            text = self._characters.decode(kept)
            if text and self._job is not None and self._cell is not None:
                self._job.say(Printed(events.printable(text)))

    def _watch(self) -> Verdict | None:
        """Look after time, memory, processes and interrupts; the answer is why the child must end at once."""
        now = time.monotonic()
        if interrupted := self._interrupt:
            self._interrupt = False
        if not self._ready:
            if interrupted and self._asked:
                return "interrupted", "The session was stopped while it started."
            if now > self._start_by:
                return "died", f"The session's process did not start within {duration(START)}."
        if self._cell is None:
            return None
        if self._stop is None and interrupted:
            self._stop = Stop("interrupted", "The cell was interrupted.", now)
        if self._stop is None and self._deadline is not None and now > self._deadline:
            limit = duration(self._deadline - self._began_at)
            self._stop = Stop("time", f"The cell was stopped after {limit}, the time that it may take.", now)
        if self._stop is not None and (number := self._stop.due(now, self._began)) is not None:
            self._process.signal(number)
        if now < self._measure_at:
            return None
        self._measure_at = now + TICK
        return self.limits.exceeded(self._process.popen.pid)

    def _part(self) -> Verdict | None:
        """The child has closed its end: it is dying, or has only cut the pipe."""
        until = time.monotonic() + 1.0
        while not self._process.has_died():
            if time.monotonic() > until:
                return "died", f"The cell closed the pipe to the lab, so its process was ended. {GONE}"
            time.sleep(0.01)
        return self._stop.by_force() if self._stop else None

    def _end_cell(self, outcome: Outcome, words: str, seconds: float = 0.0, *, lost: bool) -> None:
        assert self._job is not None
        cell = self._cell
        if cell is None:  # the child was gone before the cell began
            cell = self._job.cells.popleft()
            self._began_at = time.monotonic()
            self._job.say(Started(cell, True, self._notice))
        if self._left_out:
            self._job.say(
                Printed(f"\n… {self._left_out:,} more characters were printed, and are left out.\n")
            )
        finished = Finished(cell, outcome, words, seconds or time.monotonic() - self._began_at, lost)
        self._cell = self._deadline = self._stop = None
        self._said = 0
        job = self._job
        if outcome == "done" and job.cells:
            job.say(finished)
        else:
            self._job = None
            job.say(finished, None)


def _describe(status: int, line: int | None) -> str:
    """How a child ended that nobody ended."""
    from tuilab.training.process import describe_signal

    how = describe_signal(-status) if status < 0 else f"ended itself with exit status {status}"
    where = f" at line {line}" if line is not None else ""
    return f"The session's process {how}{where}. {GONE}"
