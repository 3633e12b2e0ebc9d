"""Writing what was made of a lesson, without writing over anything by accident."""

from pathlib import Path

from tuilab.errors import LessonError


def write(target: Path, content: str, *, overwrite: bool = False, only_check: bool = False) -> None:
    """Write `content` into `target`. With `only_check` it is only seen whether that would be refused.

    LessonError, in a sentence, where the file is there and not to be written over, or cannot be written.
    """
    if target.exists() and not overwrite:
        raise LessonError(f"{target} is there already. `--force` writes over it.")
    if only_check:
        return
    try:
        with target.open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError as error:
        raise LessonError(f"{target} is there already. `--force` writes over it.") from error
    except OSError as error:
        raise LessonError(f"{target} cannot be written ({error.strerror}).") from error
