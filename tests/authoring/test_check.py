"""`tuilab check`: every fault with its file, its line and a remedy, whatever is in the files."""

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuilab.authoring import Fault, check
from tuilab.authoring.links import slug

FRONT = """---
jupytext:
  notebook_metadata_filter: title,description,tuilab
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
title: T
description: D
tuilab:
  id: test.NAME
---
"""
BODY = 1 + FRONT.count("\n")
"""The first line after the front matter."""


@pytest.fixture
def write(tmp_path):
    def written(body, name="lesson", front=FRONT):
        path = tmp_path / f"{name}.md"
        content = body if isinstance(body, bytes) else (front.replace("NAME", name) + body).encode()
        path.write_bytes(content)
        return path

    return written


def faults(*files):
    return [(it.line, it.text) for it in check(files).faults]


def test_a_lesson_without_faults_has_none(write):
    links = "[below](#the-end), [that](other.md#t) and [it](https://x.y)"
    body = f"# T\n\nIt costs $5, or $6. See {links}.\n\n## The end\n"
    write("# T\n", "other")
    assert faults(write(body)) == []


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("[a](nothing.md)\n", 0, "the link `nothing.md` leads to no file. Put it beside the lesson"),
        ("text\n[a](leson.md)\n", 1, "Did you mean `lesson.md`?"),
        ("[a](#ned)\n\n## End\n", 0, "leads to no heading. Did you mean `#end`?"),
        ("[a](lesson.md#ned)\n", 0, "leads to no heading"),
        ("[a](/etc/passwd)\n", 0, "holds on one machine only"),
        ("[a](ftp://x.y/z)\n", 0, "leads out of the lesson"),
        ("[a](" + "x" * 5_000 + ")\n", 0, "leads to no file"),
        ("![](lesson.md)\n", 0, "has no words for it"),
        ("- a\n- ![b](c.png)\n", 1, "the picture `c.png` leads to no file"),
        (":::{lab:hint} a\nsee [it](gone.md)\n:::\n", 1, "leads to no file"),
        ("$$\n\\foo\n$$\n", 0, "`\\foo` at character 1 is not known"),
        ("a\nand $\\fraq{1}{2}$\n", 1, "`\\fraq`"),
        ("```{code-cell}\nx = 1\nif x\n```\n", 2, "this is not Python: expected ':'"),
        ("```{code-cell}\n%matplotlib inline\n```\n", 1, "only plain Python runs in the lab"),
        ("```{code-cell}\nx = '\\d'\n```\n", 1, "invalid escape sequence"),
        ("```{code-cell}\n" + "(" * 500 + "\n```\n", 1, "this is not Python"),
        ("```{code-cell} julia\nx\n```\n", 0, "this cell is in julia"),
        ("```{code-cell}\nx = 1  #" + "x" * 80 + "\n```\n", 1, "takes 88 columns"),
        ("```text\n" + "中" * 41 + "\n```\n", 1, "takes 82 columns"),
        ("| a |\n|---|\n| " + "x" * 80 + " |\n", 2, "this line of a table takes 84 columns"),
        ("```text\na\tb\n```\n", 1, "there is a tab"),
        ("a\x1b[2Jb\n", 0, "U+001B"),
        ("a\n\u202eb\n", 1, "U+202E (right-to-left override)"),
        ("a\u200bb\n", 0, "U+200B (zero width space)"),
        (":::{lab:train}\n\n:epochs: 3\n:::\n", 2, "is read as text here"),
        (":::{lab:kernel} densse\n:::\n", 0, "there is no kernel `densse`. Did you mean `dense`?"),
        (":::{lab:step} X + y\n:::\n", 0, "no cell has the name `X`"),
        ("```{code-cell}\nimage = 1\n```\n:::{lab:step} imgae\n:::\n", 3, "Did you mean `image`?"),
        (":::{lab:params}\nrate: 0..1\n:::\n", 1, "no cell has the name `rate`"),
        ("a " * 16_000, 0, "32,000 characters to the next cell"),
        ("```{lab:trian}\n```\n", 0, "Did you mean `lab:train`?"),
        ("```{lab:train}\n:epoch: 3\n```\n", 1, "Did you mean `:epochs:`?"),
        ("```{code-cell}\nx\n", 0, "does not end"),
        ("```{code-cell}\n---\ntags: [exercise]\n---\nx\n```\n", 0, "does not say of which exercise"),
    ],
)
def test_a_fault_is_told_on_its_line_with_what_to_do(write, body, line, said):
    found = faults(write(body))
    assert any(at == BODY + line and said in text for at, text in found), found


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("description: D", "descripton: D", 7, "Did you mean `description`?"),
        ("description: D\n", "", 6, "has no description"),
        ("title,description,tuilab", "title", 2, "Jupyter would drop"),
        (", format_name: myst", "", 4, "Jupyter would not find the cells"),
        (
            "kernelspec: {display_name: Python 3, language: python, name: python3}\n",
            "",
            1,
            "Add `kernelspec:",
        ),
        ("  id:", "  kernels: [dens]\n  id:", 9, "no kernel `dens`. Did you mean `dense`?"),
        ("  id:", "  needs: [mnits]\n  id:", 9, "Did you mean `mnist`?"),
        ("  id:", "  prerequisites: [ch2.first-lok]\n  id:", 9, "Did you mean `ch2.first-look`?"),
        (
            "  id:",
            "  prerequisites: [test.lesson]\n  id:",
            9,
            "wait for each other: test.lesson → test.lesson",
        ),
        ("test.NAME", "ch2.first-look", 9, "already used by"),
        ("  id:", "  ids: 3\n  id:", 9, "Did you mean `id`?"),
        ("title: T", "title: [T", 7, "this is not YAML"),
    ],
)
def test_a_fault_of_the_front_matter_is_told_on_its_line(write, old, new, line, said):
    found = faults(write("# T\n", front=FRONT.replace(old, new)))
    assert any(at == line and said in text for at, text in found), found


def test_all_faults_of_the_front_matter_are_named_at_once(write):
    front = FRONT.replace("title: T", "title: 3").replace(
        "  id: test.NAME", "  id: A B\n  minutes: long\n  kernel: []"
    )
    assert [line for line, _ in faults(write("# T\n", front=front))] == [6, 9, 10, 11]


def test_two_lessons_may_not_have_one_id_nor_wait_for_each_other(write):
    waits = FRONT.replace("  id:", "  prerequisites: [test.OTHER]\n  id:")
    one = write("# T\n", "one", waits.replace("OTHER", "two"))
    two = write("# T\n", "two", waits.replace("OTHER", "one"))
    circle = "test.one → test.two → test.one"
    assert faults(one, two) == [
        (9, f"these lessons wait for each other: {circle}. Take one out of another's prerequisites.")
    ]
    again = write("# T\n", "again", FRONT.replace("NAME", "one"))
    assert any("already used by" in text for _, text in faults(one, two, again))


def test_a_kernel_may_be_the_lessons_own(write):
    path = write(":::{lab:kernel} blur\n:::\n")
    path.with_suffix(".py").write_text("def blur(x):\n    return x\n")
    assert faults(path) == []
    path.with_suffix(".py").write_text("def blur_numpy(x):\n    return x\n")
    assert faults(path) == []
    path.with_suffix(".py").write_text("def blur(x)\n")
    assert any("lesson.py, line 1: this is not Python" in text for _, text in faults(path))


def test_files_that_are_no_lessons_are_told_in_a_line_each(write, tmp_path):
    write(b"x" * 5_000_000, "big")
    write(bytes(range(256)) * 10, "binary")
    write(b"", "empty")
    write("# T\n", "good")
    (tmp_path / "evil\x1b[2J.md").write_text("no")
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    report = check([tmp_path, tmp_path / "missing.md"])
    said = [str(fault) for fault in report.faults]
    assert len(said) == 6
    assert all(re.match(r"\S[^\n\x1b]*\.md:\d+: [^\n\x1b]+$", line) for line in said)
    for part in ("more than 1,000,000 bytes", "is not UTF-8", "begins with a line", "no such file"):
        assert any(part in line for line in said), part


def test_windows_line_ends_do_no_harm_and_move_no_line(write):
    body = "# T\n\n```{lab:train}\n:epoch: 3\n```\n"
    found = faults(write(body))
    assert found == faults(write((FRONT.replace("NAME", "lesson") + body).replace("\n", "\r\n").encode()))
    assert found[0][0] == BODY + 3


def test_a_file_is_checked_once_however_often_it_is_named(write, tmp_path):
    path = write("# T\n")
    assert check([path, tmp_path, path]).lessons == 1


def test_a_folder_without_lessons_says_so(tmp_path):
    assert "no lesson in this folder" in faults(tmp_path)[0][1]


def test_more_faults_than_anyone_reads_are_counted(write):
    found = faults(write("\x1b\n" * 300))
    assert len(found) == 101
    assert "200 more faults" in found[-1][1]


def test_a_fault_is_one_line_fit_for_a_terminal():
    assert str(Fault(Path("a\x1b.md"), 3, "b\x07\nc")) == "a␛.md:3: b␇ c"


@pytest.mark.parametrize(
    ("heading", "anchor"), [("The end", "the-end"), ("C++ & `x_1`!", "c--x_1"), ("Größe", "größe")]
)
def test_anchors_are_githubs(heading, anchor):
    assert slug(heading) == anchor


pieces = st.sampled_from(
    [
        *(
            "# a\n",
            "```{code-cell}\n",
            "```\n",
            ":::{lab:quiz} q\n",
            ":::{lab:params}\n",
            ":::\n",
            "a: 1..2\n",
        ),
        *("---\n", "tags: [exercise]\n", "tuilab: {exercise: a}\n", "- [x] a\n", "> b\n", "$\\x$", "$$\n"),
        *(
            "[a](b#c)",
            "![](\\0)",
            "\x1b[2J",
            "\u202e",
            "\t",
            "x = (\n",
            ":::{lab:step} x y\n",
            ":::{lab:race}\n",
        ),
        *("| a |\n|---|\n", "a: optimizer=adam\n", "\r", "&#27;", "<a:\x1b>", "\n"),
    ]
)


@given(st.lists(pieces, max_size=25).map("".join) | st.text(max_size=100))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_lesson_check_answers_in_lines_fit_for_a_terminal(body):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.md")
        path.write_bytes((FRONT + body).encode("utf-8", "surrogatepass"))
        for fault in check([path]).faults:
            assert fault.line >= 1
            assert str(fault).isprintable()
