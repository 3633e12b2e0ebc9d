"""A lesson in the lab while its author writes it."""

import os
from pathlib import Path

import pytest

from tuilab.errors import LessonError
from tuilab.lesson import load, trust
from tuilab.lesson.reader import parse
from tuilab.tui.screens.editing import EditingScreen, _short
from tuilab.tui.workbook import Workbook

FRONT = "---\ntitle: {title}\ntuilab: {{id: a.b}}\n---\n"


def text(*steps, title="Mine"):
    return FRONT.format(title=title) + "\n".join(f"## {name}\n\n{body}\n" for name, body in steps)


def save(path: Path, words: str) -> None:
    """As most editors do: aside, and then renamed."""
    aside = path.with_name("4913~")
    aside.write_text(words)
    os.replace(aside, path)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "mine.md"
    path.write_text(text(("One", "first words"), ("Two", "second words"), ("Three", "third words")))
    return path


def test_what_is_saved_is_shown_at_the_step_where_one_is(drive, path) -> None:
    async def scenario(lab) -> None:
        await lab.pilot.app.push_screen(EditingScreen(load(path)))
        await lab.wait_for("step 1 of 3", "Following mine.md")
        await lab.press("n")
        await lab.wait_for("step 2 of 3", "second words")
        save(
            path,
            text(("Zero", "new"), ("One", "first"), ("Two", "other words"), ("Three", "third"), title="Ours"),
        )
        screen = await lab.wait_for("step 3 of 4", "other words", "Read at")
        assert "Ours" in screen
        assert "second words" not in screen

    drive(scenario)


def test_a_broken_text_is_told_of_and_the_last_good_one_stays(drive, path) -> None:
    async def scenario(lab) -> None:
        await lab.pilot.app.push_screen(EditingScreen(load(path)))
        await lab.wait_for("Following mine.md")
        save(path, "---\ntitle: [\n---\n")
        screen = await lab.wait_for("The last good text stays")
        assert "first words" in screen
        assert "line 2: this is not YAML" in screen
        path.unlink()
        await lab.wait_for("there is no such file")
        await lab.press("n")
        await lab.wait_for("step 2 of 3", "second words")
        save(path, text(("One", "back again")))
        await lab.wait_for("step 1 of 1", "back again")

    drive(scenario)


def test_what_can_be_shown_and_is_wrong_all_the_same_is_named(drive, path) -> None:
    async def scenario(lab) -> None:
        await lab.pilot.app.push_screen(EditingScreen(load(path)))
        await lab.wait_for("Following mine.md")
        save(path, text(("One", ":::{lab:trian}\n:::"), ("Two", "```{code-cell}\n---\ntags: [\n---\n```")))
        await lab.wait_for("2 faults; line 7: There is no directive")

    drive(scenario)


def test_a_network_file_system_is_said(drive, path, monkeypatch) -> None:
    monkeypatch.setattr("tuilab.lesson.watching.file_system", lambda path: "nfs4")

    async def scenario(lab) -> None:
        await lab.pilot.app.push_screen(EditingScreen(load(path)))
        await lab.wait_for("on a network file system (nfs4)")

    drive(scenario)


def test_a_fault_is_said_without_the_whole_path(path):
    lesson = load(path)
    path.write_text("nothing")
    with pytest.raises(LessonError) as raised:
        load(path.absolute())
    assert _short(str(raised.value), lesson).startswith(
        "The last good text stays: line 1: a lesson begins with"
    )


def test_cells_that_had_run_run_again_from_the_one_that_was_changed(drive, tmp_path) -> None:
    path = tmp_path / "cells.md"
    sources = ["import random; first = random.random()", "second = 1", "print('third is', second + 1)"]

    def words():
        return text(*((f"Step {at}", f"```{{code-cell}}\n{it}\n```") for at, it in enumerate(sources)))

    path.write_text(words())
    trust.agree(load(path))

    async def scenario(lab) -> None:
        screen = EditingScreen(load(path))
        await lab.pilot.app.push_screen(screen)
        await lab.wait_for("Following cells.md")
        assert await screen.workbook.run(screen.workbook.works) is None
        first = (await screen.ask("first", 999)).number
        sources[1] = "second = 40"
        save(path, words())
        await lab.wait_for("Read at")
        await lab.wait_until(lambda _: "third is 41" in screen.workbook.works[2].printed, "the third cell")
        assert (await screen.ask("first", 999)).number == first, "the first cell did not run again"
        assert [work.mark for work in screen.workbook.works] == ["ran"] * 3

    drive(scenario)


# What runs again -----------------------------------------------------------------------------------


def cells(*sources, companion=None):
    from dataclasses import replace

    body = "".join(f"```{{code-cell}}\n{source}\n```\n\n" for source in sources)
    return replace(parse(FRONT.format(title="T") + body, Path("x.md")), companion=companion)


def workbook(lesson, ran):
    book = Workbook(lesson, agreed=None, changed=lambda work: None, values_changed=lambda names: None)
    for work in book.works[:ran]:
        work.mark, work.runs, work.printed = "ran", 1, f"from {work.source}"
    return book


@pytest.mark.parametrize(
    ("ran", "after", "again", "kept"),
    [
        (3, "abc", "", "abc"),
        (3, "aBc", "Bc", "a"),
        (2, "aBc", "B", "a"),
        (1, "aBc", "", "a"),
        (3, "xabc", "xabc", ""),
        (3, "ac", "c", "a"),
        (3, "ab", "", "ab"),
        (3, "abcd", "", "abc"),
        (2, "abxc", "", "ab"),
        (0, "xyz", "", ""),
    ],
)
def test_cells_run_again_from_the_first_that_is_another_as_far_as_they_had_run(ran, after, again, kept):
    book = workbook(cells(*"abc"), ran)
    assert "".join(work.source for work in book.take(cells(*after))) == again
    assert "".join(work.source for work in book.works) == after
    assert "".join(work.source for work in book.works if work.printed) == kept


def test_a_change_beside_the_lesson_runs_all_again():
    book = workbook(cells(*"abc"), 2)
    assert [work.source for work in book.take(cells(*"abc", companion="def f(): ..."))] == ["a", "b"]
    assert not any(work.printed for work in book.works)
