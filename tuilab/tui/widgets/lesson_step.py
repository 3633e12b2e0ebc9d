"""One step of a lesson on the screen: prose, formulas, code, and room for what the lab does in it."""

from collections.abc import Callable, Iterator

from textual.app import ComposeResult
from textual.containers import ScrollableContainer, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Static

from tuilab.errors import FormulaError
from tuilab.lesson.bodies import Quiz
from tuilab.lesson.directives import DIRECTIVES
from tuilab.lesson.model import Block, CodeCell, Directive, Formula, Prose, Step
from tuilab.text import number, safe
from tuilab.tui.formula import layout
from tuilab.tui.glyphs import GlyphSet, detect, plain
from tuilab.tui.widgets.prose import ProseView

PanelMaker = Callable[[Block], Widget | None]
"""Makes the widget that acts on a cell or a directive, or None to leave its text standing there."""

HIGHLIGHTED = ("python", "pycon", "bash", "console", "json", "yaml", "toml", "text")
LONGEST_CODE = 30_000


class Sideways(ScrollableContainer, can_focus=False):
    """Text that must not be wrapped. It can be focused, and scrolled, only where it is too wide."""

    DEFAULT_CSS = """
    Sideways { height: auto; overflow-x: auto; overflow-y: hidden; scrollbar-size-horizontal: 1; }
    Sideways > Static { width: auto; height: auto; }
    """

    def __init__(self, content: Content, classes: str) -> None:
        super().__init__(classes=classes)
        self._content = content
        self._shown = Static(content)

    def compose(self) -> ComposeResult:
        yield self._shown

    def update(self, content: Content) -> None:
        """Show another text."""
        self._content = content
        self._shown.update(content)

    def on_resize(self, event: Resize) -> None:
        widest = max(line.cell_length for line in self._content.split("\n", allow_blank=True))
        self.can_focus = widest > self.content_size.width


class LessonStep(VerticalScroll):
    """Shows one step. Every text in it is made safe for the screen first.

    `panel` makes what stands in the place of a cell or a known directive; `hidden` says which blocks are not
    shown at all, such as the solution of an exercise.
    """

    DEFAULT_CSS = """
    LessonStep { padding: 0 1; scrollbar-size-vertical: 1; }
    LessonStep > * { max-width: 84; margin: 1 0 0 0; }
    LessonStep > .title { text-style: bold; height: auto; }
    LessonStep > .formula { margin: 1 0 0 3; max-width: 120; }
    LessonStep > .code { margin: 1 0 0 1; padding: 0 1; background: $surface; max-width: 120; }
    LessonStep > .problem { height: auto; color: $text-warning; }
    LessonStep > Panel { max-width: 120; }
    LessonStep > .first { margin-top: 0; }
    LessonStep > .settings { height: auto; color: $text-muted; }
    """

    def __init__(
        self,
        step: Step | None = None,
        *,
        glyphs: GlyphSet | None = None,
        panel: PanelMaker | None = None,
        hidden: Callable[[Block], bool] = lambda block: False,
        show_title: bool = True,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._step = step
        self._glyphs: GlyphSet = glyphs or detect()
        self._panel: PanelMaker = panel or (lambda block: None)
        self._hidden = hidden
        self._show_title = show_title

    @property
    def step(self) -> Step | None:
        """The step that is shown."""
        return self._step

    def compose(self) -> ComposeResult:
        if self._step is not None:
            yield from self._widgets(self._step)

    async def show(self, step: Step) -> None:
        """Show another step, from its top."""
        self._step = step
        async with self.batch():
            await self.remove_children()
            await self.mount_all(self._widgets(step))
        self.scroll_home(animate=False)

    def _widgets(self, step: Step) -> list[Widget]:
        widgets: list[Widget] = []
        if self._show_title:
            widgets.append(Static(Content(plain(safe(step.title, limit=200), self._glyphs)), classes="title"))
        for block in step.blocks:
            if not self._hidden(block):
                widgets += self._block(block)
        for widget in widgets[:1]:
            widget.add_class("first")
        return widgets

    def _block(self, block: Block) -> Iterator[Widget]:
        match block:
            case Prose():
                yield ProseView(block.markdown, self._glyphs)
            case Formula():
                yield from self._formula(block)
            case CodeCell():
                for problem in block.problems:
                    yield self._problem(problem.line, problem.text)
                yield self._panel(block) or Sideways(code(block.source, block.language, self._glyphs), "code")
            case Directive(problem=""):
                yield self._panel(block) or Static(settings(block, self._glyphs), classes="settings")
            case Directive():
                yield self._problem(block.problems[0].line if block.problems else block.line, block.problem)
                yield Sideways(code(block.source, "text", self._glyphs), "code")

    def _formula(self, block: Formula) -> Iterator[Widget]:
        try:
            lines = layout(block.latex, self._glyphs != "braille").lines
        except FormulaError as error:
            yield self._problem(block.line, str(error))
            yield Sideways(code(block.latex, "text", self._glyphs), "code")
        else:
            yield Sideways(Content("\n".join(lines)), "formula")

    def _problem(self, line: int, problem: str) -> Static:
        return Static(
            Content(plain(f"line {line}: {safe(problem, limit=400)}", self._glyphs)), classes="problem"
        )


def code(source: str, language: str, glyphs: GlyphSet = "braille") -> Content:
    """Source code with its syntax coloured, where the language is one of a lesson's."""
    from textual.highlight import highlight

    from tuilab.tui.widgets.code_colours import QuietTheme

    text = plain(safe(source[:LONGEST_CODE], keep_newlines=True), glyphs)
    return highlight(text, language=language if language in HIGHLIGHTED else "text", theme=QuietTheme)


def settings(directive: Directive, glyphs: GlyphSet = "braille") -> Content:
    """What a directive asks for: its options in a line of words, and what it says below, but no answers."""
    kind = DIRECTIVES.get(directive.name)
    secret = {option.name for option in kind.options if option.secret} if kind else set()
    parts = [
        f"{name.replace('_', ' ')} {_shown(value)}"
        for name, value in directive.options.items()
        if value is not None and name not in secret
    ]
    heading = f"{directive.name} {directive.argument}" if directive.name != "lab:train" else directive.name
    shown = safe(f"{heading.rstrip()}: " + " · ".join(parts), limit=1_000) if parts else safe(heading)
    body = directive.body
    if isinstance(directive.content, Quiz):
        answers = [f"- {answer.text}" for answer in directive.content.answers]
        body = "\n".join([directive.content.question, *answers])
    if directive.name != "lab:train":
        body = f"{body}\n(This lab shows it, and cannot act on it yet.)".lstrip("\n")
    if body:
        shown += "\n" + safe(body, keep_newlines=True, limit=4_000)
    return Content(plain(shown, glyphs))


def _shown(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return number(value)
        case tuple():
            return ", ".join(map(str, value))
    return str(value)
