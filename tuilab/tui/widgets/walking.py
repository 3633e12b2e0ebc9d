"""What keys do to a run that is walked: stops both ways, changes, a fork, an experiment to copy."""

import asyncio
import time
from typing import TYPE_CHECKING, Any, Literal

from tuilab.errors import TuilabError
from tuilab.text import number
from tuilab.tui import run_words
from tuilab.tui.steering import SteeredRun, Wish
from tuilab.tui.widgets.frame import Kind

if TYPE_CHECKING:
    from tuilab.experiment import Page
    from tuilab.runs import Run, Status
    from tuilab.tui.app import TuilabApp
    from tuilab.tui.run_view import Snapshot

Level = Literal["op", "phase", "batch", "epoch"]
LEVELS: tuple[Level, ...] = ("op", "phase", "batch", "epoch")
FORKED = ("learning_rate", "optimizer", "batch_size", "noise")
"""The settings that a fork may begin with otherwise."""
FORK_SECONDS = 10.0
"""How long a run may take to leave its state for a fork."""


class Walking:
    """Moves of a training panel, beside starting, pausing and stopping."""

    app: "TuilabApp"
    level: Level = "batch"
    """What one stop is."""
    steered: SteeredRun | None
    snapshot: "Snapshot | None"
    wanted: dict[str, Any]

    def ask(self, wish: Wish, said: str, **arguments: Any) -> bool:
        """Send a command to the run; answers whether it went."""
        raise NotImplementedError

    def tell(self, text: str, kind: Kind = "info") -> None:
        """Say what just happened."""
        raise NotImplementedError

    def begin(self, paused: bool = False) -> bool:
        """Start a run; answers whether it could be."""
        raise NotImplementedError

    def attach(self, steered: SteeredRun) -> None:
        """Show this run from now on."""
        raise NotImplementedError

    @property
    def going(self) -> bool:
        """Whether there is a run that can be steered."""
        raise NotImplementedError

    @property
    def can_go_back(self) -> bool:
        """Whether there is something to step back to."""
        return self.going and self.snapshot is not None and bool(self.snapshot.status.step or self._within)

    @property
    def _within(self) -> bool:
        return self.snapshot is not None and bool(self.snapshot.status.phase)

    def above(self) -> Level:
        """The level above the one that steps move on."""
        return LEVELS[min(LEVELS.index(self.level) + 1, len(LEVELS) - 1)]

    def next_level_of_steps(self) -> None:
        """Let steps be of the next level: batch, phase, op, epoch, and round again."""
        order: tuple[Level, ...] = ("batch", "phase", "op", "epoch")
        self.level = order[(order.index(self.level) + 1) % len(order)]
        self.tell(f"→ and ← go by {run_words.LEVELS[self.level]}.")

    def forward(self, level: Level) -> None:
        """One stop of a level on."""
        if not self.going and not self.begin(paused=True):
            return
        said = "To the end of the epoch." if level == "epoch" else f"One {run_words.LEVELS[level]}."
        self.ask(level, said)

    def back(self, level: Level) -> None:
        """One stop of a level back."""
        if not self.can_go_back:
            self.tell("This is the beginning.")
            return
        said = (
            "To the beginning of the epoch." if level == "epoch" else f"One {run_words.LEVELS[level]} back."
        )
        self.ask("back", said, level=level)

    def go(self, step: int) -> None:
        """To a batch that was done."""
        if self.going:
            self.ask("go", f"To batch {number(step)}.", step=step)

    # Changing and forking ---------------------------------------------------------------------------

    def settings_now(self) -> dict[str, str]:
        """What can be changed, as it is now, in words."""
        status = self.snapshot.status if self.going and self.snapshot is not None else None
        if status is None:
            keys = ("learning_rate", "optimizer", "batch_size", "noise")
            return {key: str(self.wanted[key]) for key in keys if key in self.wanted}
        return {
            "learning_rate": number(status.learning_rate),
            "optimizer": status.optimizer,
            "batch_size": str(status.batch_size),
            "noise": f"{status.noise:g}",
        }

    def change(self) -> None:
        """Ask what shall be changed from here on, and change it."""
        from tuilab.tui.screens.change import Change

        if not self.going:
            self.tell("Nothing runs yet: space starts a run, and c changes it.", "warning")
            return
        self.app.push_screen(Change(f"Change, from {self._here()} on", self.settings_now()), self._changed)

    def _changed(self, wanted: dict[str, Any] | None) -> None:
        for name, value in (wanted or {}).items():
            words = name.replace("_", " ")
            self.ask("set", f"Changed from {self._here()} on: {words}.", **{name: value})

    def _here(self) -> str:
        status = self.snapshot.status if self.snapshot is not None else None
        return f"batch {number(status.step)}" if status is not None and status.step else "the beginning"

    def fork(self) -> None:
        """Ask what another run, that begins from here, shall do otherwise, and start it."""
        from tuilab.tui.screens.change import Change

        if not self.going or self.snapshot is None:
            self.tell("Nothing runs: a fork begins from where a run stands.", "warning")
            return
        if self.snapshot.state != "paused":
            self.ask("pause", "Pausing, to fork from here.")
        title = f"Fork from {self._here()}: the other run differs in"
        self.app.push_screen(Change(title, self.settings_now()), self._forked)

    def _forked(self, wanted: dict[str, Any] | None) -> None:
        if wanted and self.steered is not None and self.snapshot is not None:
            self.app.run_worker(self._fork(self.steered, self.snapshot.status, wanted), exit_on_error=True)

    async def _fork(self, parent: SteeredRun, status: "Status", wanted: dict[str, Any]) -> None:
        try:
            child = await asyncio.to_thread(fork, parent.run, status.step, wanted)
        except TuilabError as error:
            self.tell(str(error), "error")
            return
        self.app.adopt(child)
        self.tell(f"{child.run.name} begins where {parent.run.name} stands, which waits there.")
        self.attach(child)

    def copy(self, page: "Page | None" = None) -> None:
        """Copy the experiment as a line, which opens it elsewhere, at the step of the lesson it is of."""
        from tuilab.experiment import Experiment

        try:
            if self.steered is not None and self.snapshot is not None:
                status = self.snapshot.status
                changes = self.steered.run.changes()
                within = (status.phase, status.stop) if status.phase and status.stop else None
                config = self.steered.run.config()
                line = Experiment.of_run(config, status.step, changes, within, page).line
            else:
                line = Experiment.of_run(self.wanted, 0, [], page=page).line
        except TuilabError as error:
            self.tell(str(error), "error")
            return
        self.app.copy_to_clipboard(line)
        self.tell(f"Copied: tuilab open {line}", "good")


def fork(parent: "Run", step: int, change: dict[str, Any]) -> SteeredRun:
    """Start a run that begins where another one stands, and does some things otherwise.

    Raises:
        TuilabError: the other one leaves no state, or nothing can be started.
    """
    from tuilab import paths, training
    from tuilab.runs import Run

    config = parent.config()
    settings = {key: value for key, value in change.items() if key != "weight"}
    before = config.get("fork") or {}
    base = before.get("base") or {name: config[name] for name in FORKED if name in config}
    told = {"of": parent.name, "step": step, "change": change, "base": base}
    root = parent.path.parent if parent.path.parent.exists() else paths.runs()
    child = Run.create(
        root, {**config, **settings, "paused": False, "stop_at": 0, "stop_in": None, "fork": told}
    )
    parent.send("fork", name=child.name)
    deadline = time.monotonic() + FORK_SECONDS
    while not any((child.path / "checkpoints").glob("step-*.safetensors")):
        if time.monotonic() > deadline or not parent.status().alive:
            raise TuilabError(f"{parent.name} did not leave its state, so {child.name} cannot begin from it.")
        time.sleep(0.01)
    return SteeredRun(child, training.begin(child, attached=False))
