"""A training process from its start to each of its ends, seen through its run directory."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file

from tuilab import paths, training
from tuilab.errors import RunError
from tuilab.runs import EventReader, Point, Run, TextPoint, read_tensors

BATCHES = 22
Start = Callable[..., Any]


def points(run: Run) -> list[Point]:
    return [one for one in EventReader(run.events_folder).poll() if isinstance(one, Point)]


def curve(run: Run, tag: str) -> list[tuple[int, float]]:
    return [(one.step, one.value) for one in points(run) if one.tag == tag]


def notes(run: Run) -> list[str]:
    return [one.text for one in EventReader(run.events_folder).poll() if isinstance(one, TextPoint)]


@pytest.fixture(scope="module")
def finished(start: Start) -> Run:
    started = start(epochs=2)
    assert started.end() == 0
    run: Run = started.run
    assert run.state() == "finished", run.log_path.read_text()
    return run


def test_a_run_trains_and_says_so_in_its_status(finished: Run) -> None:
    status = finished.status()
    assert (status.epoch, status.epochs, status.batch, status.step) == (2, 2, BATCHES, 2 * BATCHES)
    assert (status.batches, status.batch_size, status.optimizer) == (BATCHES, 100, "adam")
    assert status.loss is not None
    assert status.loss < 1.5
    assert status.accuracy is not None
    assert status.accuracy > 0.5
    assert status.test_accuracy is not None
    assert status.test_accuracy > 0.6
    assert status.first_point_s is not None
    assert status.threads >= 1
    assert not status.message
    assert finished.log_path.read_text() == ""


def test_every_batch_is_on_the_curve_and_every_epoch_is_validated(finished: Run) -> None:
    steps = list(range(1, 2 * BATCHES + 1))
    for tag in ("train/loss", "train/accuracy"):
        assert [step for step, _ in curve(finished, tag)] == steps
    for tag in ("validation/loss", "validation/accuracy"):
        assert [step for step, _ in curve(finished, tag)] == [BATCHES, 2 * BATCHES]
    assert curve(finished, "learning_rate") == [(0, pytest.approx(1e-3))]
    loss = [value for _, value in curve(finished, "train/loss")]
    assert loss[0] > 2
    assert sum(loss[-5:]) < sum(loss[:5]) / 2


def test_the_result_holds_what_was_promised(finished: Run) -> None:
    result = json.loads((finished.path / "result.json").read_text())
    assert set(result) == {
        "data", "model", "samples_per_s", "epochs", "loss", "accuracy", "test_loss", "test_accuracy",
        "compile_s", "first_point_s", "threads", "seed", "run",
    }  # fmt: skip
    assert (result["data"], result["epochs"], result["seed"], result["run"]) == (
        "digits",
        2,
        3,
        finished.name,
    )
    assert result["samples_per_s"] > 0
    # the loss of the last epoch is the mean of its batches
    losses = [value for _, value in curve(finished, "train/loss")][BATCHES:]
    assert result["loss"] == pytest.approx(sum(losses) / BATCHES, rel=1e-5)


def test_the_weights_are_kept(finished: Run) -> None:
    kept = load_file(finished.path / "weights.safetensors")
    assert sorted(one.shape for one in kept.values()) == [(10,), (512,), (512, 10), (784, 512)]


def test_a_viewer_finds_digits_with_the_guesses(finished: Run) -> None:
    arrays, metadata = read_tensors(finished, "digits")
    count = len(arrays["labels"])
    assert arrays["images"].shape == (count, 28, 28)
    assert metadata["step"] == str(2 * BATCHES)
    assert (arrays["guesses"] == arrays["labels"]).mean() > 0.4
    assert ((arrays["confidence"] > 0) & (arrays["confidence"] <= 1)).all()


def test_the_same_seed_gives_the_same_run_whatever_the_threads(finished: Run, start: Start) -> None:
    other = start(epochs=2, threads=1)
    assert other.end() == 0
    assert other.run.status().threads == 1
    assert curve(other.run, "train/loss") == curve(finished, "train/loss")
    name = "weights.safetensors"
    assert (other.run.path / name).read_bytes() == (finished.path / name).read_bytes()
    results = [json.loads((run.path / "result.json").read_text()) for run in (other.run, finished)]
    for key in ("loss", "accuracy", "test_loss", "test_accuracy"):
        assert results[0][key] == results[1][key]


def test_a_run_is_led_batch_by_batch_through_its_directory(start: Start) -> None:
    started = start(epochs=2, paused=True)
    run = started.run
    assert started.until(lambda status: status.state == "paused").step == 0
    run.send("batch")
    assert started.until(lambda status: status.state == "paused" and status.step > 0).step == 1
    run.send("batch")
    assert started.until(lambda status: status.state == "paused" and status.step > 1).step == 2
    run.send("set", learning_rate=0.002)
    started.until(lambda status: status.learning_rate == 0.002)
    run.send("epoch")
    status = started.until(lambda status: status.state == "paused" and status.step > 2)
    assert (status.epoch, status.batch, status.step) == (1, BATCHES, BATCHES)
    assert status.validation_loss is not None
    run.send("resume")
    assert started.end() == 0
    assert run.state() == "finished"
    assert curve(run, "learning_rate") == [(0, pytest.approx(0.001)), (2, pytest.approx(0.002))]
    assert notes(run) == ["learning rate 0.001 → 0.002"]
    assert [step for step, _ in curve(run, "train/loss")] == list(range(1, 2 * BATCHES + 1))


def test_stepping_changes_nothing_of_what_is_computed(finished: Run, start: Start) -> None:
    started = start(epochs=2, paused=True)
    for step in range(1, 4):
        started.run.send("batch")
        started.until(lambda status, step=step: status.state == "paused" and status.step == step)
    started.run.send("resume")
    assert started.end() == 0
    assert curve(started.run, "train/loss") == curve(finished, "train/loss")


def test_the_status_moves_on_however_short_the_epochs_are(start: Start) -> None:
    started = start(epochs=10_000, batch_size=2_000)
    for epoch in (2, 5, 9):
        status = started.until(lambda status, epoch=epoch: status.epoch >= epoch)
        assert status.step > epoch
    started.run.send("stop")
    assert started.end() == 0


def test_pause_and_stop_while_it_runs(start: Start) -> None:
    started = start(epochs=10_000)
    started.until(lambda status: status.step > 0)
    started.run.send("pause")
    paused = started.until(lambda status: status.state == "paused")
    started.run.send("stop")
    assert started.end() == 0
    status = started.run.status()
    assert (status.state, status.step) == ("stopped", paused.step)
    assert status.message == f"stopped at batch {status.batch} of epoch {status.epoch}"
    assert (started.run.path / "checkpoints" / f"step-{status.step:08d}.safetensors").exists()


@pytest.mark.parametrize("way", ["standard input is closed", signal.SIGTERM])
def test_a_run_stops_in_order_when_it_is_left_or_told_to(start: Start, way: Any) -> None:
    started = start(epochs=10_000)
    started.until(lambda status: status.step > 0)
    if isinstance(way, str):
        started.process.stdin.close()
    else:
        started.process.send_signal(way)
    assert started.end() == 0
    assert started.run.state() == "stopped"
    assert curve(started.run, "train/loss")[-1][0] == started.run.status().step


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_in_the_terminal_or_its_end_is_not_for_the_run(start: Start, number: signal.Signals) -> None:
    started = start(epochs=10_000)
    before = started.until(lambda status: status.step > 0).step
    started.process.send_signal(number)
    started.until(lambda status: status.step > before + 5)
    assert started.run.state() == "running"
    assert os.getsid(started.process.pid) != os.getsid(0)
    started.run.send("stop")
    assert started.end() == 0


def test_a_run_that_was_let_go_trains_on_when_its_starter_is_gone(start: Start) -> None:
    started = start(epochs=10_000)
    started.until(lambda status: status.step > 0)
    training.let_go(started.process)
    started.process.stdin.close()
    before = started.run.status().step
    started.until(lambda status: status.step > before + 5)
    started.run.send("stop")
    assert started.end() == 0


def test_a_killed_run_is_dead_and_a_sentence_says_how(start: Start) -> None:
    started = start(epochs=10_000)
    started.until(lambda status: status.step > 0)
    started.process.kill()
    code = started.end()
    assert started.run.state() == "dead"
    assert training.describe_exit(code) == (
        "The training process was killed, perhaps because memory ran out (SIGKILL). "
        "What it measured until then is kept."
    )
    assert curve(started.run, "train/loss")
    with pytest.raises(RunError, match="has ended"):
        started.run.send("pause")


def test_a_learning_rate_of_1000_ends_in_a_mark_and_a_sentence(start: Start) -> None:
    started = start(optimizer="sgd", learning_rate=1000, epochs=50)
    assert started.end() == 0
    run = started.run
    status = run.status()
    assert run.state() == "diverged"
    assert f"at batch {status.batch} of epoch {status.epoch}" in status.message
    assert "a rate of 1,000" in status.message
    assert any(f"at batch {status.batch} of epoch {status.epoch}" in note for note in notes(run))
    step, last = curve(run, "train/loss")[-1]
    assert step == status.step
    assert not last <= 100
    log = run.log_path.read_text()
    assert "Traceback" not in log
    assert "Warning" not in log


def test_without_mnist_and_off_line_a_run_trains_on_drawn_digits_and_says_so(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernels = paths.kernels()
    for name in ("KERAS_HOME", "TORCH_HOME", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "TUILAB_DATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("TUILAB_CACHE", str(kernels))
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # refuses at once
    monkeypatch.chdir(tmp_path)
    started = start(data="mnist")
    assert started.end() == 0
    run = started.run
    assert run.state() == "finished"
    config = run.config()
    assert (config["data"], config["data_name"], config["asked"]) == ("digits", "drawn digits", "mnist")
    assert config["why"].startswith("MNIST is not at hand")
    assert json.loads((run.path / "result.json").read_text())["data"] == "digits"
    log = run.log_path.read_text()
    assert "MNIST is not at hand" in log
    assert "Traceback" not in log


def test_a_wrong_setting_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="did you mean 'mnist'"):
        training.start({"data": "mnits"}, root=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def worker(path: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tuilab.training.worker", str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(paths.PACKAGE.parent), **environment},
        timeout=60,
    )


def test_a_circumstance_that_stops_a_run_is_in_its_status_as_a_sentence(tmp_path: Path) -> None:
    run = Run.create(tmp_path, {"data": "digits"})
    ended = worker(run.path, TUILAB_THREADS="many")
    assert ended.returncode == 1
    assert run.state() == "failed"
    assert run.status().message == "TUILAB_THREADS='many': expected a whole number, 1 to 1024."
    assert not ended.stderr


def test_a_damaged_run_json_is_told(tmp_path: Path) -> None:
    run = Run.create(tmp_path, {"data": "digits", "optimizer": ["adam"]})
    assert worker(run.path).returncode == 1
    assert run.status().message.startswith("optimizer ['adam']: ")


def test_a_second_process_in_one_run_leaves_the_first_alone(tmp_path: Path) -> None:
    run = Run.create(tmp_path, {"data": "digits"})
    before = run.status()
    with run.hold_lock():
        ended = worker(run.path)
    assert ended.returncode == 1
    assert "already running this run" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert run.status() == before


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (0, "The training process ended."),
        (1, "ended with an error (exit status 1). Its log says more."),
        (-signal.SIGTERM, "was told to end (SIGTERM)"),
        (-signal.SIGSEGV, "reached for memory that is not its own (SIGSEGV)"),
        (-signal.SIGUSR1, "was ended by a signal (SIGUSR1)"),
        (-250, "was ended by signal 250"),
    ],
)
def test_every_exit_has_its_words(code: int, says: str) -> None:
    sentence = training.describe_exit(code)
    assert says in sentence
    assert sentence.endswith(".")


def test_starting_needs_no_numba() -> None:
    code = "import sys, tuilab.training; sys.exit('numba' in sys.modules or 'numpy' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(paths.PACKAGE.parent)}
    )
    assert found.returncode == 0
