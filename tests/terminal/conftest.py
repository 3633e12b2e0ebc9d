"""A real pseudo-terminal, and a terminal emulator that says what is on its screen and which modes are on."""

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MODES = {
    "alternate screen": 1049,
    "mouse buttons": 1000,
    "mouse motion": 1003,
    "mouse coordinates": 1006,
    "paste": 2004,
    "focus": 1004,
}
PATIENCE = 20.0


class Terminal:
    """A terminal with a process in it, whose session it controls."""

    def __init__(
        self, argv: list[str], environment: dict[str, str], size: tuple[int, int] = (80, 24)
    ) -> None:
        self.master, self.slave = os.openpty()
        columns, lines = size
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.modes_before = termios.tcgetattr(self.slave)
        self.raw = b""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self.process = subprocess.Popen(
            argv,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    def read(self, seconds: float = 0.05) -> bytes:
        """Take what was written until nothing comes for so long."""
        new = b""
        while select.select([self.master], [], [], seconds)[0]:
            try:
                part = os.read(self.master, 65_536)
            except OSError:
                break
            new += part
        self.raw += new
        # pyte prints what it does not know of kitty's keyboard protocol and of mode queries.
        self._stream.feed(re.sub(rb"\x1b\[[<>=][0-9;]*u|\x1b\[\?[0-9]+\$p", b"", new))
        return new

    def text(self) -> str:
        """What is on the screen."""
        self.read()
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_for(self, *words: str) -> str:
        """Wait until all the words are on the screen."""
        return self.wait_until(lambda text: all(word in text for word in words), f"{words}")

    def wait_until(self, holds: Callable[[str], bool], what: str) -> str:
        """Wait until something holds for the text of the screen."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if holds(text := self.text()):
                return text
        raise AssertionError(f"waited in vain for {what} on:\n{self.text()}")

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def wait_for_end(self) -> int:
        """Wait until the process has ended; answers its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it goes on:\n{self.text()}"
            self.read()
        self.read(0.2)
        return self.process.returncode

    def modes(self) -> set[str]:
        """Which modes are on that a program for the whole screen turns on."""
        on = {name for name, number in MODES.items() if number << 5 in self._screen.mode}
        if self._screen.cursor.hidden:
            on.add("hidden cursor")
        if 7 << 5 not in self._screen.mode and b"\x1b[?7l" in self.raw:
            on.add("no line wrap")
        pushed, popped = len(re.findall(rb"\x1b\[>[0-9]+u", self.raw)), self.raw.count(b"\x1b[<u")
        if pushed > popped:
            on.add("keyboard protocol")
        return on

    def assert_whole(self) -> None:
        """The terminal is as it was before the lab."""
        assert self.modes() == set()
        assert termios.tcgetattr(self.slave) == self.modes_before

    def children(self, pid: int | None = None) -> list[int]:
        """The processes that a process (the terminal's) has started."""
        pid = self.process.pid if pid is None else pid
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in found]

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.slave)
        os.close(self.master)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a terminal with all colours, and folders of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TUILAB_CACHE") if name in os.environ}
    return {
        **kept,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "TUILAB_RUNS": str(tmp_path / "runs"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }


@pytest.fixture
def open_terminal(environment: dict[str, str]) -> Iterator[Callable[..., Terminal]]:
    """Opens the lab (or, with `argv`, something else) in a terminal of its own."""
    opened: list[Terminal] = []

    def open_one(
        *arguments: str, argv: list[str] | None = None, size: tuple[int, int] = (80, 24), **more: str
    ) -> Terminal:
        command = argv or [sys.executable, str(HERE / "lab_for_tests.py"), *arguments]
        opened.append(Terminal(command, environment | more, size))
        return opened[-1]

    yield open_one
    for terminal in opened:
        terminal.close()
