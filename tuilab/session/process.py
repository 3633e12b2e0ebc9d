"""Starting a session's child, finding what it has started, and ending all of it.

The child is spawned, not forked, in a session of its own: Ctrl-C in the terminal reaches the lab alone, and
one signal reaches everything that a cell has started. Beside it waits a shell that does nothing but read
from a pipe whose other end the lab holds: when the lab is gone, however that came, it kills the child's
whole group and removes its folder. (The child would also die by itself, but what it has started would not.)
"""

import contextlib
import itertools
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tuilab.errors import SessionError

MARK = "LESSON_SESSION"
"""In the environment of everything that a session has started."""

_START = (
    "import sys, json; options = json.loads(sys.argv[1]); sys.path[:] = options['path'];"
    "from tuilab.session.child import main; main(options)"
)
_GUARD = 'read -r word || { kill -9 "-$1"; rm -rf -- "$2"; }'


@dataclass(frozen=True)
class Process:
    """A child that runs, and the ends of its pipes."""

    popen: "subprocess.Popen[bytes]"
    guard: "subprocess.Popen[bytes]"
    folder: Path
    mark: str
    requests: int
    replies: int
    output: int
    """What went to the descriptors 1 and 2."""

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the child and its group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, number)

    def has_died(self) -> bool:
        """Whether the child is dead. It keeps its number until `end`, so that no signal meets another's."""
        try:
            return os.waitid(os.P_PID, self.popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def end(self) -> tuple[int, int | None]:
        """Kill the child and whatever it has started. Answers its exit status, as `Popen` has it, and the
        line of a cell in which it crashed."""
        self.signal(signal.SIGKILL)
        for pid in _marked(self.mark):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        status = self.popen.wait()
        for descriptor in (self.requests, self.replies, self.output):
            os.close(descriptor)
        with contextlib.suppress(OSError):
            assert self.guard.stdin is not None
            self.guard.stdin.write(b"done\n")
            self.guard.stdin.close()
        self.guard.wait()
        line = _crashed_at(self.folder / "fatal")
        shutil.rmtree(self.folder, ignore_errors=True)
        return status, line


def _crashed_at(report: Path) -> int | None:
    """The first line of a cell in the interpreter's report, which it writes where it still can."""
    try:
        with report.open(encoding="utf-8", errors="replace") as file:
            found = re.search(r'^  File "<cell \d+>", line (\d{1,9}) ', file.read(20_000), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) if found else None


def start(lesson: Path | None, seed: int | None) -> Process:
    """Start a child. It dies with the thread that calls this.

    Raises:
        SessionError: nothing can be started here.
    """
    opened: list[int] = []
    folder = ""
    try:
        folder = tempfile.mkdtemp(prefix="tuilab-session-")
        work = Path(folder, "work")
        work.mkdir()
        for _ in range(3):
            opened += os.pipe()
        their_requests, requests, replies, their_replies, output, their_output = opened
        mark = secrets.token_hex(16)
        options = {
            "path": [os.path.abspath(entry) for entry in sys.path],
            "requests": their_requests,
            "replies": their_replies,
            "fatal": os.path.join(folder, "fatal"),
            "lesson": str(lesson.absolute()) if lesson else "",
            "seed": seed,
            "parent": os.getpid(),
        }
        popen = subprocess.Popen(
            [sys.executable, "-c", _START, json.dumps(options)],
            stdin=subprocess.DEVNULL,
            stdout=their_output,
            stderr=their_output,
            pass_fds=(their_requests, their_replies),
            cwd=work,
            env=_environment(mark),
            start_new_session=True,
        )
        guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "sh", str(popen.pid), folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
    except OSError as error:
        for descriptor in opened:
            os.close(descriptor)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        raise SessionError(
            f"Lesson code cannot be run: no process can be started ({error.strerror})."
        ) from error
    for descriptor in (their_requests, their_replies, their_output):
        os.close(descriptor)
    for descriptor in (requests, replies, output):
        os.set_blocking(descriptor, False)
    return Process(popen, guard, Path(folder), mark, requests, replies, output)


def _environment(mark: str) -> dict[str, str]:
    """Ours, without what draws on a terminal or a display."""
    kept = {**os.environ, MARK: mark, "TERM": "dumb", "NO_COLOR": "1"}
    kept.setdefault("MPLBACKEND", "Agg")
    return kept


FAMILY_LIMIT = 200
"""Processes that a cell may have at once."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_IS_LINUX = sys.platform == "linux"


def resident(pid: int) -> tuple[int, int]:
    """The bytes of memory that a process and its descendants hold, and how many processes they are."""
    if not _IS_LINUX:
        return _resident_elsewhere(pid)
    family = list(itertools.islice(_family(pid), FAMILY_LIMIT + 1))
    total = 0
    for one in family:
        with contextlib.suppress(OSError, ValueError, IndexError):
            total += int(Path(f"/proc/{one}/statm").read_bytes().split()[1]) * _PAGE
    return total, len(family)


def proportional(pid: int) -> int:
    """As `resident`, with what forked processes share counted once. It takes longer to find out."""
    if not _IS_LINUX:
        return _resident_elsewhere(pid)[0]
    total = 0
    for one in itertools.islice(_family(pid), FAMILY_LIMIT + 1):
        with contextlib.suppress(OSError, ValueError, IndexError):
            share = Path(f"/proc/{one}/smaps_rollup").read_bytes().partition(b"\nPss:")[2]
            total += int(share.split()[0]) * 1024
    return total


def _family(pid: int) -> Iterator[int]:
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        yield one
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{one}/task"):
                with contextlib.suppress(OSError, ValueError):
                    waiting += map(int, Path(f"/proc/{one}/task/{task}/children").read_bytes().split())


def _resident_elsewhere(pid: int) -> tuple[int, int]:
    import psutil

    total = count = 0
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in [process, *process.children(recursive=True)]:
            count += 1
            with contextlib.suppress(psutil.Error):
                total += one.memory_info().rss
    return total, count


def _marked(mark: str) -> list[int]:
    """The processes of a session that have left its group."""
    wanted = f"{MARK}={mark}".encode()
    if not _IS_LINUX:
        return []
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with contextlib.suppress(OSError), open(f"/proc/{name}/environ", "rb") as file:
                if wanted in file.read(1 << 20):
                    found.append(int(name))
    return found
