"""The lesson screen: one step at a time, and from where a lesson trains on, the run beside it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tuilab.lesson import Directive, Lesson
from tuilab.text import safe
from tuilab.tui import run_words
from tuilab.tui.bindings import Place
from tuilab.tui.screens.frame import keys_of
from tuilab.tui.screens.training import TrainingKeys
from tuilab.tui.widgets.frame import MessageLine, TopLine, glyphs_of, in_signs
from tuilab.tui.widgets.lesson_step import LessonStep
from tuilab.tui.widgets.training_panel import TrainingPanel

MORE = "↓ more below"


class LessonScreen(TrainingKeys):
    """A lesson. It stays where it was left as long as the lab is open, and so does its run."""

    place: ClassVar[Place] = "lesson"
    BINDINGS: ClassVar = keys_of("lesson")

    def __init__(self, lesson: Lesson) -> None:
        super().__init__()
        self._lesson = lesson
        self._index = 0
        self._plans = plans(lesson)

    def top_line(self) -> TopLine:
        header = self._lesson.header
        return TopLine(safe(f"{header.book} {header.title}".strip(), limit=120), "", self._where())

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            yield LessonStep(self._lesson.steps[0], glyphs=glyphs_of(self), id="step")
            if any(self._plans):
                yield TrainingPanel(next(plan for plan in self._plans if plan))

    def on_mount(self) -> None:
        super().on_mount()
        self._arrange()
        step = self.query_one("#step", LessonStep)
        for reactive in ("scroll_y", "virtual_size"):
            self.watch(step, reactive, self._tell_of_more, init=False)
        self.call_after_refresh(self._tell_of_more)  # once it is known how much room there is

    def _where(self) -> str:
        return f"step {self._index + 1} of {len(self._lesson.steps)}"

    # Steps ----------------------------------------------------------------------------------------

    async def _go(self, index: int) -> None:
        self._index = index
        self.query_one(TopLine).right = self._where()
        step = self.query_one("#step", LessonStep)
        with self.app.batch_update():
            await step.show(self._lesson.steps[index])
            self._arrange()
        self.say("")
        self.call_after_refresh(self._tell_of_more)

    def _tell_of_more(self) -> None:
        """Say where a step goes on below what fits, unless there is something newer to say."""
        step = self.query_one("#step", LessonStep)
        line = self.query_one(MessageLine)
        if line.text in ("", MORE):
            line.say(MORE if step.max_scroll_y > step.scroll_y else "")

    def _arrange(self) -> None:
        """Show the panel from the step on that trains, and where a run was begun."""
        panel = super().panel()
        plan = self._plans[self._index]
        if panel is not None and plan is not None:
            panel.plan(plan)
        has_panel = panel is not None and (plan is not None or panel.steered is not None)
        self.set_class(has_panel, "-has-panel")
        if not has_panel or self._trains_here():
            self.set_class(False, "-shows-run")
        self.refresh_keys()

    def _trains_here(self) -> bool:
        blocks = self._lesson.steps[self._index].blocks
        return any(isinstance(block, Directive) and block.name == "lab:train" for block in blocks)

    @on(LessonStep.DirectiveShown)
    async def _directive_shown(self, event: LessonStep.DirectiveShown) -> None:
        if event.directive.name == "lab:train":
            see = Content.assemble(("tab", "b $accent"), " shows the run; once more, the text")
            await event.slot.fill(
                Vertical(
                    Static(in_signs(self._invitation(event.directive), glyphs_of(self))),
                    Static(see, classes="how-to-see"),
                    classes="invitation",
                )
            )

    def _invitation(self, directive: Directive) -> Content:
        goal = directive.options.get("goal")
        words = run_words.plan(directive.options) + (f"; aim for a test accuracy of {goal:g}" if goal else "")
        return Content.assemble(("space", "b $accent"), f" trains {words}")

    # Keys -----------------------------------------------------------------------------------------

    def panel(self) -> TrainingPanel | None:
        return super().panel() if self.has_class("-has-panel") else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "next_step":
            return self._index + 1 < len(self._lesson.steps)
        if action == "previous_step":
            return self._index > 0
        if action == "pane":
            return self.has_class("-has-panel") and not self._is_wide()
        return super().check_action(action, parameters)

    def _is_wide(self) -> bool:
        return self.has_class("-wide") or self.has_class("-huge")

    async def action_next_step(self) -> None:
        await self._go(self._index + 1)

    async def action_previous_step(self) -> None:
        await self._go(self._index - 1)

    def action_pane(self) -> None:
        self.toggle_class("-shows-run")

    def action_play(self) -> None:
        self._show_run()
        super().action_play()

    def action_next_stop(self) -> None:
        self._show_run()
        super().action_next_stop()

    def action_next_level(self) -> None:
        self._show_run()
        super().action_next_level()

    def _show_run(self) -> None:
        """A run that begins or goes on is looked at, where there is room for one pane only."""
        self.set_class(True, "-shows-run")

    def action_back(self) -> None:
        self.app.pop_screen()

    def _scroll(self, how: str) -> None:
        getattr(self.query_one("#step", LessonStep), how)(animate=False)

    def action_up(self) -> None:
        self._scroll("scroll_up")

    def action_down(self) -> None:
        self._scroll("scroll_down")

    def action_page_up(self) -> None:
        self._scroll("scroll_page_up")

    def action_page_down(self) -> None:
        self._scroll("scroll_page_down")

    def action_first(self) -> None:
        self._scroll("scroll_home")

    def action_last(self) -> None:
        self._scroll("scroll_end")


def plans(lesson: Lesson) -> list[Mapping[str, Any] | None]:
    """For each step what training would do there: the last `lab:train` up to that step."""
    found: list[Mapping[str, Any] | None] = []
    plan: Mapping[str, Any] | None = None
    for step in lesson.steps:
        for block in step.blocks:
            if isinstance(block, Directive) and block.name == "lab:train" and not block.problem:
                plan = block.options
        found.append(plan)
    return found
