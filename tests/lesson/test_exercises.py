"""What belongs to an exercise is found by its id, wherever it stands."""

from pathlib import Path

import pytest

from tuilab.lesson.reader import parse

FRONT = "---\ntitle: T\ntuilab: {id: a.b, version: 3}\n---\n"


def cell(tag, source="x = 1", exercise="a", more=""):
    metadata = f"tags: [{tag}]\ntuilab: {{exercise: {exercise}{more}}}"
    return f"```{{code-cell}} ipython3\n---\n{metadata}\n---\n{source}\n```\n"


def hint(exercise="a", text="Think."):
    return f":::{{lab:hint}} {exercise}\n{text}\n:::\n"


WHOLE = cell("exercise", "...") + hint() + hint(text="Harder.") + cell("solution") + cell("check", "assert x")


QUESTION = ":::{lab:predict} q\n:answer: 3\nHow many?\n:::\n"


def read(body):
    return parse(FRONT + body, Path("x.md"))


def test_an_exercise_is_gathered_from_its_parts():
    lesson = read(WHOLE)
    (exercise,) = lesson.exercises
    assert lesson.problems == ()
    assert (exercise.id, exercise.version, exercise.line, exercise.timeout) == ("a", 3, 5, 10.0)
    assert (exercise.starter.source, exercise.solution.source) == ("...", "x = 1")
    assert [it.body for it in exercise.hints] == ["Think.", "Harder."]
    assert [it.source for it in exercise.checks] == ["assert x"]


def test_its_parts_may_stand_in_other_steps_and_among_others():
    lesson = read(WHOLE + "## More\n\n" + WHOLE.replace("exercise: a", "exercise: b").replace("} a", "} b"))
    assert [it.id for it in lesson.exercises] == ["a", "b"]
    assert lesson.problems == ()


def test_an_exercise_may_have_a_version_and_a_timeout_of_its_own():
    body = (
        cell("exercise", "...", more=", version: 7, timeout: 2.5") + hint() + cell("solution") + cell("check")
    )
    (exercise,) = read(body).exercises
    assert (exercise.version, exercise.timeout) == (7, 2.5)


def test_a_cell_knows_the_line_of_its_source():
    lesson = read(cell("exercise", "\n\nx = ..."))
    assert (lesson.cells[0].line, lesson.cells[0].source_line) == (5, 12)
    assert read("```{code-cell}\n:tags: [setup]\n\nx = 1\n```\n").cells[0].source_line == 8


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        (cell("exercise", "...") + hint() + cell("solution"), 5, "has no check"),
        (cell("exercise", "...") + cell("solution") + cell("check"), 5, "has no hint"),
        (cell("exercise", "...") + hint() + cell("check"), 5, "has no solution"),
        (cell("exercise") + hint() + cell("solution") + cell("check"), 5, "is solved already"),
        (WHOLE + cell("exercise", "again"), 32, "the exercise `a` is on line 5 already"),
        (WHOLE + cell("solution", "again"), 32, "the solution of `a` is on line 18 already"),
        (WHOLE + cell("solution", exercise="aa"), 32, "no exercise `aa`"),
        (WHOLE + hint("b"), 32, "no exercise `b`"),
        (QUESTION + QUESTION, 9, "the question `q` is on line 5 already"),
        (cell("exercise, check"), 5, "one of the tags"),
        (cell("setup"), 5, "one of the tags"),
        (cell("exercise", exercise="3"), 5, "does not say of which exercise"),
        (cell("exercise", exercise='"Big One"'), 5, "is not an id"),
        ("```{code-cell}\n:tags: [check]\nx\n```\n", 5, "does not say of which exercise"),
        (cell("exercise", "...") + hint() + cell("check") + cell("solution"), 15, "before the solution"),
        (cell("solution") + cell("exercise", "...") + hint() + cell("check"), 5, "stands before it"),
        (cell("exercize"), 5, "Did you mean `exercise`?"),
        (cell("exercise", more=", timeot: 3"), 5, "Did you mean `timeout`?"),
        (cell("exercise", more=", timeout: 0"), 5, "expected seconds"),
        (cell("exercise", more=", version: x"), 5, "expected a whole number"),
        (cell("exercise", more=", expect: []"), 5, "expected a text, a number or a band"),
        (cell("exercise", more=", expect: {band: [2, 1]}"), 5, "Write the lower first"),
        (cell("exercise", more=", expect: {value: a, tolerance: 1}"), 5, "expected a number"),
    ],
)
def test_a_fault_of_an_exercise_has_its_line(body, line, said):
    lesson = read(body)
    assert any(it.line == line and said in it.text for it in lesson.faults), lesson.problems


def test_yaml_that_is_broken_in_a_cell_is_told_on_its_own_line():
    (fault,) = read("text\n\n```{code-cell}\n---\na: 1\ntags: [b\n---\nx\n```\n").faults
    assert fault.line == 10
    assert fault.text.startswith("this is not YAML")


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("```{code-cell}\nx = 1\n\n## S\n", 5, "does not end"),
        (":::{lab:train}\n", 5, "does not end"),
        ("a\n\n````text\n```\n", 7, "does not end"),
        ("```{code-cell}\nx\n:::{lab:hint} a\n```\n", 7, "inside a code cell"),
        (":::{lab:hint} a\nb\n```{code-cell}\nx\n```\n:::\n", 7, "A directive holds no cells"),
        ("- a\n\n  ```{lab:train}\n  ```\n", 7, "Move it to the margin"),
        ("> ```{code-cell}\n> x\n> ```\n", 5, "Move it to the margin"),
        ("a\n\n$$\nx\n", 7, "has no partner"),
    ],
)
def test_a_fence_that_goes_wrong_is_told_on_its_line(body, line, said):
    lesson = read(body)
    assert any(it.line == line and said in it.text for it in lesson.faults), lesson.problems


def test_fences_that_are_right_are_left_alone():
    assert read("```text\n:::{lab:hint} a\n```\n\n~~~\n~~~\n\n$$\nx\n$$\n\n> ```\n> x\n> ```\n").faults == ()
