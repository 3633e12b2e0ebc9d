"""What is another between two readings of a lesson, and where an author is left standing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.lesson.changes import first_changed, same_place
from tuilab.lesson.reader import parse

FRONT = "---\ntitle: T\ntuilab: {id: a.b}\n---\n"


def lesson(*titles, cells=(), companion=None):
    body = [f"## {title}\n\ntext\n" for title in titles]
    body += [f"```{{code-cell}}\n{source}\n```\n" for source in cells]
    from dataclasses import replace

    return replace(parse(FRONT + "\n".join(body), Path("x.md")), companion=companion)


@pytest.mark.parametrize(
    ("before", "after", "step", "there"),
    [
        ("abc", "abc", 1, 1),
        ("abc", "xabc", 1, 2),
        ("abc", "bc", 1, 0),
        ("abc", "ac", 1, 1),
        ("abc", "ab", 2, 1),
        ("abc", "axc", 1, 1),
        ("abc", "axyc", 1, 1),
        ("abcd", "axd", 2, 1),
        ("abc", "x", 2, 0),
        ("aba", "abca", 2, 3),
    ],
)
def test_one_stays_where_one_was(before, after, step, there):
    assert same_place(lesson(*before), lesson(*after), step) == there


@given(st.text("abcd", min_size=1, max_size=8), st.text("abcd", min_size=1, max_size=8), st.data())
def test_the_place_is_always_a_step_of_the_new_lesson_and_the_same_where_nothing_changed(before, after, data):
    step = data.draw(st.integers(0, len(before) - 1))
    old, new = lesson(*before), lesson(*after)
    assert 0 <= same_place(old, new, step) < len(new.steps)
    assert same_place(old, old, step) == step


@pytest.mark.parametrize(
    ("before", "after", "first"),
    [
        (["a", "b"], ["a", "b"], None),
        (["a", "b"], ["a", "c"], 1),
        (["a", "b"], ["x", "a", "b"], 0),
        (["a", "b", "c"], ["a", "c"], 1),
        (["a", "b"], ["a"], 1),
        (["a"], ["a", "b"], 1),
        (["a"], [], 0),
        ([], [], None),
    ],
)
def test_cells_run_again_from_the_first_that_is_another(before, after, first):
    assert first_changed(lesson("t", cells=before), lesson("t", cells=after)) == first


def test_prose_runs_nothing_again_and_the_file_beside_it_runs_all():
    assert first_changed(lesson("t", cells=["a"]), lesson("u", "v", cells=["a"])) is None
    assert first_changed(lesson("t", cells=["a"]), lesson("t", cells=["a"], companion="def f(): ...")) == 0
    assert first_changed(lesson("t"), lesson("t", companion="def f(): ...")) is None
