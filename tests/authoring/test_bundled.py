"""The bundled lessons: nothing is wrong with any, and their cells do what they say.

Each is run under one random seed here. With TUILAB_ALL_SEEDS set, every band is tried under as many as it
asks for, as `tuilab check lessons` does.
"""

import os
from pathlib import Path

import pytest

from tuilab import paths
from tuilab.authoring import check
from tuilab.authoring.runner import run
from tuilab.lesson.library import files

LESSONS = files(paths.lessons())
MOST_SEEDS = None if os.environ.get("TUILAB_ALL_SEEDS") else 1


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_bundled_lesson_has_no_faults_and_its_cells_run(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Threads that share a small batch wait for each other where other work takes their processors.
    monkeypatch.setenv("TUILAB_THREADS", "1")
    report = check([path], run, MOST_SEEDS)
    assert report.cells_run
    assert not report.faults


def test_together_they_have_none_either() -> None:
    report = check([paths.lessons()])
    assert report.lessons == len(LESSONS)
    assert not report.faults
