"""Whose code may run. Opening a lesson never runs anything; this says when a cell may.

- A bundled lesson is trusted.
- Any other is trusted where the person agreed to exactly this content at exactly this place: a hash of the
  lesson, of the `NAME.py` beside it and of its path. Any edit, and any move, asks again.
- What was agreed to is kept outside the lesson, in the user's state folder, where nobody else can write.

Run what was hashed: `Lesson.digest` is of the bytes that were parsed, and `Lesson.companion` is the text of
`NAME.py` as it was then. A runner uses these, and does not read the files again.

This is consent, not a sandbox. Once agreed to, a lesson's code may do all that the person may, and what it
imports from elsewhere was not hashed.
"""

import contextlib
import os
import time
from hashlib import sha256
from pathlib import Path

from tuilab import paths
from tuilab.errors import LessonError, RunError, TuilabError
from tuilab.lesson.model import Lesson
from tuilab.runs import files


def is_bundled(path: Path) -> bool:
    """Whether `path`, with all links followed, is one of the lessons that came with tuilab."""
    return _place(path).is_relative_to(_place(paths.lessons()))


def is_trusted(lesson: Lesson) -> bool:
    """Whether the code of this lesson, as it was read, may run."""
    if not lesson.digest:
        return False
    if is_bundled(lesson.header.path):
        return True
    try:
        return _agreement(lesson).is_file() and paths.private_folder(paths.trust()) is not None
    except (OSError, TuilabError):
        return False


def agree(lesson: Lesson) -> None:
    """Keep that the person agreed to this content at this place.

    Raises LessonError, in a sentence, where that cannot be kept; the lesson is then not trusted.
    """
    import json

    if not lesson.digest:
        raise LessonError(f"{lesson.header.path}: this lesson was not read whole, so it cannot be trusted.")
    paths.private_folder(paths.trust())
    place = os.fspath(_place(lesson.header.path))
    note = {"path": place, "id": lesson.header.id, "content": lesson.digest, "agreed_at": time.time()}
    try:
        files.write_whole(_agreement(lesson), json.dumps(note, indent=1).encode(), durable=True)
    except RunError as error:
        reason = getattr(error.__cause__, "strerror", None) or "it cannot be written"
        raise LessonError(
            f"{paths.trust()}: that you agreed to {lesson.header.id} could not be kept ({reason})."
        ) from error


def revoke(lesson: Lesson) -> None:
    """Take the consent to this content back."""
    with contextlib.suppress(FileNotFoundError):
        _agreement(lesson).unlink()


def _place(path: Path) -> Path:
    """`path` with all links followed; unlike `Path.resolve` it answers for a circle of links, too."""
    return Path(os.path.realpath(path))


def _agreement(lesson: Lesson) -> Path:
    place = os.fsencode(_place(lesson.header.path))
    return paths.trust() / f"{sha256(place + bytes(1) + lesson.digest.encode()).hexdigest()}.json"
