"""Steering a run: rates in round steps, and wishes that are remembered until they are answered."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.runs import Run, Status
from tuilab.tui.steering import SteeredRun, next_rate


@pytest.mark.parametrize(
    ("rate", "higher", "lower"),
    [(1e-3, 3e-3, 3e-4), (3e-3, 1e-2, 1e-3), (1.0, 3.0, 0.3), (2e-3, 3e-3, 1e-3), (1000.0, 3000.0, 300.0)],
)
def test_the_next_rate_is_a_round_one(rate: float, higher: float, lower: float) -> None:
    assert next_rate(rate, up=True) == pytest.approx(higher)
    assert next_rate(rate, up=False) == pytest.approx(lower)


@given(st.floats(1e-8, 1e8))
def test_a_step_up_and_one_down_move_by_four_times_at_most(rate: float) -> None:
    assert rate < next_rate(rate, up=True) <= 4 * rate
    assert rate / 4 <= next_rate(rate, up=False) < rate


@given(st.integers(-8, 8), st.sampled_from([1, 3]))
def test_from_a_round_rate_up_and_down_leads_back(power: int, digit: int) -> None:
    rate = float(f"{digit}e{power}")
    assert next_rate(next_rate(rate, up=True), up=False) == rate


@pytest.fixture
def steered(tmp_path: Path) -> SteeredRun:
    run = Run.create(tmp_path / "runs", {"data": "mnist", "model": "mlp"})
    return SteeredRun(run)


def test_a_wish_is_a_command_and_is_forgotten_once_answered(steered: SteeredRun) -> None:
    running = Status(state="running", step=10)
    steered.ask("pause", running)
    steered.answered(replace(running, step=11))
    assert steered.wish == "pause"
    steered.answered(replace(running, state="paused", step=12))
    assert steered.wish == ""
    assert [command.name for command in steered.run.commands()] == ["pause"]


def test_one_batch_is_answered_only_once_a_batch_was_done(steered: SteeredRun) -> None:
    paused = Status(state="paused", step=10)
    steered.ask("batch", paused)
    steered.answered(paused)
    assert steered.wish == "batch"
    steered.answered(replace(paused, step=11))
    assert steered.wish == ""


def test_a_rate_is_remembered_until_the_run_has_it(steered: SteeredRun) -> None:
    steered.ask_rate(3e-4)
    steered.answered(Status(state="running", learning_rate=1e-3))
    assert steered.rate == 3e-4
    steered.answered(Status(state="running", learning_rate=3e-4))
    assert steered.rate is None


def test_nothing_is_wished_of_a_run_that_has_ended(steered: SteeredRun) -> None:
    steered.ask("pause", Status(state="running"))
    steered.answered(Status(state="stopped"))
    assert steered.wish == ""


def test_stopping_an_ended_run_is_no_error(steered: SteeredRun) -> None:
    steered.run.write_status(Status(state="finished"))
    steered.stop()
    assert steered.run.commands() == []


def test_a_run_that_is_not_ours_is_left_alone_at_the_end(steered: SteeredRun) -> None:
    assert not steered.alive
    assert steered.conclude() == ""
    assert steered.run.commands() == []
