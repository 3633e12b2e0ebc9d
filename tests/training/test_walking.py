"""A training process walked both ways through its directory, changed by hand, forked, and done again."""

import functools
import json
from collections.abc import Callable
from typing import Any

import pytest
from safetensors.numpy import load_file

from tuilab import training
from tuilab.errors import TuilabError
from tuilab.experiment import Experiment
from tuilab.runs import EventReader, Point, Run, Status, TextPoint, read_tensors
from tuilab.tui.widgets.walking import fork

Start = Callable[..., Any]
BATCHES = 22


def weights(run: Run) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in load_file(run.path / "weights.safetensors").items()}


def losses(run: Run) -> list[tuple[int, float]]:
    points = [one for one in EventReader(run.events_folder).poll() if isinstance(one, Point)]
    return [(one.step, one.value) for one in points if one.tag == "train/loss"]


@pytest.fixture(scope="module")
def begin(start: Start) -> Start:
    """Start on one thread: what is computed is the same, and many small batches are done sooner."""
    return functools.partial(start, threads=1)


@pytest.fixture(scope="module")
def finished(begin: Start) -> Run:
    started = begin()
    assert started.end() == 0
    run: Run = started.run
    return run


def asked(started: Any, reached: Callable[[Status], bool], name: str, **arguments: Any) -> Status:
    before = started.run.status().heartbeat
    started.run.send(name, **arguments)
    status: Status = started.until(lambda status: status.heartbeat > before and reached(status))
    return status


def test_it_is_walked_by_phase_and_operation_and_back_and_ends_in_the_same_bits(
    begin: Start, finished: Run
) -> None:
    started = begin(paused=True)
    started.until(lambda status: status.state == "paused")
    status = asked(started, lambda one: one.phase == "batch", "phase")
    status = asked(started, lambda one: one.phase == "forward", "op")
    assert (status.stop, status.operation, status.level, status.step) == (1, "reshape", "op", 0)
    status = asked(started, lambda one: one.stop == status.stops, "phase")
    assert (status.phase, status.stops) == ("forward", 5)
    started.run.send("inspect")
    path = started.run.inspect_folder / "trace.safetensors"
    started.until(lambda _: path.exists())
    status = asked(started, lambda one: one.step == 1, "batch")
    assert (status.phase, status.furthest, status.reach) == ("", 1, 1)
    status = asked(started, lambda one: one.phase == "backward", "back", level="phase")
    assert status.step == 0
    asked(started, lambda one: one.step == 0 and not one.phase, "back", level="batch")
    assert asked(started, lambda one: True, "back", level="op").message == "This is the beginning."
    for at in range(1, 5):
        status = asked(started, lambda one, at=at: one.step == at, "batch")  # type: ignore[misc]
    assert status.kept_mb > 0
    asked(started, lambda one: one.step == 2, "go", step=2)
    started.run.send("resume")
    assert started.end() == 0
    assert weights(started.run) == weights(finished)
    assert losses(started.run) == losses(finished)
    assert started.run.status().test_loss == finished.status().test_loss


def test_a_change_is_on_the_curve_and_a_wrong_one_is_said(begin: Start) -> None:
    started = begin(paused=True, epochs=1)
    started.until(lambda status: status.state == "paused")
    asked(started, lambda one: one.step == 1, "batch")
    weight = {"name": "dense/kernel", "index": [0, 999], "value": 1.0}
    status = asked(started, lambda one: bool(one.message), "set", weight=weight)
    assert "no element" in status.message
    status = asked(started, lambda one: one.optimizer == "momentum", "set", optimizer="momentum")
    status = asked(started, lambda one: one.batch_size == 50, "set", batch_size=50)
    assert status.batches == 1 + 42
    asked(started, lambda one: one.noise == 0.1, "set", noise=0.1)
    started.run.send("stop")
    assert started.end() == 0
    notes = [one.text for one in EventReader(started.run.events_folder).poll() if isinstance(one, TextPoint)]
    assert notes == ["optimizer adam → momentum", "batch size 100 → 50", "noise 0 → 0.1"]
    assert started.run.changes() == [[1, "optimizer", "momentum"], [1, "batch_size", 50], [1, "noise", 0.1]]


def test_a_fork_begins_where_the_run_stands_and_differs_from_there(begin: Start, few_python: Any) -> None:
    started = begin(paused=True)
    started.until(lambda status: status.state == "paused")
    asked(started, lambda one: one.step == 1, "batch")
    asked(started, lambda one: one.step == 2, "batch")
    with few_python():
        child = fork(started.run, 2, {"learning_rate": 0.01})
    assert child.process is not None
    assert child.process.wait(90) == 0, child.run.log_path.read_text()
    steps = [step for step, _ in losses(child.run)]
    assert steps == list(range(3, BATCHES + 1))
    started.run.send("set", learning_rate=0.01)
    started.run.send("resume")
    assert started.end() == 0
    assert weights(started.run) == weights(child.run)
    line = Experiment.of_run(child.run.config(), BATCHES, child.run.changes()).line
    found = Experiment.read(line)
    assert (found.settings["learning_rate"], list(found.changes)) == (0.001, [(2, "learning_rate", 0.01)])


def test_the_same_experiment_comes_back_with_the_same_numbers(begin: Start) -> None:
    one = begin(paused=True, epochs=1, optimizer="sgd")
    one.until(lambda status: status.state == "paused")
    asked(one, lambda status: status.step == 1, "batch")
    asked(one, lambda status: status.learning_rate == 0.5, "set", learning_rate=0.5)
    weight = {"name": "dense/bias", "index": [3], "value": 0.25}
    asked(one, lambda status: len(one.run.changes()) == 2, "set", weight=weight)
    for at in (2, 3):
        status = asked(one, lambda status, at=at: status.step == at, "batch")  # type: ignore[misc]
    asked(one, lambda status: status.phase == "batch", "phase")
    asked(one, lambda status: status.stop == status.stops, "phase")
    within = asked(one, lambda status: status.phase == "loss", "op")
    place = (within.phase, within.stop)
    line = Experiment.of_run(one.run.config(), status.step, one.run.changes(), place).line
    other = begin(**Experiment.read(line).config())
    again = other.until(lambda status: status.state == "paused")
    assert (again.step, again.loss, again.accuracy) == (3, status.loss, status.accuracy)
    assert (again.phase, again.stop, again.operation) == (*place, within.operation)
    assert again.learning_rate == 0.5
    for started in (one, other):
        started.run.send("inspect")
        started.until(lambda _, run=started.run: (run.inspect_folder / "step.safetensors").exists())
    found = [read_tensors(started.run, "step").arrays for started in (one, other)]
    kernels = [name for name in found[0] if name.startswith("parameter")]
    assert all(found[0][name].tobytes() == found[1][name].tobytes() for name in kernels)
    for started in (one, other):
        started.run.send("stop")
        assert started.end() == 0


def test_the_gradient_that_blew_up_is_named_with_its_batch(begin: Start) -> None:
    started = begin(learning_rate=1e6, optimizer="sgd")
    assert started.end() == 0
    status = started.run.status()
    assert status.state == "diverged"
    assert "The gradient of dense" in status.message
    assert json.dumps(status.message)


def test_points_are_trained_on_and_their_map_is_there_to_be_seen(begin: Start) -> None:
    started = begin(data="moons", epochs=8, batch_size=50, learning_rate=0.01)
    assert started.end() == 0
    status = started.run.status()
    assert status.state == "finished"
    assert status.test_accuracy is not None
    assert status.test_accuracy > 0.9
    arrays, _ = read_tensors(started.run, "map")
    assert arrays["classes"].shape == arrays["confidence"].shape == (48, 48)
    assert set(arrays["classes"].reshape(-1).tolist()) == {0, 1}
    history, told = read_tensors(started.run, "history")
    assert json.loads(told["layers"]) == ["dense", "dense_1", "dense_2"]
    assert history["norms"].shape == (3, len(history["steps"]))


def test_points_and_images_are_not_mixed_up() -> None:
    with pytest.raises(TuilabError, match="reads images"):
        training.start({"data": "moons", "model": "convnet"})
    with pytest.raises(TuilabError, match="reads points"):
        training.start({"data": "digits", "model": "small"})
