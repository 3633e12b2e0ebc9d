"""Whatever a cell does, the lab stays live, says what happened, and runs the next cell."""

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tuilab.session import Cell, Event, Finished, Session, Shown

LIVE = 1.0
"""Seconds within which an event loop beside the session must have its turn. On a quiet machine it is 0.03."""
WRITE = """import os, struct
for descriptor in range(3, 64):
    try: os.write(descriptor, {})
    except OSError: pass
"""


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(seconds=60, memory=400 << 20) as session:
        yield session


async def watch(session: Session, cell: Cell) -> tuple[Finished, float]:
    """How a cell ended, and the longest that an event loop had to wait meanwhile."""

    async def tick() -> None:
        nonlocal longest
        before = time.monotonic()
        while True:
            await asyncio.sleep(0.002)
            longest, before = max(longest, time.monotonic() - before), time.monotonic()

    longest = 0.0
    ticking = asyncio.create_task(tick())
    events: list[Event] = [event async for event in session.run(cell)]
    ticking.cancel()
    assert isinstance(events[-1], Finished)
    return events[-1], longest


LOST = "What earlier cells defined is gone."


@pytest.mark.parametrize(
    ("source", "outcome", "message"),
    [
        ("x = []\nwhile True: x.append(b'x' * 10**7)", "memory", "The cell was ended: it took "),
        ("import os\nwhile True: os.fork()", "processes", "it had started more than 200 processes. " + LOST),
        ("import os\nos._exit(3)", "died", "ended itself with exit status 3. " + LOST),
        (
            "import os\nos.kill(os.getpid(), 9)",
            "died",
            "was killed, perhaps because memory ran out (SIGKILL). ",
        ),
        ("import os\nos.kill(os.getpid(), 15)", "died", "was told to end (SIGTERM). " + LOST),
        ("import ctypes\n\nctypes.string_at(0)", "died", "not its own (SIGSEGV) at line 12. " + LOST),
        ("import os\nos.abort()", "died", "aborted itself (SIGABRT) at line 11. " + LOST),
        (
            "import os, time\nos.closerange(3, 256)\ntime.sleep(100)",
            "died",
            "The cell closed the pipe to the lab",
        ),
        ("import os\nos.closerange(0, 256)", "died", LOST),
        (WRITE.format("b'garbage' * 1000"), "died", "more than a message may have. " + LOST),
        (
            WRITE.format("struct.pack('>QQ', 2**60, 0)"),
            "died",
            "a message of 1,152,921,504,606,846,976 bytes",
        ),
        (
            WRITE.format("struct.pack('>QQ', 2, 0) + b'{}'"),
            "died",
            "a message that no session sends. " + LOST,
        ),
        (WRITE.format("struct.pack('>QQ', 99, 0) + b'{'") + "os._exit(0)", "died", "exit status 0. " + LOST),
        ("import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.01)\nwhile True: pass", "died", "(SIGALRM)"),
        ("s = 'x' * 10**6\nfor _ in range(1000): print(s)", "done", ""),
        ("print('é\\u0301' * 10**6)", "done", ""),
        (
            "import gc, sys\ngc.disable()\nsys.settrace(None)\ndel sys.modules['os']\ndel __builtins__",
            "done",
            "",
        ),
        ("import numpy\nnumpy.ones(10**14)", "error", ""),
        ("import builtins\nbuiltins.len = builtins.print = None", "died", "exit status 1. " + LOST),
    ],
)
def test_the_lab_lives_and_runs_the_next_cell(
    session: Session, source: str, outcome: str, message: str
) -> None:
    finished, longest = asyncio.run(watch(session, Cell(source, 10)))
    assert (finished.outcome, message in finished.message) == (outcome, True), finished
    assert finished.state_lost == (outcome in ("memory", "processes", "died"))
    assert longest < LIVE
    assert [event.value.text for event in session.run(Cell("40 + 2")) if isinstance(event, Shown)] == ["42"]


PARALLEL = """
import os, threading
os.environ["NUMBA_THREADING_LAYER"] = "{layer}"
import numpy as np
import numba

@numba.njit(parallel=True)
def total(x):
    s = 0.0
    for i in numba.prange(x.size):
        s += x[i]
    return s

x = np.ones(10**6)
total(x)
threads = [threading.Thread(target=lambda: [total(x) for _ in range(300)]) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_two_parallel_kernels_at_once_end_the_child_with_numbas_words(session: Session) -> None:
    """Numba's simplest threading layer ends a process in which two threads launch at once."""
    session.restart()
    finished, longest = asyncio.run(watch(session, Cell(PARALLEL.format(layer="workqueue"))))
    assert finished.outcome == "died"
    assert "SIGABRT" in finished.message
    assert longest < LIVE


def test_two_of_tuilabs_kernels_at_once_wait_for_each_other(session: Session) -> None:
    source = """
import threading
import numpy as np
from tuilab import ops
x = np.ones((200, 200), np.float32)
threads = [threading.Thread(target=lambda: [ops.matmul(x, x) for _ in range(50)]) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
    assert asyncio.run(watch(session, Cell(source)))[0].outcome == "done"


def test_a_forked_process_says_nothing_in_the_childs_name(session: Session) -> None:
    cell = Cell(
        "import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\nprint('one' if pid else 'two')\nbool(pid)"
    )
    events = list(session.run(cell))
    assert [event.value.text for event in events if isinstance(event, Shown)] == ["True"]
    assert sum(isinstance(event, Finished) for event in events) == 1


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks into /proc")
def test_what_a_cell_has_started_ends_with_the_session() -> None:
    source = """
import os, subprocess
plain = subprocess.Popen(["sleep", "1000"])
apart = subprocess.Popen(["sleep", "1000"], start_new_session=True)
orphan = subprocess.run("setsid sleep 1000 >/dev/null 2>&1 & echo $!", shell=True, capture_output=True)
print(plain.pid, apart.pid, int(orphan.stdout))
{}
"""
    for ending in ("", "os._exit(1)"):
        with Session() as session:
            events = list(session.run(Cell(source.format(ending))))
        pids = [int(word) for word in next(event.text for event in events if hasattr(event, "text")).split()]
        assert len(pids) == 3
        assert [pid for pid in pids if lives(pid)] == []


def lives(pid: int) -> bool:
    """Whether a process runs; one that is being ended may take a moment."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
            os.kill(pid, 0)
        except (OSError, IndexError):
            return False
        time.sleep(0.05)
    return True


def test_a_child_that_dies_between_cells_is_noticed() -> None:
    with Session() as session:
        list(session.run(Cell("import os, threading\nthreading.Timer(0.1, os._exit, [5]).start()")))
        time.sleep(0.5)
        first, *_, last = session.run(Cell("1"))
    assert getattr(first, "fresh", None) is True
    assert getattr(first, "notice", "") == f"The session's process ended itself with exit status 5. {LOST}"
    assert isinstance(last, Finished)
    assert last.outcome == "done"


def test_nothing_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with Session() as session:
        *_, last = session.run(Cell("1"))
    assert isinstance(last, Finished)
    assert last.outcome == "died"
    assert last.message == "Lesson code cannot be run: no process can be started (No such file or directory)."
