"""The command: what it prints, how it fails, and with which exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import tuilab
from tuilab import data, paths, plain, training
from tuilab.cli import main
from tuilab.errors import DataError, RunError
from tuilab.runs import Run, Status

ROOT = Path(__file__).parent.parent
STAND_IN = ROOT / "tests" / "terminal" / "stand_in_run.py"
DRIVER = ROOT / "tests" / "terminal" / "lab_for_tests.py"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUILAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def command(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own, without a terminal, with the stand-in for training."""
    return subprocess.run(
        [sys.executable, str(DRIVER), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "STAND_IN_RATE": "2000", **environment},
        timeout=60,
    )


def test_version() -> None:
    assert run("--version").output == f"tuilab {tuilab.__version__}\n"


@pytest.mark.parametrize(
    "name",
    [
        "open",
        "list",
        "train",
        "runs",
        "attach",
        "stop",
        "pause",
        "resume",
        "data",
        "warmup",
        "bench",
        "new",
        "check",
        "export",
    ],
)
def test_every_command_has_help(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_list_names_the_lessons() -> None:
    result = run("list")
    assert result.exit_code == 0
    [line] = [line for line in result.output.splitlines() if line.startswith("ch2.first-look")]
    assert line.split() == ["ch2.first-look", "15", "min", "2.1", "A", "first", "network"]


def test_list_as_json_is_json() -> None:
    entries = json.loads(run("list", "--json").output)
    assert "ch2.first-look" in [entry["id"] for entry in entries]
    assert not any(entry["problem"] for entry in entries)
    assert Path(entries[0]["path"]).is_file()


def test_runs_says_how_each_stands() -> None:
    assert "There are no runs yet" in run("runs").output
    made = Run.create(paths.runs(), {"data": "mnist", "data_name": "MNIST", "model": "mlp"})
    made.write_status(Status(state="finished", step=1407, loss=0.0612, test_accuracy=0.9812, host="here"))
    head, line = run("runs").output.splitlines()
    assert head.split() == ["run", "state", "step", "loss", "test", "samples/s", "age", "host", "data"]
    assert line.split() == ["mnist-mlp-1", "finished", "1,407", "0.0612", "0.9812", "now", "here", "MNIST"]
    [entry] = json.loads(run("runs", "--json").output)
    assert (entry["name"], entry["state"], entry["step"]) == ("mnist-mlp-1", "finished", 1407)
    assert (entry["test_accuracy"], entry["host"], entry["test_loss"]) == (0.9812, "here", None)


def test_runs_says_of_numbers_that_are_none_what_they_are() -> None:
    made = Run.create(paths.runs(), {"data": "mnist", "model": "mlp"})
    made.write_status(Status(state="diverged", loss=float("nan")))
    text = run("runs", "--json").output
    assert json.loads(text)[0]["loss"] == "nan"
    assert "NaN" not in text


@pytest.mark.parametrize(("command", "told"), [("pause", "pause"), ("resume", "go on")])
def test_pausing_and_going_on_are_asked_of_the_run(command: str, told: str) -> None:
    made = Run.create(paths.runs(), {"data": "mnist", "model": "mlp"})
    with made.hold_lock():
        made.write_status(Status(state="running" if command == "pause" else "paused"))
        assert run(command, made.name).output == f"mnist-mlp-1 was asked to {told}.\n"
        assert [it.name for it in made.commands()] == [command]


@pytest.mark.parametrize(
    ("state", "arguments", "words"),
    [
        ("finished", [], "has done its 5 epochs. `--epochs 10` gives it more."),
        ("finished", ["--epochs", "3"], "--epochs 3 is too few"),
        ("diverged", [], "diverged, and would again"),
    ],
)
def test_what_cannot_be_resumed_is_said(state: str, arguments: list[str], words: str) -> None:
    made = Run.create(paths.runs(), {"data": "mnist", "model": "mlp", "epochs": 5})
    made.write_status(Status(state=state, epoch=5, epochs=5))  # type: ignore[arg-type]
    result = run("resume", made.name, *arguments)
    assert result.exit_code == 1
    assert words in result.output


def test_attach_without_a_run_that_goes_on_says_so() -> None:
    Run.create(paths.runs(), {"data": "mnist"}).write_status(Status(state="finished"))
    result = run("attach")
    assert (result.exit_code, result.output.startswith("tuilab: No run goes on.")) == (1, True)


def test_a_run_is_begun_detached_and_left() -> None:
    done = command("train", "--detach", STAND_IN_RATE="20")
    assert done.returncode == 0, done.stderr
    assert "mnist-mlp-1 trains on its own. `tuilab attach mnist-mlp-1` shows it" in done.stdout
    made = Run.open(paths.runs() / "mnist-mlp-1")
    deadline = time.monotonic() + 20
    while made.status().step < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    made.send("stop")
    while made.is_held():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert made.state() == "stopped"


def test_stop_asks_the_run_to_stop() -> None:
    made = Run.create(paths.runs(), {"data": "mnist", "model": "mlp"})
    assert run("stop", made.name).output == "mnist-mlp-1 was asked to stop.\n"
    assert [it.name for it in made.commands()] == ["stop"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["stop", "mnist-mpl-1"], "There is no run"),
        (["open", "ch2.first-lok"], "Did you mean ch2.first-look?"),
        (["open", "/nowhere/at-all.md"], "There is no file"),
        ([], "The lab needs a terminal"),
        (["open", "ch2.first-look"], "The lab needs a terminal"),
    ],
)
def test_an_ordinary_mistake_is_one_sentence(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.output.startswith("tuilab: ")
    assert words in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "minst"],
        ["train", "--epochs", "0"],
        ["train", "--detach", "--plain"],
        ["train", "--optimizer", "adamm"],
        ["train", "--learning-rate", "-1"],
        ["train", "--learning-rate", "nan"],
        ["train", "--json", "/no/such/folder/out.json"],
        ["nonsense"],
        ["check"],
        ["new"],
        ["export", "ch2.first-look", "--to", "pdf"],
        ["open"],
    ],
)
def test_a_wrong_question_has_exit_code_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_data_list_names_what_there_is() -> None:
    output = run("data", "list").output
    assert all(name in output for name in data.names())


def test_data_path_says_how_to_get_what_is_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "path", lambda name: None)
    result = run("data", "path", "mnist")
    assert result.exit_code == 1
    assert "`tuilab data get mnist`" in result.output


def test_data_get_prints_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(data, "get", lambda name, progress: tmp_path)
    assert run("data", "get", "mnist").output == f"{tmp_path}\n"


def test_data_get_that_fails_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, progress: object) -> Path:
        raise DataError("train-images: the server sent a page of HTML.")

    monkeypatch.setattr(data, "get", fail)
    result = run("data", "get", "mnist")
    assert result.exit_code == 1
    assert result.output == "tuilab: train-images: the server sent a page of HTML.\n"


def test_a_new_lesson_is_begun_checked_and_listed_no_fault(tmp_path: Path) -> None:
    made = run("new", "my.broadcasting", "--folder", str(tmp_path))
    path = tmp_path / "broadcasting.md"
    assert made.exit_code == 0
    assert f"tuilab check {path}" in made.output
    again = run("new", "my.broadcasting", "--folder", str(tmp_path))
    assert again.exit_code == 1
    assert "is there already, and stays as it is" in again.output
    checked = run("check", str(tmp_path))
    assert (checked.exit_code, checked.output) == (0, "1 lesson, no faults.\n")


def test_check_names_each_fault_with_its_line_and_exits_with_1(tmp_path: Path) -> None:
    path = tmp_path / "bad.md"
    path.write_text("no\nlesson\x1b[2J\n")
    checked = CliRunner().invoke(main, ["check", "--no-run", str(path)])
    assert checked.exit_code == 1
    assert checked.stdout.splitlines()[1].startswith(f"{path}:2: the character U+001B")
    assert "\x1b" not in checked.output
    assert checked.stderr == "1 lesson, 2 faults. The cells were not run.\n"
    report = json.loads(run("check", "--no-run", "--json", str(path)).stdout)
    assert (report["lessons"], report["cells_run"]) == (1, False)
    assert [(it["path"], it["line"]) for it in report["faults"]] == [(str(path), 1), (str(path), 2)]


def test_check_runs_the_cells_and_names_the_line_that_fails(tmp_path: Path) -> None:
    run("new", "my.broadcasting", "--folder", str(tmp_path))
    path = tmp_path / "broadcasting.md"
    text = path.read_text(encoding="utf-8")
    first = next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith("import numpy"))
    path.write_text(text.replace("import numpy as np", "import numpy as np\nnp.no_such_thing", 1))
    checked = CliRunner().invoke(main, ["check", str(path)])
    assert checked.exit_code == 1
    assert checked.stdout.startswith(f"{path}:{first + 1}: this cell fails, with all exercises solved: ")
    assert "no_such_thing" in checked.stdout
    assert checked.stderr == "1 lesson, 1 fault.\n"


@pytest.mark.parametrize("arguments", [["export", "--to", "ipynb"], ["open"], ["check"]])
def test_no_file_name_steers_the_terminal(tmp_path: Path, arguments: list[str]) -> None:
    path = tmp_path / "evil\x1b[2J.md"
    path.write_text("no lesson")
    result = run(arguments[0], str(path), *arguments[1:])
    assert result.exit_code == 1
    assert "\x1b" not in result.output


def test_export_writes_a_notebook_and_never_over_another_file(tmp_path: Path) -> None:
    pytest.importorskip("jupytext")
    target = tmp_path / "first-look.ipynb"
    arguments = ["export", "ch2.first-look", "--to", "ipynb", "--output", str(target)]
    assert run(*arguments).output == f"{target}\n"
    assert json.loads(target.read_text())["metadata"]["title"] == "A first network"
    assert run(*arguments).exit_code == 1
    assert run(*arguments, "--force").exit_code == 0


def test_plain_training_prints_a_line_an_epoch_and_the_test_accuracy() -> None:
    done = command("train", "--plain", "--epochs", "2", STAND_IN_COMPILES="0.2")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "mnist-mlp-1: mlp on MNIST, 2 epochs, batches of 128, adam"
    assert lines[1:4] == [f"compiling {name} …" for name in ("dense", "relu", "softmax_cross_entropy")]
    assert [line.split("  ")[0] for line in lines[4:6]] == ["epoch 1/2", "epoch 2/2"]
    assert "validation loss" in lines[4]
    assert lines[6].startswith("test accuracy 0.9812, loss 0.0612 · ")
    assert done.stderr == ""


def test_without_a_terminal_train_is_plain() -> None:
    done = command("train", "--epochs", "1")
    assert done.returncode == 0
    assert "test accuracy 0.9812" in done.stdout


def test_json_is_the_runs_result_written_whole(tmp_path: Path) -> None:
    made = Run.create(paths.runs(), {"data": "mnist", "model": "mlp"})
    result = {"data": "mnist", "test_accuracy": 0.98, "run": made.name}
    (made.path / "result.json").write_text(json.dumps(result))
    target = tmp_path / "out.json"
    target.write_text("something old")
    plain.write_result(made, target)
    assert json.loads(target.read_text()) == result
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.json"]


def test_a_result_that_is_missing_is_one_sentence(tmp_path: Path) -> None:
    done = command("train", "--epochs", "1", "--json", str(tmp_path / "out.json"))
    assert done.returncode == 1
    assert "mnist-mlp-1 left no result" in done.stderr
    assert not (tmp_path / "out.json").exists()


def test_training_that_diverges_fails_with_a_sentence() -> None:
    done = command("train", "--plain", "--learning-rate", "1000")
    assert done.returncode == 1
    assert done.stderr == "tuilab: The loss became NaN at batch 1 of epoch 1.\n"


def test_a_killed_training_process_is_a_sentence() -> None:
    done = command("train", "--plain", STAND_IN_DIES=str(int(signal.SIGKILL)))
    assert done.returncode == 1
    assert "SIGKILL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_that_cannot_start_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RunError("The disk is full.")

    monkeypatch.setattr(training, "start", fail)
    result = run("train", "--plain")
    assert (result.exit_code, result.output) == (1, "tuilab: The disk is full.\n")


def test_ctrl_c_stops_the_run_and_says_so(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, str(DRIVER), "train", "--plain"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "STAND_IN_RATE": "20"},
    )
    path = tmp_path / "runs" / "mnist-mlp-1"
    deadline = time.monotonic() + 20
    while not (path / "run.json").exists() or Run.open(path).status().step < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "mnist-mlp-1: stopped at batch" in output
    assert errors == "Stopping after this batch …\n"
    assert Run.open(path).status().state == "stopped"
