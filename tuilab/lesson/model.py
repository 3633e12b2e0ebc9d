"""What a lesson is made of. Everything is frozen, and every part knows the line it began on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What an author should mend, and on which line of the file."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Header:
    """A lesson's front matter: what the library shows without reading the rest.

    `problem` is empty for a lesson that can be opened. Otherwise it is one sentence for the author, and
    the other fields hold what could be made out. `steps` is counted without parsing; `load` corrects it.
    """

    path: Path
    id: str
    title: str
    description: str = ""
    book: str = ""
    order: int = 0
    minutes: int = 0
    version: int = 1
    lang: str = "en"
    prerequisites: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    kernels: tuple[str, ...] = ()
    steps: int = 0
    problem: str = ""

    @property
    def number(self) -> str:
        """The first of the book's numbers (`2.2.6` of `2.2.6, 2.2.7`), for where there is room for one."""
        return self.book.split(",")[0].strip()

    @property
    def chapter(self) -> int:
        """The chapter by the book's number (`2.3.1` is in chapter 2), or 0 where there is none."""
        first = self.number.split(".")[0]
        return int(first) if first.isdecimal() and len(first) < 4 else 0


@dataclass(frozen=True, slots=True)
class Prose:
    """A stretch of Markdown: paragraphs, lists, tables, quotes. `$…$` formulas stay in the text."""

    markdown: str
    line: int


@dataclass(frozen=True, slots=True)
class Formula:
    """A displayed formula, as LaTeX without its `$$`."""

    latex: str
    line: int


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A cell that can be run. `tags` and the rest of `metadata` are jupytext's.

    The first line of its source is line `source_line` of the file. `ours` is what stands under `tuilab:`.
    """

    source: str
    language: str
    tags: tuple[str, ...]
    line: int
    metadata: Mapping[str, Any] = field(default_factory=_nothing)
    problem: str = ""
    problem_line: int = field(default=0, compare=False)
    source_line: int = field(default=0, compare=False)

    @property
    def ours(self) -> Mapping[str, Any]:
        found = self.metadata.get("tuilab")
        return found if isinstance(found, dict) else {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (Problem(self.problem_line or self.line, self.problem),) if self.problem else ()


@dataclass(frozen=True, slots=True)
class Directive:
    """What a lesson asks the lab to do, such as `lab:train`.

    For a known directive `options` holds every option of its row in `directives.DIRECTIVES`, typed and
    with defaults filled in, and `content` what its body says where the body has a format of its own (the
    classes in `bodies`). Where the directive or an option is not known, `problem` says so, `options`
    holds the texts as written, and the lab shows `source` instead of acting on it.
    """

    name: str
    argument: str
    options: Mapping[str, Any]
    body: str
    line: int
    source: str = ""
    problem: str = ""
    content: Any = None
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    """All that is wrong with it; `problem` is the first."""
    body_line: int = field(default=0, compare=False)


Block = Prose | Formula | CodeCell | Directive


@dataclass(frozen=True, slots=True)
class Step:
    """What is shown at once: a `##` heading (or the title) and what follows it."""

    title: str
    line: int
    blocks: tuple[Block, ...]
    is_title: bool = field(default=False, compare=False)
    """Whether it stands below the title of the page, and not below a heading of its own."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """Something to be written by the learner: what stands there at first, and all that belongs to it.

    Its parts are tied by its id, wherever they stand. `version` is the lesson's unless the exercise has one
    of its own: a new version asks for a new answer.
    """

    id: str
    version: int
    line: int
    starter: CodeCell
    hints: tuple[Directive, ...] = ()
    solution: CodeCell | None = None
    checks: tuple[CodeCell, ...] = ()
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson, cut into steps.

    `companion` is the text of the `NAME.py` beside its `NAME.md`, None where there is none; `digest` is
    the hash of both, exactly as they were read. `loose` are the problems that belong to no block of code and
    no directive.
    """

    header: Header
    steps: tuple[Step, ...]
    exercises: tuple[Exercise, ...] = ()
    loose: tuple[Problem, ...] = field(default=(), compare=False)
    companion: str | None = field(default=None, repr=False)
    digest: str = field(default="", compare=False, repr=False)
    front: str = field(default="", compare=False, repr=False)
    """The YAML of its front matter, as written."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of all steps, in the order of the file."""
        return tuple(block for step in self.steps for block in step.blocks)

    @property
    def cells(self) -> tuple[CodeCell, ...]:
        """The code cells, in the order of the file."""
        return tuple(block for block in self.blocks if isinstance(block, CodeCell))

    @property
    def directives(self) -> tuple[Directive, ...]:
        """The directives, in the order of the file."""
        return tuple(block for block in self.blocks if isinstance(block, Directive))

    @property
    def faults(self) -> tuple[Problem, ...]:
        """What the author should mend, in the order of the file."""
        found = {problem for cell in self.cells for problem in cell.problems}
        found |= {problem for directive in self.directives for problem in directive.problems}
        return tuple(sorted(found | set(self.loose)))

    @property
    def problems(self) -> tuple[str, ...]:
        """The same, each as `file:line: …`."""
        return tuple(f"{self.header.path}:{fault.line}: {fault.text}" for fault in self.faults)
