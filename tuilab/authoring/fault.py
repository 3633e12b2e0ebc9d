"""A fault of a lesson, and the lesson as the checks see it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tuilab.lesson import Lesson, Problem
from tuilab.lesson.yaml_block import YamlBlock
from tuilab.text import safe


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong, where, and what to do. As a text it is fit for a terminal."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return safe(f"{self.path}:{self.line}: {self.text}")


@dataclass(frozen=True, slots=True)
class Page:
    """A lesson with its text and its front matter."""

    lesson: Lesson
    lines: tuple[str, ...]
    front: YamlBlock

    @property
    def path(self) -> Path:
        return self.lesson.header.path

    def line_of(self, *keys: str) -> int:
        """The line of a field of the front matter, or of the nearest that holds it."""
        while keys and keys not in self.front.lines:
            keys = keys[:-1]
        return self.front.lines.get(keys, 1)


Check = Callable[[Page], Iterator[Problem]]


def from_error(path: Path, message: str) -> Fault:
    """The fault that a LessonError names; where it names no line, it is the first."""
    where, _, text = message.removeprefix(f"{path}:").partition(":")
    if where.isdecimal():
        return Fault(path, int(where), text.strip())
    return Fault(path, 1, message.removeprefix(f"{path}:").strip())
