"""The run of earlier beneath the one that is shown: which it is, and how much of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuilab.runs import EventWriter, Run, Status
from tuilab.tui import ghosts
from tuilab.tui.ghosts import Beneath, Ghost
from tuilab.tui.run_view import RunView

CONFIG = {"data": "mnist", "model": "mlp"}


def made(root: Path, state: str = "finished", steps: int = 30, **config: Any) -> Run:
    run = Run.create(root, {**CONFIG, **config})
    with EventWriter(run.events_folder) as writer:
        for step in range(1, steps + 1):
            writer.scalars(step, {"train/loss": 1 / step, "train/accuracy": 1 - 1 / step})
    run.write_status(Status(state=state, epochs=2, batches=10, step=steps))  # type: ignore[arg-type]
    return run


def beneath(run: Run, steps: int = 0) -> Ghost | None:
    found = Beneath(run)
    ghost = found.read(steps)
    while found.behind:
        ghost = found.read(steps)
    return ghost


def test_it_is_the_last_finished_run_of_the_same_data_and_model(tmp_path: Path) -> None:
    made(tmp_path)
    last = made(tmp_path)
    made(tmp_path, "stopped")
    made(tmp_path, "diverged")
    made(tmp_path, model="convnet")
    made(tmp_path, data="digits")
    run = made(tmp_path, "running", 5)
    made(tmp_path)  # begun after it
    ghost = beneath(run)
    assert ghost is not None
    assert ghost.name == last.name
    assert ghost.curves["loss"][0].tolist() == list(range(1, 31))
    assert ghost.curves["accuracy"][1][-1] == pytest.approx(1 - 1 / 30)


def test_the_first_run_has_none(tmp_path: Path) -> None:
    assert beneath(made(tmp_path, "running")) is None
    assert beneath(Run(tmp_path / "gone")) is None


def test_of_a_longer_run_there_is_what_this_one_may_come_to(tmp_path: Path) -> None:
    made(tmp_path)
    ghost = beneath(made(tmp_path, "running"), steps=12)
    assert ghost is not None
    assert ghost.curves["loss"][0].tolist() == list(range(1, 13))


def test_a_very_long_run_costs_no_more_than_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ghosts, "MOST_DRAWN", 7)
    made(tmp_path)
    ghost = beneath(made(tmp_path, "running"))
    assert ghost is not None
    assert ghost.curves["loss"][0].tolist() == [1, 6, 11, 16, 21, 26]


def test_a_fork_lies_over_the_run_it_came_from_which_may_go_on(tmp_path: Path) -> None:
    parent = made(tmp_path, "paused")
    made(tmp_path)
    fork = {"of": parent.name, "step": 20, "change": {"learning_rate": 3e-3, "optimizer": "sgd"}, "base": {}}
    child = Run.create(tmp_path, {**CONFIG, "fork": fork})
    found = Beneath(child)
    ghost = found.read(0)
    assert ghost is not None
    assert ghost.name == parent.name
    with EventWriter(parent.events_folder) as writer:
        writer.scalars(31, {"train/loss": 0.5})
    later = found.read(0)
    assert later is not None
    assert later.points > ghost.points
    assert later.curves["loss"][0][-1] == 31
    assert found.read(0) is later


@pytest.mark.parametrize("of", ["../mnist-mlp-1", "/etc", "", ".", "..", "a\0b", "gone", 7, None])
def test_a_fork_of_what_is_not_there_lies_over_the_last_run(tmp_path: Path, of: object) -> None:
    last = made(tmp_path / "runs")
    child = made(tmp_path / "runs", "running", fork={"of": of, "step": 1, "change": {}})
    ghost = beneath(child)
    assert ghost is not None
    assert ghost.name == last.name


def test_a_fork_is_marked_where_it_was_made(tmp_path: Path) -> None:
    change = {"learning_rate": 3e-3, "optimizer": "sgd"}
    run = Run.create(tmp_path, {**CONFIG, "fork": {"of": "mnist-mlp-9", "step": 20, "change": change}})
    with EventWriter(run.events_folder) as writer:
        writer.text(20, "note", "learning rate 0.001 → 0.003")
        writer.text(20, "note", "optimizer adam → sgd")
        writer.scalars(20, {"learning_rate": 3e-3})
        writer.scalars(21, {"train/loss": 0.5})
        writer.text(25, "note", "batch size 128 → 64")
    moments = RunView(run).read().moments
    assert [(one.step, one.label) for one in moments] == [
        (20, "fork: lr 1e-3 → 3e-3"),
        (20, "fork: optimizer adam → sgd"),
        (25, "batch size 128 → 64"),
    ]


def test_the_run_itself_comes_first_and_its_ghost_at_the_next_look(tmp_path: Path) -> None:
    last = made(tmp_path)
    run = made(tmp_path, "finished")
    view = RunView(run, ghost=True)
    first = view.read()
    assert first.ghost is None
    assert np.array_equal(first.curves["train/loss"][0], np.arange(1, 31))
    assert view.behind, "there is more to be read at once"
    second = view.read()
    assert second.ghost is not None
    assert second.ghost.name == last.name
    assert second.ghost.curves["loss"][0][-1] == 20, "two epochs of ten batches are all it may come to"
    assert RunView(run).read().ghost is None
