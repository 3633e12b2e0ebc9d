"""What a lesson is made of. Everything is frozen, and every part knows the line it began on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


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
    def chapter(self) -> int:
        """The chapter by the book's number (`2.3.1` is in chapter 2), or 0 where there is none."""
        first = self.book.split(".")[0]
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
    """A cell that can be run. `tags` and the rest of `metadata` are jupytext's."""

    source: str
    language: str
    tags: tuple[str, ...]
    line: int
    metadata: Mapping[str, Any] = field(default_factory=_nothing)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Directive:
    """What a lesson asks the lab to do, such as `lab:train`.

    For a known directive `options` holds every option of its row in `directives.DIRECTIVES`, typed and
    with defaults filled in. Where the directive or an option is not known, `problem` says so, `options`
    holds the texts as written, and the lab shows `source` instead of acting on it.
    """

    name: str
    argument: str
    options: Mapping[str, Any]
    body: str
    line: int
    source: str = ""
    problem: str = ""


Block = Prose | Formula | CodeCell | Directive


@dataclass(frozen=True, slots=True)
class Step:
    """What is shown at once: a `##` heading (or the title) and what follows it."""

    title: str
    line: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson, cut into steps."""

    header: Header
    steps: tuple[Step, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What the author should mend, each as `file:line: …`, in the order of the file."""
        return tuple(
            f"{self.header.path}:{block.line}: {block.problem}"
            for step in self.steps
            for block in step.blocks
            if isinstance(block, CodeCell | Directive) and block.problem
        )
