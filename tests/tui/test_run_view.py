"""Reading a run for the screen: only what is new, and nothing that was answered changes."""

from pathlib import Path

import numpy as np
import pytest

from tuilab.runs import EventWriter, Run, Status, write_tensors
from tuilab.tui.run_curves import Curve
from tuilab.tui.run_view import RunView


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.create(tmp_path / "runs", {"data": "mnist", "model": "mlp"})


def test_a_curve_grows_and_earlier_views_stay_as_they_were() -> None:
    curve = Curve()
    curve.append(1, 0.5)
    x, y = curve.filled()
    for step in range(2, 5000):
        curve.append(step, 1 / step)
    assert (x.tolist(), y.tolist()) == ([1.0], [0.5])
    x, y = curve.filled()
    assert x.tolist() == [float(step) for step in range(1, 5000)]
    assert y[-1] == 1 / 4999


def test_an_empty_run_has_a_status_and_empty_curves(run: Run) -> None:
    snapshot = RunView(run).read()
    assert snapshot.state == "starting"
    assert snapshot.points == 0
    assert all(len(x) == len(y) == 0 for x, y in snapshot.curves.values())
    assert snapshot.digits is None


def test_each_reading_adds_what_is_new(run: Run) -> None:
    view = RunView(run)
    with EventWriter(run.events_folder) as writer:
        writer.scalars(1, {"train/loss": 2.0, "train/accuracy": 0.1})
        writer.flush()
        first = view.read()
        writer.scalars(2, {"train/loss": 1.0, "train/accuracy": 0.2})
        writer.scalars(2, {"validation/loss": 1.5})
        writer.flush()
        second = view.read()
    assert first.curves["train/loss"][1].tolist() == [2.0]
    assert second.curves["train/loss"][1].tolist() == [2.0, 1.0]
    assert second.curves["validation/loss"][0].tolist() == [2.0]
    assert second.points > first.points
    assert view.read().points == second.points


def test_a_change_of_the_learning_rate_is_a_moment_but_the_first_one_is_not(run: Run) -> None:
    with EventWriter(run.events_folder) as writer:
        writer.scalars(0, {"learning_rate": 1e-3})
        writer.scalars(40, {"learning_rate": 3e-4})
    [moment] = RunView(run).read().moments
    assert (moment.step, moment.label, moment.kind) == (40, "lr 1e-3 → 3e-4", "change")


@pytest.mark.parametrize(("words", "label"), [("NaN (not a number)", "NaN"), ("infinite", "infinite")])
def test_a_loss_that_is_no_number_is_a_moment(run: Run, words: str, label: str) -> None:
    with EventWriter(run.events_folder) as writer:
        writer.scalars(12, {"train/loss": float("nan")})
        writer.text(12, "note", f"loss became {words} at batch 12 of epoch 1")
        writer.text(13, "note", "learning rate 1 → 3")
    snapshot = RunView(run).read()
    [moment] = snapshot.moments
    assert (moment.step, moment.label, moment.kind) == (12, label, "nan")
    assert np.isnan(snapshot.curves["train/loss"][1]).all()


def test_the_digits_are_read_again_only_when_they_are_new(run: Run) -> None:
    view = RunView(run)
    images = np.zeros((3, 28, 28), np.uint8)
    tensors = {
        "images": images,
        "labels": np.arange(3, dtype=np.uint8),
        "guesses": np.arange(3, dtype=np.uint8),
    }
    write_tensors(run, "digits", tensors, {"step": "7"})
    first = view.read().digits
    assert first is not None
    assert first.step == 7
    assert view.read().digits is first
    write_tensors(run, "digits", tensors, {"step": "8"})
    second = view.read().digits
    assert second is not None
    assert second.step == 8


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"\xff" * 8 + b"{}"])
def test_damaged_digits_are_passed_over(run: Run, content: bytes) -> None:
    (run.inspect_folder / "digits.safetensors").write_bytes(content)
    assert RunView(run).read().digits is None


def test_digits_that_do_not_fit_each_other_are_passed_over(run: Run) -> None:
    tensors = {
        "images": np.zeros((3, 28, 28), np.uint8),
        "labels": np.zeros(2, np.uint8),
        "guesses": np.zeros(3, np.uint8),
    }
    write_tensors(run, "digits", tensors)
    assert RunView(run).read().digits is None


def test_a_run_whose_process_is_gone_is_dead(run: Run) -> None:
    with run.hold_lock():
        run.write_status(Status(state="running"))
    assert RunView(run).read().state == "dead"


def test_a_run_that_was_led_back_has_the_curve_of_its_new_way(run: Run) -> None:
    view = RunView(run)
    with EventWriter(run.events_folder) as writer:
        for step in range(1, 6):
            writer.scalars(step, {"train/loss": float(step)})
        writer.text(4, "note", "noise 0 → 0.1")
        writer.flush()
        before = view.read()
        writer.text(2, "note", "optimizer adam → sgd")
        writer.scalars(3, {"train/loss": 30.0})
    after = view.read()
    assert before.curves["train/loss"][1].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert after.curves["train/loss"][0].tolist() == [1.0, 2.0, 3.0]
    assert after.curves["train/loss"][1].tolist() == [1.0, 2.0, 30.0]
    assert [(one.step, one.label) for one in after.moments] == [(2, "optimizer adam → sgd")]


def test_sights_that_are_not_what_they_claim_are_passed_over(run: Run) -> None:
    write_tensors(run, "history", {"norms": np.ones((2, 3)), "steps": np.arange(3)}, {"layers": "[1]"})
    write_tensors(run, "map", {"classes": np.zeros((0, 0), np.uint8)})
    write_tensors(run, "worst", {"images": np.zeros((2, 2)), "labels": np.zeros(2), "guesses": np.zeros(2)})
    snapshot = RunView(run).read()
    assert (snapshot.history, snapshot.plane, snapshot.worst) == (None, None, None)
    arrays = {"norms": np.ones((1, 3)), "steps": np.arange(3)}
    arrays |= {"histogram parameter a/w": np.ones((3, 32), np.float32), "reach parameter a/w": np.ones(1)}
    write_tensors(run, "history", arrays, {"layers": '["a"]'})
    history = RunView(run).read().history
    assert history is not None
    assert (history.layers, list(history.histograms)) == (("a",), ["parameter a/w"])
