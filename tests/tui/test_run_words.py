"""What the lab says of a run."""

import math
from dataclasses import replace

import pytest

from tuilab.runs import Status
from tuilab.tui import run_words
from tuilab.tui.run_view import Snapshot

STATUS = Status(epochs=5, epoch=3, batches=430, batch=288, step=1148, loss=0.0611)


@pytest.mark.parametrize(
    ("state", "facts", "said"),
    [
        ("starting", {"message": "loading MNIST"}, "loading MNIST"),
        ("compiling", {"kernel": "dense", "kernels_compiled": 3}, "compiling dense (3 so far) …"),
        ("running", {}, "running · loss 0.0611"),
        ("running", {"message": "measuring on the test set"}, "measuring on the test set"),
        ("paused", {}, "paused at batch 288 of epoch 3 · loss 0.0611"),
        ("stopped", {}, "stopped at batch 288 of epoch 3 · loss 0.0611"),
        (
            "finished",
            {"test_accuracy": 0.98124, "test_loss": 0.06},
            "finished: test accuracy 0.9812, loss 0.06",
        ),
        ("diverged", {"message": "The loss became NaN."}, "The loss became NaN."),
        ("failed", {"message": "Memory ran out."}, "Memory ran out."),
        ("dead", {}, "The training process is gone. What it measured is kept."),
    ],
)
def test_what_a_run_is_doing(state: str, facts: dict[str, object], said: str) -> None:
    status = replace(STATUS, state=state, **facts)
    assert run_words.now(Snapshot(status, state)) == said


def test_a_wish_is_said_until_the_run_has_answered_it() -> None:
    running = Snapshot(replace(STATUS, state="running"), "running")
    assert run_words.now(running, "pause") == "pausing …"
    finished = Snapshot(replace(STATUS, state="finished"), "finished")
    assert run_words.now(finished, "pause") == "finished"


def test_how_the_process_ended_is_said_of_a_dead_run() -> None:
    assert (
        run_words.now(Snapshot(STATUS, "dead"), ending="It was killed (SIGKILL).")
        == "It was killed (SIGKILL)."
    )


def test_text_from_a_run_directory_cannot_steer_the_terminal() -> None:
    status = replace(STATUS, state="failed", message="\x1b[2Jgone\x07")
    assert "\x1b" not in run_words.now(Snapshot(status, "failed"))
    assert "\x1b" not in run_words.data_name({"data_name": "\x1b[2J"})
    assert "\x1b" not in run_words.plan({"model": "\x1b]0;x\x07", "optimizer": "adam"})


def test_drawn_digits_are_named_only_where_mnist_was_asked_for() -> None:
    assert (
        run_words.notice({"data": "digits", "asked": "mnist"})
        == "MNIST is not here: training on drawn digits"
    )
    assert run_words.notice({"data": "digits"}) == ""
    assert run_words.notice({"data": "mnist"}) == ""


@pytest.mark.parametrize(
    ("value", "said"), [(80_213.6, "80,214 samples/s"), (0.0, ""), (math.nan, ""), (None, "")]
)
def test_speeds(value: float | None, said: str) -> None:
    assert run_words.rate(value) == said
