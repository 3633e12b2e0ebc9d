"""What is predicted on a walk: the question that is open, and how many answers were right."""

from dataclasses import dataclass

from tuilab.text import safe
from tuilab.tui.widgets.frame import Kind
from tuilab.walk.questions import Question


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of an answer, and whether the question is closed with it."""

    says: str
    kind: Kind
    closed: bool


class Predictions:
    """Counts by value, not by spelling; a question that was missed once counts as wrong."""

    def __init__(self) -> None:
        self.question: Question | None = None
        self._missed = False
        self._right = self._wrong = 0

    def ask(self, question: Question) -> None:
        """Open a question."""
        self.question, self._missed = question, False

    def close(self) -> str:
        """Close the question that is open; what would have been right, in words."""
        question, self.question = self.question, None
        return (
            ""
            if question is None
            else f"{question.words[:1].upper()}{question.words[1:]} is {question.told}."
        )

    def judge(self, answer: str) -> Verdict:
        """Judge an answer to the question that is open.

        Raises:
            TuilabError: the answer is no number, or no shape.
        """
        asked = self.question
        assert asked is not None
        if asked.right(answer):
            self._right += not self._missed
            self.question = None
            return Verdict(f"Right: {asked.words} is {asked.told}.", "good", closed=True)
        if not self._missed:
            self._missed = True
            self._wrong += 1
            given = safe(answer.strip(), limit=40)
            return Verdict(f"Not {given}. Once more, or esc shows it.", "error", closed=False)
        self.question = None
        return Verdict(f"It is {asked.told}.", "error", closed=True)

    @property
    def score(self) -> str:
        """Right and wrong, once there was a question."""
        return f"{self._right} ✓ {self._wrong} ✗" if self._right or self._wrong else ""
