"""What a learner has done: in one lesson by exercise and by question, and in all of them for the library."""

from collections.abc import Iterable, Mapping
from typing import Literal

from tuilab.lesson import Header, Lesson, Progress
from tuilab.lesson.model import Directive, Exercise
from tuilab.lesson.progress import NOTHING, Record

LESSON = "!lesson"
"""The id under which it is kept how far a lesson was read; no exercise has such an id."""
Stage = Literal["new", "begun", "done"]


class Learner:
    """Reads the lesson's records once, and keeps them as they are written.

    A question (`lab:predict`, `lab:quiz`) is a record like an exercise's, under an id that no exercise has.
    So is the lesson itself: how far it was read, and that all in it was done.
    """

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._progress = Progress()
        self._records = dict(self._progress.of(lesson.header.id))

    @property
    def notice(self) -> str:
        """A sentence where the file was damaged, or could not be read."""
        return self._progress.notice

    def take_notice(self) -> str:
        """The notice, which is not said again."""
        said, self._progress.notice = self._progress.notice, ""
        return said

    def record(self, exercise: Exercise) -> Record:
        return self._records.get((exercise.id, exercise.version), NOTHING)

    def draft(self, exercise: Exercise) -> str:
        """The last answer to an earlier version of an exercise; empty where there is none."""
        found = {
            version: it.answer
            for (name, version), it in self._records.items()
            if name == exercise.id and version < exercise.version and it.answer
        }
        return found[max(found)] if found else ""

    def note_try(self, exercise: Exercise, answer: str, *, solved: bool) -> Record:
        """Keep an answer that was checked. Raises LessonError where it cannot be kept."""
        kept = self._progress.note_try(self._id, exercise.id, exercise.version, answer, solved=solved)
        return self._put(exercise.id, exercise.version, kept)

    def keep_answer(self, exercise: Exercise, answer: str) -> Record:
        """Keep an answer that was not checked. Raises LessonError where it cannot be kept."""
        kept = self._progress.keep_answer(self._id, exercise.id, exercise.version, answer)
        return self._put(exercise.id, exercise.version, kept)

    def note_hint(self, exercise: Exercise, number: int) -> Record:
        """Keep that the hints up to this one were seen. Raises LessonError where it cannot be kept."""
        kept = self._progress.note_hint(self._id, exercise.id, exercise.version, number)
        return self._put(exercise.id, exercise.version, kept)

    def question(self, directive: Directive) -> Record:
        """The record of a question."""
        return self._records.get((question_id(directive), self._lesson.header.version), NOTHING)

    def note_answer(self, directive: Directive, answer: str, *, right: bool) -> Record:
        """Keep an answer to a question. Raises LessonError where it cannot be kept."""
        name, version = question_id(directive), self._lesson.header.version
        kept = self._progress.note_try(self._id, name, version, answer, solved=right)
        return self._put(name, version, kept)

    def note_step(self, number: int) -> None:
        """Keep that this step, from 1, was reached. Raises LessonError where it cannot be kept."""
        if number > self._read.hints and (number > 1 or len(self._lesson.steps) == 1):
            kept = self._progress.note_hint(self._id, LESSON, self._version, number)
            self._put(LESSON, self._version, kept)
        self.settle()

    def settle(self) -> None:
        """Keep that the lesson is done, where it was read to its end and all its exercises are solved."""
        solved = all(self.record(exercise).solved for exercise in self._lesson.exercises)
        if solved and self._read.hints >= len(self._lesson.steps) and not self._read.solved:
            kept = self._progress.note_try(self._id, LESSON, self._version, "", solved=True)
            self._put(LESSON, self._version, kept)

    @property
    def _read(self) -> Record:
        return self._records.get((LESSON, self._version), NOTHING)

    @property
    def _version(self) -> int:
        return self._lesson.header.version

    @property
    def _id(self) -> str:
        return self._lesson.header.id

    def _put(self, name: str, version: int, record: Record) -> Record:
        self._records[name, version] = record
        return record


def question_id(directive: Directive) -> str:
    """Under which id the answers to a question are kept: no exercise's id has a question mark."""
    return f"?{directive.argument}"


def stages(headers: Iterable[Header]) -> Mapping[str, Stage]:
    """How far each lesson is, by its id. Reads a small file for each, so not before the first frame."""
    progress = Progress()
    found: dict[str, Stage] = {}
    for header in headers:
        records = progress.of(header.id)
        is_done = records.get((LESSON, header.version), NOTHING).solved
        found[header.id] = "done" if is_done else "begun" if records else "new"
    return found
