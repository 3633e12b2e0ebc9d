"""Read a lesson file: cut its Markdown into steps, and its steps into blocks."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuilab.errors import LessonError
from tuilab.lesson import cells, directives, front_matter, source, structure, yaml_block
from tuilab.lesson.exercises import gather
from tuilab.lesson.markdown import parser
from tuilab.lesson.model import Block, CodeCell, Directive, Formula, Lesson, Problem, Prose, Step
from tuilab.text import safe

if TYPE_CHECKING:
    from markdown_it.token import Token

_UNSEEN = ("myst_block_break", "myst_line_comment", "myst_target", "front_matter")


def load(path: Path) -> Lesson:
    """Read the lesson in `path`.

    Raises LessonError naming the file and the line where the file is not a lesson (`source`, front
    matter). What is wrong further down becomes the `problem` of its block.
    """
    path = Path(path)
    raw = source.read_bytes(path)
    lesson = parse(source.decode(raw, path), path)
    try:
        beside = source.companion(path)
        companion = None if beside is None else source.decode(beside, path.with_suffix(".py"))
    except LessonError as error:
        # The lesson opens all the same, and without a digest none of its code may run.
        return replace(lesson, loose=(*lesson.loose, Problem(1, str(error))))
    return replace(lesson, companion=companion, digest=source.digest(raw, beside))


def parse(text: str, path: Path) -> Lesson:
    """The lesson that `text` is; `path` is what errors name."""
    header, language, body = front_matter.header(text, path)
    lines = text.split("\n")
    cutter = _Cutter(lines[body - 1 :], body, path, header.title, language)
    steps = cutter.steps()
    exercises, faults = gather((block for step in steps for block in step.blocks), header.version)
    return Lesson(
        header=replace(header, steps=len(steps)),
        steps=steps,
        exercises=exercises,
        loose=(*cutter.faults, *faults),
        front="\n".join(lines[1 : body - 2]),
    )


class _Cutter:
    def __init__(self, lines: list[str], first: int, path: Path, title: str, language: str) -> None:
        self.lines, self.first, self.path, self.language = lines, first, path, language
        self.title, self.line, self.is_title = title, first, True
        self.blocks: list[Block] = []
        self.done: list[tuple[bool, Step]] = []
        self.prose: list[int] | None = None
        self.faults: list[Problem] = []

    def steps(self) -> tuple[Step, ...]:
        tokens = self._tokens()
        self.faults = structure.faults(tokens, self.lines, self.first)
        for index, token in enumerate(tokens):
            if token.level or token.map is None or token.nesting < 0:
                continue
            begin, end = token.map
            if token.type == "heading_open" and token.tag in ("h1", "h2"):
                self._begin_step(tokens[index + 1].content, begin, token.tag == "h1")
            elif token.type in _UNSEEN:
                self._end_prose()
            elif block := self._block(token):
                self._end_prose()
                self.blocks.append(block)
            elif self.prose is None:
                self.prose = [begin, end]
            else:
                self.prose[1] = end
        self._end_step()
        steps = tuple(step for is_title, step in self.done if step.blocks or not is_title)
        return steps or (self.done[-1][1],)

    def _tokens(self) -> "list[Token]":
        """Block tokens only: what stands inside the lines is parsed when a step is shown."""
        from markdown_it.rules_core import StateCore

        markdown = parser()
        state = StateCore("\n".join(self.lines) + "\n", markdown, {})
        try:
            markdown.block.parse(state.src, markdown, state.env, state.tokens)
        except (IndexError, RecursionError) as error:
            # The parser's own slips on odd input must not reach a reader as a traceback.
            raise LessonError(
                f"{self.path}:{self.first}: the Markdown of this lesson cannot be parsed. "
                "Look for a `:::`, `$$` or fence that does not end."
            ) from error
        return state.tokens

    def _begin_step(self, title: str, begin: int, is_title: bool) -> None:
        self._end_step()
        self.title = safe(" ".join(title.split()), limit=200) or self.title
        self.line, self.is_title = self.first + begin, is_title

    def _end_step(self) -> None:
        self._end_prose()
        self.done.append((self.is_title, Step(self.title, self.line, tuple(self.blocks), self.is_title)))
        self.blocks = []

    def _end_prose(self) -> None:
        if self.prose is not None:
            begin, end = self.prose
            text = "\n".join(self.lines[begin:end]).strip("\n")
            self.blocks.append(Prose(text, self.first + begin))
            self.prose = None

    def _block(self, token: "Token") -> Block | None:
        """The block that a token stands for, or None where it is prose."""
        assert token.map is not None
        line = self.first + token.map[0]
        if token.type in ("math_block", "math_block_label"):
            return Formula(token.content.strip(), line)
        if token.type not in ("fence", "colon_fence"):
            return None
        info = token.info.strip()
        if info == "math":
            return Formula(token.content.strip(), line)
        braced = structure.BRACED.fullmatch(info)
        if braced is None:
            return None if token.type == "fence" else self._directive(token, info, "", line)
        name, argument = braced.groups()
        if name == "code-cell" and token.type == "fence":
            return self._cell(token.content, argument, line)
        if name == "math":
            return Formula(token.content.strip(), line)
        return self._directive(token, name, argument, line)

    def _directive(self, token: "Token", name: str, argument: str, line: int) -> Directive:
        assert token.map is not None
        shown = "\n".join(self.lines[slice(*token.map)])
        return directives.read(name, argument.strip(), token.content, line, shown)

    def _cell(self, content: str, language: str, line: int) -> CodeCell:
        """A code cell: its metadata is YAML between `---` lines, or `:name: value` lines."""
        lines = content.rstrip("\n").split("\n")
        metadata: list[str] = []
        begin = line + 1
        if lines[0].rstrip() == "---":
            ends = [number for number, text in enumerate(lines) if number and text.rstrip() == "---"]
            if ends:
                metadata, lines = lines[1 : ends[0]], lines[ends[0] + 1 :]
                begin += ends[0] + 1
        else:
            while lines and re.match(r":[\w-]+:", lines[0]):
                metadata.append(lines.pop(0)[1:])
            begin += len(metadata)
        while len(lines) > 1 and not lines[0]:
            lines.pop(0)
            begin += 1
        values, problem, problem_line = self._metadata(metadata, line)
        tags = values.get("tags", [])
        if isinstance(tags, str):
            tags = [tags]
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            tags, problem = [], problem or "`tags` is not a list of names. Write it as `tags: [setup]`."
        faults = list(cells.faults(values, tuple(tags)))
        if faults and not problem:
            problem = faults.pop(0)
        self.faults += [Problem(line, fault) for fault in faults]
        text = "\n".join(lines).strip("\n")
        language = language.strip() or self.language
        language = "python" if language in ("ipython3", "ipython", "python3") else language
        return CodeCell(text, language, tuple(tags), line, values, problem, problem_line, begin)

    def _metadata(self, lines: list[str], line: int) -> tuple[dict[str, Any], str, int]:
        """What the YAML of a cell says, or what is wrong with it and on which line."""
        if not lines:
            return {}, "", 0
        # Between rules it begins on the line after the first; as `:name: value` lines, right after the fence.
        first = line + 1 + (self.lines[line - self.first + 1].rstrip() == "---")
        try:
            return dict(yaml_block.read("\n".join(lines), self.path, first).values), "", 0
        except LessonError as error:
            where, _, text = str(error).removeprefix(f"{self.path}:").partition(": ")
            return {}, text, int(where) if where.isdecimal() else line
