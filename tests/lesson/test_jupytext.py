"""The same file is a notebook: jupytext reads it and writes it back, and nothing is lost."""

import re
from dataclasses import is_dataclass, replace
from pathlib import Path

import pytest

from tuilab.authoring import skeleton
from tuilab.lesson import library, load
from tuilab.lesson.reader import parse

jupytext = pytest.importorskip("jupytext")

EXAMPLE = Path(__file__).parent / "examples" / "broadcasting.md"
LESSONS = [header.path for header in library()] + [EXAMPLE]


@pytest.fixture(params=[*LESSONS, None], ids=lambda path: path.stem if path else "new")
def path(request, tmp_path):
    return request.param or skeleton.create("ch2.new", tmp_path)


def without_lines(part):
    """A lesson with all its line numbers taken out: jupytext lays YAML out in its own way."""
    if isinstance(part, tuple):
        return tuple(without_lines(it) for it in part)
    if not is_dataclass(part):
        return part
    changes = {}
    for name in part.__dataclass_fields__:
        value = getattr(part, name)
        changes[name] = 0 if re.fullmatch(r"(\w+_)?line", name) else without_lines(value)
    return replace(part, **changes)


def test_markdown_to_notebook_and_back_is_the_same_lesson(path):
    written = jupytext.writes(jupytext.read(path, fmt="md:myst"), fmt="ipynb")
    back = jupytext.writes(jupytext.reads(written, fmt="ipynb"), fmt="md:myst")
    lesson = load(path)
    again = replace(parse(back, path), companion=lesson.companion)
    assert without_lines(again) == without_lines(lesson)


def test_the_notebook_has_every_cell_with_its_source_its_tags_and_its_fields(path):
    notebook = jupytext.read(path, fmt="md:myst")
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [(cell.source, dict(cell.metadata)) for cell in cells] == [
        (cell.source, dict(cell.metadata)) for cell in load(path).cells
    ]
    assert notebook.metadata["title"] == load(path).header.title
    assert notebook.metadata["tuilab"]["id"] == load(path).header.id


def test_a_notebook_written_by_jupytext_is_written_the_same_again(path):
    once = jupytext.writes(jupytext.read(path, fmt="md:myst"), fmt="md:myst")
    assert jupytext.writes(jupytext.reads(once, fmt="md:myst"), fmt="md:myst") == once
