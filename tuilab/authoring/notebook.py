"""`tuilab export`: a lesson as a notebook, through jupytext."""

from pathlib import Path

from tuilab.authoring.writing import write
from tuilab.errors import LessonError
from tuilab.lesson import load
from tuilab.text import safe

MISSING = "Exporting a lesson needs jupytext. `pip install jupytext` brings it."


def export(path: Path, target: Path, *, overwrite: bool = False) -> None:
    """Write the lesson in `path` as the notebook `target`. It has no outputs: nothing is run.

    Raises LessonError, in a sentence, where the lesson cannot be read, jupytext is missing or refuses it, or
    `target` is there already.
    """
    load(path)
    try:
        import jupytext
    except ImportError as error:
        raise LessonError(MISSING) from error
    try:
        content = jupytext.writes(jupytext.read(path, fmt="md:myst"), fmt="ipynb")
    except Exception as error:
        # jupytext stops at metadata that tuilab only warns of, with errors of several kinds.
        raise LessonError(
            f"{path}: jupytext cannot read this lesson ({safe(str(error), limit=200)}). "
            f"`tuilab check {path}` names its faults."
        ) from error
    write(target, content, overwrite=overwrite)
