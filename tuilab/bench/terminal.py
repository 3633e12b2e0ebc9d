"""The command and the lab as a person meets them, in a pseudo-terminal of 80 x 24."""

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

from tuilab.bench import Figure
from tuilab.bench.training import data_here, train

FIRST_FRAME = b"leave"
"""The last word of the library's bottom line: once it is on the screen, the whole first frame is."""


class Terminal:
    """A program in a pseudo-terminal; everything that it writes is read as it comes."""

    def __init__(self, *command: str, size: tuple[int, int] = (80, 24), **environment: str) -> None:
        columns, rows = size
        self.began = time.perf_counter()
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, {**os.environ, "TERM": "xterm-256color", **environment})
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.bytes = 0

    def read(self, seconds: float) -> bytes:
        """What comes within the time; returns at once when something is there."""
        ready, _, _ = select.select([self.descriptor], [], [], max(0.0, seconds))
        if not ready:
            return b""
        try:
            found = os.read(self.descriptor, 1 << 16)
        except OSError:
            return b""
        self.bytes += len(found)
        return found

    def wait_for(self, text: bytes, seconds: float = 30.0) -> float:
        """Read until `text` was written; answers the seconds since the call, or infinity."""
        start = time.perf_counter()
        seen = b""
        while (left := start + seconds - time.perf_counter()) > 0:
            seen = seen[-200:] + self.read(left)
            if text in seen:
                return time.perf_counter() - start
        return float("inf")

    def listen(self, seconds: float) -> int:
        """Read for a while; answers how many bytes came."""
        before, end = self.bytes, time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)
        return self.bytes - before

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self.descriptor, keys)

    def memory_mb(self) -> float:
        """The memory of the lab: the program, and the child that draws, if it has one."""
        import psutil

        program = psutil.Process(self.pid)
        lab = [one for one in program.children() if "worker" not in " ".join(one.cmdline())]
        return float(max(one.memory_info().rss for one in [program, *lab])) / 1e6

    def close(self) -> None:
        """End the program and all it started."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        end = time.perf_counter() + 10
        while time.perf_counter() < end:
            self.read(0.05)
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                break
        else:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.descriptor)


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """Start-up, first frame, keys, bytes, memory, and what watching costs the run."""
    tries = 3 if quick else 10
    lab = (sys.executable, "-m", "tuilab")
    for name in ("--version", "list"):
        seconds = min(_seconds([*lab, name]) for _ in range(tries))
        yield Figure(f"tuilab {name}", seconds, "s", at_most=0.15)
    yield Figure(
        "tuilab to its first frame", min(first_frame(folder, lab) for _ in range(tries)), "s", at_most=0.35
    )
    yield from _live(folder, lab, quick)


def first_frame(folder: Path, lab: tuple[str, ...]) -> float:
    """Seconds from the command to the whole library on the screen."""
    terminal = Terminal(*lab, TUILAB_RUNS=str(folder / "none"))
    try:
        return terminal.wait_for(FIRST_FRAME)
    finally:
        terminal.close()


def _live(folder: Path, lab: tuple[str, ...], quick: bool) -> Iterator[Figure]:
    """A run in the lab: bytes, keys, memory; then what watching costs a run that nobody steers."""
    which, seconds = data_here(), 2.0 if quick else 5.0
    runs = str(folder / "steered")
    terminal = Terminal(*lab, "train", which, "--epochs", "1000", TUILAB_RUNS=runs)
    try:
        terminal.wait_for(b"samples/s")
        live = terminal.listen(seconds) / seconds / 1000
        yield Figure("live curve to the terminal", live, "KB/s", at_most=8)
        presses = _key_seconds(terminal, 8 if quick else 40)
        late = presses[-(-len(presses) * 95 // 100) - 1] * 1000
        yield Figure("key to changed screen while training, 95 of 100", late, "ms", at_most=33)
        yield Figure("memory of the lab", terminal.memory_mb(), "MB", at_most=90)
        terminal.press(b"x")
        terminal.listen(2.0)
        yield Figure("idle to the terminal", float(terminal.listen(seconds)), "bytes", at_most=0)
    finally:
        terminal.close()
    ratios = [_watched(folder / f"watched-{number}", lab, which) for number in range(1 if quick else 2)]
    watched, alone = max(ratios, key=lambda pair: pair[0] / pair[1])
    note = f"{watched:,.0f} against {alone:,.0f} samples/s"
    yield Figure("speed with the lab watching", watched / alone * 100, "%", at_least=95, note=note)


def _watched(folder: Path, lab: tuple[str, ...], which: str) -> tuple[float, float]:
    """The speed of a run in the lab, and of the same run in lines of text, in samples a second."""
    folder.mkdir()
    options = (which, "--epochs", "10")
    terminal = Terminal(*lab, "train", *options, TUILAB_RUNS=str(folder / "lab"))
    try:
        end = time.perf_counter() + 300
        while not (found := list((folder / "lab").glob("*/result.json"))):
            terminal.listen(0.2)
            if time.perf_counter() > end:
                raise RuntimeError("The watched run did not end within 300 s.")
        watched = float(json.loads(found[0].read_text())["samples_per_s"])
    finally:
        terminal.close()
    return watched, float(train(folder, *options)["samples_per_s"])


def _key_seconds(terminal: Terminal, tries: int) -> list[float]:
    """Seconds from `+` or `-` to the other learning rate on the screen, shortest first."""
    found = []
    for number in range(tries):
        terminal.listen(0.3 + 0.013 * (number % 20))  # at every moment between two frames
        terminal.press(b"-+"[(number + 1) % 2 :][:1])
        found.append(terminal.wait_for(b"1e-3" if number % 2 else b"3e-3", 2.0))
    return sorted(found)


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start
