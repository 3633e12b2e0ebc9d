"""lab:race: several settings from one seed, one after the other, their curves over each other and a table."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from textual.app import ComposeResult

from tuilab.errors import TuilabError
from tuilab.lesson.bodies import Racer
from tuilab.lesson.model import Directive
from tuilab.text import number, safe
from tuilab.tui import run_words
from tuilab.tui.bindings import Row
from tuilab.tui.glyphs import SIGNS, plain
from tuilab.tui.panels.panel import Host, Panel, Stand
from tuilab.tui.widgets.frame import glyphs_of
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from tuilab.tui.app import TuilabApp
    from tuilab.tui.run_view import Snapshot
    from tuilab.tui.steering import SteeredRun

LOOK_EVERY = 0.25
LETTERS = "abcdefghijkl"
ROLES = ("forward", "gradient", "parameter", "other")


@dataclass
class Runner:
    """One of the race: its letter, its name, what it is asked for, and how far it is."""

    letter: str
    name: str
    config: Mapping[str, Any]
    steered: "SteeredRun | None" = None
    snapshot: "Snapshot | None" = field(default=None, repr=False)

    @property
    def over(self) -> bool:
        """Whether it has done what it could."""
        return self.snapshot is not None and self.snapshot.state not in run_words.ALIVE


class RaceBoard(Rows):
    """Curves drawn with the letters of the runners, so that no colour is needed to tell them apart, and below
    them a table of results."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "race-board--title",
        "race-board--axis",
        "race-board--text",
        "race-board--best",
        "race-board--forward",
        "race-board--gradient",
        "race-board--parameter",
        "race-board--other",
    }
    DEFAULT_CSS = """
    RaceBoard {
        & > .race-board--title { color: $foreground; text-style: bold; }
        & > .race-board--axis { color: $quiet; }
        & > .race-board--text { color: $foreground; }
        & > .race-board--best { color: $foreground; text-style: bold; }
        & > .race-board--forward { color: $forward; text-style: bold; }
        & > .race-board--gradient { color: $gradient; text-style: bold; }
        & > .race-board--parameter { color: $parameter; text-style: bold; }
        & > .race-board--other { color: $accent; text-style: bold; }
    }
    """

    def __init__(self, runners: Sequence[Runner]) -> None:
        super().__init__()
        self._runners = runners

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        table = self._table(width)
        rows: list[list[Segment]] = []
        if height - len(table) >= 5:
            rows = [*self._curves(width, height - len(table) - 1), [Segment("")]]
        rows = [list(Segment.adjust_line_length(row, width)) for row in (rows + table)[:height]]
        return rows + [[Segment(" " * width)]] * (height - len(rows))

    def _role(self, place: int) -> str:
        return ROLES[place % len(ROLES)]

    def _curves(self, width: int, height: int) -> list[list[Segment]]:
        import numpy as np

        styles, glyphs = self.role_styles(), glyphs_of(self)
        signs = SIGNS[glyphs]
        title = [Segment(plain(" loss, on a logarithmic scale", glyphs), styles["title"])]
        found = [self._points(runner) for runner in self._runners]
        values = np.concatenate([y for _, y in found]) if found else np.empty(0)
        if not values.size:
            words = [Segment(" space starts the race: one after the other, from one seed", styles["axis"])]
            return [title, words] + [[Segment("")] for _ in range(height - 2)]
        low, high = float(np.log10(values.min())), float(np.log10(values.max()))
        high = high if high > low else low + 1.0
        last = max(float(x[-1]) for x, _ in found if x.size)
        labels = [number(float(f"{10**high:.2g}")), number(float(f"{10**low:.2g}"))]
        gutter = max(map(len, labels)) + 2
        across, down = width - gutter - 1, height - 2
        cells: list[list[tuple[str, str]]] = [[(" ", "axis")] * across for _ in range(down)]
        for place, (x, y) in enumerate(found):
            if not x.size or across < 2:
                continue
            columns = np.minimum((x / max(last, 1.0) * (across - 1)).astype(int), across - 1)
            for column in np.unique(columns).tolist():
                level = float(np.log10(np.median(y[columns == column])))
                row = down - 1 - round((level - low) / (high - low) * (down - 1))
                cells[row][column] = (self._runners[place].letter, self._role(place))
        rows = [title]
        for at, line in enumerate(cells):
            label = labels[0] if at == 0 else labels[1] if at == down - 1 else ""
            head = [Segment(f"{label:>{gutter - 1}}{signs.vertical}", styles["axis"])]
            rows.append(head + [Segment(sign, styles[role]) for sign, role in line])
        end = f"batch {number(int(last))}"
        rows.append([Segment(" " * max(0, width - len(end) - 1) + end, styles["axis"])])
        return rows

    @staticmethod
    def _points(runner: Runner) -> "tuple[Any, Any]":
        """The loss on the curve that can be drawn on a logarithmic scale."""
        import numpy as np

        if runner.snapshot is None or "train/loss" not in runner.snapshot.curves:
            return np.empty(0), np.empty(0)
        x, y = runner.snapshot.curves["train/loss"]
        good = np.isfinite(y) & (y > 0)
        return x[good], y[good]

    def _table(self, width: int) -> list[list[Segment]]:
        styles, glyphs = self.role_styles(), glyphs_of(self)
        best = best_of(self._runners)
        named = max(4, min(24, max(len(runner.name) for runner in self._runners)))
        head = f"    {'name':<{named}}  {'test acc.':>9}  {'loss':>8}  what it does"
        rows = [[Segment(head, styles["axis"])]]
        for place, runner in enumerate(self._runners):
            accuracy, loss, words = result(runner)
            role = self._role(place)
            mark = SIGNS[glyphs].forward if runner is best else " "
            told = plain(safe(f"  {accuracy:>9}  {loss:>8}  {words}", limit=200), glyphs)
            name = plain(safe(runner.name, limit=named), glyphs)
            rows.append(
                [
                    Segment(f"{mark} ", styles["best"]),
                    Segment(runner.letter, styles[role]),
                    Segment(f" {name:<{named}}", styles["best" if runner is best else "text"]),
                    Segment(told, styles["best" if runner is best else "text"]),
                ]
            )
        return rows


def result(runner: Runner) -> tuple[str, str, str]:
    """Accuracy on the test set, loss, and a word, as far as they are known."""
    snapshot = runner.snapshot
    if snapshot is None:
        return "", "", "starting" if runner.steered else "waits"
    status = snapshot.status
    accuracy = f"{status.test_accuracy:.4f}" if status.test_accuracy is not None else ""
    loss = number(status.loss) if status.loss is not None else ""
    if snapshot.state == "running":
        return accuracy, loss, f"epoch {status.epoch} of {status.epochs}"
    if snapshot.state == "finished":
        return accuracy, loss, run_words.rate(status.samples_per_s) or "finished"
    return accuracy, loss, "blew up" if snapshot.state == "diverged" else snapshot.state


def best_of(runners: Sequence[Runner]) -> Runner | None:
    """The runner that did best on the test set, of those that are through."""
    through = [
        (runner.snapshot.status.test_accuracy, runner)
        for runner in runners
        if runner.snapshot is not None and runner.snapshot.status.test_accuracy is not None
    ]
    return max(through, key=lambda one: one[0])[1] if through else None


class RacePanel(Panel):
    """Trains one setting after the other, so that each has the machine for itself."""

    on_stage = True
    least_width = 63
    app: "TuilabApp"

    DEFAULT_CSS = """
    RacePanel { height: 1fr; }
    """

    def __init__(self, directive: Directive, host: Host) -> None:
        super().__init__(directive, host)
        self._options = {key: value for key, value in directive.options.items() if value is not None}
        self._racers = tuple(one for one in directive.content or () if isinstance(one, Racer))
        self._runners = self._fresh()
        self._going = False
        self._stopping = False

    def _fresh(self) -> list[Runner]:
        made = []
        for letter, racer in zip(LETTERS, self._racers, strict=False):
            config = {**self._options, **racer.options}
            if "optimizer" in racer.options and "learning_rate" not in racer.options:
                config.pop("learning_rate", None)  # each optimizer has a rate of its own
            config.pop("goal", None)
            made.append(Runner(letter, racer.label, config))
        return made

    def compose(self) -> ComposeResult:
        yield RaceBoard(self._runners)

    @property
    def ticket(self) -> str:
        return f"races {len(self._runners)} settings from one seed, one after the other"

    @property
    def stand(self) -> Stand | None:
        if not self._going and not any(runner.over for runner in self._runners):
            return None
        done = sum(runner.over for runner in self._runners)
        now = next((runner for runner in self._runners if runner.steered and not runner.over), None)
        part = 0.0
        if now is not None and now.snapshot is not None and now.snapshot.status.epochs:
            status = now.snapshot.status
            part = (max(0, status.epoch - 1) + run_words.position(status)) / status.epochs
        words = (
            f"{now.letter} {safe(now.name, limit=40)} trains"
            if now
            else f"{done} of {len(self._runners)} done"
        )
        return Stand(min(1.0, (done + part) / max(1, len(self._runners))), words, "setting")

    def can(self, action: str) -> bool:
        if action == "stop":
            return self._going
        if action == "play":
            return not self._going and bool(self._runners)
        return super().can(action)

    def word(self, row: Row) -> str:
        if row.action == "play":
            return "again" if any(runner.over for runner in self._runners) else "race"
        return super().word(row)

    def action_play(self) -> None:
        live = self.app.live
        if live is not None and live.alive and live.run.status().state == "running":
            self.host.say(f"{live.run.name} is training: a race needs the machine for itself.", "warning")
            return
        self._runners[:] = self._fresh()
        self._going, self._stopping = True, False
        self.run_worker(self._race(), group="race", exclusive=True)
        self.changed()

    def action_stop(self) -> None:
        self._stopping = True
        for runner in self._runners:
            if runner.steered is not None and not runner.over:
                runner.steered.stop()
        self.host.say("The race ends after this batch.")

    async def _race(self) -> None:
        try:
            for runner in self._runners:
                if self._stopping:
                    break
                await self._run(runner)
        except (TuilabError, OSError) as error:
            self.host.say(str(error), "error")
        finally:
            self._going = False
            if self.is_attached:
                self.changed()
        best = best_of(self._runners)
        if best is not None and not self._stopping:
            accuracy = result(best)[0]
            self.host.say(
                f"{best.letter} {safe(best.name, limit=60)} did best: {accuracy} on the test set.", "good"
            )

    async def _run(self, runner: Runner) -> None:
        from tuilab import training
        from tuilab.tui.run_view import RunView
        from tuilab.tui.steering import SteeredRun

        run, process = await asyncio.to_thread(training.start, runner.config)
        runner.steered = SteeredRun(run, process)
        view = await asyncio.to_thread(RunView, run)
        ended = False
        while True:
            over = ended
            runner.snapshot = await asyncio.to_thread(view.read)
            ended = process.poll() is not None
            if not self.is_attached:
                return
            self.query_one(RaceBoard).redraw()
            self.changed()
            if over and not view.behind:
                return
            if not ended:
                await asyncio.sleep(LOOK_EVERY)

    def on_unmount(self) -> None:
        for runner in self._runners:
            if runner.steered is not None and runner.steered.alive:
                runner.steered.stop()
