"""However the lab ends, the terminal is whole again. One test a way, in a real pseudo-terminal."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Open = Callable[..., "Terminal"]  # type: ignore[name-defined]  # noqa: F821
TAKEN_OVER = {"alternate screen", "mouse buttons", "mouse motion", "mouse coordinates", "paste", "focus"}


def test_the_lab_takes_the_terminal_over(open_terminal: Open) -> None:
    """What the other tests check would otherwise hold for a lab that never drew."""
    lab = open_terminal()
    lab.wait_for("Rules or examples", "q leave")
    assert lab.modes() >= TAKEN_OVER | {"hidden cursor", "keyboard protocol"}


def test_the_key_to_leave(open_terminal: Open) -> None:
    lab = open_terminal()
    lab.wait_for("q leave")
    lab.send("q")
    assert lab.wait_for_end() == 0
    lab.assert_whole()


def test_ctrl_c(open_terminal: Open) -> None:
    lab = open_terminal()
    lab.wait_for("q leave")
    lab.send("\x03")
    assert lab.wait_for_end() == 0
    lab.assert_whole()


def test_ctrl_c_stops_a_run_that_goes_on(open_terminal: Open) -> None:
    lab = open_terminal("train", STAND_IN_RATE="20")
    lab.wait_for("/5", "space pause")
    lab.send("\x03")
    assert lab.wait_for_end() == 0
    lab.assert_whole()
    assert "stopped at batch" in lab.text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("whom", ["the command", "the lab"])
def test_a_signal_to_end(open_terminal: Open, number: signal.Signals, whom: str) -> None:
    lab = open_terminal()
    lab.wait_for("q leave")
    os.kill(lab.process.pid if whom == "the command" else lab.children()[0], number)
    assert lab.wait_for_end() == 128 + number
    lab.assert_whole()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
def test_the_lab_is_killed(open_terminal: Open, number: signal.Signals) -> None:
    lab = open_terminal()
    lab.wait_for("q leave")
    os.kill(lab.children()[0], number)
    assert lab.wait_for_end() == 1
    lab.assert_whole()
    assert number.name in lab.text()
    assert "Traceback" not in lab.text()


def test_an_exception_in_the_lab(open_terminal: Open, tmp_path: Path) -> None:
    lab = open_terminal("crash")
    lab.wait_for("q leave")
    lab.send("e")
    assert lab.wait_for_end() == 1
    lab.assert_whole()
    text = lab.text()
    assert "ValueError: a mistake of ours" in text
    assert "Traceback" not in text
    [report] = (tmp_path / "state" / "tuilab" / "lab").glob("crash-*.txt")
    assert report.name in text.replace("\n", "")
    assert "Traceback" in report.read_text()


def test_a_crash_in_c_in_the_lab(open_terminal: Open) -> None:
    lab = open_terminal("crash")
    lab.wait_for("q leave")
    lab.send("E")
    assert lab.wait_for_end() == 1
    lab.assert_whole()
    assert "SIGSEGV" in lab.text()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_killed_training_process_leaves_the_lab_standing(
    open_terminal: Open, number: signal.Signals
) -> None:
    lab = open_terminal("train", STAND_IN_DIES=str(int(number)))
    lab.wait_for(number.name, "space start")
    assert lab.process.poll() is None
    lab.send("q")
    assert lab.wait_for_end() == 0
    lab.assert_whole()


def test_to_the_shell_and_back(open_terminal: Open) -> None:
    lab = open_terminal(argv=["/bin/sh", "-im"], PS1="ready> ")
    lab.wait_for("ready>")
    here = Path(__file__).with_name("lab_for_tests.py")
    lab.send(f"{sys.executable} {here}\r")
    lab.wait_for("Rules or examples", "q leave")
    lab.send("\x1a")
    lab.wait_until(lambda _: lab.raw.count(b"ready>") == 2, "a prompt")
    assert lab.modes() == set()
    lab.send("fg\r")
    lab.wait_until(lambda _: "alternate screen" in lab.modes(), "the lab again")
    lab.wait_for("q leave")
    lab.send("q")
    lab.wait_until(lambda _: lab.modes() == set(), "the shell again")
    lab.send("exit\r")
    lab.wait_for_end()
    lab.assert_whole()


def test_without_a_terminal_it_says_what_to_do_instead(open_terminal: Open) -> None:
    shell = open_terminal(argv=["/bin/sh", "-c", f"{sys.executable} -m tuilab < /dev/null; echo code $?"])
    shell.wait_for_end()
    assert "tuilab train --plain" in shell.text().replace("\n", "")
    assert "code 1" in shell.text()
    assert shell.modes() == set()


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}/stat").exists():
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return
        assert time.monotonic() < deadline, f"process {pid} goes on"
        time.sleep(0.02)
