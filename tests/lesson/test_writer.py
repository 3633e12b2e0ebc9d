"""Parse, write and parse again gives the same lesson."""

import re
from dataclasses import is_dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.authoring import skeleton
from tuilab.lesson import library, load
from tuilab.lesson.model import CodeCell, Directive, Formula, Header, Lesson, Prose, Step
from tuilab.lesson.reader import parse
from tuilab.lesson.writer import write

EXAMPLE = Path(__file__).parent / "examples" / "broadcasting.md"
EVERYTHING = Path(__file__).parent.parent / "authoring" / "examples" / "everything.md"
LESSONS = [*(header.path for header in library()), EXAMPLE, EVERYTHING]
FRONT = "---\ntitle: T\ntuilab: {id: a.b}\n---\n"
PATH = Path("x.md")


def without_lines(part):
    """A lesson with all its line numbers taken out."""
    if isinstance(part, tuple):
        return tuple(without_lines(it) for it in part)
    if not is_dataclass(part):
        return part
    changes = {}
    for name in part.__dataclass_fields__:
        value = getattr(part, name)
        changes[name] = 0 if re.fullmatch(r"(\w+_)?line", name) else without_lines(value)
    return replace(part, **changes)


def assert_round(lesson):
    written = write(lesson)
    again = parse(written, lesson.header.path)
    assert without_lines(replace(again, companion=lesson.companion)) == without_lines(lesson)
    assert write(again) == written


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_lesson_there_is(path):
    assert_round(load(path))


def test_the_skeleton(tmp_path):
    assert_round(load(skeleton.create("ch2.new", tmp_path)))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "words before any heading",
        "# Title\n## First\n\nx\n",
        "Title\n=====\n\nx\n\nSecond\n------\n",
        "## One\n\na\n\n+++\n\nb\n\n% a comment\n\nc\n",
        "```{code-cell}\n```",
        "```{code-cell}\n:tags: [setup]\n\nx = 1\n```",
        "````{code-cell}\nprint('''\n```\n''')\n````",
        "```{code-cell}\n---\n{}\n---\n---\nx\n```",
        "```{code-cell} julia\nx\n```",
        "```{code-cell}\n---\ntuilab: {expect: {band: [0, 1], seeds: 5}}\nwhen: 2026-01-02\n---\n1\n```",
        "$$\nx\n$$\n\n```{math}\n\\$5\n```\n\n$$$$",
        ":::{lab:train}\n:epochs: 2\n:::\n\n```{lab:unknown} a\nb\n```",
        ":::\nno name\n:::",
        "- a\n\n  b\n\n      code\n1. c\n\n> q\n\n<pre>\n\nx\n\n</pre>\n",
        "## # odd `#` title ##\n\nx\n",
        "##\n\nx\n",
    ],
)
def test_odd_forms(body):
    assert_round(parse(FRONT + body, PATH))


BLOCKS = st.sampled_from(
    [
        *(
            "# Title",
            "## Step",
            "### Part",
            "words and $x^2$",
            "- one\n- two\n\n  more",
            "> a quote",
            "---",
            "+++",
        ),
        *("| a | b |\n|---|--:|\n| 1 | 2 |", "    code", "$$\nx\n$$", "```python\nshown\n```", "<b>html</b>"),
        '```{code-cell} ipython3\n---\ntags: [setup]\ntuilab: {expect: "1"}\n---\n1\n```',
        *(
            "```{code-cell}\nx\n```",
            ":::{lab:hint} a\nsay\n:::",
            "```{lab:step} a + b\n:view: text\n```",
            "(target)=",
        ),
    ]
)


@given(st.lists(BLOCKS, max_size=12), st.sampled_from(["\n\n", "\n"]))
def test_any_order_of_blocks(blocks, between):
    lesson = parse(FRONT + between.join(blocks), PATH)
    if not lesson.faults or all("exercise" in it.text or "heading" in it.text for it in lesson.faults):
        assert_round(lesson)


def test_a_lesson_that_no_file_had():
    directive = Directive("lab:step", "a + b", {"view": "grid", "rows": None, "stops": ("x", "y")}, "", 0)
    blocks = (
        Prose("words", 0),
        Formula("x^2", 0),
        CodeCell("x = 1", "python", ("setup",), 0, {"tags": ["setup"]}),
        directive,
    )
    lesson = Lesson(Header(PATH, "a.b", "Title", needs=("numpy",)), (Step("One", 0, blocks),))
    again = parse(write(lesson), PATH)
    assert again.header == replace(lesson.header, steps=1)
    assert without_lines(again.steps[0].blocks[:3]) == without_lines(blocks[:3])
    assert again.steps[0].blocks[3].options["stops"] == ("x", "y")
    assert "jupytext:" in again.front
