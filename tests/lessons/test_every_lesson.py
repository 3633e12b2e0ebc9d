"""What every lesson of the course has: something to predict, to step, to change and to build."""

import re

import pytest

from tuilab import paths
from tuilab.lesson import Lesson, load
from tuilab.lesson.library import files

LESSONS = [lesson for path in files(paths.lessons()) if (lesson := load(path)).header.book]
LONGEST_MINUTES = 15


def names(lesson: Lesson) -> list[str]:
    return [directive.name for directive in lesson.directives]


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.header.id for lesson in LESSONS])
def test_a_lesson_is_predicted_stepped_changed_and_built(lesson: Lesson) -> None:
    used = names(lesson)
    assert {"lab:predict", "lab:quiz"} & set(used), "nothing is predicted"
    assert {"lab:step", "lab:graph", "lab:train"} & set(used), "nothing is stepped"
    assert "lab:params" in used or any("hange" in step.title for step in lesson.steps), "nothing is changed"
    assert lesson.exercises, "nothing is built"
    assert "lab:kernel" in used, "no kernel is shown"
    assert all(exercise.hints for exercise in lesson.exercises)


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.header.id for lesson in LESSONS])
def test_a_lesson_opens_with_a_question_and_ends_with_what_comes_next(lesson: Lesson) -> None:
    header = lesson.header
    assert 0 < header.minutes <= LONGEST_MINUTES
    assert header.kernels
    text = header.path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
    first, *_, last = re.split(r"^## ", text, flags=re.MULTILINE)
    assert "?" in first, "the first step asks nothing"
    assert re.search(r"\bNext\b|\bchapter \d", last), "the last step does not say what comes next"
