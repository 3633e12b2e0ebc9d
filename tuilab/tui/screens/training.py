"""The training screen: one run, the whole window."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult

from tuilab.tui import run_words
from tuilab.tui.bindings import Place, Row
from tuilab.tui.screens.frame import LabScreen, keys_of
from tuilab.tui.steering import SteeredRun
from tuilab.tui.widgets.frame import TopLine
from tuilab.tui.widgets.training_panel import TrainingPanel

if TYPE_CHECKING:
    from textual.app import App

    from tuilab.experiment import Page
    from tuilab.tui.app import TuilabApp


class RunKeys:
    """The keys of training, for every screen and every panel that shows a run."""

    app: "App[Any]"

    def panel(self) -> TrainingPanel | None:
        """The panel that the keys act on, if there is one."""
        raise NotImplementedError

    def page(self) -> "Page | None":
        """The step of a lesson that the run is of, if it is of one."""
        return None

    def may(self, action: str) -> bool | None:
        """Whether an action of training is possible now; None for an action of something else."""
        panel = self.panel()
        if action in ("play", "next_stop", "next_level", "faster", "slower", "scale"):
            return panel is not None
        if action in ("stop", "inspect", "change", "fork", "previous_stop", "previous_level", "level"):
            return panel is not None and panel.going
        if action == "copy":
            return panel is not None
        if action == "view":
            return panel is not None and panel.snapshot is not None and panel.snapshot.worst is not None
        if action == "detach":
            return panel is not None and panel.detachable
        return None

    def run_word(self, row: Row) -> str | None:
        """The footer's word for a row where the run has one of its own."""
        panel = self.panel()
        if panel is not None and row.action == "play":
            return "start" if not panel.going else "go on" if panel.pausing else "pause"
        if panel is not None and row.action in ("next_stop", "next_level"):
            level = panel.level if row.action == "next_stop" else panel.above()
            return "epoch" if level == "epoch" else f"one {level}"
        if panel is not None and row.action == "view":
            return "guesses" if panel.shows_worst else "worst"
        if panel is not None and row.action == "previous_stop":
            return "back"
        if panel is not None and row.action == "scale":
            return "linear" if panel.is_log else "log"
        if panel is not None and row.action == "detach" and panel.steered is not None:
            return "attach" if panel.steered.detached else "detach"
        return None

    def action_play(self) -> None:
        if (panel := self.panel()) is not None:
            panel.play()

    def action_next_stop(self) -> None:
        if (panel := self.panel()) is not None:
            panel.forward(panel.level)

    def action_next_level(self) -> None:
        if (panel := self.panel()) is not None:
            panel.forward(panel.above())

    def action_previous_stop(self) -> None:
        if (panel := self.panel()) is not None:
            panel.back(panel.level)

    def action_previous_level(self) -> None:
        if (panel := self.panel()) is not None:
            panel.back(panel.above())

    def action_level(self) -> None:
        if (panel := self.panel()) is not None:
            panel.next_level_of_steps()

    def action_change(self) -> None:
        if (panel := self.panel()) is not None:
            panel.change()

    def action_fork(self) -> None:
        if (panel := self.panel()) is not None:
            panel.fork()

    def action_view(self) -> None:
        if (panel := self.panel()) is not None:
            panel.turn_digits()

    def action_copy(self) -> None:
        if (panel := self.panel()) is not None:
            panel.copy(self.page())

    def action_faster(self) -> None:
        if (panel := self.panel()) is not None:
            panel.rate(up=True)

    def action_slower(self) -> None:
        if (panel := self.panel()) is not None:
            panel.rate(up=False)

    def action_stop(self) -> None:
        if (panel := self.panel()) is not None:
            panel.stop()

    def action_detach(self) -> None:
        if (panel := self.panel()) is not None:
            panel.detach()

    def action_inspect(self) -> None:
        if (panel := self.panel()) is not None and panel.steered is not None:
            from tuilab.tui.screens.inspect import InspectScreen

            self.app.push_screen(InspectScreen(panel.steered))

    def action_scale(self) -> None:
        if (panel := self.panel()) is not None:
            panel.scale()


class TrainingKeys(RunKeys, LabScreen):
    """The keys of training, for a screen that has a training panel."""

    app: "TuilabApp"

    def panel(self) -> TrainingPanel | None:
        return next(iter(self.query(TrainingPanel)), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        possible = self.may(action) if self.is_mounted else False
        return super().check_action(action, parameters) if possible is None else possible

    def word(self, row: Row) -> str:
        return self.run_word(row) or super().word(row)

    @on(TrainingPanel.Said)
    def _said(self, event: TrainingPanel.Said) -> None:
        event.stop()
        self.say(event.text, event.kind)

    @on(TrainingPanel.Changed)
    def _changed(self, event: TrainingPanel.Changed) -> None:
        event.stop()
        self.refresh_keys()


class TrainingScreen(TrainingKeys):
    """One run: begun here, going on, or long over."""

    place: ClassVar[Place] = "training"
    BINDINGS: ClassVar = keys_of("training")

    def __init__(self, config: Mapping[str, Any], steered: SteeredRun | None = None, note: str = "") -> None:
        super().__init__()
        self._note = note
        self._config = config
        self._steered = steered

    def top_line(self) -> TopLine:
        return TopLine("training", self._note or run_words.plan(self._config))

    def compose_body(self) -> ComposeResult:
        yield TrainingPanel(self._config, self._steered)

    def action_back(self) -> None:
        self.dismiss()
