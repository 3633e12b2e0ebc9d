"""An exercise from its starter to its solution, and what is kept of it."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tuilab import paths
from tuilab.lesson import Progress, load
from tuilab.tui.panels.exercise import ExercisePanel
from tuilab.tui.trial import unwritten
from tuilab.tui.widgets.code_editor import CodeEditor

Drive = Callable[..., object]
LESSON = """---
title: Rows
tuilab: {{id: x.rows, version: {version}, book: '9', order: 9}}
---
# Rows

```{{code-cell}} ipython3
base = 10
```

```{{code-cell}} ipython3
---
tags: [exercise]
tuilab: {{exercise: add-row, timeout: 5}}
---
def add_row(x, v):
    ...
```

:::{{lab:hint}} add-row
First HINT.
:::

:::{{lab:hint}} add-row
Second HINT.
:::

```{{code-cell}} ipython3
---
tags: [solution]
tuilab: {{exercise: add-row}}
---
def add_row(x, v):
    return [a + v + base - 10 for a in x]
```

```{{code-cell}} ipython3
---
tags: [check]
tuilab: {{exercise: add-row}}
---
assert add_row([1, 2], 3) == [4, 5], "each number grows by v"
assert add_row([], 3) == []
```

```{{code-cell}} ipython3
add_row([100], 1)[0]
```
"""


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    folder = tmp_path / "lessons"
    folder.mkdir()
    monkeypatch.setattr(paths, "lessons", lambda: folder)

    def write(version: int = 1) -> Path:
        path = folder / "rows.md"
        path.write_text(LESSON.format(version=version))
        return path

    return write


async def to_exercise(lab, path: Path) -> ExercisePanel:
    lab.app.open_lesson(path)
    await lab.wait_for("Exercise")
    await lab.press("tab")
    await lab.wait_for("enter check")
    return lab.app.screen.query_one(ExercisePanel)


async def answer(lab, text: str, key: str = "enter") -> None:
    """Write an answer as if it was typed, and check it."""
    await lab.press("e")
    await lab.pilot.pause()
    lab.app.screen.query_one(CodeEditor).text = text
    await lab.press(*(["escape", key] if key == "enter" else [key]))


def kept() -> dict:
    """The records of exercises; how far the lesson was read is one more."""
    return {key: it for key, it in Progress().of("x.rows").items() if not key[0].startswith("!")}


def test_solution_check_and_hints_are_not_in_the_text(drive: Drive, lesson) -> None:
    async def scenario(lab) -> None:
        lab.app.open_lesson(lesson())
        text = await lab.wait_for("Exercise  to be written", "def add_row")
        for hidden in ("HINT", "base - 10", "assert", "lab:hint"):
            assert hidden not in text

    drive(scenario, size=(80, 40))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("def add_row(x, v):\n    ...\n", "Nothing was written yet: e opens the answer."),
        ("def add_row(x, v):\n    y = x\n    ...\n", "There is still a blank in add_row"),
        (
            "def add_row(x, v):\n    y = [a + v for a in x]\n",
            "add_row returned None: is the return still missing?",
        ),
        ("def add_row(x, v):\n    return ___\n", "There is still a blank in add_row"),
    ],
)
def test_blanks_are_told_apart_from_wrong_answers(drive: Drive, lesson, written: str, said: str) -> None:
    async def scenario(lab) -> None:
        await to_exercise(lab, lesson())
        await answer(lab, written)
        text = await lab.wait_for(said)
        assert "✗" not in text
        assert "tries" not in text
        assert not any(record.solved or record.tries for record in kept().values())

    drive(scenario, size=(90, 40))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("def add_row(x, v):\n    return x\n", "✗ each number grows by v."),
        (
            "def add_row(x, v):\n    return [a + v for a in x] or 0\n",
            "✗ this does not hold: assert add_row([], 3) == [].",
        ),
        ("def add_row(x, v):\n    return x / 0\n", "│ return x / 0"),
        (
            "def add_row(x):\n    return x\n",
            "✗ TypeError: add_row() takes 1 positional argument but 2 were given.",
        ),
        ("def add(x, v):\n    return x\n", "✗ NameError: name 'add_row' is not defined."),
        ("def add_row(x, v)\n    return x\n", "✗ SyntaxError: expected ':'."),
        ("import os\nos._exit(0)\n", "✗"),
    ],
)
def test_wrong_answers_are_told_why(drive: Drive, lesson, written: str, said: str) -> None:
    async def scenario(lab) -> None:
        await to_exercise(lab, lesson())
        await answer(lab, written)
        text = await lab.wait_for(said)
        assert "✓" not in text
        [record] = kept().values()
        assert (record.solved, record.tries, record.answer) == (False, 1, written)

    drive(scenario, size=(90, 40))


def test_any_right_answer_passes_and_later_cells_use_it(drive: Drive, lesson) -> None:
    async def scenario(lab) -> None:
        await to_exercise(lab, lesson())
        await lab.press("tab", "a")
        await lab.wait_for(
            "add_row([100], 1)[0] = 101"
        )  # as long as it is not solved, by the lesson's answer
        await lab.press("tab", "tab")
        written = "def add_row(x, v):\n    return list(map(lambda a: a + v + 0.0, x))\n"
        await answer(lab, written, "ctrl+r")
        await lab.wait_for("✓ Right.", "✓ solved")
        await lab.press("tab", "a")
        await lab.wait_for("101.0")

    drive(scenario, size=(80, 50))
    [record] = kept().values()
    assert record.solved
    assert record.tries == 1


def test_what_was_solved_is_solved_at_the_next_visit(drive: Drive, lesson) -> None:
    path = lesson()
    Progress().note_try("x.rows", "add-row", 1, "def add_row(x, v): return 'mine'", solved=True)
    Progress().note_hint("x.rows", "add-row", 1, 1)

    async def scenario(lab) -> None:
        await to_exercise(lab, path)
        await lab.wait_for("✓ solved", "return 'mine'", "First HINT.", "H hint 2 of 2")

    drive(scenario, size=(80, 40))


def test_hints_come_one_after_the_other(drive: Drive, lesson) -> None:
    async def scenario(lab) -> None:
        await to_exercise(lab, lesson())
        await lab.press("H")
        text = await lab.wait_for("First HINT.", "H hint 2 of 2")
        assert "Second" not in text
        await lab.press("H")
        text = await lab.wait_for("First HINT.", "Second HINT.")
        await lab.wait_until(lambda text: "H hint" not in text, "no third")
        await lab.press("H")
        [record] = kept().values()
        assert record.hints == 2

    drive(scenario, size=(80, 50))


def test_the_solution_is_shown_on_request_asked_once_more(drive: Drive, lesson) -> None:
    async def scenario(lab) -> None:
        await to_exercise(lab, lesson())
        await lab.press("S")
        await lab.wait_for("See the solution?", "2 hints you have not seen")
        await lab.press("escape")
        assert "base - 10" not in lab.text()
        await lab.press("S", "y")
        await lab.wait_for("One solution", "base - 10")

    drive(scenario, size=(80, 50))


def test_after_success_the_solution_needs_no_question(drive: Drive, lesson) -> None:
    path = lesson()
    Progress().note_try("x.rows", "add-row", 1, "def add_row(x, v): return 1", solved=True)

    async def scenario(lab) -> None:
        await to_exercise(lab, path)
        await lab.press("S")
        await lab.wait_for("One solution", "base - 10")

    drive(scenario, size=(80, 50))


@pytest.mark.parametrize("takes", [True, False])
def test_an_answer_to_an_older_version_is_offered_as_a_draft(drive: Drive, lesson, takes: bool) -> None:
    path = lesson(version=2)
    Progress().note_try("x.rows", "add-row", 1, "# my older answer", solved=True)

    async def scenario(lab) -> None:
        await to_exercise(lab, path)
        assert "to be written" in lab.text()
        await lab.press("e")
        await lab.wait_for("Your answer to an earlier version of it was kept.")
        await lab.press("y" if takes else "escape")
        await lab.wait_until(lambda _: isinstance(lab.app.focused, CodeEditor), "the editor")
        assert ("older answer" in lab.app.focused.text) is takes

    drive(scenario, size=(80, 40))


def test_what_was_written_is_kept_without_a_check(drive: Drive, lesson) -> None:
    async def scenario(lab) -> None:
        await to_exercise(lab, lesson())
        await lab.press("e")
        await lab.pilot.pause()
        lab.app.screen.query_one(CodeEditor).text = "# half an answer"
        await lab.press("escape")
        await lab.wait_until(lambda _: bool(kept()), "it is kept")

    drive(scenario)
    [record] = kept().values()
    assert (record.answer, record.tries) == ("# half an answer", 0)


def test_an_answer_that_never_ends_is_stopped_by_its_time_or_by_a_key(drive: Drive, lesson) -> None:
    async def scenario(lab) -> None:
        panel = await to_exercise(lab, lesson())
        await answer(lab, "def add_row(x, v):\n    while True: pass\n")
        await lab.wait_until(
            lambda _: panel._trial is not None and panel._trial._session is not None, "it runs"
        )
        await lab.press("x")
        await lab.wait_until(lambda _: panel._trial is None, "its end")
        await lab.wait_for("✗")

    drive(scenario)


def test_a_damaged_file_is_told_and_set_aside(drive: Drive, lesson) -> None:
    path = lesson()
    paths.progress().mkdir(parents=True)
    (paths.progress() / "x.rows.json").write_text("{ not json")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("your progress in this lesson cannot be read")
        await lab.press("tab", "H")
        await lab.wait_for("First HINT.")
        await lab.wait_until(lambda _: bool(kept()), "a new file")

    drive(scenario, size=(160, 40))
    assert list(paths.progress().glob("*.damaged-1"))


@pytest.mark.skipif(os.getuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_a_sentence(drive: Drive, lesson) -> None:
    path = lesson()
    paths.progress().mkdir(parents=True, mode=0o500)

    async def scenario(lab) -> None:
        await to_exercise(lab, path)
        await lab.press("H")
        await lab.wait_for("First HINT.", "your progress could not be kept")

    drive(scenario, size=(160, 40))


def test_a_full_disk_is_a_sentence(drive: Drive, lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    from tuilab.runs import files

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_whole", full)

    async def scenario(lab) -> None:
        await to_exercise(lab, lesson())
        await answer(lab, "def add_row(x, v):\n    return [a + v for a in x]\n")
        await lab.wait_for("✓ Right.", "your progress could not be kept (No space left on device)")

    drive(scenario, size=(200, 40))


def test_the_progress_file_is_json_that_names_the_exercise(drive: Drive, lesson) -> None:
    async def scenario(lab) -> None:
        await to_exercise(lab, lesson())
        await lab.press("H")
        await lab.wait_until(lambda _: bool(kept()), "it is kept")

    drive(scenario)
    content = json.loads((paths.progress() / "x.rows.json").read_text())
    assert content["exercises"]["add-row"]["1"]["hints"] == 1


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("def add_row(x, v):\n    return x", ""),
        ("def add_row(x, v):\n    if x:\n        return x", ""),
        ("def add_row(x, v):\n    def inner():\n        return 1\n    inner()", "returned None"),
        ("def add_row(x, v):\n    yield 1", ""),
        ("def add_row(x, v):\n    pass", "returned None"),
        ("def other():\n    pass", ""),
        ("x = ...", "blank"),
        ("not python (", ""),
    ],
)
def test_what_is_still_unwritten(lesson, written: str, said: str) -> None:
    [exercise] = load(lesson()).exercises
    found = unwritten(written, exercise)
    assert said in found
    assert bool(said) == bool(found)
