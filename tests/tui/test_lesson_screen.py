"""A lesson: one step at a time, and the run beside it or in the other pane."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tuilab import paths
from tuilab.lesson import load
from tuilab.tui.screens.lesson import LessonScreen, plans
from tuilab.tui.screens.library import LibraryScreen
from tuilab.tui.widgets.training_panel import TrainingPanel

Drive = Callable[..., object]
FIRST_LOOK = paths.lessons() / "ch2" / "first-look.md"
TRAINS = 1 + next(index for index, plan in enumerate(plans(load(FIRST_LOOK))) if plan)
"""The step of the first lesson that trains."""


async def open_at(lab, step: int) -> None:
    lab.app.open_lesson(FIRST_LOOK)
    await lab.wait_for("step 1 of")
    for _ in range(step - 1):
        await lab.press("n")
    await lab.wait_for(f"step {step} of")


def test_n_and_b_walk_the_steps(drive: Drive) -> None:
    async def scenario(lab) -> None:
        await open_at(lab, 1)
        assert "b step back" not in lab.text()
        await lab.press("n")
        await lab.wait_for("step 2 of", "The data")
        await lab.press("b")
        await lab.wait_for("step 1 of")
        await lab.press("b")
        await lab.wait_for("step 1 of")

    drive(scenario)


def test_the_last_step_offers_no_next_one(drive: Drive) -> None:
    steps = len(load(FIRST_LOOK).steps)

    async def scenario(lab) -> None:
        await open_at(lab, steps)
        assert "n step" not in lab.text()
        await lab.press("n")
        assert f"step {steps} of {steps}" in lab.text()

    drive(scenario)


def test_a_step_longer_than_the_screen_says_so_and_scrolls(drive: Drive) -> None:
    async def scenario(lab) -> None:
        await open_at(lab, 5)
        await lab.wait_for("↓ more below")
        await lab.press("end")
        text = await lab.wait_for("407,050 parameters")
        await lab.wait_until(lambda text: "more below" not in text, "the end")
        assert "step 5 of" in text
        await lab.press("home")
        await lab.wait_for("It has two layers.")

    drive(scenario, size=(80, 16))


def test_before_the_step_that_trains_there_is_no_run_to_steer(drive: Drive) -> None:
    async def scenario(lab) -> None:
        await open_at(lab, TRAINS - 1)
        assert "space start" not in lab.text()
        await lab.press("n")
        text = await lab.wait_for("space start", "tab pane")
        assert "space trains mlp on MNIST, 5 epochs, batches of 128, adam at 1e-3" in text

    drive(scenario)


def test_narrow_the_run_takes_the_place_of_the_text_and_tab_changes_over(
    drive: Drive, stand_in: list
) -> None:
    async def scenario(lab) -> None:
        await open_at(lab, TRAINS)
        await lab.press("space")
        text = await lab.wait_for("/5", "accuracy")
        assert "Train it" not in text
        await lab.press("tab")
        text = await lab.wait_for("Train it", "space pause")
        assert "samples/s" not in text

    drive(scenario)


def test_wide_the_run_stands_beside_the_text(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await open_at(lab, TRAINS)
        text = await lab.wait_for("Train it", "Nothing is training yet.")
        assert "tab pane" not in text
        await lab.press("space")
        await lab.wait_for("Train it", "/5", "space pause")

    drive(scenario, size=(140, 40))


def test_a_lesson_stays_where_it_was_left_and_so_does_its_run(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await open_at(lab, TRAINS)
        await lab.press("space")
        await lab.wait_for("/5")
        await lab.press("escape")
        assert isinstance(lab.app.screen, LibraryScreen)
        lab.app.open_lesson(FIRST_LOOK)
        assert isinstance(lab.app.screen, LessonScreen)
        await lab.wait_for(f"step {TRAINS} of", "epoch", "space pause")
        assert len(stand_in) == 1
        assert lab.app.screen.query_one(TrainingPanel).going

    drive(scenario)


def test_at_the_end_the_run_is_measured_by_the_goal_of_the_lesson(
    drive: Drive, stand_in: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN_RATE", "2000")

    async def scenario(lab) -> None:
        await open_at(lab, TRAINS)
        await lab.press("space")
        await lab.wait_for("test accuracy 0.9812. The goal of 0.975 is reached.")

    drive(scenario, size=(100, 24))


def test_a_lesson_that_trains_nothing_has_no_panel(drive: Drive, tmp_path: Path) -> None:
    path = tmp_path / "plain.md"
    path.write_text(
        "---\ntitle: Plain\ntuilab: {id: x.plain, version: 1, book: '9', order: 9}\n---\n# Plain\n\nText.\n"
    )

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("Text.")
        assert not lab.app.screen.query(TrainingPanel)
        await lab.press("space", "right", "plus", "x", "tab")
        assert "Text." in lab.text()

    drive(scenario, size=(140, 40))


def test_the_settings_of_the_directive_are_those_of_the_run() -> None:
    plan = plans(load(FIRST_LOOK))[TRAINS - 1]
    assert plan is not None
    assert {name: plan[name] for name in ("data", "model", "optimizer", "epochs", "seed")} == {
        "data": "mnist",
        "model": "mlp",
        "optimizer": "adam",
        "epochs": 5,
        "seed": 7,
    }


def test_a_lesson_that_fits_says_nothing_of_more(drive: Drive, tmp_path: Path) -> None:
    path = tmp_path / "short.md"
    path.write_text("---\ntitle: Short\ntuilab: {id: ch9.short}\n---\n\n# Short\n\nOne line.\n")

    async def scenario(lab) -> None:
        await lab.app.push_screen(LessonScreen(load(path)))
        await lab.wait_for("One line.")
        await lab.wait_until(lambda text: "more below" not in text, "what fits, on one screen")

    drive(scenario)
