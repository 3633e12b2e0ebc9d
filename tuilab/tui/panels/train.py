"""lab:train: the run of a lesson, on the stage from the step on that trains."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult

from tuilab.experiment import Page
from tuilab.lesson.model import Directive
from tuilab.tui import run_words
from tuilab.tui.bindings import Row
from tuilab.tui.panels.panel import Host, Panel
from tuilab.tui.screens.training import RunKeys
from tuilab.tui.widgets.training_panel import TrainingPanel

if TYPE_CHECKING:
    from tuilab.tui.app import TuilabApp
    from tuilab.tui.steering import SteeredRun


class TrainPanel(RunKeys, Panel):
    """One run for the whole lesson: it goes on while other steps are read."""

    on_stage = True
    least_width = 63
    app: "TuilabApp"

    DEFAULT_CSS = """
    TrainPanel { height: 1fr; }
    """

    def __init__(self, directive: Directive, host: Host, steered: "SteeredRun | None" = None) -> None:
        super().__init__(directive, host)
        self._shown = TrainingPanel(directive.options, steered)
        self._given = steered

    def compose(self) -> ComposeResult:
        yield self._shown

    def plan(self, options: Mapping[str, Any]) -> None:
        """What the next start would take, where nothing was started or changed yet."""
        self._shown.plan(options)

    @property
    def begun(self) -> bool:
        """Whether there is a run to look at."""
        return (self._shown.steered or self._given) is not None

    @property
    def ticket(self) -> str:
        return f"trains {invitation(self.block)}" if isinstance(self.block, Directive) else ""

    def panel(self) -> TrainingPanel:
        return self._shown

    def page(self) -> Page:
        return Page(self.host.lesson.header.id, self.host.step_number)

    def can(self, action: str) -> bool:
        return bool(self.may(action))

    def word(self, row: Row) -> str:
        return self.run_word(row) or super().word(row)

    @on(TrainingPanel.Said)
    def _said(self, event: TrainingPanel.Said) -> None:
        event.stop()
        self.host.say(event.text, event.kind)

    @on(TrainingPanel.Changed)
    def _run_changed(self, event: TrainingPanel.Changed) -> None:
        event.stop()
        self.changed()


def invitation(directive: Directive) -> str:
    """What a `lab:train` trains, in words."""
    goal = directive.options.get("goal")
    return run_words.plan(directive.options) + (f"; aim for a test accuracy of {goal:g}" if goal else "")
