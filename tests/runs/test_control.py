"""Commands come in order, once, and only from the run's owner."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from tuilab.errors import RunError
from tuilab.runs import Run, Status, control
from tuilab.runs.control import Command, Mailbox


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.create(tmp_path / "runs", {"data": "mnist", "model": "mlp"})


def names(commands: list[Command]) -> list[str]:
    return [command.name for command in commands]


def put(run: Run, content: bytes, name: str = "0001.json") -> Path:
    path = run.path / "control" / name
    path.write_bytes(content)
    return path


def test_commands_come_in_order_and_once(run: Run) -> None:
    for name in ("pause", "batch", "epoch", "resume"):
        run.send(name)
    run.send("set", learning_rate=3e-4)
    found = run.commands()
    assert names(found) == ["pause", "batch", "epoch", "resume", "set"]
    assert dict(found[-1].arguments) == {"learning_rate": 3e-4}
    assert found[-1].sent > 1e9
    assert run.commands() == []
    run.send("stop")
    assert names(run.commands()) == ["stop"]


def test_a_command_waits_as_a_private_file_with_nothing_beside_it(run: Run) -> None:
    run.send("pause")
    (file,) = (run.path / "control").iterdir()
    assert file.name == "0001.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_bytes())["command"] == "pause"


def test_order_is_by_number_beyond_four_digits(run: Run) -> None:
    put(run, b'{"command": "stop"}', "10000.json")
    put(run, b'{"command": "pause"}', "9999.json")
    run.send("resume")
    assert names(run.commands()) == ["pause", "stop", "resume"]


def test_many_senders_at_once_lose_nothing(run: Run) -> None:
    rates = [float(n) for n in range(1, 41)]

    def send(part: list[float]) -> None:
        for rate in part:
            run.send("set", learning_rate=rate)

    threads = [threading.Thread(target=send, args=(rates[k::4],)) for k in range(4)]
    for thread in threads:
        thread.start()
    found: list[float] = []
    while any(thread.is_alive() for thread in threads):
        found += [command.arguments["learning_rate"] for command in run.commands()]
    for thread in threads:
        thread.join()
    found += [command.arguments["learning_rate"] for command in run.commands()]
    assert sorted(found) == rates
    for k in range(4):
        assert [rate for rate in found if rate in rates[k::4]] == rates[k::4]


def test_a_file_system_without_links_will_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    run.send("pause")
    run.send("resume")
    assert names(run.commands()) == ["pause", "resume"]
    assert list((run.path / "control").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("pausse", {}, "did you mean 'pause'"),
        ("pause", {"learning_rate": 1.0}, "no arguments"),
        ("set", {}, "learning_rate"),
        ("set", {"batch_size": 3, "noise": 0.1}, "one of learning_rate"),
        ("set", {"speed": 3}, "one of learning_rate"),
        ("set", {"batch_size": 0}, "whole number from 1"),
        ("set", {"batch_size": 2.5}, "whole number from 1"),
        ("set", {"optimizer": "adam; rm"}, "an optimizer's name"),
        ("set", {"noise": -1.0}, "from 0 to 10"),
        ("set", {"noise": float("nan")}, "from 0 to 10"),
        ("set", {"weight": {"name": "dense/bias", "index": [0]}}, "name, index and value"),
        ("set", {"weight": {"name": "w", "index": [-1], "value": 1.0}}, "whole number from 0"),
        ("set", {"weight": {"name": "w", "index": list(range(99)), "value": 1.0}}, "an index"),
        ("set", {"weight": {"name": "w" * 999, "index": [0], "value": 1.0}}, "parameter's name"),
        ("set", {"weight": {"name": "w", "index": [0], "value": float("inf")}}, "number from"),
        ("back", {"level": "year"}, "a level"),
        ("back", {}, "takes level"),
        ("go", {"step": -1}, "whole number from 0"),
        ("fork", {"name": "../x"}, "a run's name"),
        ("set", {"learning_rate": 0.0}, "above 0"),
        ("set", {"learning_rate": float("nan")}, "above 0"),
        ("set", {"learning_rate": float("inf")}, "above 0"),
        ("set", {"learning_rate": "fast"}, "must be a number"),
        ("set", {"learning_rate": True}, "must be a number"),
    ],
)
def test_a_wrong_command_is_not_sent_and_the_reason_told(
    run: Run, name: str, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(RunError, match=said):
        run.send(name, **arguments)
    assert list((run.path / "control").iterdir()) == []


def test_a_learning_rate_of_a_thousand_can_be_tried(run: Run) -> None:
    run.send("set", learning_rate=1000)
    assert run.commands()[0].arguments["learning_rate"] == 1000.0


@pytest.mark.parametrize("state", ["finished", "stopped", "diverged", "failed"])
def test_a_run_that_has_ended_takes_no_commands(run: Run, state: Any) -> None:
    run.write_status(Status(state=state))
    with pytest.raises(RunError, match="has ended"):
        run.send("pause")


def test_too_many_waiting_commands_are_a_sign_that_nobody_listens(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "PENDING_LIMIT", 3)
    for _ in range(3):
        run.send("pause")
    with pytest.raises(RunError, match="does not take them"):
        run.send("pause")
    assert len(os.listdir(run.path / "control")) == 3


# Files that others put there


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"pause",
        b'"pause"',
        b'{"command": "rm -rf"}',
        b'{"command": ["pause"]}',
        b'{"command": "pause", "arguments": 7}',
        b'{"command": "pause", "arguments": {"x": 1}}',
        b'{"command": "set", "arguments": {"learning_rate": 1e400}}',
        b'{"command": "set", "arguments": {"learning_rate": ' + b"9" * 400 + b"}}",
        b'{"command": "set", "arguments": {"learning_rate": -1}}',
        b"[" * 4000,
        b'{"command": "pause", "x": "' + b"x" * control.SIZE_LIMIT + b'"}',
        b'{"command": "\\ud800\\u001b[2J"}',
        b"\xff\xff\xff\xff",
    ],
)
def test_a_malformed_command_is_removed_and_reported(run: Run, content: bytes) -> None:
    put(run, content)
    put(run, b'{"command": "resume"}', "0002.json")
    assert names(run.commands()) == ["resume"]
    assert list((run.path / "control").iterdir()) == []
    log = run.log_path.read_text()
    assert log.count("control/0001.json was refused") == 1
    assert "\x1b" not in log


def test_a_symlink_is_not_obeyed(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "stop.json"
    outside.write_text('{"command": "stop"}')
    (run.path / "control" / "0001.json").symlink_to(outside)
    assert run.commands() == []
    assert outside.exists()
    assert list((run.path / "control").iterdir()) == []
    assert "refused" in run.log_path.read_text()


def test_a_pipe_does_not_hold_up_the_run(run: Run) -> None:
    os.mkfifo(run.path / "control" / "0001.json")
    assert run.commands() == []
    assert list((run.path / "control").iterdir()) == []


def test_another_users_file_is_not_obeyed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    put(run, b'{"command": "stop"}')
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert run.commands() == []
    assert "another user" in run.log_path.read_text()


def test_what_cannot_be_removed_is_reported_once_and_never_obeyed(run: Run) -> None:
    (run.path / "control" / "0001.json").mkdir()
    run.send("pause")
    assert names(run.commands()) == ["pause"]
    for _ in range(3):
        assert run.commands() == []
    assert run.log_path.read_text().count("cannot be removed") == 1


def test_a_command_that_cannot_be_removed_is_not_obeyed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_unlink(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    run.send("batch")
    monkeypatch.setattr(os, "unlink", no_unlink)
    assert run.commands() == []
    assert run.commands() == []


def test_a_folder_that_is_a_symlink_is_not_looked_into(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "0001.json").write_text('{"command": "stop"}')
    (tmp_path / "control").symlink_to(real)
    assert Mailbox(tmp_path / "control", pytest.fail).take() == []


def test_other_files_are_left_alone_and_a_missing_folder_is_empty(run: Run) -> None:
    kept = put(run, b"draft", ".1234-abc")
    assert run.commands() == []
    assert kept.exists()
    kept.unlink()
    (run.path / "control").rmdir()
    assert run.commands() == []
