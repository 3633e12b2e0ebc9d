"""The same file is a notebook: jupytext reads it and writes it back."""

import pytest

from tuilab.lesson import CodeCell, library, load

jupytext = pytest.importorskip("jupytext")


@pytest.mark.parametrize("path", [header.path for header in library()], ids=lambda path: path.stem)
def test_a_bundled_lesson_goes_round_through_a_notebook(path):
    notebook = jupytext.read(path, fmt="md:myst")
    cells = [block for step in load(path).steps for block in step.blocks if isinstance(block, CodeCell)]
    assert [cell.source for cell in notebook.cells if cell.cell_type == "code"] == [
        cell.source for cell in cells
    ]
    again = jupytext.reads(jupytext.writes(notebook, fmt="md:myst"), fmt="md:myst")
    assert [(cell.cell_type, cell.source) for cell in again.cells] == [
        (cell.cell_type, cell.source) for cell in notebook.cells
    ]
    assert again.metadata["title"] == notebook.metadata["title"] == load(path).header.title
    assert again.metadata["tuilab"] == notebook.metadata["tuilab"]
