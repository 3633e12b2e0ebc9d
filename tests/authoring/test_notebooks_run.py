"""Exported notebooks run from top to bottom: in Jupyter where it is installed, else as a script.

The cells of every lesson run in `test_bundled`; here a few are run as notebooks, and all of them where
TUILAB_ALL_NOTEBOOKS is set.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tuilab.authoring import notebook, skeleton
from tuilab.lesson import library, load

jupytext = pytest.importorskip("jupytext")

EXAMPLES = (
    Path(__file__).parent / "examples" / "everything.md",
    Path(__file__).parent.parent / "lesson" / "examples" / "broadcasting.md",
)
FEW = ("ch1.loss", "ch2.product")
LESSONS = [
    *(
        header.path
        for header in library()
        if not header.problem and (header.id in FEW or os.environ.get("TUILAB_ALL_NOTEBOOKS"))
    ),
    *EXAMPLES,
]
SECONDS = 300


@pytest.fixture(params=[*LESSONS, None], ids=lambda path: path.stem if path else "new")
def exported(request, tmp_path):
    """A lesson, and the notebook made of it."""
    path = request.param or skeleton.create("ch2.new", tmp_path)
    target = tmp_path / "lesson.ipynb"
    notebook.export(path, target)
    return load(path), target


def test_it_runs_to_its_end_and_gives_what_the_lesson_expects(exported):
    lesson, target = exported
    if not lesson.cells:
        pytest.skip("a lesson without cells")
    try:
        import nbclient
        import nbformat
    except ImportError:
        _as_script(target)
        return
    made = nbformat.read(target, as_version=4)
    nbformat.validate(made)
    client = nbclient.NotebookClient(made, timeout=SECONDS, kernel_name="python3", resources={"metadata": {}})
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        pytest.fail(str(error)[-2000:])
    cells = [cell for cell in made.cells if cell.cell_type == "code"]
    assert len(cells) == len(lesson.cells)
    for cell, ours in zip(cells, lesson.cells, strict=True):
        if isinstance(wanted := ours.ours.get("expect"), str):
            printed = "".join(it.get("text", "") or it["data"].get("text/plain", "") for it in cell.outputs)
            assert " ".join(wanted.split()) in " ".join(printed.split())


def _as_script(target):
    script = target.with_suffix(".py")
    script.write_text(jupytext.writes(jupytext.read(target), fmt="py:percent"))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr[-2000:]


def test_where_there_is_no_jupyter_it_runs_as_a_script(tmp_path):
    target = tmp_path / "new.ipynb"
    notebook.export(skeleton.create("ch2.new", tmp_path), target)
    _as_script(target)
