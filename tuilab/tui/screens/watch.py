"""The watch screen: runs of any framework, live, on charts that share one cursor and one window."""

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Grid, Horizontal, Vertical
from textual.events import Resize
from textual.message import Message
from textual.widgets import Input

from tuilab.errors import TuilabError
from tuilab.logs import Finder, Log
from tuilab.logs.series import AXES, Axis
from tuilab.text import duration, number, safe
from tuilab.tui.bindings import Place, Row
from tuilab.tui.charts.metric_curve import HUES
from tuilab.tui.charts.run_chart import RunChart, rules
from tuilab.tui.charts.series import ChartOptions, RunSeries
from tuilab.tui.screens.frame import LabScreen, keys_of
from tuilab.tui.watch import expression
from tuilab.tui.watch.board import Board, WatchedRun
from tuilab.tui.watch.reading import Reading
from tuilab.tui.watch.window import Ends, Window
from tuilab.tui.widgets.entry_list import Entry, EntryList
from tuilab.tui.widgets.frame import TopLine, glyphs_of

SMOOTHINGS = ((1.0, "smoothed a little"), (4.0, "smoothed"), (16.0, "smoothed much"), (0.0, "not smoothed"))
MOST_CHARTS = 6
CHART_SIZE = (58, 12)
"""Cells that a chart has at least where several are shown."""
AXIS_WORDS: dict[Axis, str] = {
    "step": "steps",
    "epoch": "epochs",
    "relative": "seconds since each run began",
    "wall": "seconds of the clock",
}


class RunsList(EntryList):
    """The runs, each mark in the hue of its curves."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *EntryList.COMPONENT_CLASSES,
        *(f"entry-list--run{hue}" for hue in range(HUES)),
    }
    DEFAULT_CSS = rules("RunsList", "entry-list--run")


class WatchScreen(LabScreen):
    """Runs under some places, read while they grow."""

    place: ClassVar[Place] = "watch"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar = keys_of("watch")
    DEFAULT_CSS = """
    WatchScreen #watched { width: 38; border-right: solid $rule; display: none; }
    WatchScreen.-lists #watched { display: block; }
    WatchScreen.-lists.-slim #charts { display: none; }
    WatchScreen.-lists.-slim #watched { width: 1fr; border-right: none; }
    WatchScreen #filter { display: none; border: none; height: 1; padding: 0 1; }
    WatchScreen #charts { padding: 0 1; grid-gutter: 0 2; }
    """

    class Read(Message):
        """More of the logs was read."""

        def __init__(self, logs: list[Log], everything: bool) -> None:
            super().__init__()
            self.logs = logs
            self.everything = everything

    def __init__(self, places: Sequence[Path], wanted: str = "") -> None:
        super().__init__()
        self._wanted = wanted
        self._places = [safe(str(place), limit=60) for place in places]
        self._board = Board()
        self._window = Window()
        self._options = ChartOptions(empty="reading")
        self._smoothing = 0
        self._here = 0
        self._alone = False
        self._only: list[bool] | None = None
        self._whole: Ends = (0.0, 0.0)
        self._drawn: object = None
        self._all_read = False
        self._reading = Reading(Finder(places), lambda logs, all_: self.post_message(self.Read(logs, all_)))

    def top_line(self) -> TopLine:
        return TopLine("watch", "  ".join(self._places), "reading")

    def compose_body(self) -> ComposeResult:
        self._options = replace(self._options, glyphs=glyphs_of(self))
        with Horizontal():
            with Vertical(id="watched"):
                yield Input(self._wanted, placeholder="lstm !old loss<0.5", id="filter", compact=True)
                yield RunsList(id="runs")
            with Grid(id="charts"):
                for _ in range(MOST_CHARTS):
                    yield RunChart(self._options)

    def on_mount(self) -> None:
        super().on_mount()
        self._arrange()
        self.query_one("#filter", Input).display = bool(self._wanted)
        self._read_on()
        self.set_interval(5.0, self._tell_age)

    def on_unmount(self) -> None:
        self._reading.stop()

    @work(thread=True, exit_on_error=False)
    def _read_on(self) -> None:
        self._reading.go()

    @on(Read)
    def _came(self, event: Read) -> None:
        self._board.take(event.logs)
        if event.everything and not self._all_read:
            self._all_read = True
            self._board.choose()
            self._options = replace(self._options, empty="no metrics here yet")
            if len(self._board.runs) > 1 and not self._is_slim():
                self.add_class("-lists")
        self._show()

    # What is shown --------------------------------------------------------------------------------

    def _titles(self) -> list[str]:
        return self._board.titles()

    def _page(self) -> tuple[list[str], int]:
        """The charts on the screen, and which of them the cursor is on."""
        titles = self._titles()
        self._here = min(self._here, max(len(titles) - 1, 0))
        count = self._count()
        first = self._here // count * count
        return titles[first : first + count], self._here - first

    def _count(self) -> int:
        if self._alone:
            return 1
        across, down = self._grid()
        return across * down

    def _grid(self) -> tuple[int, int]:
        grid = self.query_one("#charts", Grid)
        width, height = grid.size if grid.size.width else self.size
        titles = len(self._titles())
        across = min(max(width // CHART_SIZE[0], 1), 2)
        down = min(max(height // CHART_SIZE[1], 1), MOST_CHARTS // across, -(-titles // across) or 1)
        return across, down

    def _show(self, runs: bool = True) -> None:
        """Draw anew; `runs` tells whether the list of runs may be another."""
        titles, here = self._page()
        across, down = (1, 1) if self._alone else self._grid()
        grid = self.query_one("#charts", Grid)
        across = min(across, max(len(titles), 1))
        if (grid.styles.grid_size_columns, grid.styles.grid_size_rows) != (across, down):
            grid.styles.grid_size_columns, grid.styles.grid_size_rows = across, down
        curves = [self._board.series(title) for title in titles]
        self._whole = _whole([one for some in curves for one in some])
        window = self._window.of(self._whole)
        self._options = replace(self._options, hues="NO_COLOR" not in os.environ)
        marks = self._board.marks()
        for place, chart in enumerate(self.query(RunChart)):
            shown = place < len(titles) or (place == 0 and not titles)
            chart.display = shown
            if not shown:
                continue
            title = safe(titles[place], limit=60) if titles else ""
            chart.set_class(place == here and len(titles) > 1, "-here")
            factor = SMOOTHINGS[self._smoothing][0]
            options = replace(
                self._options,
                title=f"▸ {title}" if place == here and len(titles) > 1 else title,
                window=window,
                cursor=self._window.cursor,
                smoothing=None if factor else 0.0,
                smoothing_factor=factor or 1.0,
            )
            chart.show(curves[place] if titles else [], marks, options)
        if runs:
            self._list()
        self._tell_place()
        self.refresh_keys()

    def _list(self) -> None:
        title = next(iter(self._titles()), "")
        entries = [self._entry(run, title) for run in self._board.listed()]
        self.query_one("#runs", EntryList).show(entries)

    def _entry(self, run: WatchedRun, title: str) -> Entry:
        mark = "◆" if run.pinned else "●" if run.shown else "○"
        value = next((it.last for name, part, it in run.metrics() if name == title and not part), None)
        shown = number(value) if value is not None else ""
        return Entry(
            safe(run.name, limit=80),
            f"run:{run.name}",
            mark,
            shown,
            "entry" if run.shown else "quiet",
            f"run{run.place % HUES}" if run.shown else "",
        )

    def _tell_place(self) -> None:
        titles = self._titles()
        runs = len(self._board.runs)
        parts = [f"{self._board.count_shown()} of {runs} runs" if runs != 1 else "1 run"]
        parts += [f"chart {self._here + 1} of {len(titles)}"] if len(titles) > self._count() else []
        if not self._all_read:
            points = sum(series.count for run in self._board.runs for _, _, series in run.metrics())
            parts = [f"reading: {points:,} points"]
        else:
            newest = max((run.changed_at for run in self._board.runs), default=0.0)
            age = time.time() - newest
            parts.append("live" if age < 5 else f"{duration(age)} ago" if newest else "")
        self.query_one(TopLine).right = "  ".join(part for part in parts if part)
        if self._window.cursor is not None:
            self.say(self._words_at(self._window.cursor))

    def _tell_age(self) -> None:
        if self._all_read:
            self._tell_place()

    def _words_at(self, place: float) -> str:
        where = {
            "step": f"step {place:,.0f}",
            "epoch": f"epoch {place:.2f}",
            "relative": f"after {duration(max(place, 0.0))}",
            "wall": time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(min(max(place, 0.0), 4e9))),
        }[self._board.axis]
        titles, here = self._page()
        values = []
        for one in self._board.series(titles[here])[:6] if titles else []:
            with one.metric.lock:
                found = one.metric.value_at(place, one.axis, one.begin)
            if found is not None:
                values.append(f"{safe(one.name, limit=30)} {number(found[1])}".strip())
        return f"{where}: " + ", ".join(values)

    def _is_slim(self) -> bool:
        return self.size.width < 110

    def _arrange(self) -> None:
        self.set_class(self._is_slim(), "-slim")

    def on_resize(self, event: Resize) -> None:
        self._arrange()
        self.call_after_refresh(self._show)

    # Keys -----------------------------------------------------------------------------------------

    def word(self, row: Row) -> str:
        if row.action == "scale":
            return "linear" if self._options.y_scale == "log" else "log"
        if row.action == "open":
            return "show, hide" if self._lists() else "many" if self._alone else "large"
        return {"next_stop": "read", "previous_stop": "", "next_level": ""}.get(row.action, super().word(row))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("only", "pin"):
            return self._lists() and bool(self._board.runs)
        if action in ("next_stop", "previous_stop", "next_level", "previous_level", "zoom_in", "zoom_out"):
            return self._whole[1] > self._whole[0]
        if action == "pane":
            return len(self._board.runs) > 1
        return True

    def _lists(self) -> bool:
        """Whether keys go to the list of runs."""
        return self.is_mounted and self.query_one("#runs", EntryList).has_focus

    def _run_here(self) -> WatchedRun | None:
        key = self.query_one("#runs", EntryList).cursor
        return next((run for run in self._board.runs if f"run:{run.name}" == key), None)

    def action_open(self) -> None:
        if not self._lists():
            self._alone = not self._alone
        elif (run := self._run_here()) is not None:
            run.shown = not run.shown
            run.pinned = run.pinned and run.shown
        self._show()

    @on(EntryList.Chosen)
    def _chosen(self) -> None:
        self.action_open()

    def action_only(self) -> None:
        """Draw the run under the cursor alone; once more, what was drawn before."""
        run = self._run_here()
        if run is None:
            return
        shown = [one.shown for one in self._board.runs]
        if self._only is not None and shown == [one is run for one in self._board.runs]:
            for one, before in zip(self._board.runs, self._only, strict=False):
                one.shown = before
            self._only = None
        else:
            self._only = shown
            for one in self._board.runs:
                one.shown = one is run
        self._show()

    def action_pin(self) -> None:
        """Keep the run under the cursor on the charts, and first in the list, whatever the filter says."""
        if (run := self._run_here()) is not None:
            run.pinned = not run.pinned
            run.shown = run.shown or run.pinned
            self._show()

    def action_pane(self) -> None:
        runs = self.query_one("#runs", EntryList)
        if runs.has_focus:
            self.set_focus(None)
            if self._is_slim():
                self.remove_class("-lists")
        else:
            self.add_class("-lists")
            runs.focus()
        self.call_after_refresh(self._show)

    def _move(self, steps: int) -> None:
        if self._lists():
            self.query_one("#runs", EntryList).move(steps)
            return
        titles = self._titles()
        self._here = min(max(self._here + steps, 0), max(len(titles) - 1, 0))
        self._show()

    def action_up(self) -> None:
        self._move(-1)

    def action_down(self) -> None:
        self._move(1)

    def action_page_up(self) -> None:
        self._move(-10 if self._lists() else -self._count())

    def action_page_down(self) -> None:
        self._move(10 if self._lists() else self._count())

    def _read_at(self, columns: int) -> None:
        chart = next(iter(self.query(RunChart)), None)
        width = max((chart.size.width if chart else 80) - 8, 10)
        self._window.read(self._whole, columns / width)
        self._show(runs=False)

    def action_next_stop(self) -> None:
        self._read_at(1)

    def action_previous_stop(self) -> None:
        self._read_at(-1)

    def action_next_level(self) -> None:
        self._read_at(10)

    def action_previous_level(self) -> None:
        self._read_at(-10)

    def action_first(self) -> None:
        self._window.first(self._whole)
        self._show(runs=False)

    def action_last(self) -> None:
        self._window.last()
        self.say("It follows the newest points.")
        self._show(runs=False)

    def action_zoom_in(self) -> None:
        self._window.zoom(self._whole, 0.5)
        self._show(runs=False)

    def action_zoom_out(self) -> None:
        self._window.zoom(self._whole, 2.0)
        self._show(runs=False)

    def action_scale(self) -> None:
        log = self._options.y_scale != "log"
        self._options = replace(self._options, y_scale="log" if log else "linear")
        self.say(f"The axis of values is {'logarithmic' if log else 'linear'}.")
        self._show(runs=False)

    def action_smoothing(self) -> None:
        self._smoothing = (self._smoothing + 1) % len(SMOOTHINGS)
        self.say(f"The lines are {SMOOTHINGS[self._smoothing][1]}.")
        self._show(runs=False)

    def action_axis(self) -> None:
        axes = [axis for axis in AXES if axis != "epoch" or self._board.has_epochs()]
        self._board.axis = axes[(axes.index(self._board.axis) + 1) % len(axes)]
        self._window = Window()
        self.say(f"x is in {AXIS_WORDS[self._board.axis]}.")
        self._show()

    def action_find(self) -> None:
        self.add_class("-lists")
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        try:
            self._board.filter = expression.read(event.value)
        except TuilabError as error:
            self.say(str(error), "warning")
            return
        visible = len(self._board.listed())
        self.say(f"{visible} of {len(self._board.runs)} runs" if event.value.strip() else "")
        self._show()

    @on(Input.Submitted, "#filter")
    def _found(self) -> None:
        self.query_one("#runs", EntryList).focus()

    def action_back(self) -> None:
        field = self.query_one("#filter", Input)
        if field.display:
            field.value = ""
            field.display = False
            self.query_one("#runs", EntryList).focus()
        elif self._lists() and self._is_slim():
            self.action_pane()
        elif self._window.back():
            self.say("")
            self._show()
        elif len(self.app.screen_stack) > 2:
            self.dismiss()
        else:
            self.app.exit(return_code=0)


def _whole(curves: Sequence[RunSeries]) -> Ends:
    """From the first to the last place of some curves."""
    ends = []
    for one in curves:
        with one.metric.lock:
            if (found := one.metric.ends(one.axis, one.begin)) is not None:
                ends.append(found)
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else (0.0, 0.0)
