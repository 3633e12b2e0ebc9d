"""The training panel: a run live, with its curves, its digits and its numbers, and the keys' effects."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.css.query import NoMatches
from textual.message import Message
from textual.widgets import Static

from tuilab.errors import TuilabError
from tuilab.text import number
from tuilab.tui import run_words
from tuilab.tui.charts.chart import Chart
from tuilab.tui.charts.series import ChartOptions, Mark, Series
from tuilab.tui.run_view import Guesses, RunView, Snapshot
from tuilab.tui.steering import MOVES, SteeredRun, Wish, next_rate
from tuilab.tui.widgets.decision_map import DecisionMap
from tuilab.tui.widgets.digits import Digits
from tuilab.tui.widgets.figures import Figures
from tuilab.tui.widgets.frame import Kind, glyphs_of, in_signs
from tuilab.tui.widgets.run_head import RunHead
from tuilab.tui.widgets.sights import Sights
from tuilab.tui.widgets.sparkline import Sparkline
from tuilab.tui.widgets.transport import Transport
from tuilab.tui.widgets.walking import Walking

if TYPE_CHECKING:
    from tuilab.tui.app import TuilabApp

POLL_SECONDS = 0.25
AFTER_KEY_SECONDS = 0.1
QUICK_POLLS = 12
"""After a key, the run is looked at so many times at the quicker pace."""

DRAWING_SHARE = 0.03
"""How much of one processor the curves may take from the training beside them; where drawing is dear, they
are drawn less often."""
MOST_SECONDS = 1.0
"""They are never left older than this: the first drawing is dear, because it loads what draws."""

NOTHING = (-1, -1, -1)
"""What is drawn before anything is."""
WIDTHS = ((0, "-thin"), (46, "-slim"), (72, "-side"), (150, "-broad"))
HEIGHTS = ((0, "-flat"), (8, "-short"), (15, "-usual"), (26, "-high"), (40, "-tall"))
DEFAULTS: Mapping[str, Any] = {
    "data": "mnist",
    "model": "mlp",
    "epochs": 5,
    "batch_size": 128,
    "optimizer": "adam",
    "learning_rate": 1e-3,
}


class TrainingPanel(Walking, Container):
    """A run, or the invitation to start one.

    Its screen calls `play`, `step`, `rate`, `stop` and `scale`; it posts `Said` and `Changed`.
    """

    @dataclass
    class Said(Message):
        """Something happened that the message line should say."""

        text: str
        kind: Kind = "info"

    class Changed(Message):
        """What the keys do now may have changed."""

    app: "TuilabApp"
    DEFAULT_CLASSES = "-none"
    COMPONENT_CLASSES: ClassVar[set[str]] = set()
    DEFAULT_CSS = """
    TrainingPanel.-plane DecisionMap { display: block; }
    TrainingPanel.-plane Digits { display: none; }
    TrainingPanel.-slim Sights { display: none; }
    TrainingPanel.-slim DecisionMap { display: none; }
    TrainingPanel.-slim.-tall #beside { height: 14; }
    TrainingPanel.-slim.-tall Sights { display: block; height: 5; }
    TrainingPanel.-slim.-tall.-plane DecisionMap { display: block; }
    TrainingPanel.-side.-high Sights { height: 10; }
    TrainingPanel.-side.-tall Sights { height: 18; }
    TrainingPanel.-broad.-tall Sights { width: 1fr; height: 1fr; padding: 0 1; }
    """

    def __init__(self, config: Mapping[str, Any], steered: SteeredRun | None = None) -> None:
        super().__init__()
        given = {key: value for key, value in config.items() if value is not None}
        self._planned = given
        self.wanted: dict[str, Any] = {**DEFAULTS, **given}
        """The configuration that the next start would take."""
        self.steered: SteeredRun | None = None
        self.snapshot: Snapshot | None = None
        self._first = steered
        self._wake = asyncio.Event()
        self._quick = 0
        self._ended = False
        self._drawn = NOTHING
        self._drawn_at = 0.0
        self._drawing_cost = 0.0
        self._digits: Guesses | None = None
        self.shows_worst = False
        """Whether the worst guesses so far are shown in place of the others."""
        self._log_scale = True

    def compose(self) -> ComposeResult:
        glyphs = glyphs_of(self)
        yield RunHead()
        with Vertical(id="empty"):
            yield Static(id="invitation")
        yield Sparkline(id="spark")
        with Container(id="plots"):
            with Container(id="charts"):
                yield Chart(ChartOptions(title="loss", glyphs=glyphs), id="loss")
                yield Chart(ChartOptions(title="accuracy", glyphs=glyphs), id="accuracy")
            with Vertical(id="beside"):
                yield Digits(glyphs=glyphs, empty="digits come with the first batches")
                yield DecisionMap()
                yield Sights()
                yield Figures()
        yield Transport(glyphs=glyphs)

    def on_mount(self) -> None:
        self._invite()
        if self._first is not None:
            self.attach(self._first)

    def on_resize(self, event: events.Resize) -> None:
        for table, size in ((WIDTHS, event.size.width), (HEIGHTS, event.size.height)):
            fits = [name for least, name in table if size >= least][-1]
            for _, name in table:
                self.set_class(name == fits, name)

    def plan(self, config: Mapping[str, Any]) -> None:
        """What the next start would take, where nothing was started or changed yet."""
        given = {key: value for key, value in config.items() if value is not None}
        if self.steered is None and given != self._planned:
            self._planned = given
            self.wanted = {**DEFAULTS, **given}
            self._invite()

    # Reading the run -------------------------------------------------------------------------------

    def attach(self, steered: SteeredRun) -> None:
        """Show this run from now on."""
        self.steered = steered
        self.snapshot = None
        self._drawn = NOTHING
        self._digits = None
        self._ended = False
        self.set_class(False, "-none")
        self.query_one(RunHead).show(steered.run.name, None)
        self.query_one(Transport).show(0.0, "starting the training process …", "batch")
        self.run_worker(self._follow(steered), group="following", exclusive=True)
        self.post_message(self.Changed())

    async def _follow(self, steered: SteeredRun) -> None:
        """Read what is new in the run until it has ended, in a thread, and show it here."""
        try:
            view = await asyncio.to_thread(RunView, steered.run, ghost=True)
            over = False
            while not over:
                snapshot = await asyncio.to_thread(view.read)
                ended = snapshot.state not in run_words.ALIVE and not steered.alive
                # What a process wrote last may have come after the read that found it ended.
                over = ended and self._ended and not view.behind
                self._ended = ended
                if over or self.screen.is_active:
                    self._show(snapshot)
                if not ended and not view.behind:
                    await self._rest()
        except NoMatches:
            return  # the screen is being taken down
        except (TuilabError, OSError) as error:
            self.post_message(self.Said(str(error), "error"))

    async def _rest(self) -> None:
        """Wait until the next look is due, or a key asks for it."""
        self._quick = max(0, self._quick - 1)
        self._wake.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), AFTER_KEY_SECONDS if self._quick else POLL_SECONDS)

    def on_screen_resume(self) -> None:
        self._wake.set()

    def _look_now(self) -> None:
        self._quick = QUICK_POLLS
        self._wake.set()

    # Showing ----------------------------------------------------------------------------------------

    def _show(self, snapshot: Snapshot) -> None:
        before, self.snapshot = self.snapshot, snapshot
        steered = self.steered
        if steered is None:
            return
        steered.answered(snapshot.status)
        self.query_one(RunHead).show(steered.run.name, snapshot.status)
        self._show_words()
        self._show_curves(snapshot)
        self.set_class(snapshot.plane is not None, "-plane")
        if snapshot.plane is not None:
            self.query_one(DecisionMap).show(snapshot.plane)
        self.query_one(Sights).show(snapshot.history, run_words.reach(snapshot.status))
        digits = snapshot.worst if self.shows_worst and snapshot.worst is not None else snapshot.digits
        if digits is not None and digits is not self._digits:
            self._digits = digits
            self.query_one(Digits).show(digits.images, digits.labels, digits.guesses, digits.confidence)
        if before is None or before.state != snapshot.state:
            self._tell(before, snapshot)
            self.post_message(self.Changed())

    def _show_words(self) -> None:
        """What the run is doing, and its numbers: also after a key, before the run has answered."""
        steered, snapshot = self.steered, self.snapshot
        if steered is None or snapshot is None:
            return
        words = run_words.now(snapshot, steered.wish, steered.exit_sentence)
        level = run_words.LEVELS[self.level]
        self.query_one(Transport).show(run_words.position(snapshot.status), words, level)
        self.query_one(Figures).show(snapshot.status, steered.run.config(), steered.rate, snapshot.machine)

    def _show_curves(self, snapshot: Snapshot) -> None:
        words = run_words.now(snapshot) if snapshot.state in ("starting", "compiling") else "no points yet"
        for name in ("loss", "accuracy"):
            chart = self.query_one(f"#{name}", Chart)
            is_log = self._log_scale and name == "loss"
            chart.options = replace(chart.options, empty=words, y_scale="log" if is_log else "linear")
        now = time.monotonic()
        rest = min(MOST_SECONDS, max(0.8 * POLL_SECONDS, self._drawing_cost / DRAWING_SHARE))
        soon = now - self._drawn_at < rest and snapshot.state == "running"
        ghost = snapshot.ghost
        standing = snapshot.status.step if snapshot.state == "paused" else -1
        wanted = (snapshot.points, standing, 0 if ghost is None else ghost.points)
        if wanted == self._drawn or soon:
            return
        self._drawn, self._drawn_at, began = wanted, now, time.thread_time()
        marks = [Mark(moment.step, moment.label, moment.kind) for moment in snapshot.moments]
        if snapshot.status.step < snapshot.status.furthest and snapshot.state == "paused":
            marks.append(Mark(snapshot.status.step, "here"))
        for name in ("loss", "accuracy"):
            series = [
                Series(kind, *snapshot.curves[f"{kind}/{name}"], kind=kind)
                for kind in ("train", "validation")
                if f"{kind}/{name}" in snapshot.curves
            ]
            if ghost is not None and len(ghost.curves[name][0]):
                series.append(Series(ghost.name, *ghost.curves[name], kind="ghost"))
            self.query_one(f"#{name}", Chart).show(series, marks)
        self.query_one(Sparkline).show(snapshot)
        self._drawing_cost = time.thread_time() - began

    def _tell(self, before: Snapshot | None, snapshot: Snapshot) -> None:
        """Say what just happened to the run."""
        steered = self.steered
        if steered is None:
            return
        name, was = steered.run.name, before.state if before is not None else ""
        words = f"{name}: {run_words.now(snapshot, ending=steered.exit_sentence)}"
        kind: Kind = "info"
        match snapshot.state:
            case "finished":
                words, kind = self._judged(name, words, snapshot)
            case "failed" | "diverged" | "dead":
                kind = "error"
            case "compiling":
                words = f"{name}: compiling its kernels, once for this machine."
            case "paused":
                words = (
                    f"Paused. → and ← go by {run_words.LEVELS[self.level]}; w changes that; space goes on."
                )
            case "running" if was == "paused":
                words = "Going on."
            case "running" if notice := run_words.notice(steered.run.config()):
                words, kind = notice, "warning"
            case "running":
                words = f"{name} is training."
        # The lab may be on another screen by now.
        self.app.say(words, kind)

    def _judged(self, name: str, words: str, snapshot: Snapshot) -> tuple[str, Kind]:
        """How a run ended, or, where its lesson set a goal, whether it was reached."""
        goal, reached = self.wanted.get("goal"), snapshot.status.test_accuracy
        if goal is None or reached is None:
            return words, "good"
        words = f"{name}: test accuracy {reached:.4f}."
        if reached >= goal:
            return f"{words} The goal of {goal:g} is reached.", "good"
        return f"{words} The goal was {goal:g}.", "warning"

    def _invite(self) -> None:
        """Say in the empty pane what would fill it, and which key does."""
        key = "[b $accent]space[/]"
        text = Content.from_markup(
            f"Nothing is training yet.\n\n{key} starts: $plan\n[b $accent]→[/] does one batch    "
            "[b $accent]+ -[/] learning rate",
            plan=run_words.plan(self.wanted),
        )
        self.query_one("#invitation", Static).update(in_signs(text, glyphs_of(self)))

    # Keys -------------------------------------------------------------------------------------------

    @property
    def going(self) -> bool:
        """Whether there is a run that can be steered."""
        if self.steered is None:
            return False
        return self.snapshot is None or self.snapshot.state in run_words.ALIVE

    @property
    def pausing(self) -> bool:
        """Whether the run stands still, or is about to."""
        if self.steered is None or self.snapshot is None:
            return False
        return self.steered.wish in ("pause", "epoch", *MOVES) or (
            self.snapshot.state == "paused" and self.steered.wish != "resume"
        )

    def play(self) -> None:
        """Start, pause, or go on."""
        if not self.going:
            self.begin()
        elif self.pausing:
            self.ask("resume", "Going on.")
        else:
            self.ask("pause", "Pausing after this batch.")

    def rate(self, up: bool) -> None:
        """The next higher or lower learning rate: of the run that goes on, or of the next one."""
        now = self.wanted["learning_rate"]
        if self.going and self.steered is not None and self.snapshot is not None:
            now = self.steered.rate or self.snapshot.status.learning_rate or now
        rate = next_rate(float(now), up)
        if not 1e-9 <= rate <= 1e9:
            return
        said = f"Learning rate {number(now)} → {number(rate)}."
        if not self.going:
            self.wanted["learning_rate"] = rate
            self._invite()
            said = f"Learning rate {number(now)} → {number(rate)} for the next run."
        elif self.steered is not None:
            try:
                self.steered.ask_rate(rate)
            except TuilabError as error:
                self.post_message(self.Said(str(error), "error"))
                return
            self._show_words()
            self._look_now()
        self.post_message(self.Said(said))

    def stop(self) -> None:
        """End the run; what it learned is kept."""
        if self.going:
            self.ask("stop", "Stopping after this batch.")

    @property
    def detachable(self) -> bool:
        """Whether the run is one that would stop when the lab is left, or would have."""
        return self.steered is not None and self.steered.process is not None and self.going

    def detach(self) -> None:
        """Let the run train on when the lab is left, or take that back."""
        if self.steered is None or not self.detachable:
            return
        name = self.steered.run.name
        if self.steered.detach():
            words = f"{name} trains on when you leave: `tuilab attach {name}` comes back to it."
        else:
            words = f"{name} stops when you leave."
        self.post_message(self.Said(words))
        self.post_message(self.Changed())

    def turn_digits(self) -> None:
        """Show the worst guesses so far, or again those of the moment."""
        self.shows_worst = not self.shows_worst
        self._digits = None
        if self.snapshot is not None:
            self._show(self.snapshot)
        shown = "worst guesses so far" if self.shows_worst else "guesses of the moment"
        self.tell(f"The digits are the {shown}.")

    def scale(self) -> None:
        """Turn the loss axis between logarithmic and linear."""
        self._log_scale = not self._log_scale
        if self.snapshot is not None:
            self._show_curves(self.snapshot)
        self.post_message(self.Said(f"The loss axis is {'logarithmic' if self._log_scale else 'linear'}."))
        self.post_message(self.Changed())

    @property
    def is_log(self) -> bool:
        """Whether the loss axis is logarithmic."""
        return self._log_scale

    def tell(self, text: str, kind: Kind = "info") -> None:
        self.post_message(self.Said(text, kind))
        self._show_words()
        self.post_message(self.Changed())

    def ask(self, wish: Wish, said: str, **arguments: Any) -> bool:
        if self.steered is None:
            return False
        try:
            self.steered.ask(wish, self.snapshot.status if self.snapshot is not None else None, **arguments)
        except TuilabError as error:
            self.post_message(self.Said(str(error), "error"))
            return False
        self.tell(said)
        self._look_now()
        return True

    def begin(self, paused: bool = False) -> bool:
        live = self.app.live
        if live is not None and live.alive and not live.detached and live.run.status().alive:
            self.post_message(self.Said(f"{live.run.name} is still training. x stops it.", "warning"))
            return False
        try:
            steered = self.app.start_run({**self.wanted, "paused": paused})
        except TuilabError as error:
            self.post_message(self.Said(str(error), "error"))
            return False
        self.post_message(self.Said(f"{steered.run.name}: starting {run_words.plan(self.wanted)}."))
        self.attach(steered)
        return True

    @on(Transport.Pressed)
    def _pressed(self, event: Transport.Pressed) -> None:
        match event.button:
            case "next":
                self.forward(self.level)
            case "next_above":
                self.forward(self.above())
            case "previous":
                self.back(self.level)
            case _:
                self.back(self.above())

    @on(Transport.Sought)
    def _sought(self, event: Transport.Sought) -> None:
        if self.snapshot is not None and (status := self.snapshot.status).batches:
            first = status.step - status.batch
            self.go(first + round(event.position * status.batches))
