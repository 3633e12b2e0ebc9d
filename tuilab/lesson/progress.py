"""What a learner has done: which exercises are solved, their last answers, how many hints they saw.

One JSON file a lesson, in the user's state folder; in it a record for each exercise and each version of it:

- A new `version` of a lesson, or of one exercise in it, asks for a new answer: the record of the old version
  stays, does not count, and its answer is offered as a draft (`Progress.draft`).
- Anything else in a lesson may change, move or be renamed without touching what was solved.
- A record that no lesson asks for any more stays: an older lab, or a later lesson, may ask for it again.
- A file written by a later tuilab is read by nobody and overwritten by nobody.

Every change reads the file, changes one record and replaces the file, under a lock: two labs at once lose
nothing of each other's.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tuilab import paths
from tuilab.errors import LessonError, RunError
from tuilab.runs import files
from tuilab.text import safe

FORMAT = 1
LONGEST_ANSWER = 50_000
"""The most characters of an answer that are kept."""
PATIENCE = 2.0
"""Seconds to wait for another lab that is writing."""
_MOST_ANSWERS = 900_000
"""The most characters that all answers of a lesson have together, well within what is read back."""


@dataclass(frozen=True, slots=True)
class Record:
    """One exercise in one of its versions. `solved_at` is in seconds since 1970; 0 where it is not solved."""

    solved_at: float = 0.0
    tries: int = 0
    hints: int = 0
    answer: str = ""

    @property
    def solved(self) -> bool:
        return self.solved_at > 0


NOTHING = Record()


class Progress:
    """The records in `folder`, the user's own unless another is given.

    `notice` is a sentence for the learner where a file was damaged or could not be read; else empty.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = paths.progress() if folder is None else folder
        self.notice = ""

    def of(self, lesson: str) -> Mapping[tuple[str, int], Record]:
        """All records of a lesson, by exercise and version. Never raises: see `notice`."""
        try:
            return self._read(lesson)
        except ValueError as error:
            self.notice = self._damaged(lesson, str(error))
        except LessonError as error:
            self.notice = str(error)
        return {}

    def record(self, lesson: str, exercise: str, version: int) -> Record:
        """The record of an exercise in this version of it, an empty one where there is none."""
        return self.of(lesson).get((exercise, version), NOTHING)

    def draft(self, lesson: str, exercise: str, version: int) -> str:
        """The last answer given to this version or, failing that, to the nearest earlier one."""
        found = {key[1]: it.answer for key, it in self.of(lesson).items() if key[0] == exercise and it.answer}
        return found[max(usable)] if (usable := [key for key in found if key <= version]) else ""

    def note_try(self, lesson: str, exercise: str, version: int, answer: str, *, solved: bool) -> Record:
        """Keep an answer that was checked. What was solved once stays solved."""

        def change(old: Record) -> Record:
            when = old.solved_at or (time.time() if solved else 0.0)
            return replace(old, tries=old.tries + 1, solved_at=when, answer=answer[:LONGEST_ANSWER])

        return self._change(lesson, exercise, version, change)

    def keep_answer(self, lesson: str, exercise: str, version: int, answer: str) -> Record:
        """Keep an answer that was not checked."""
        return self._change(
            lesson, exercise, version, lambda old: replace(old, answer=answer[:LONGEST_ANSWER])
        )

    def note_hint(self, lesson: str, exercise: str, version: int, number: int) -> Record:
        """Keep that the hints up to this `number`, from 1, were seen."""
        return self._change(lesson, exercise, version, lambda old: replace(old, hints=max(old.hints, number)))

    def reset(self, lesson: str, exercise: str, version: int) -> None:
        """Forget one exercise in one version."""
        self._change(lesson, exercise, version, lambda old: NOTHING)

    # The file -------------------------------------------------------------------------------------

    def _path(self, lesson: str) -> Path:
        if not lesson or not lesson.replace("-", "").replace("_", "").replace(".", "").isalnum():
            raise LessonError(f"{safe(repr(lesson), limit=80)} is not the id of a lesson.")
        return self.folder / f"{lesson}.json"

    def _read(self, lesson: str) -> dict[tuple[str, int], Record]:
        """The records in the file. Raises ValueError where it is damaged, LessonError where we may not."""
        path = self._path(lesson)
        try:
            descriptor = files.open_regular(path)
            try:
                content = files.parse_object(files.read_within(descriptor, files.JSON_LIMIT))
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise LessonError(f"{path}: your progress cannot be read ({error.strerror}).") from error
        if (written := content.get("format")) != FORMAT:
            if isinstance(written, int) and written > FORMAT:
                raise LessonError(
                    f"{path}: your progress was kept by a later tuilab, so this one leaves it alone. "
                    "Upgrade tuilab."
                )
            raise ValueError("its format is not known")
        return _records(content)

    def _change(self, lesson: str, exercise: str, version: int, change: Callable[[Record], Record]) -> Record:
        path = self._path(lesson)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _lock(path.with_suffix(".lock")):
                try:
                    records = self._read(lesson)
                except ValueError as error:
                    self.notice = self._set_aside(path, str(error))
                    records = {}
                made = change(records.get((exercise, version), NOTHING))
                records[exercise, version] = made
                if made == NOTHING:
                    del records[exercise, version]
                files.write_whole(path, _written(lesson, records), durable=True)
                return made
        except OSError as error:
            raise _not_kept(path, error) from error
        except RunError as error:
            raise _not_kept(path, error.__cause__) from error

    def _damaged(self, lesson: str, why: str) -> str:
        path = self._path(lesson)
        return (
            f"{path}: your progress in this lesson cannot be read ({safe(why, limit=80)}). "
            "The next answer begins a new file, and this one is kept beside it."
        )

    def _set_aside(self, path: Path, why: str) -> str:
        for number in range(1, 1_000):
            aside = path.with_name(f"{path.name}.damaged-{number}")
            if not os.path.lexists(aside):
                break
        os.rename(path, aside)
        return (
            f"{path}: your progress in this lesson was damaged ({safe(why, limit=80)}). "
            f"It was kept as {aside.name}, and a new file begun."
        )


def _records(content: Mapping[str, Any]) -> dict[tuple[str, int], Record]:
    kinds: dict[str, tuple[type, ...]] = {name: (type(value),) for name, value in asdict(NOTHING).items()}
    kinds["solved_at"] = (int, float)
    found: dict[tuple[str, int], Record] = {}
    entries = content.get("exercises")
    if not isinstance(entries, dict):
        raise ValueError("it lists no exercises")
    for exercise, versions in entries.items():
        if not isinstance(versions, dict):
            raise ValueError("an exercise has no versions")
        for version, values in versions.items():
            if not version.isdecimal() or not isinstance(values, dict):
                raise ValueError("a version of an exercise is no record")
            known = {name: value for name, value in values.items() if name in kinds}
            for name, value in known.items():
                if isinstance(value, bool) or not isinstance(value, kinds[name]):
                    raise ValueError(f"`{name}` of an exercise is of the wrong kind")
            found[exercise, int(version)] = Record(**known)
    return found


def _written(lesson: str, records: Mapping[tuple[str, int], Record]) -> bytes:
    import json

    exercises: dict[str, dict[str, Any]] = {}
    room = _MOST_ANSWERS
    # The newest versions first: where answers must be dropped, it is those of old ones.
    for (exercise, version), record in sorted(records.items(), key=lambda it: -it[0][1]):
        size = len(json.dumps(record.answer))
        room -= size
        kept = record if room >= 0 else replace(record, answer="")
        exercises.setdefault(exercise, {})[str(version)] = asdict(kept)
    content = {"format": FORMAT, "lesson": lesson, "exercises": exercises}
    return json.dumps(content, indent=1).encode()


def _not_kept(path: Path, error: BaseException | None) -> LessonError:
    reason = getattr(error, "strerror", None) or "the file cannot be written"
    return LessonError(
        f"{path}: your progress could not be kept ({reason}). What was kept before is still there: "
        "make room, or make the folder writable, and answer again."
    )


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold the lock at `path`. Where the file system has no locks, go on without one."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LessonError(
                        f"{path}: another lab has been writing your progress for {PATIENCE:g} seconds. "
                        "Try again."
                    ) from None
                time.sleep(0.005)
            except OSError:
                break
        yield
    finally:
        os.close(descriptor)
