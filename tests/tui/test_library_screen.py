"""The library: lessons by chapter, the runs, finding, and opening."""

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from tuilab import lesson, paths
from tuilab.runs import Run, Status
from tuilab.tui.screens import library as module
from tuilab.tui.screens.help import HelpScreen
from tuilab.tui.screens.lesson import LessonScreen
from tuilab.tui.screens.library import LibraryScreen
from tuilab.tui.screens.training import TrainingScreen

Drive = Callable[..., object]


@pytest.fixture(autouse=True)
def one_lesson(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library of one lesson, beside which there is room for runs."""
    folder = tmp_path_factory.mktemp("lessons")
    shutil.copy(paths.lessons() / "ch2" / "first-look.md", folder)
    monkeypatch.setattr(paths, "lessons", lambda: folder)


def make_run(state: str, **facts: object) -> Run:
    run = Run.create(paths.runs(), {"data": "mnist", "model": "mlp", "data_name": "MNIST"})
    run.write_status(Status.from_mapping({"state": state, "epochs": 5, "epoch": 3, **facts}))
    return run


def test_it_lists_the_lessons_by_chapter_and_says_what_the_first_is_about(drive: Drive, many: None) -> None:
    async def scenario(lab) -> None:
        text = await lab.wait_for("1 What is deep learning", "▸ ○ 1.1   Rules", "2 The mathematics", "7 min")
        assert "What a rule is." in text
        assert "none yet: t trains one" in text

    drive(scenario)


def test_it_opens_the_lesson_under_the_cursor(drive: Drive) -> None:
    async def scenario(lab) -> None:
        await lab.press("enter")
        assert isinstance(lab.app.screen, LessonScreen)
        assert "step 1 of" in lab.text()
        await lab.press("escape")
        assert isinstance(lab.app.screen, LibraryScreen)

    drive(scenario)


def test_it_lists_the_runs_with_how_they_stand(drive: Drive) -> None:
    make_run("finished", test_accuracy=0.9812)
    make_run("stopped")

    async def scenario(lab) -> None:
        text = await lab.wait_for("mnist-mlp-1", "mnist-mlp-2")
        [finished] = [line for line in text.splitlines() if "mnist-mlp-1" in line]
        [stopped] = [line for line in text.splitlines() if "mnist-mlp-2" in line]
        assert "✓" in finished
        assert ".981  now" in finished
        assert "■" in stopped

    drive(scenario)


def test_r_goes_to_the_runs_and_enter_opens_one(drive: Drive) -> None:
    make_run("finished", test_accuracy=0.9812)

    async def scenario(lab) -> None:
        await lab.wait_for("mnist-mlp-1")
        await lab.press("r")
        await lab.wait_for("▸ ✓ mnist-mlp-1", "test accuracy", "0.9812")
        await lab.press("enter")
        assert isinstance(lab.app.screen, TrainingScreen)
        await lab.wait_for("finished: test accuracy 0.9812")

    drive(scenario)


def test_r_without_runs_says_how_to_get_one(drive: Drive) -> None:
    async def scenario(lab) -> None:
        await lab.press("r")
        assert "There are no runs yet: t trains a first one." in lab.text()

    drive(scenario)


def test_finding_shows_only_what_has_the_words_and_escape_shows_all_again(drive: Drive, many: None) -> None:
    make_run("stopped")

    async def scenario(lab) -> None:
        await lab.wait_for("mnist-mlp-1")
        await lab.press("slash", *"stretch")
        await lab.wait_for("▸ ○ 2.3.2 Broadcasting")
        await lab.wait_until(
            lambda text: "mnist-mlp-1" not in text and "Kernels" not in text, "the rest gone"
        )
        await lab.press("escape")
        await lab.wait_for("mnist-mlp-1", "Broadcasting", "Kernels")
        assert not lab.widget("#find").display

    drive(scenario)


def test_keys_typed_into_the_field_are_text(drive: Drive) -> None:
    async def scenario(lab) -> None:
        await lab.press("slash", "q", "t", "question_mark")
        assert lab.app.screen.query_one("#find", Input).value == "qt?"
        assert "nothing has these words" in lab.text()

    drive(scenario)


def test_a_lesson_that_cannot_be_read_says_why(
    drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.md").write_text("---\ntitle: [\n---\n# Broken\n")
    monkeypatch.setattr(module, "library", lambda: lesson.library(tmp_path))

    async def scenario(lab) -> None:
        await lab.wait_for("broken", "This lesson cannot be opened.")
        await lab.press("enter")
        assert isinstance(lab.app.screen, LibraryScreen)

    drive(scenario)


def test_the_screen_is_not_written_to_while_nothing_happens(drive: Drive) -> None:
    async def scenario(lab) -> None:
        await lab.wait_for("none yet: t trains one", "8  ")
        await lab.pilot.pause(0.5)
        writes: list[object] = []
        lab.app._display = lambda *what: writes.append(what)
        await lab.pilot.pause(1.5)
        assert writes == []

    drive(scenario)


def test_a_run_that_goes_on_elsewhere_moves_on_in_the_list(drive: Drive) -> None:
    run = make_run("running")

    async def scenario(lab) -> None:
        with run.hold_lock():
            run.write_status(replace(run.status(), epoch=3))
            await lab.wait_for("epoch 3/5")
            run.write_status(replace(run.status(), epoch=4))
            await lab.wait_for("epoch 4/5")
        await lab.wait_for("dead")

    drive(scenario)


@pytest.mark.parametrize("keys", [["question_mark"], ["question_mark", "question_mark", "question_mark"]])
def test_help_says_what_the_keys_do(drive: Drive, keys: list[str]) -> None:
    async def scenario(lab) -> None:
        await lab.press(*keys)
        assert isinstance(lab.app.screen, HelpScreen)
        assert "Open what is under the cursor" in lab.text()
        await lab.press("escape")
        assert isinstance(lab.app.screen, LibraryScreen)

    drive(scenario)


def test_a_click_in_the_bottom_line_does_what_the_key_does(drive: Drive) -> None:
    async def scenario(lab) -> None:
        column = lab.text().splitlines()[-1].index("help")
        await lab.pilot.click(offset=(column, 23))
        await lab.pilot.pause()
        assert isinstance(lab.app.screen, HelpScreen)

    drive(scenario)


def test_a_click_moves_the_cursor_and_a_second_one_opens(drive: Drive) -> None:
    make_run("stopped")

    async def scenario(lab) -> None:
        text = await lab.wait_for("mnist-mlp-1")
        row = next(index for index, line in enumerate(text.splitlines()) if "mnist-mlp-1" in line)
        await lab.pilot.click(offset=(10, row))
        await lab.wait_for("▸ ■ mnist-mlp-1")
        await lab.pilot.click(offset=(10, row))
        await lab.pilot.pause()
        assert isinstance(lab.app.screen, TrainingScreen)

    drive(scenario)


def test_the_palette_opens_a_lesson_by_its_name(drive: Drive) -> None:
    async def scenario(lab) -> None:
        await lab.press("ctrl+p")
        await lab.press(*"open first")
        await lab.wait_for("A first network")
        await lab.pilot.pause(0.5)
        await lab.press("enter")
        await lab.wait_until(lambda text: "step 1 of" in text, "the lesson")

    drive(scenario)


def test_times_are_words() -> None:
    from tuilab.tui.run_list import ago

    now = time.time()
    spans = {5: "now", 180: "3 min", 7200: "2 h", 90_000: "yesterday", 500_000: "5 days"}
    assert {span: ago(now - span, now) for span in spans} == spans


MANY = {
    "a.one": ("1.1", "Rules", "What a rule is.", "Nothing here."),
    "a.two": ("1.2.3", "Kernels", "Lines that bend.", "The **margin** is what counts, `alpha` too."),
    "b.one": ("2.3.2", "Broadcasting", "Shapes meet.", "Stretch the ones."),
}


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "lessons"
    folder.mkdir()
    for order, (name, (book, title, says, text)) in enumerate(MANY.items()):
        (folder / f"{name}.md").write_text(
            f"---\ntitle: {title}\ndescription: {says}\n"
            f"tuilab: {{id: {name}, version: 2, book: '{book}', order: {order},\n"
            "         minutes: 7, prerequisites: [a.one]}\n---\n"
            f"# {title}\n\n{text}\n\n## Second\n\nMore.\n"
        )
    monkeypatch.setattr(paths, "lessons", lambda: folder)


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("1.2", ["Kernels"]),
        ("2.3.2", ["Broadcasting"]),
        ("bend", ["Kernels"]),
        ("shapes", ["Broadcasting"]),
        ("margin", ["Kernels"]),
        ("MARGIN counts", ["Kernels"]),
        ("more", ["Rules", "Kernels", "Broadcasting"]),
        ("margin stretch", []),
        ("[bold]", []),
    ],
)
def test_a_lesson_is_found_by_its_number_and_by_its_words(
    drive: Drive, many: None, typed: str, titles: list[str]
) -> None:
    async def scenario(lab) -> None:
        await lab.press("slash", *typed)

        def listed(text: str) -> list[str]:
            shelf = [line[:37] for line in text.splitlines()[3:-3]]
            return [
                name for name in ("Rules", "Kernels", "Broadcasting") if any(name in row for row in shelf)
            ]

        await lab.wait_until(lambda text: listed(text) == titles, f"{titles}")
        if typed == "margin":
            await lab.wait_for("margin is what")

    drive(scenario)


def test_marks_say_how_far_each_lesson_is(drive: Drive, many: None) -> None:
    progress = lesson.Progress()
    progress.note_try("a.one", "!lesson", 2, "", solved=True)
    progress.note_try("a.two", "!lesson", 1, "", solved=True)  # of an older version of the lesson

    async def scenario(lab) -> None:
        await lab.wait_for("1 of 3 done", "● 1.1   Rules", "◐ 1.2.3 Kernels", "○ 2.3.2 Broadcasting", "1/2")
        await lab.press("down", "down")
        await lab.wait_for("after: 1.1 Rules")

    drive(scenario)


def test_a_lesson_that_was_read_to_its_end_is_done(drive: Drive, many: None) -> None:
    async def scenario(lab) -> None:
        await lab.wait_for("○ 1.1   Rules")
        await lab.press("enter")
        await lab.wait_for("step 1 of 2")
        await lab.press("escape")
        await lab.wait_for("○ 1.1   Rules")
        await lab.press("enter", "n")
        await lab.wait_for("step 2 of 2")
        await lab.press("escape")
        await lab.wait_for("● 1.1   Rules", "1 of 3 done")

    drive(scenario)
