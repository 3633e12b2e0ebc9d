"""What the learner of one lesson has done in it: `lesson.Progress` by exercise and by question."""

from tuilab.lesson import Lesson, Progress
from tuilab.lesson.model import Directive, Exercise
from tuilab.lesson.progress import NOTHING, Record


class Learner:
    """Reads the lesson's records once, and keeps them as they are written.

    A question (`lab:predict`, `lab:quiz`) is a record like an exercise's, under an id that no exercise has.
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

    @property
    def _id(self) -> str:
        return self._lesson.header.id

    def _put(self, name: str, version: int, record: Record) -> Record:
        self._records[name, version] = record
        return record


def question_id(directive: Directive) -> str:
    """Under which id the answers to a question are kept: no exercise's id has a question mark."""
    return f"?{directive.argument}"
