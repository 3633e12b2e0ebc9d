"""lab:step in its lesson: keys, predictions, errors, and cells that change."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tuilab import paths
from tuilab.tui.panels.step import StepPanel

Drive = Callable[..., object]
HEAD = "---\ntitle: Walks\ntuilab: {id: x.walks, version: 1, book: '9', order: 9}\n---\n# Walks\n\nText.\n\n"
CELL = """```{code-cell} ipython3
import numpy as np
A = np.array([[1.0, 2.0, -1.0], [0.0, 1.0, 3.0]])
B = np.array([[0.5, 1.0], [2.0, -1.0], [1.0, 0.5]])
```

"""


def step(expression: str, options: str = "") -> str:
    return f"```{{lab:step}} {expression}\n{options}```\n\n"


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a lesson; it counts as one that came with tuilab, unless it is a stranger's."""
    monkeypatch.setattr(paths, "lessons", lambda: tmp_path / "ours")

    def write(text: str, ours: bool = True) -> Path:
        path = tmp_path / ("ours" if ours else "theirs") / "walks.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD + text)
        return path

    return write


def test_an_expression_is_walked_there_and_back(drive: Drive, written) -> None:
    path = written(CELL + step("A @ B"))

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("walks A @ B", "matmul · shapes", "level: term")
        await lab.press("right", "right", "right")
        text = await lab.wait_for("c[0, 0] = 3.5", "term 3 of 3", "[-1.0]")
        await lab.press("right", "left")
        assert await lab.wait_for("term 3 of 3") == text
        await lab.press("shift+right")
        await lab.wait_for("cell (0, 1), term 3 of 3", "c[0, 1] = -1.5")
        await lab.press("down")
        await lab.wait_for("cell (1, 1)", "c[1, 1] = 0.5")
        await lab.press("up", "shift+left")
        await lab.wait_for("cell (0, 0), term 3 of 3")
        await lab.press("end")
        await lab.wait_for("cell (1, 1), term 3 of 3")
        await lab.press("home")
        await lab.wait_for("matmul · shapes")

    drive(scenario)


def test_levels_and_jumps(drive: Drive, written) -> None:
    path = written(CELL + step("(A @ B).sum(axis=0)"))

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("1 of 2 · matmul · shapes")
        await lab.press("w")
        await lab.wait_for("level: cell")
        await lab.press("right", "right")
        await lab.wait_for("cell (0, 1), term 3 of 3")
        await lab.press("w", "right", "right")
        await lab.wait_for("level: op", "2 of 2 · sum · cell (1)")
        await lab.press("left", "g", *"1", "space", *"0", "enter")
        await lab.wait_for("matmul · cell (1, 0)")
        await lab.press("g", *"7", "enter")
        await lab.wait_for("named by 2 whole numbers")
        await lab.press("escape", "w")
        await lab.wait_for("level: term", "matmul · cell (1, 0)")

    drive(scenario)


def test_a_prediction_holds_the_result_back_until_it_is_said(drive: Drive, written) -> None:
    path = written(CELL + step("A @ B"))

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("matmul · shapes")
        await lab.press("p")
        await lab.wait_for("the first term of c[0, 0]?")
        await lab.press(*"1/2", "enter")
        await lab.wait_for("Right", "1 ✓ 0 ✗")
        await lab.press("p")
        await lab.wait_for("so far, with this term?", "so far, 2 of 3: ?")
        await lab.press(*"abc", "enter")
        await lab.wait_for("'abc' is no number")
        await lab.press("backspace", "backspace", "backspace", *"4", "enter")
        await lab.wait_for("Not 4", "1 ✓ 1 ✗")
        await lab.press(*"4.5", "enter")
        await lab.wait_for("Right", "1 ✓ 1 ✗", "so far, 2 of 3: 4.5")
        await lab.press("p")
        await lab.wait_for("c[0, 0]?")
        await lab.press("escape")
        await lab.wait_for("C[0, 0] is 3.5", "c[0, 0] = 3.5")
        await lab.press("home", "p", "escape")
        await lab.wait_for("1 ✓ 1 ✗")

    drive(scenario)


def test_it_plays_to_the_end(drive: Drive, written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuilab.tui.panels.playing.A_STOP", 0.01)
    path = written(CELL + step("A @ B"))

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("matmul · shapes", "space play")
        await lab.press("space")
        await lab.wait_for("cell (1, 1), term 3 of 3")
        await lab.wait_until(lambda text: "space pause" not in text, "the end of playing")

    drive(scenario)


def test_it_pauses(drive: Drive, written) -> None:
    path = written(CELL + step("A @ B"))

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("matmul · shapes", "space play")
        await lab.press("space")
        await lab.wait_for("term 1 of 3", "space pause")
        await lab.press("space")
        await lab.wait_for("space play")

    drive(scenario)


def test_enter_says_why(drive: Drive, written) -> None:
    path = written(CELL + step("A @ B"))

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("matmul · shapes")
        await lab.press("shift+right", "enter")
        await lab.wait_for("1 · 0.5 + 2 · 2")
        await lab.press("escape")
        await lab.wait_for("cell (0, 0), term 3 of 3")

    drive(scenario)


def test_a_wide_terminal_and_a_picture(drive: Drive, written) -> None:
    path = written(step("descent(lambda x: x * x, 2.0)") + "\n")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("step 1 of 20", "●", "slope 4", "x1 = 2 - 0.1 · 4 = 1.6")
        await lab.press("v")
        await lab.wait_until(lambda text: "x1 = 2" in text and "⠤" not in text, "the text alone")

    drive(scenario, size=(200, 60))


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("A @ A", "matmul needs the inner sizes to match: (2, 3) @ (2, 3). Did you mean"),
        ("A + nothing", "There is no value 'nothing'"),
        ("A + np.eye(2)", "cannot be broadcast together"),
        ("A + [].append", "is no array of numbers"),
        ("A.foo() + 1", "has no attribute 'foo'"),
        ("np.random.rand(3000, 3000) + 1", "too many to step through"),
    ],
)
def test_what_cannot_be_walked_is_said_and_can_be_tried_again(
    drive: Drive, written, expression: str, says: str
) -> None:
    path = written(CELL + step(expression))

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_until(lambda text: says[:20] in " ".join(text.split()), says)
        await lab.press("right")
        await lab.wait_until(lambda text: says[:20] in " ".join(text.split()), says)

    drive(scenario, size=(140, 30))


def test_a_stranger_s_lesson_runs_nothing_before_a_key(drive: Drive, written) -> None:
    path = written(CELL + step("A @ B"), ours=False)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        text = await lab.wait_for("→ walks it")
        assert "matmul" not in text

    drive(scenario, size=(140, 30))


def test_stops_that_an_author_named(drive: Drive, written) -> None:
    path = written(CELL + step("A + A[0]", ":stops: align, add\n") + "\n")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("add · align")
        await lab.press("right")
        await lab.wait_for("add · cell (0, 0)")

    drive(scenario)
    path = written(CELL + step("A + A[0]", ":stops: algin\n"))

    async def misspelled(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("This walk has no stop `algin`. It has align, expand, add, cells.")

    drive(misspelled, size=(100, 24))


def test_changed_values_are_walked_from_the_same_place(drive: Drive, written) -> None:
    path = written(CELL + step("A @ B"))

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("matmul · shapes")
        await lab.press("shift+right", "shift+right")
        await lab.wait_for("c[0, 1] = -1.5")
        panel = lab.app.screen.query_one(StepPanel)
        failed = await panel.host.assign({"A": 2.0}, panel.block.line)
        assert failed is None
        await lab.wait_until(lambda text: "matmul takes the shapes" in " ".join(text.split()), "the error")

    drive(scenario)
