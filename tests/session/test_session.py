"""Cells share a child, run in order, and can be run again."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tuilab.errors import SessionError
from tuilab.session import Cell, Event, Finished, Session, Shown, Started, check, collect


@pytest.fixture
def own() -> Iterator[Session]:
    with Session() as session:
        yield session


def outcomes(events: list[Event]) -> list[str]:
    return [event.outcome for event in events if isinstance(event, Finished)]


def test_names_are_there_for_the_next_cell(own: Session) -> None:
    list(own.run(Cell("x = 20")))
    events = list(own.run(Cell("x + 1")))
    assert [event.value.text for event in events if isinstance(event, Shown)] == ["21"]
    assert [event.expression for event in events if isinstance(event, Shown)] == ["x + 1"]


def test_cells_run_in_order_up_to_the_first_that_fails(own: Session) -> None:
    cells = [Cell("x = 1"), Cell("x / 0"), Cell("x = 2")]
    events = list(own.run(*cells))
    assert outcomes(events) == ["done", "error"]
    assert [event.fresh for event in events if isinstance(event, Started)] == [True, False]
    assert own.history == (cells[0],)


def test_a_restart_forgets_and_a_replay_remembers(own: Session) -> None:
    list(own.run(Cell("x = 1"), Cell("x += 1"), Cell("x / 0")))
    assert outcomes(list(own.replay())) == ["done", "done"]
    results = collect([Cell("x")], own.run(Cell("x")))
    assert results[0].value is not None
    assert results[0].value.text == "2"
    own.restart()
    assert outcomes(list(own.run(Cell("x")))) == ["error"]


def test_one_run_at_a_time(own: Session) -> None:
    run = own.run(Cell("import time; time.sleep(60)"))
    with pytest.raises(SessionError, match="Wait for it, or interrupt it"):
        own.run(Cell("1"))
    own.interrupt()
    assert outcomes(list(run)) == ["interrupted"]
    assert outcomes(list(own.run(Cell("1")))) == ["done"]


def test_the_last_event_frees_the_session(own: Session) -> None:
    for event in own.run(Cell("1")):
        if isinstance(event, Finished):
            assert outcomes(list(own.run(Cell("2")))) == ["done"]


def test_a_closed_session_says_so(own: Session) -> None:
    run = own.run(Cell("import time; time.sleep(60)"))
    own.close()
    assert outcomes(list(run)) == ["closed"]
    with pytest.raises(SessionError, match="closed"):
        own.run(Cell("1"))


def test_nothing_to_run_ends_at_once(own: Session) -> None:
    assert list(own.run()) == []
    assert not own.running


def test_an_event_loop_takes_the_same_events() -> None:
    async def work() -> list[Event]:
        with Session() as session:
            return [event async for event in session.run(Cell("x = 1"), Cell("x"))]

    assert outcomes(asyncio.run(work())) == ["done", "done"]


def test_a_worker_that_is_cancelled_interrupts_its_cells(own: Session) -> None:
    async def work() -> None:
        async def take() -> None:
            async for _ in own.run(Cell("while True: pass")):
                began.set()

        began = asyncio.Event()
        task = asyncio.create_task(take())
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while own.running:
            await asyncio.sleep(0.02)

    asyncio.run(asyncio.wait_for(work(), 30))


def test_cells_run_in_a_folder_of_their_own_that_ends_with_them(tmp_path: Path) -> None:
    with Session() as session:
        cell = Cell("import os\nopen('new', 'w').close()\nos.getcwd()")
        value = collect([cell], session.run(cell))[0].value
        assert value is not None
        assert Path(value.text, "new").exists()
        assert outcomes(
            list(session.run(Cell("import shutil\nshutil.rmtree(os.getcwd())\nos.environ.clear()")))
        ) == ["done"]
    assert not Path(value.text).parent.exists()
    assert Path.cwd().exists()


def test_the_environment_passes_through_without_a_terminal(
    own: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUILAB_DATA", "/somewhere")
    cell = Cell("import os\n' '.join(os.environ[n] for n in ('TUILAB_DATA', 'TERM', 'MPLBACKEND'))")
    value = collect([cell], own.run(cell))[0].value
    assert value is not None
    assert value.text == "/somewhere dumb Agg"


def test_a_seed_makes_every_child_the_same() -> None:
    cell = Cell("import random\nimport numpy as np\n(random.random(), float(np.random.rand()))")
    drawn = {check([cell], seed=7)[0].value for _ in range(2)}
    assert len({value.text for value in drawn if value is not None}) == 1


def test_a_check_runs_in_a_child_of_its_own(own: Session) -> None:
    list(own.run(Cell("add = 3")))
    results = check(
        [Cell("def add(a, b): pass")], [Cell("assert add(1, 2) == 3, 'not 3'", 9), Cell("add(3, 4)")]
    )
    assert [result.passed for result in results] == [True, False, False]
    assert [result.sentence for result in results] == [
        "",
        "AssertionError: not 3, line 9",
        "This did not run, because what comes before it failed.",
    ]


def test_a_session_that_nobody_used_starts_nothing() -> None:
    children = set(os.listdir(f"/proc/{os.getpid()}/task")) if os.path.isdir("/proc") else set()
    with Session():
        pass
    assert not children or set(os.listdir(f"/proc/{os.getpid()}/task")) == children


def test_preparing_runs_nothing_and_the_first_cell_is_still_fresh(own: Session) -> None:
    own.prepare()
    first: Any = next(iter(own.run(Cell("1"))))
    assert first.fresh
