"""The desk of a lesson: the text, and beside it or in its place what is on the stage.

The text is one page a step. The pages that were read last are kept, so that a panel in them is found again as
it was left.
"""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.events import Resize
from textual.message import Message
from textual.widget import Widget

from tuilab.lesson.model import Block, CodeCell, Lesson
from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.panels.panel import Panel
from tuilab.tui.widgets.lesson_step import LessonStep

KEPT = 8
"""How many pages are kept."""
NARROWEST, WIDEST = 34, 80
"""The text beside a stage, in cells."""
SHARE = 0.45
"""How much of the width the text takes where there is room for more than it needs."""
CODE_MARGIN = 9
"""Cells beside a line of code: padding, margins, a scrollbar."""


class Page(LessonStep):
    """One step's text, and the panels of the step: those in it and those on the stage, in order."""

    def __init__(
        self, lesson: Lesson, index: int, glyphs: GlyphSet, panel: Callable[["Page", Block], Widget | None]
    ) -> None:
        self.index = index
        self.panels: list[Panel] = []
        hidden = {id(part) for it in lesson.exercises for part in (it.solution, *it.checks, *it.hints)}
        super().__init__(
            lesson.steps[index],
            glyphs=glyphs,
            panel=lambda block: panel(self, block),
            hidden=lambda block: id(block) in hidden,
        )

    @property
    def staged(self) -> list[Panel]:
        """The panels that take the stage."""
        return [panel for panel in self.panels if panel.on_stage]

    @property
    def code_width(self) -> int:
        """What the longest line of code in a cell needs."""
        blocks = self.step.blocks if self.step is not None else ()
        lines = (line for it in blocks if isinstance(it, CodeCell) for line in it.source.split("\n"))
        return max(map(len, lines), default=-CODE_MARGIN) + CODE_MARGIN


class Desk(Horizontal):
    """Shows a page, and the panel on the stage: beside the text where both fit, else one of them."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Desk #stage { width: 1fr; height: 1fr; border-left: solid $rule; }
    Desk #stage.-alone { border-left: none; }
    Desk #text { width: 1fr; height: 1fr; }
    .-signs-ascii Desk #stage { border-left: ascii $rule; }
    .-signs-ascii Desk #stage.-alone { border-left: none; }
    """

    class Arranged(Message):
        """There is room for both now, or no longer."""

    def __init__(self) -> None:
        super().__init__()
        self._text = Container(id="text")
        self._stage = Container(id="stage", classes="-alone")
        self._pages: dict[int, Page] = {}
        self._page: Page | None = None
        self._staged: Panel | None = None
        self._beside = False
        self._shows_stage = False

    def compose(self) -> ComposeResult:
        yield self._text
        yield self._stage

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return self._page

    @property
    def pages(self) -> list[Page]:
        """The pages that are kept."""
        return list(self._pages.values())

    @property
    def staged(self) -> Panel | None:
        """The panel on the stage, seen or not."""
        return self._staged

    @property
    def beside(self) -> bool:
        """Whether text and stage are both seen."""
        return self._beside

    @property
    def shows_text(self) -> bool:
        return self._beside or not self._shows_stage

    async def turn(self, index: int, make: Callable[[int], Page]) -> Page:
        """Show the page of a step, made unless it is kept."""
        page = self._pages.pop(index, None)
        fresh = page is None
        page = page or make(index)
        self._pages[index] = page
        if self._page is not None and self._page is not page:
            self._page.display = False
        self._page = page
        page.display = True
        if fresh:
            await self._text.mount(page)
        else:
            page.scroll_home(animate=False)
        for old in list(self._pages)[:-KEPT]:
            gone = self._pages.pop(old)
            for panel in gone.staged:
                await panel.remove()
            await gone.remove()
        return page

    async def clear(self, but: Panel | None = None) -> None:
        """Forget all pages and their panels, but for one that goes on."""
        pages, self._pages, self._page = list(self._pages.values()), {}, None
        if self._staged is not but:
            self._staged = None
        for page in pages:
            for panel in page.staged:
                if panel is not but:
                    await panel.remove()
            await page.remove()

    async def stage(self, panel: Panel | None, *, show: bool) -> None:
        """Put a panel on the stage; with `show`, where there is room for one only, in place of the text."""
        if panel is not self._staged:
            if self._staged is not None:
                self._staged.display = False
            self._staged = panel
            if panel is not None:
                panel.display = True
        self._shows_stage = show and panel is not None
        self._share()
        if panel is not None and not panel.is_attached:
            await self._stage.mount(panel)

    def _share(self) -> None:
        """Share the width out."""
        if not self.is_mounted or self._page is None:
            return
        room = self._text_width(self.size.width)
        self._beside = self._staged is not None and room > 0
        text, stage = self._text, self._stage
        text.styles.width = room if self._beside else "1fr"
        text.display = self.shows_text
        stage.display = self._staged is not None and (self._beside or self._shows_stage)
        stage.set_class(not self._beside, "-alone")

    def _text_width(self, width: int) -> int:
        """The cells of the text beside the stage; 0 where both do not fit."""
        if self._staged is None or self._page is None:
            return 0
        most = width - self._staged.least_width - 1
        if most < max(NARROWEST, min(self._page.code_width, WIDEST)):
            return 0
        return min(WIDEST, most, max(NARROWEST, round(width * SHARE), self._page.code_width))

    def on_resize(self, event: Resize) -> None:
        before = self._beside
        self._share()
        if before != self._beside:
            self.post_message(self.Arranged())
