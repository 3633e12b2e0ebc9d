"""The lesson screen: one step at a time, its panels, and what is on the stage beside it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from tuilab.errors import TuilabError
from tuilab.lesson import Directive, Lesson, trust
from tuilab.lesson.model import Block, CodeCell
from tuilab.text import safe
from tuilab.tui import bindings
from tuilab.tui.bindings import Place, Row
from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.learner import Learner
from tuilab.tui.panels import Panel, panel_for
from tuilab.tui.screens.frame import APP_ACTIONS, LabScreen, keys_of
from tuilab.tui.widgets.desk import Desk, Page
from tuilab.tui.widgets.frame import TopLine, glyphs_of, in_signs
from tuilab.tui.widgets.transport import Button, Transport
from tuilab.tui.workbook import Work, Workbook

if TYPE_CHECKING:
    from tuilab.session import Failed, Value
    from tuilab.tui.app import TuilabApp
    from tuilab.tui.panels.train import TrainPanel
    from tuilab.tui.steering import SteeredRun

MORE = "↓ more below"
LEAST_SEEN = 4
"""Rows of a panel that must be on the screen for its cursor to move."""
OURS = ("next_step", "previous_step", "pane", "back")
"""The actions that are the screen's own, whatever panel is active."""
EDITED = ("check", "back", "leave_now")
"""What keys still do while a cell is written in."""
TYPED = (*EDITED, "open", "pane")
"""The same while an answer is typed into a line."""
SCROLLS: Mapping[str, str] = {
    "up": "scroll_up",
    "down": "scroll_down",
    "page_up": "scroll_page_up",
    "page_down": "scroll_page_down",
    "first": "scroll_home",
    "last": "scroll_end",
}
"""What moves the text, where the active panel has no use for it."""
WALKS: Mapping[Button, str] = {
    "previous_above": "previous_level",
    "previous": "previous_stop",
    "next": "next_stop",
    "next_above": "next_level",
}


class LessonScreen(LabScreen):
    """A lesson. It stays where it was left as long as the lab is open, and so does its run."""

    place: ClassVar[Place] = "lesson"
    BINDINGS: ClassVar = keys_of("lesson")
    app: "TuilabApp"

    SCOPED_CSS = False
    DEFAULT_CSS = """
    LessonScreen Desk { height: 1fr; }
    LessonScreen Page { padding: 0 2; height: 1fr; }
    LessonScreen #walk { display: none; }
    LessonScreen.-walks #walk { display: block; }
    LessonScreen .ticket { height: auto; border-left: wide $accent; padding: 0 1; }
    .-signs-ascii LessonScreen .ticket { border-left: ascii $accent; }
    LessonScreen #origin { display: none; height: auto; padding: 0 1; color: $warning; }
    LessonScreen.-untrusted #origin { display: block; }
    """

    def __init__(self, lesson: Lesson, step: int = 1, steered: "SteeredRun | None" = None) -> None:
        super().__init__()
        self._lesson = lesson
        self._index = min(max(step, 1), max(len(lesson.steps), 1)) - 1
        self._steered = steered
        self._active: Panel | None = None
        self._trainings = trainings(lesson)
        self._train: TrainPanel | None = None
        self._told = False
        self._desk = Desk()
        self._walk = Transport(id="walk")
        self.learner = Learner(lesson)
        """What was done in this lesson before."""
        self._workbook = Workbook(
            lesson, agreed=self._agreed, changed=self._work_changed, values_changed=self._values_changed
        )
        self._take_up()

    def _take_up(self) -> None:
        """Put the learner's answers where they were written."""
        for exercise in self._lesson.exercises:
            record, work = self.learner.record(exercise), self._workbook.work(exercise.starter)
            if record.answer and work is not None:
                work.source = record.answer
            if record.solved:
                self._workbook.solved.add(exercise.id)

    # What panels may ask ----------------------------------------------------------------------------

    @property
    def lesson(self) -> Lesson:
        return self._lesson

    @property
    def step_number(self) -> int:
        return self._index + 1

    @property
    def glyphs(self) -> GlyphSet:
        return glyphs_of(self)

    @property
    def trusted(self) -> bool:
        return trust.is_trusted(self._lesson)

    @property
    def workbook(self) -> Workbook:
        """The cells, and what came of them."""
        return self._workbook

    async def ask(self, expression: str, line: int) -> "Value | Failed":
        return await self._workbook.ask(expression, line)

    async def assign(self, values: Mapping[str, float], line: int, *, rerun: bool = True) -> "Failed | None":
        return await self._workbook.assign(values, line, rerun)

    async def _agreed(self) -> bool:
        if self.trusted:
            return True
        from tuilab.tui.consent import ask_to_run

        agreed = await ask_to_run(self.app, self._lesson)
        self.set_class(not agreed, "-untrusted")
        return agreed

    def _work_changed(self, work: Work) -> None:
        for page in self._pages():
            for panel in page.panels:
                if panel.block is work.cell:
                    panel.changed()

    def _values_changed(self, names: frozenset[str]) -> None:
        for page in self._pages():
            for panel in page.panels:
                panel.values_changed(names)

    # The frame --------------------------------------------------------------------------------------

    def top_line(self) -> TopLine:
        header = self._lesson.header
        return TopLine(safe(f"{header.number} {header.title}".strip(), limit=120), "", self._where())

    def compose_body(self) -> ComposeResult:
        yield Static(self._origin(), id="origin")
        yield self._desk
        yield self._walk

    @on(events.Mount)
    async def _begin(self) -> None:
        self._walk.glyphs = self.glyphs
        self.set_class(not self.trusted, "-untrusted")
        self.watch(self, "focused", self.refresh_keys, init=False)
        await self._go(self._index)
        if self.learner.notice:
            self.say(safe(self.learner.take_notice(), limit=500), "warning")

    def _origin(self) -> Content:
        """Where a lesson is from that may not run code yet."""
        path = safe(str(self._lesson.header.path), limit=400)
        return in_signs(Content(f"read only until you agree to run it · {path}"), self.glyphs)

    def on_unmount(self) -> None:
        self._workbook.close()

    def _where(self) -> str:
        return f"step {self._index + 1} of {len(self._lesson.steps)}"

    def _pages(self) -> list[Page]:
        return self._desk.pages if self._desk.is_attached else []

    # Steps ------------------------------------------------------------------------------------------

    async def _go(self, index: int) -> None:
        self._index = index
        self.query_one(TopLine).right = self._where()
        self.set_focus(None)
        with self.app.batch_update():
            await self._desk.turn(index, self._make_page)
            panels = self._panels()
            in_text = next((panel for panel in panels if not panel.on_stage), None)
            staged = next((panel for panel in panels if panel.on_stage), None)
            await self._desk.stage(staged, show=False)
            self._activate(in_text or (staged if self._desk.beside else None))
        self.say("")
        self.call_after_refresh(self._tell_of_more)
        self.run_worker(self._note_step(index + 1), group="progress")

    async def _note_step(self, number: int) -> None:
        """Keep how far the lesson was read; where that cannot be, it is said once."""
        try:
            await asyncio.to_thread(self.learner.note_step, number)
        except TuilabError as error:
            if not self._told:
                self._told = True
                self.say(safe(str(error), limit=500), "warning")

    def _make_page(self, index: int) -> Page:
        page = Page(self._lesson, index, self.glyphs, self._make_panel)
        for reactive in ("scroll_y", "virtual_size"):
            self.watch(page, reactive, self._page_moved, init=False)
        return page

    def _make_panel(self, page: Page, block: Block) -> Widget | None:
        """What acts on a block: a panel in its place or, where it takes the stage, a line that says so."""
        panel: Panel | None = None
        if isinstance(block, CodeCell):
            panel = self._cell(block)
        elif isinstance(block, Directive):
            panel = self._training(block) if block.name == "lab:train" else panel_for(block, self)
        if panel is None:
            return None
        page.panels.append(panel)
        return Static(self._ticket(panel), classes="ticket") if panel.on_stage else panel

    def _cell(self, cell: CodeCell) -> Panel | None:
        if (work := self._workbook.work(cell)) is None:
            return None
        if (exercise := self._workbook.exercise(cell)) is not None:
            from tuilab.tui.panels.exercise import ExercisePanel

            return ExercisePanel(work, exercise, self)
        from tuilab.tui.panels.cell import CellPanel

        return CellPanel(work, self)

    def _training(self, directive: Directive) -> "TrainPanel":
        if self._train is None:
            from tuilab.tui.panels.train import TrainPanel

            self._train = TrainPanel(directive, self, self._steered)
        return self._train

    def _ticket(self, panel: Panel) -> Content:
        key = "space" if panel.can("play") else "→" if panel.can("next_stop") else "tab"
        content = Content.assemble((key, "b $accent"), f" {safe(panel.ticket, limit=200)}")
        return in_signs(content, self.glyphs)

    def _panels(self) -> list[Panel]:
        """The panels of this step, and the run of an earlier one."""
        page = self._desk.page
        panels = list(page.panels) if page is not None else []
        training, train = self._trainings[self._index], self._train
        if training is not None:
            train = self._training(training)
            train.plan(training.options)
        if train is None or (training is None and not train.begun):
            return panels
        return panels if train in panels else [*panels, train]

    def _page_moved(self) -> None:
        self.call_after_refresh(self._tell_of_more)  # once its sizes agree with each other again

    def _tell_of_more(self) -> None:
        """Say where a step goes on below what fits, unless there is something newer to say."""
        page = self._desk.page
        line = self._message_line
        if page is not None and line.text in ("", MORE):
            line.say(MORE if self._desk.shows_text and page.max_scroll_y > page.scroll_y else "")

    # Panels -----------------------------------------------------------------------------------------

    def _activate(self, panel: Panel | None) -> None:
        """Give the keys to a panel, or to the text."""
        if self._active is not None and self._active is not panel:
            self._active.remove_class("-active")
            self._active.active_changed(False)
        self._active = panel
        if panel is not None:
            panel.add_class("-active")
            panel.active_changed(True)
        self._show_stand()
        self.refresh_keys()
        self.call_after_refresh(self._tell_of_more)

    def _takers(self) -> list[Panel]:
        """Who is asked for what a key does: the active panel, then the one on the stage."""
        found = [self._active, self._desk.staged]
        return [panel for panel in dict.fromkeys(found) if panel is not None]

    def _taker(self, action: str) -> Panel | None:
        """The panel that an action is for; None where it is for the screen, or for nobody."""
        for panel in self._takers():
            moves = action not in SCROLLS or (panel is self._active and self._is_seen(panel))
            if moves and panel.can(action):
                return panel
        return None

    def _is_seen(self, panel: Panel) -> bool:
        """Whether a panel in the text is on the screen: one below must not keep the text from scrolling."""
        page = self._desk.page
        if panel.on_stage or page is None:
            return True
        top, height = panel.virtual_region.y - page.scroll_offset.y, panel.virtual_region.height
        return top + height > 0 and top + min(height, LEAST_SEEN) <= page.size.height

    @on(Panel.Changed)
    def _panel_changed(self, event: Panel.Changed) -> None:
        event.stop()
        if event.panel in self._takers():
            self._show_stand()
            self.refresh_keys()

    def _show_stand(self) -> None:
        stand = next((it.stand for it in self._takers() if it.stand is not None), None)
        self.set_class(stand is not None, "-walks")
        if stand is not None:
            self._walk.show(stand.position, stand.text, stand.level)

    @on(Transport.Pressed, "#walk")
    async def _pressed(self, event: Transport.Pressed) -> None:
        event.stop()
        await self.perform(WALKS[event.button])

    @on(Transport.Sought, "#walk")
    def _sought(self, event: Transport.Sought) -> None:
        event.stop()
        for panel in self._takers():
            if panel.stand is not None:
                panel.seek(event.position)
                return

    @on(Desk.Arranged)
    def _arranged(self) -> None:
        if self._active is None and self._desk.beside:
            self._activate(self._desk.staged)
        self._show_stand()
        self.refresh_keys()

    def on_click(self, event: events.Click) -> None:
        if event.widget is None:
            return
        for node in event.widget.ancestors_with_self:
            if isinstance(node, Panel) and node is not self._active:
                self._activate(node)

    # Keys -------------------------------------------------------------------------------------------

    @property
    def typing(self) -> bool:
        """Whether letters are letters now."""
        return isinstance(self.focused, Input | TextArea)

    def can(self, row: Row) -> bool:
        if self.typing and row.action not in (TYPED if isinstance(self.focused, Input) else EDITED):
            return False
        return super().can(row)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self._desk.is_attached:  # not there yet, or being taken down
            return False
        if action == "next_step":
            return self._index + 1 < len(self._lesson.steps)
        if action == "previous_step":
            return self._index > 0
        if action == "pane":
            return self.typing or len(self._stops()) > 1
        if action == "back" or action in SCROLLS:
            return True
        if action == "kernel" and self._lesson.header.kernels:
            return True
        return self._taker(action) is not None

    def word(self, row: Row) -> str:
        panel = self._taker(row.action) if row.action not in OURS else None
        return super().word(row) if panel is None else panel.word(row)

    async def perform(self, action: str) -> None:
        """Do what a key does to the panel that it is for; a panel that nobody sees is shown first."""
        panel, desk = self._taker(action), self._desk
        if panel is not None:
            if panel is desk.staged and desk.shows_text and not desk.beside:
                await desk.stage(panel, show=True)
                self._activate(panel)
            did = getattr(panel, f"action_{action}")()
            if did is not None:
                await did
        elif action in SCROLLS and (page := desk.page) is not None:
            getattr(page, SCROLLS[action])(animate=False)

    def _stops(self) -> list[Panel | None]:
        """What tab goes round: the panels, and where all of them are on the stage, the text before them."""
        panels: list[Panel | None] = list(self._panels())
        page = self._desk.page
        in_text = [panel for panel in panels if panel is not None and not panel.on_stage]
        overflows = page is not None and page.max_scroll_y > 0
        if panels and not in_text and (overflows or not self._desk.beside):
            return [None, *panels]
        return panels

    async def action_pane(self) -> None:
        if self.typing:
            self.set_focus(None)
        if len(stops := self._stops()) < 2:
            return
        here = stops.index(self._active) if self._active in stops else -1
        panel = stops[(here + 1) % len(stops)]
        if panel is not None and panel.on_stage:
            await self._desk.stage(panel, show=True)
        else:
            await self._desk.stage(self._desk.staged, show=False)
            if panel is not None:
                panel.scroll_visible(animate=False)
        self._activate(panel)

    async def action_next_step(self) -> None:
        await self._go(self._index + 1)

    async def action_previous_step(self) -> None:
        await self._go(self._index - 1)

    async def action_kernel(self) -> None:
        """The kernel of the panel that has the keys, else those that the lesson is paired with."""
        if self._taker("kernel") is not None:
            await self.perform("kernel")
            return
        from tuilab.tui.kernel_look import look
        from tuilab.tui.screens.kernel import KernelScreen

        found = [look(self._lesson, name) for name in self._lesson.header.kernels]
        if kernels := [kernel for kernel in found if kernel is not None]:
            self.app.push_screen(KernelScreen(kernels, self))
        else:
            self.say("This lesson names no kernel that this version has.", "warning")

    async def action_back(self) -> None:
        if self._active is not None and self._active.can("back"):
            await self.perform("back")
        else:
            self.app.pop_screen()


def _performing(action: str) -> Callable[[LessonScreen], Any]:
    async def perform(self: LessonScreen) -> None:
        await self.perform(action)

    return perform


for _row in bindings.at("lesson"):
    if _row.action not in APP_ACTIONS and not hasattr(LessonScreen, f"action_{_row.action}"):
        setattr(LessonScreen, f"action_{_row.action}", _performing(_row.action))


def plans(lesson: Lesson) -> list[Mapping[str, Any] | None]:
    """For each step what training would do there: the last `lab:train` up to that step."""
    return [None if training is None else training.options for training in trainings(lesson)]


def trainings(lesson: Lesson) -> list[Directive | None]:
    """For each step the last `lab:train` up to that step."""
    found: list[Directive | None] = []
    last: Directive | None = None
    for step in lesson.steps:
        for block in step.blocks:
            if isinstance(block, Directive) and block.name == "lab:train" and not block.problem:
                last = block
        found.append(last)
    return found
