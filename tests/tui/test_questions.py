"""lab:predict and lab:quiz: answered in the lesson, counted, and kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tuilab.lesson import Progress
from tuilab.lesson.bodies import Answer
from tuilab.tui.panels.predict import parts
from tuilab.tui.panels.quiz import Choice, QuizPanel, shuffled

Drive = Callable[..., object]
HEAD = "---\ntitle: Asked\ntuilab: {id: x.asked, version: 1, book: '9', order: 9}\n---\n# Asked\n\n"
PREDICT = """:::{lab:predict} q-shape
:answer: (32, 10)
Which shape has `X + X[0]`?

> The row is STRETCHED.
:::

"""
QUIZ = """:::{lab:quiz} q-axis
:shuffle: no

Which hold samples?

- [x] the *first*
  > Yes, the BATCH.
- [ ] the last
  > There are FEATURES.
- [x] the outermost
  > The SAME one.
:::
"""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    path = tmp_path / "asked.md"
    path.write_text(HEAD + PREDICT + QUIZ)
    return path


def records() -> dict:
    return {name: record for (name, _), record in Progress().of("x.asked").items()}


def test_a_right_prediction_is_told_with_its_reason(drive: Drive, asked: Path) -> None:
    async def scenario(lab) -> None:
        lab.app.open_lesson(asked)
        text = await lab.wait_for("Which shape has X + X[0]?", "enter answer")
        assert "STRETCHED" not in text
        assert "(32, 10)" not in text
        await lab.press("enter", *"32 x 10", "enter")
        await lab.wait_for("✓ (32, 10)", "The row is STRETCHED.")
        assert lab.app.screen.focused is None

    drive(scenario, size=(80, 30))
    assert records()["?q-shape"].solved


def test_a_wrong_prediction_may_be_tried_again_or_seen(drive: Drive, asked: Path) -> None:
    async def scenario(lab) -> None:
        lab.app.open_lesson(asked)
        await lab.wait_for("Which shape")
        assert "S see it" not in lab.text()
        await lab.press("enter", *"(10, 32)", "enter")
        text = await lab.wait_for("✗ It is not (10, 32).", "S see it")
        assert "STRETCHED" not in text
        await lab.press("S")
        await lab.wait_for("It is (32, 10)", "STRETCHED")
        await lab.press("enter")
        await lab.pilot.pause()
        lab.app.focused.value = "[32, 10]"
        await lab.press("enter")
        await lab.wait_for("✓ (32, 10)")

    drive(scenario, size=(80, 30))
    assert records()["?q-shape"].tries == 2


def test_escape_leaves_the_answer_and_then_the_lesson(drive: Drive, asked: Path) -> None:
    async def scenario(lab) -> None:
        lab.app.open_lesson(asked)
        await lab.press("enter", *"nb", "escape")
        await lab.wait_for("Which shape", "step 1 of 1")
        await lab.press("escape")
        await lab.wait_for("library")

    drive(scenario)


def test_an_answer_given_before_is_there_at_the_next_visit(drive: Drive, asked: Path) -> None:
    Progress().note_try("x.asked", "?q-shape", 1, "32,10", solved=True)
    Progress().note_try("x.asked", "?q-axis", 1, "the outermost", solved=True)

    async def scenario(lab) -> None:
        lab.app.open_lesson(asked)
        text = await lab.wait_for("✓ (32, 10)", "STRETCHED", "BATCH", "SAME")
        assert "FEATURES" not in text

    drive(scenario, size=(80, 30))


def test_a_quiz_says_a_word_about_each_answer_that_is_chosen(drive: Drive, asked: Path) -> None:
    async def scenario(lab) -> None:
        lab.app.open_lesson(asked)
        await lab.press("tab")
        text = await lab.wait_for("Which hold samples?", "▸ ○ the first", "enter choose")
        assert not any(word in text for word in ("BATCH", "FEATURES", "SAME"))
        await lab.press("down", "enter")
        await lab.wait_for("▸ ✗ the last", "There are FEATURES.")
        await lab.press("down", "down", "enter", "up", "up", "up", "enter")
        await lab.wait_for("✓ the first", "✓ the outermost", "BATCH", "SAME")
        await lab.wait_until(lambda text: "enter choose" not in text, "no more to choose")

    drive(scenario, size=(80, 30))
    assert records()["?q-axis"].solved
    assert records()["?q-axis"].tries == 3


def test_a_quiz_below_the_screen_leaves_the_text_to_be_read(drive: Drive, tmp_path: Path) -> None:
    path = tmp_path / "long.md"
    path.write_text(HEAD + "".join(f"Line {number}.\n\n" for number in range(30)) + QUIZ)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("Line 0.", "↓ more below")
        await lab.press("down")
        text = await lab.wait_for("Line 1.")
        assert "Which hold samples?" not in text
        await lab.press("end", "down")
        await lab.wait_for("▸ ○ the last")

    drive(scenario)


def test_an_answer_can_be_clicked(drive: Drive, asked: Path) -> None:
    async def scenario(lab) -> None:
        lab.app.open_lesson(asked)
        await lab.wait_for("the outermost")
        await lab.pilot.click(list(lab.app.screen.query(Choice))[2])
        await lab.wait_for("▸ ✓ the outermost", "SAME")
        assert lab.app.screen.query_one(QuizPanel).has_class("-active")

    drive(scenario, size=(80, 30))


def test_a_shuffled_quiz_has_one_order_for_each_learner(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = tuple(Answer(f"answer {number}", number == 0, "said", number) for number in range(6))
    orders = set()
    for name in ("ada", "emmy", "sofia", "hypatia"):
        monkeypatch.setenv("LOGNAME", name)
        once = shuffled(answers, "quiz")
        assert once == shuffled(answers, "quiz")
        assert sorted(once, key=lambda it: it.line) == list(answers)
        orders.add(tuple(answer.text for answer in once))
    assert len(orders) > 1


@pytest.mark.parametrize(
    ("body", "question", "reason"),
    [
        ("Which?", "Which?", ""),
        ("Which?\n\n> Because.", "Which?", "Because."),
        ("Which?\n> One.\n>\n> Two.\n", "Which?", "One.\n\nTwo."),
        ("> A quote.\n\nWhich?", "> A quote.\n\nWhich?", ""),
    ],
)
def test_the_reason_stands_at_the_end_of_a_prediction(body: str, question: str, reason: str) -> None:
    assert parts(body) == (question, reason)
