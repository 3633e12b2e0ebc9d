"""Training in the lab: keys steer the run, and what happens is said."""

import os
import signal
from collections.abc import Callable

import pytest

from tuilab import paths, training
from tuilab.errors import RunError
from tuilab.experiment import Experiment, Page
from tuilab.runs import Run, Status, runs
from tuilab.tui.screens.lesson import LessonScreen
from tuilab.tui.screens.library import LibraryScreen
from tuilab.tui.screens.question import Question
from tuilab.tui.screens.training import TrainingScreen
from tuilab.tui.steering import SteeredRun
from tuilab.tui.widgets.training_panel import TrainingPanel

Drive = Callable[..., object]


def test_the_empty_pane_says_what_would_fill_it_and_which_key_does(drive: Drive) -> None:
    async def scenario(lab) -> None:
        await lab.press("t")
        text = await lab.wait_for("Nothing is training yet.")
        assert "space starts: mlp on MNIST, 5 epochs, batches of 128, adam at 1e-3" in text
        await lab.press("plus")
        await lab.wait_for("adam at 3e-3", "Learning rate 1e-3 → 3e-3 for the next run.")

    drive(scenario)


def test_each_kernel_is_named_while_it_compiles(
    drive: Drive, stand_in: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN_COMPILES", "0.7")

    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("compiling dense (0 so far)")
        await lab.wait_for("compiling relu (1 so far)")
        await lab.wait_for("compiling softmax_cross_entropy (2 so far)")

    drive(scenario)


def test_a_run_from_start_to_end(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        text = await lab.wait_for("/5", "validation", "80,214 samples/s", "space pause")
        assert "loss" in text
        assert "accuracy" in text
        assert "learning rate  1e-3" in text
        await lab.wait_for("0 ✓", "7 ✗1")
        text = await lab.wait_for("finished: test accuracy 0.9812", "space start")
        assert "test accuracy  0.9812" in text

    drive(scenario)


def test_pause_one_batch_one_epoch_and_on(
    drive: Drive, stand_in: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN_RATE", "10")  # four seconds for all that is to happen in the first epoch

    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("/5", "space pause", "is training.")
        await lab.press("space")
        said = lab.text()  # by the key at once, or by a run that was as quick
        assert "Pausing after this batch." in said or "Paused." in said
        await lab.wait_for("paused at batch", "space go on")
        panel = lab.app.screen.query_one(TrainingPanel)
        step = panel.snapshot.status.step
        await lab.press("right")
        await lab.wait_until(lambda _: panel.snapshot.status.step == step + 1, "one more batch")
        await lab.press("l")
        await lab.wait_until(lambda _: panel.snapshot.status.step == step + 2, "one more batch")
        await lab.press("shift+right")
        await lab.wait_for("paused at batch 40 of epoch 1")
        await lab.press("space")
        await lab.wait_for("/5", "running")

    drive(scenario)


def test_one_batch_starts_a_run_that_then_stands_still(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "right")
        await lab.wait_for("paused at batch 1 of epoch 1")

    drive(scenario)


def test_the_learning_rate_changes_while_it_runs_and_is_marked(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("space pause", "/5")
        await lab.press("minus")
        assert "Learning rate 1e-3 → 3e-4." in lab.text()
        await lab.wait_for("lr 1e-3 → 3e-4", "learning rate  3e-4")
        await lab.press("plus", "plus")
        await lab.wait_for("learning rate  3e-3")

    drive(scenario)


def test_a_loss_that_becomes_nan_is_named_and_nothing_crashes(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t")
        for _ in range(12):
            await lab.press("plus")
        await lab.wait_for("adam at 1,000")
        await lab.press("space")
        text = await lab.wait_for("loss became NaN at batch 1 of epoch 1", "space start")
        assert any("NaN" in line for line in text.splitlines()[3:9]), "the curve of the loss ends in a mark"

    drive(scenario)


def test_stop_ends_the_run_and_space_starts_another(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("/5", "x stop")
        await lab.press("x")
        await lab.wait_for("stopped at batch", "space start")
        await lab.press("space")
        await lab.wait_for("mnist-mlp-2", "/5")

    drive(scenario)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_killed_training_process_is_named(drive: Drive, stand_in: list, number: signal.Signals) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("/5")
        os.kill(stand_in[0].pid, number)
        await lab.wait_for(number.name, "space start")

    drive(scenario)


def test_a_run_that_cannot_be_started_is_a_sentence(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RunError("The disk is full.")

    monkeypatch.setattr(training, "start", fail)

    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("The disk is full.", "Nothing is training yet.")

    drive(scenario)


def test_leaving_asks_while_a_run_goes_on(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("/5")
        await lab.press("q")
        assert isinstance(lab.app.screen, Question)
        assert "mnist-mlp-1 is still training." in lab.text()
        await lab.press("escape")
        await lab.wait_for("/5")
        await lab.press("q", "q")
        await lab.pilot.pause()

    app = drive(scenario)
    assert app.return_code == 0
    stand_in[0].wait(10)
    [run] = runs(paths.runs())
    assert run.status().state == "stopped"


def test_a_run_goes_on_behind_the_library_and_its_end_is_told_there(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("/5")
        await lab.press("escape")
        assert isinstance(lab.app.screen, LibraryScreen)
        await lab.wait_for("▸ mnist-mlp-1", "/5")
        await lab.wait_for("mnist-mlp-1: finished: test accuracy 0.9812")

    drive(scenario, size=(80, 90))  # below all the lessons


def test_t_comes_back_to_the_run_that_goes_on(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("/5")
        await lab.press("escape", "t")
        await lab.wait_for("mnist-mlp-1", "epoch", "space pause")

    drive(scenario)


def test_other_data_than_asked_for_is_said(drive: Drive) -> None:
    run = Run.create(
        paths.runs(), {"data": "digits", "data_name": "drawn digits", "asked": "mnist", "model": "mlp"}
    )

    async def scenario(lab) -> None:
        with run.hold_lock():
            run.write_status(Status(state="running", epochs=5, epoch=1, batches=430, batch=3, step=3))
            await lab.wait_for("digits-mlp-1")
            await lab.press("r", "enter")
            await lab.wait_for("MNIST is not here: training on drawn digits", "drawn digits")

    drive(scenario)


def test_the_loss_axis_turns_linear_and_back(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("/5")
        await lab.press("L")
        await lab.wait_for("The loss axis is linear.")
        await lab.press("L")
        await lab.wait_for("The loss axis is logarithmic.")

    drive(scenario)


async def falls_silent(lab) -> None:
    """A second passes in which nothing is written; the last words may take a few."""
    writes: list[object] = []
    lab.app._display = lambda *what: writes.append(what)
    for _ in range(6):
        writes.clear()
        await lab.pilot.pause(1.0)
        if not writes:
            return
    raise AssertionError(f"still writing: {writes}")


def test_a_finished_run_writes_nothing_more(
    drive: Drive, stand_in: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN_RATE", "2000")

    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("finished: test accuracy", "space start")
        await falls_silent(lab)

    drive(scenario)


def test_the_curve_is_never_left_far_behind_the_run(
    drive: Drive, stand_in: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first drawing that took long, because it loads what draws, once kept the next from coming."""

    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("/5", "loss")
        lab.app.screen.query_one(TrainingPanel)._drawing_cost = 60.0
        await lab.wait_for("validation", "running")

    monkeypatch.setenv("STAND_IN_RATE", "20")
    drive(scenario)


def test_f_begins_another_run_from_here_that_is_drawn_over_this_one(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "right")
        await lab.wait_for("paused at batch 1 of epoch 1")
        await lab.press("right")
        await lab.wait_for("paused at batch 2 of epoch 1")
        await lab.press("f")
        await lab.wait_for("Fork from batch 2: the other run differs in", "learning rate")
        await lab.press(*"0.003", "enter")
        await lab.wait_for("mnist-mlp-2", "·· mnist-mlp-1", "fork: lr 1e-3 → 3e-3", "running")
        assert lab.app.live.run.name == "mnist-mlp-2"

    drive(scenario)
    newer, older = runs(paths.runs())
    assert (newer.name, older.name) == ("mnist-mlp-2", "mnist-mlp-1")
    fork = newer.config()["fork"]
    assert (fork["of"], fork["step"], fork["change"]) == ("mnist-mlp-1", 2, {"learning_rate": 0.003})
    assert older.status().state == "paused"
    assert older.status().step == 2


def test_a_fork_that_was_thought_better_of_starts_nothing(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "right")
        await lab.wait_for("paused at batch 1 of epoch 1")
        await lab.press("f")
        await lab.wait_for("Fork from batch 1")
        await lab.press("enter")
        await lab.wait_for("Nothing was given")
        await lab.press("escape")
        await lab.wait_for("paused at batch 1 of epoch 1")

    drive(scenario)
    assert len(runs(paths.runs())) == len(stand_in) == 1


def test_the_last_finished_run_lies_beneath_the_next(
    drive: Drive, stand_in: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN_RATE", "2000")

    async def scenario(lab) -> None:
        await lab.press("t", "space")
        text = await lab.wait_for("finished: test accuracy", "space start")
        assert "··" not in text
        monkeypatch.setenv("STAND_IN_RATE", "10")
        await lab.press("space")
        await lab.wait_for("mnist-mlp-2", "·· mnist-mlp-1", "running")
        await lab.press("x")
        await lab.wait_for("stopped at batch")
        await falls_silent(lab)

    drive(scenario)


def test_y_copies_the_experiment_as_a_line(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "plus", "y")
        await lab.wait_for("Copied: tuilab open tuilab1:")
        found = Experiment.read(lab.app.clipboard)
        assert (found.step, found.settings["learning_rate"], found.page) == (0, 3e-3, None)
        await lab.press("right")
        await lab.wait_for("paused at batch 1 of epoch 1")
        await lab.press("y")
        await lab.wait_for("Copied: tuilab open tuilab1:")
        assert Experiment.read(lab.app.clipboard).step == 1

    drive(scenario)


def test_a_line_copied_in_a_lesson_comes_back_to_its_step(drive: Drive, stand_in: list) -> None:
    page = Page("ch2.first-look", 11)
    config = {"data": "digits", "model": "mlp", "epochs": 2, "learning_rate": 1e-3, "paused": True}

    async def scenario(lab) -> None:
        await lab.wait_for("digits-mlp-1", "paused")
        assert isinstance(lab.app.screen, LessonScreen)
        assert lab.app.screen.step_number == page.step
        await lab.press("y")
        await lab.wait_for("Copied: tuilab open tuilab1:")
        assert Experiment.read(lab.app.clipboard).page == page

    drive(scenario, size=(200, 60), begin=lambda app: app.open_experiment(SteeredRun.start(config), page))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (Page("ch9.nowhere", 1), "There is no lesson ch9.nowhere here."),
        (Page("ch2.first-look", 1), "ch2.first-look trains nothing at its step 1 here."),
        (Page("ch2.first-look", 9_999), "ch2.first-look trains nothing at its step 9999 here."),
    ],
)
def test_a_line_of_a_lesson_that_is_not_here_opens_its_run_alone(
    drive: Drive, stand_in: list, page: Page, said: str
) -> None:
    config = {"data": "digits", "model": "mlp", "learning_rate": 1e-3, "paused": True}

    async def scenario(lab) -> None:
        await lab.wait_for("digits-mlp-1", said)
        assert isinstance(lab.app.screen, TrainingScreen)

    drive(scenario, begin=lambda app: app.open_experiment(SteeredRun.start(config), page))
