"""In the child: what Python prints goes to the lab as messages, up to a bound a cell.

A cell's first lines are sent as they are printed, so that they are seen whatever comes after them. Then text
is gathered for a moment, so that a loop of small prints makes few messages, and a thread of its own sends it
where the cell is silent afterwards. What goes past Python, to the descriptors 1 and 2, the lab reads from a
pipe of its own.
"""

import io
import os
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO

GATHER_SECONDS = 0.03
GATHER_CHARACTERS = 8_192
AT_ONCE = 100
"""Lines of a cell that are sent as they are printed."""


class Printing:
    """Both streams of a cell, in the order in which they were written, and what is left of their bound."""

    def __init__(self, send: Callable[[str, str], None], held: Callable[[], Any]) -> None:
        self._send = send
        self._held = held
        self._lock = threading.RLock()
        self._sending = False
        self._waiting: list[tuple[str, str]] = []
        self._characters = 0
        self._sent_at = 0.0
        self._room = 0
        self._at_once = 0
        self._there_is_more = threading.Event()
        self.left_out = 0
        threading.Thread(target=self._keep_sending, daemon=True).start()

    def begin(self, limit: int) -> None:
        """Begin a cell that may print `limit` bytes."""
        with self._lock:
            self._room, self.left_out, self._at_once = limit, 0, AT_ONCE

    def write(self, stream: str, text: str) -> None:
        """Take text that was printed; what is beyond the bound is counted, and not kept."""
        with self._held(), self._lock:
            if self._room <= 0:
                self.left_out += len(text)
                return
            taken = text[: self._room]
            size = len(taken) if taken.isascii() else len(taken.encode("utf-8", "surrogatepass"))
            self._room -= size
            self.left_out += len(text) - len(taken)
            self._waiting.append((stream, taken))
            self._characters += len(taken)
            quiet = self._at_once > 0 or time.monotonic() - self._sent_at > GATHER_SECONDS
            if (quiet and text.endswith("\n")) or self._characters > GATHER_CHARACTERS:
                self._at_once -= 1
                self.flush()
            elif not self._there_is_more.is_set():
                self._there_is_more.set()

    def flush(self) -> None:
        """Send what was gathered; nothing, where a destructor prints while it is being sent."""
        with self._held(), self._lock:
            if self._sending or not self._waiting:
                return
            self._sending = True
            try:
                waiting, self._waiting, self._characters = self._waiting, [], 0
                while waiting:
                    stream = waiting[0][0]
                    count = next((k for k, part in enumerate(waiting) if part[0] != stream), len(waiting))
                    self._send(stream, "".join(part[1] for part in waiting[:count]))
                    del waiting[:count]
                self._sent_at = time.monotonic()
            finally:
                self._sending = False

    def _keep_sending(self) -> None:
        while True:
            self._there_is_more.wait()
            time.sleep(GATHER_SECONDS)
            self._there_is_more.clear()
            self.flush()


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, printing: Printing, name: str, descriptor: int) -> None:
        self._printing = printing
        self._descriptor = descriptor
        self._owner = os.getpid()
        self.name = name

    @property
    def buffer(self) -> BinaryIO:
        return io.FileIO(self._descriptor, "wb", closefd=False)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() takes a string, and was given {type(text).__name__}")
        if os.getpid() == self._owner:
            self._printing.write("error" if self._descriptor == 2 else "out", text)
        else:  # a process that the cell forked: it has no part in our messages
            os.write(self._descriptor, text.encode("utf-8", "replace"))
        return len(text)

    def flush(self) -> None:
        if os.getpid() == self._owner:
            self._printing.flush()

    def close(self) -> None:
        """A cell cannot close what the next one prints on."""

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor


class NoInput(io.TextIOBase):
    """`sys.stdin` of a cell: at its end from the start."""

    encoding = "utf-8"

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> str:
        return ""

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        raise EOFError("a lesson's code cannot ask for input. Write the value into the code instead")

    def fileno(self) -> int:
        return 0
