"""`tuilab export`: a lesson as a notebook."""

import sys

import pytest

from tuilab.authoring import notebook, skeleton
from tuilab.errors import LessonError


@pytest.fixture
def lesson(tmp_path):
    return skeleton.create("ch2.new", tmp_path)


def test_the_notebook_is_valid_and_runs_from_its_top_to_its_bottom(lesson, tmp_path):
    pytest.importorskip("jupytext")
    nbformat = pytest.importorskip("nbformat")
    target = tmp_path / "new.ipynb"
    notebook.export(lesson, target)
    made = nbformat.read(target, as_version=4)
    nbformat.validate(made)
    names: dict[str, object] = {}
    for cell in made.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    assert names["loss"](1.0, 3.0) == 4


def test_a_file_that_is_there_is_written_over_only_when_told(lesson, tmp_path):
    pytest.importorskip("jupytext")
    target = tmp_path / "new.ipynb"
    target.write_text("mine")
    with pytest.raises(LessonError, match="`--force` writes over it"):
        notebook.export(lesson, target)
    assert target.read_text() == "mine"
    notebook.export(lesson, target, overwrite=True)
    assert target.read_text() != "mine"


def test_what_jupytext_stops_at_is_one_sentence(lesson, tmp_path):
    pytest.importorskip("jupytext")
    lesson.write_text(lesson.read_text().replace("tags: [setup]", "tags: [setup"))
    with pytest.raises(LessonError, match="jupytext cannot read this lesson"):
        notebook.export(lesson, tmp_path / "new.ipynb")
    assert not (tmp_path / "new.ipynb").exists()


def test_without_jupytext_it_says_what_to_install(lesson, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupytext", None)
    with pytest.raises(LessonError, match="pip install jupytext"):
        notebook.export(lesson, tmp_path / "new.ipynb")
