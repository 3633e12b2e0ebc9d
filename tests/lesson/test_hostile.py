"""Whatever is in a file, reading it gives a lesson or one clear sentence."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tuilab.errors import LessonError
from tuilab.lesson import library, load

FRONT = "---\ntitle: T\ntuilab: {id: a.b}\n---\n"
pieces = st.sampled_from(
    [
        *(
            "# a\n",
            "## b\n",
            "---\n",
            "+++\n",
            "% c\n",
            "(x)=\n",
            "```{code-cell}\n",
            "```\n",
            ":::{lab:train}\n",
            ":::{lab:quiz} q\n",
            ":::{lab:params}\n",
            ":::{lab:race}\n",
            ":::{lab:step} x +\n",
            "tags: [check]\n",
            "tuilab: {exercise: a}\n",
            "a: 1..2 log\n",
            "- [x] a\n",
        ),
        *(
            ":::\n",
            ":epochs: 2\n",
            "$$\n",
            "$x$",
            "| a | b |\n|---|---|\n",
            "> ",
            "- ",
            "\x1b[2J",
            "\u202e",
            "&#27;",
        ),
        *(
            "\0",
            "\t",
            " ",
            "\n",
            "<b>",
            "[a](b)",
            "a: &a [*a]\n",
            "{",
            "}",
            "[",
            ":",
            "=",
            "===\n",
            "tuilab: {id: a.b}\n",
        ),
    ]
)
texts = st.lists(pieces, max_size=30).map("".join) | st.text(max_size=200)


@given(
    texts.map(str.encode) | texts.map(lambda text: (FRONT + text).encode("utf-8")) | st.binary(max_size=300)
)
@settings(max_examples=300, deadline=None)
def test_any_file_is_a_lesson_or_an_error_for_a_person(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.md")
        path.write_bytes(content)
        (header,) = library(Path(folder))
        try:
            lesson = load(path)
        except LessonError as error:
            assert str(error).startswith(str(path))  # noqa: PT017
        else:
            assert header.problem == ""
            assert lesson.steps
            assert all(block.line >= 1 for step in lesson.steps for block in step.blocks)
