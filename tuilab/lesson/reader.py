"""Read a lesson file: cut its Markdown into steps, and its steps into blocks."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tuilab.errors import LessonError
from tuilab.lesson import directives, front_matter, source, yaml_block
from tuilab.lesson.markdown import parser
from tuilab.lesson.model import Block, CodeCell, Directive, Formula, Lesson, Prose, Step
from tuilab.text import safe

if TYPE_CHECKING:
    from markdown_it.token import Token

_BRACED = re.compile(r"\{([^{}\s]+)\}[ \t]*(.*)")
_UNSEEN = ("myst_block_break", "myst_line_comment", "myst_target", "front_matter")


def load(path: Path) -> Lesson:
    """Read the lesson in `path`.

    Raises LessonError naming the file and the line where the file is not a lesson (`source`, front
    matter). What is wrong further down becomes the `problem` of its block.
    """
    path = Path(path)
    text = source.read(path)
    header, language, body = front_matter.header(text, path)
    lines = text.split("\n")[body - 1 :]
    steps = _Cutter(lines, body, path, header.title, language).steps()
    return Lesson(replace(header, steps=len(steps)), steps)


class _Cutter:
    def __init__(self, lines: list[str], first: int, path: Path, title: str, language: str) -> None:
        self.lines, self.first, self.path, self.language = lines, first, path, language
        self.title, self.line, self.is_title = title, first, True
        self.blocks: list[Block] = []
        self.done: list[tuple[bool, Step]] = []
        self.prose: list[int] | None = None

    def steps(self) -> tuple[Step, ...]:
        tokens = self._tokens()
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
        self.done.append((self.is_title, Step(self.title, self.line, tuple(self.blocks))))
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
        braced = _BRACED.fullmatch(info)
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
        if lines[0].rstrip() == "---":
            ends = [number for number, text in enumerate(lines) if number and text.rstrip() == "---"]
            if ends:
                metadata, lines = lines[1 : ends[0]], lines[ends[0] + 1 :]
        else:
            while lines and re.match(r":[\w-]+:", lines[0]):
                metadata.append(lines.pop(0)[1:])
        values, problem = {}, ""
        if metadata:
            try:
                values = dict(yaml_block.read("\n".join(metadata), self.path, line + 1).values)
            except LessonError as error:
                problem = str(error)
        tags = values.get("tags", [])
        if isinstance(tags, str):
            tags = [tags]
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            tags, problem = [], problem or "`tags` is not a list of names. Write it as `tags: [setup]`."
        text = "\n".join(lines).strip("\n")
        language = language.strip() or self.language
        language = "python" if language in ("ipython3", "ipython", "python3") else language
        return CodeCell(text, language, tuple(tags), line, values, problem)
