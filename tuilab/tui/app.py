"""The lab: its themes, its screens, the run it has going, and how it is left."""

import asyncio
import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.screen import Screen

from tuilab.errors import TuilabError
from tuilab.tui import settings, themes
from tuilab.tui.glyphs import GlyphSet, detect
from tuilab.tui.palette import LabCommands
from tuilab.tui.screens.frame import LabScreen, keys_of_app
from tuilab.tui.screens.library import LibraryScreen
from tuilab.tui.thin_output import ThinFile
from tuilab.tui.widgets.frame import Kind

if TYPE_CHECKING:
    from tuilab.experiment import Page
    from tuilab.tui.steering import SteeredRun

TRAINING: Mapping[str, Any] = {"data": "mnist", "model": "mlp"}
"""What `t` trains."""

WIDTHS = [(0, "-tiny"), (60, "-narrow"), (80, "-normal"), (120, "-wide"), (170, "-huge")]
HEIGHTS = [(0, "-flat"), (15, "-low"), (22, "-usual"), (40, "-tall")]


class TuilabApp(App[None]):
    """The lab.

    `begin` is called once the library stands, to open what the command asked for. `leash` is readable
    when the process that watches over the terminal is gone, and the lab then leaves.
    """

    TITLE = "tuilab"
    CSS_PATH = "tuilab.tcss"
    BINDINGS: ClassVar = keys_of_app()
    COMMANDS: ClassVar = {LabCommands}
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    def __init__(
        self,
        *,
        begin: "Callable[[TuilabApp], None] | None" = None,
        leash: int | None = None,
        has_shell: bool = True,
        glyphs: GlyphSet | None = None,
    ) -> None:
        no_color = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if no_color else None)
        self.glyphs: GlyphSet = glyphs or detect()
        self.add_class(f"-signs-{self.glyphs}")
        self.live: SteeredRun | None = None
        """The run that this lab started last."""
        self.crash: str | None = None
        """The traceback of an exception that ended the lab."""
        self._begin = begin
        self._leash = leash
        self._has_shell = has_shell
        for theme in themes.THEMES:
            self.register_theme(theme)
        chosen = settings.theme(frozenset(self.available_themes), themes.DARK)
        self.theme = themes.for_terminal(self.console.color_system, no_color, chosen)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.meanings(self.current_theme)

    def get_default_screen(self) -> Screen[Any]:
        return LibraryScreen()

    # Coming and going -----------------------------------------------------------------------------

    def on_load(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with contextlib.suppress(ValueError, RuntimeError):  # not in the main thread: under test
                loop.add_signal_handler(number, self._leave_by_signal, number)
        if self._leash is not None:
            loop.add_reader(self._leash, self._let_go)

    def on_mount(self) -> None:
        if self._begin is not None:
            self.call_after_refresh(self._begin, self)

    def _let_go(self) -> None:
        if self._leash is not None:
            asyncio.get_running_loop().remove_reader(self._leash)
        self._leave_run()
        self.leave(1)

    def _leave_by_signal(self, number: int) -> None:
        """Ctrl-C from outside is as from inside; else nobody here wished the run to end."""
        if number != signal.SIGINT:
            self._leave_run()
        self.leave(0 if number == signal.SIGINT else 128 + number)

    def _leave_run(self) -> None:
        if self.live is not None:
            self.live.detached = True

    def leave(self, code: int = 0) -> None:
        """Leave at once; a run that goes on, and was not detached, is asked to stop."""
        if self.live is not None and not self.live.detached:
            self.live.stop()
        self.exit(return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        self.crash = "".join(traceback.format_exception(error))
        super()._handle_exception(error)

    # Opening --------------------------------------------------------------------------------------

    def open_lesson(self, path: Path) -> None:
        """Show a lesson, at the step where it was left."""
        from tuilab.tui.screens.lesson import LessonScreen

        name = f"lesson:{path}"
        if not self.is_screen_installed(name):
            from tuilab.lesson import load

            try:
                self.install_screen(LessonScreen(load(path)), name)
            except TuilabError as error:
                self.say(str(error), "error")
                return
        self.push_screen(name)

    def open_experiment(self, steered: "SteeredRun", page: "Page | None") -> None:
        """Show a run of this lab: at the step of the lesson that it is of, where that is here."""
        self.live = steered
        if page is None:
            self.show_training(steered)
            return
        from tuilab.lesson import library, load
        from tuilab.tui.screens.lesson import LessonScreen, trainings

        try:
            path = next((it.path for it in library() if it.id == page.lesson), None)
            if path is None:
                raise TuilabError(f"There is no lesson {page.lesson} here.")
            lesson = load(path)
            if page.step > len(lesson.steps) or trainings(lesson)[page.step - 1] is None:
                raise TuilabError(f"{page.lesson} trains nothing at its step {page.step} here.")
        except TuilabError as error:
            self.show_training(steered, f"{error} This is the run alone.")
            return
        self.install_screen(LessonScreen(lesson, page.step, steered), f"lesson:{path}")
        self.push_screen(f"lesson:{path}")

    def edit_lesson(self, path: Path) -> None:
        """Show a lesson that its author is writing, and follow its file."""
        from tuilab.lesson import load
        from tuilab.tui.screens.editing import EditingScreen

        try:
            self.push_screen(EditingScreen(load(path)))
        except TuilabError as error:
            self.say(str(error), "error")

    def open_run(self, path: Path) -> None:
        """Show a run, whether it goes on or has ended."""
        from tuilab.runs import Run
        from tuilab.tui.screens.training import TrainingScreen
        from tuilab.tui.steering import SteeredRun

        if self.live is not None and self.live.run.path == path:
            self.show_training(self.live)
            return
        try:
            run = Run.open(path)
        except TuilabError as error:
            self.say(str(error), "error")
            return
        self.push_screen(TrainingScreen(run.config(), SteeredRun(run)))

    def open_watch(self, places: Sequence[Path], wanted: str = "") -> None:
        """Show the runs that are logged under some places, whichever framework logs them."""
        from tuilab.tui.screens.watch import WatchScreen

        self.push_screen(WatchScreen(places, wanted))

    def open_training(self) -> None:
        """Show the run that goes on, or an empty training screen."""
        if self.live is not None and self.live.alive:
            self.show_training(self.live)
        else:
            self.show_training(None)

    def show_training(self, steered: "SteeredRun | None", note: str = "") -> None:
        """Show a training screen for a run of this lab, or for a run to be; `note` is said over it."""
        from tuilab.tui.screens.training import TrainingScreen

        config = TRAINING if steered is None else steered.run.config()
        self.push_screen(TrainingScreen(config, steered, note))

    def start_run(self, config: Mapping[str, Any]) -> "SteeredRun":
        """Start a training process for `config`; it is this lab's live run from now on.

        Raises:
            TuilabError: the run cannot be started.
        """
        from tuilab.tui.steering import SteeredRun

        self.live = SteeredRun.start(config)
        return self.live

    def adopt(self, steered: "SteeredRun") -> None:
        """Make a run that was started elsewhere this lab's live run; the one before waits on its own."""
        self.live = steered

    # Words ----------------------------------------------------------------------------------------

    def say(self, text: str, kind: Kind = "info") -> None:
        """Show what just happened on the screen that is up."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, LabScreen):
                screen.say(text, kind)
                return

    async def action_perform(self, action: str) -> None:
        """Do what a key does: for a click in the bottom line, and the palette."""
        target = "screen" if hasattr(self.screen, f"action_{action}") else "app"
        await self.run_action(f"{target}.{action}")

    # Keys -----------------------------------------------------------------------------------------

    def action_help(self) -> None:
        from tuilab.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            place = self.screen.place if isinstance(self.screen, LabScreen) else "library"
            self.push_screen(HelpScreen(place))

    def action_theme(self) -> None:
        self.choose_theme(themes.LIGHT if self.current_theme.dark else themes.DARK)

    def choose_theme(self, name: str) -> None:
        """Show this theme from now on, at the next visit too."""
        self.theme = name
        self.say(f"Theme: {name}. The palette (ctrl+p) has more.")
        try:
            settings.keep_theme(name)
        except (TuilabError, OSError) as error:
            self.say(f"Theme: {name}. It cannot be kept for the next time: {error}", "warning")

    def action_leave(self) -> None:
        live = self.live
        if live is None or not live.alive or live.detached:
            self.leave()
            return
        from tuilab.tui.screens.question import Question

        def answered(answer: str | None) -> None:
            if answer == "detach":
                self._leave_run()
            if answer in ("detach", "leave"):
                self.leave()

        choices = (
            ("q", "leave", "stop the run and leave"),
            ("d", "detach", "leave, and let it train on"),
            ("escape", "stay", "stay"),
        )
        title = f"{live.run.name} is still training."
        self.push_screen(Question(title, "What it has measured so far is kept.", choices), answered)

    def action_leave_now(self) -> None:
        from textual.widgets import Input, TextArea

        field = self.screen.focused
        if isinstance(field, Input | TextArea) and field.selected_text:
            self.copy_to_clipboard(field.selected_text)
            self.say("Copied.")
            return
        if selected := self.screen.get_selected_text():
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
            self.say("Copied.")
            return
        self.leave()

    def action_redraw(self) -> None:
        self._forget_the_screen()
        self.refresh(layout=True)

    def on_resize(self) -> None:
        self._forget_the_screen()

    def _forget_the_screen(self) -> None:
        """What the terminal shows may not be what was written to it: write everything anew."""
        if isinstance(sys.__stderr__, ThinFile):
            sys.__stderr__.forget()

    def action_suspend(self) -> None:
        if self._has_shell:
            self.action_suspend_process()
        else:
            self.say("There is no shell behind this terminal to go to.")
