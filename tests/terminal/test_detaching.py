"""A run outlives the lab, its terminal and connection, and a new lab finds it. In real pseudo-terminals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tuilab.runs import Run, runs

Open = Callable[..., "Terminal"]  # type: ignore[name-defined]  # noqa: F821
PATIENCE = 20.0


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Where the labs of a test have their runs; what still trains there at its end is ended."""
    yield tmp_path / "runs"
    for run in runs(tmp_path / "runs"):
        if (pid := run.process()) is not None:
            os.kill(pid, signal.SIGKILL)


def going(root: Path) -> Run:
    """The one run there is, once it trains."""
    deadline = time.monotonic() + PATIENCE
    while not (found := runs(root)) or found[0].status().step < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found[0]


def assert_goes_on(run: Run) -> None:
    before, deadline = run.status().step, time.monotonic() + PATIENCE
    while run.status().step < before + 3:
        assert run.state() == "running"
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("how", ["the lab", "the command", signal.SIGHUP, signal.SIGTERM])
def test_a_run_outlives_a_lab_that_is_killed(open_terminal: Open, root: Path, how: object) -> None:
    lab = open_terminal("train", STAND_IN_RATE="20")
    lab.wait_for("/5", "space pause")
    run = going(root)
    if how == "the lab":
        os.kill(lab.children()[0], signal.SIGKILL)
    elif how == "the command":
        lab.process.kill()
    else:
        lab.process.send_signal(how)
    lab.wait_for_end()
    lab.read(0.3)
    lab.assert_whole()
    assert_goes_on(run)


def test_a_lost_connection_leaves_the_run_training_and_a_new_lab_shows_it(
    open_terminal: Open, root: Path, tmp_path: Path
) -> None:
    lab = open_terminal("train", STAND_IN_RATE="20")
    lab.wait_for("/5", "space pause")
    run = going(root)
    os.close(lab.slave)
    os.close(lab.master)
    lab.process.wait(PATIENCE)
    assert_goes_on(run)
    assert not list((tmp_path / "state").rglob("crash-*"))
    lab.master, lab.slave = os.openpty()  # for the fixture to close
    new = open_terminal()
    new.wait_for(f"{run.name} goes on")
    new.send("\r")
    new.wait_for(run.name, "train", "space pause")
    new.wait_until(lambda text: "no points yet" not in text and "train 0." in text, "the curve")
    new.send("q")
    assert new.wait_for_end() == 0
    assert_goes_on(run)


def test_the_key_to_detach(open_terminal: Open, root: Path) -> None:
    lab = open_terminal("train", STAND_IN_RATE="20")
    lab.wait_for("/5", "space pause")
    run = going(root)
    lab.send("d")
    lab.wait_for("trains on when you leave")
    lab.send("q")
    assert lab.wait_for_end() == 0
    lab.assert_whole()
    assert f"tuilab attach {run.name}" in lab.text()
    assert_goes_on(run)


def test_leaving_asks_and_can_leave_the_run_training(open_terminal: Open, root: Path) -> None:
    lab = open_terminal("train", STAND_IN_RATE="20")
    lab.wait_for("/5", "space pause")
    run = going(root)
    lab.send("q")
    lab.wait_for("still training", "let it train on")
    lab.send("d")
    assert lab.wait_for_end() == 0
    assert_goes_on(run)


def test_two_labs_look_at_one_run_and_both_steer_it(open_terminal: Open, root: Path) -> None:
    first = open_terminal("train", STAND_IN_RATE="20")
    first.wait_for("/5", "space pause")
    run = going(root)
    second = open_terminal("attach", run.name)
    second.wait_for("/5", "space pause")
    second.send(" ")
    first.wait_for("paused at batch")
    first.send(" ")
    second.wait_for("Going on")
    second.send("q")
    assert second.wait_for_end() == 0
    assert_goes_on(run)


def test_a_terminal_that_nobody_reads_does_not_hold_the_run(open_terminal: Open, root: Path) -> None:
    lab = open_terminal("train", STAND_IN_RATE="50", size=(200, 60))
    lab.wait_for("/5", "space pause")
    run = going(root)
    before = run.status().step
    time.sleep(2)  # nobody reads: the terminal's buffer fills
    assert run.status().step > before
    assert_goes_on(run)


def test_plain_training_that_loses_its_terminal_trains_on(environment: dict[str, str], root: Path) -> None:
    driver = Path(__file__).with_name("lab_for_tests.py")
    process = subprocess.Popen(
        [sys.executable, str(driver), "train", "--plain"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**environment, "STAND_IN_RATE": "20"},
        start_new_session=True,
    )
    run = going(root)
    process.send_signal(signal.SIGHUP)
    assert process.wait(PATIENCE) == 128 + signal.SIGHUP
    assert_goes_on(run)
