"""An interrupt always works, says what it took, and the session goes on.

The bounds of time are wide: other work may have the machine.
"""

import time
from collections.abc import Iterator

import pytest

from tuilab.session import Cell, Finished, Printed, Session, Started, check

LONG = 20.0
"""Seconds within which whatever an interrupt takes must be over, on a busy machine."""

KERNEL = """
import numba

@numba.njit({options})
def spin(n):
    while True:
        n = (n + 1) % 1000
    return n

spin.compile("(int64,)")
print("spinning")
spin(1)
"""


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session() as session:
        yield session


def interrupted(session: Session, source: str, after: float = 0.0) -> Finished:
    """How a cell ends that is interrupted once it has printed, in a session that knows `kept`.

    after: seconds in which a cell reaches what it does after it has printed.
    """
    list(session.run(Cell("kept = 1")))
    run = session.run(Cell(source))
    for event in run:
        if isinstance(event, Printed):
            time.sleep(after)
            asked = time.monotonic()
            run.interrupt()
        if isinstance(event, Finished):
            assert time.monotonic() - asked < LONG
            assert event.outcome == "interrupted"
            *_, last = session.run(Cell("kept"))
            assert isinstance(last, Finished)
            assert (last.outcome == "error") == event.state_lost
            return event
    raise AssertionError("no end")


@pytest.mark.parametrize(
    "source",
    [
        "print(1)\nwhile True: pass",
        "import time\nprint(1)\ntime.sleep(1000)",
        "while True: print(1)",
        "import subprocess\nprint(1)\nsubprocess.run(['sleep', '1000'])",
        "import threading\nprint(1)\nthreading.Event().wait()",
        "class A:\n    def __repr__(self):\n        print(1)\n        while True: pass\nA()",
    ],
    ids=["loop", "sleep", "prints", "subprocess", "lock", "repr"],
)
def test_python_stops_and_keeps_its_names(session: Session, source: str) -> None:
    found = interrupted(session, source)
    assert not found.state_lost
    assert found.message == "The cell was interrupted. What earlier cells defined is still there."


@pytest.mark.parametrize(
    "source",
    [
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint(1)\ntime.sleep(1000)",
        "import time\nwhile True:\n    try:\n        print(1)\n        time.sleep(1000)\n    except: pass",
        KERNEL.format(options=""),
        KERNEL.format(options="nogil=True"),
    ],
    ids=["ignores", "catches", "kernel", "kernel without the GIL"],
)
def test_what_does_not_listen_is_terminated(session: Session, source: str) -> None:
    found = interrupted(session, source, after=0.7)
    assert found.state_lost
    assert found.message == (
        "The cell was interrupted. It did not stop when asked, so its process was terminated (SIGTERM). "
        "What earlier cells defined is gone."
    )


@pytest.mark.parametrize(
    "source",
    [
        "import signal, time\nfor n in (2, 15): signal.signal(n, signal.SIG_IGN)\nprint(1)\ntime.sleep(1000)",
        "import os, signal\nprint(1)\nos.kill(os.getpid(), signal.SIGSTOP)",
    ],
    ids=["ignores both", "stopped"],
)
def test_what_ignores_everything_is_killed(session: Session, source: str) -> None:
    found = interrupted(session, source, after=0.7)
    assert found.state_lost
    assert "killed (SIGKILL)" in found.message


def test_cells_after_an_interrupted_one_do_not_begin(session: Session) -> None:
    run = session.run(Cell("import time; time.sleep(1000)"), Cell("2"))
    started = []
    for event in run:
        if isinstance(event, Started):
            started.append(event)
            run.interrupt()
    assert len(started) == 1


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.1])
def test_an_interrupt_while_the_child_starts_is_not_lost(delay: float) -> None:
    with Session() as session:
        run = session.run(Cell("while True: pass"))
        time.sleep(delay)
        run.interrupt()
        *_, last = run
        assert isinstance(last, Finished)
        assert last.outcome == "interrupted"


def test_an_interrupt_after_the_end_does_not_reach_the_next_cell(session: Session) -> None:
    run = session.run(Cell("1"))
    list(run)
    run.interrupt()
    *_, last = session.run(Cell("import time; time.sleep(0.3)"))
    assert isinstance(last, Finished)
    assert last.outcome == "done"


def test_a_cell_that_takes_too_long_is_stopped_and_says_so() -> None:
    result = check([Cell("while True: pass")], seconds=0.5)[0]
    assert result.finished is not None
    assert result.finished.outcome == "time"
    why = "The cell was stopped after 500 ms, the time that it may take."
    assert result.sentence == f"{why} What earlier cells defined is still there."
