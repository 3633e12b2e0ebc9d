"""The bundled lessons: nothing is wrong with any, and their cells do what they say."""

from tuilab import paths
from tuilab.authoring import check
from tuilab.authoring.runner import run


def test_the_bundled_lessons_have_no_faults_and_their_cells_run() -> None:
    report = check([paths.lessons()], run)
    assert report.cells_run
    assert report.lessons >= 1
    assert not report.faults
