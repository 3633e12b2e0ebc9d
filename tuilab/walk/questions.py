"""What can be predicted at a stop: a number, or a shape."""

from dataclasses import dataclass

from tuilab.walk.answers import Asked, right
from tuilab.walk.journey import Move
from tuilab.walk.openings import broadcasts


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in words, and what is right."""

    words: str
    asked: Asked

    def right(self, answer: str) -> bool:
        """Whether an answer is right, by its value; TuilabError where it cannot be read."""
        return right(answer, self.asked)

    @property
    def told(self) -> str:
        """The right answer."""
        return str(self.asked) if isinstance(self.asked, tuple) else f"{self.asked:.4g}"


def question(move: Move, name: str) -> Question | None:
    """What a stop gives, as a question; `name`: what the result is called. None where there is nothing to
    say before it is seen."""
    if move.opening is not None:
        if move.opening.name not in ("shapes", "align"):
            return None
        if move.opening.name == "shapes" and broadcasts(move.done):
            return None
        return Question(f"the shape of {name}", move.done.shown[0].shape)
    if move.cell is None or move.line is None:
        return None
    index = move.cell.index
    cell = f"{name}[{', '.join(map(str, index))}]" if index else name
    if move.complete:
        return Question(cell, move.cell.value)
    if not move.cell.joined:
        return Question("what this step gives", move.line.value)
    if move.cell.terms == 1 or move.at.line == 0:
        return Question(f"the first term of {cell}", move.line.value)
    return Question(f"{cell} so far, with this term", move.line.so_far)
