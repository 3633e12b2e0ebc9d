"""The library: lessons by chapter, what the one under the cursor is about, and the runs."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.widgets import Input, Static

from tuilab import paths
from tuilab.errors import TuilabError
from tuilab.lesson import Header, library, load
from tuilab.text import duration, safe
from tuilab.tui import learner
from tuilab.tui.bindings import Place
from tuilab.tui.learner import Stage
from tuilab.tui.lesson_search import LessonSearch
from tuilab.tui.run_list import RunLine, recent
from tuilab.tui.screens.frame import LabScreen, keys_of
from tuilab.tui.widgets.entry_list import Entry, EntryList
from tuilab.tui.widgets.frame import TopLine, glyphs_of, in_signs

if TYPE_CHECKING:
    from tuilab.tui.app import TuilabApp

CHAPTERS = {1: "What is deep learning", 2: "The mathematics", 3: "Networks"}
RUNS_SHOWN = 30
STAGES: Mapping[Stage, str] = {"done": "●", "begun": "◐", "new": "○"}
"""How far a lesson is."""


class LibraryScreen(LabScreen):
    """Lessons and runs. Enter opens, `t` trains, `/` finds."""

    place: ClassVar[Place] = "library"
    app: "TuilabApp"
    BINDINGS: ClassVar = keys_of("library")

    def __init__(self) -> None:
        super().__init__()
        self._lessons: list[Header] = []
        self._runs: list[RunLine] = []
        self._read_all = False
        self._wake = asyncio.Event()
        self._steps: dict[Path, tuple[str, ...]] = {}
        self._stages: Mapping[str, Stage] = {}
        self._search = LessonSearch()

    def top_line(self) -> TopLine:
        return TopLine("tuilab", "library", "/ find")

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            with VerticalScroll(id="shelf", can_focus=False):
                yield Input(placeholder="find a word, a number, a run", id="find", compact=True)
                yield EntryList(id="entries")
            with VerticalScroll(id="preview", can_focus=False):
                yield Static(id="about")

    def on_mount(self) -> None:
        super().on_mount()
        self._lessons = library()
        self._fill()
        self.query_one(EntryList).focus()
        self.call_after_refresh(self._begin_to_read)

    def _begin_to_read(self) -> None:
        self.run_worker(self._follow_runs(), group="runs", exclusive=True)
        self.run_worker(self._read_stages(), group="stages", exclusive=True)

    # Filling ------------------------------------------------------------------------------------

    async def _follow_runs(self) -> None:
        """Keep the list of runs up to date: at once when the screen comes up, and while a run goes on."""
        while True:
            runs = await asyncio.to_thread(recent, paths.runs(), RUNS_SHOWN)
            if runs != self._runs or not self._read_all:
                offers = not self._read_all and self.app.live is None
                self._read_all = True
                if self.is_current:
                    self._tell_of_ends(runs)
                self._runs = runs
                try:
                    self._fill()
                    if offers:
                        self._offer(runs)
                except NoMatches:
                    return  # the screen is being taken down
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), 1.0 if any(run.alive for run in runs) else 3.0)

    def on_screen_resume(self) -> None:
        self._wake.set()
        if self._read_all:
            self.run_worker(self._read_stages(), group="stages", exclusive=True)

    async def _read_stages(self) -> None:
        """Find out how far each lesson is."""
        stages = await asyncio.to_thread(learner.stages, self._lessons)
        with contextlib.suppress(NoMatches):
            if stages != self._stages:
                self._stages = stages
                done = sum(stage == "done" for stage in stages.values())
                if any(stage != "new" for stage in stages.values()):
                    self.query_one(TopLine).right = f"{done} of {len(stages)} done   / find"
                self._fill()

    def _offer(self, runs: list[RunLine]) -> None:
        """Point to a run that goes on, left by an earlier lab or started elsewhere."""
        going = next((run for run in runs if run.alive), None)
        if going is None:
            return
        entries = self.query_one(EntryList)
        if entries.cursor == entries.first_with("lesson:"):
            entries.move_to(f"run:{going.name}")
        self.say(f"{going.name} goes on ({going.state}, {going.summary}): enter on it shows it.")

    def _tell_of_ends(self, runs: list[RunLine]) -> None:
        went_on = {run.name for run in self._runs if run.alive}
        for run in runs:
            if run.name in went_on and not run.alive:
                self.say(f"{run.name}: {run.says}", "error" if run.bad else "good")

    def _fill(self) -> None:
        wanted = self.query_one("#find", Input).value.strip().casefold()
        entries: list[Entry] = []
        for chapter in sorted({header.chapter for header in self._lessons}, key=lambda it: (it == 0, it)):
            whole = [it for it in self._lessons if it.chapter == chapter]
            if lessons := [it for it in whole if self._search.found(it, wanted)]:
                done = sum(self._stages.get(it.id) == "done" for it in whole)
                entries.append(
                    Entry(
                        _chapter_title(chapter), right=f"{done}/{len(whole)}" if done else "", tone="heading"
                    )
                )
                entries += [_lesson_entry(header, self._stages.get(header.id, "new")) for header in lessons]
                entries.append(Entry(""))
        runs = [run for run in self._runs if wanted in run.name.casefold()]
        if runs or not wanted:
            entries.append(Entry("Runs", tone="heading"))
            entries += [_run_entry(run) for run in runs]
        if not runs and not wanted:
            entries.append(Entry("none yet: t trains one" if self._read_all else "", tone="quiet"))
        if wanted and not entries:
            entries.append(Entry("nothing has these words", tone="quiet"))
        self.query_one(EntryList).show(entries)
        self._describe()

    def _describe(self) -> None:
        key = self.query_one(EntryList).cursor or ""
        kind, _, name = key.partition(":")
        about = Content("")
        if kind == "lesson":
            header = next(it for it in self._lessons if it.id == name)
            wanted = self.query_one("#find", Input).value
            about = _about_lesson(
                header,
                self._steps.get(header.path, ()),
                self._stages.get(header.id, "new"),
                [title for it in header.prerequisites for title in self._titles(it)],
                self._search.excerpt(header, wanted),
            )
            if header.path not in self._steps and self._read_all:
                self.run_worker(self._read_steps(header.path), group="steps")
        elif kind == "run":
            about = next((_about_run(run) for run in self._runs if run.name == name), about)
        shown = self.query_one("#about", Static)
        about = in_signs(about, glyphs_of(self))
        if about != shown.content:
            shown.update(about)

    def _titles(self, name: str) -> list[str]:
        """The title of the lesson of this id, with its number; the id where there is none."""
        found = [
            f"{it.number} {it.title}".strip() for it in self._lessons if it.id == name and not it.problem
        ]
        return found or [name]

    async def _read_steps(self, path: Path) -> None:
        """Read the titles of a lesson's steps for the preview."""
        self._steps[path] = ()
        with contextlib.suppress(TuilabError, NoMatches):
            lesson = await asyncio.to_thread(load, path)
            self._steps[path] = tuple(safe(step.title, limit=80) for step in lesson.steps)
            self._describe()

    @on(EntryList.Moved)
    def _moved(self) -> None:
        self._describe()
        self.query_one("#preview").scroll_home(animate=False)

    @on(EntryList.Chosen)
    def _chosen(self, event: EntryList.Chosen) -> None:
        self._open(event.key)

    def _open(self, key: str) -> None:
        kind, _, name = key.partition(":")
        if kind == "lesson":
            header = next(it for it in self._lessons if it.id == name)
            self.app.open_lesson(header.path)
        elif kind == "run":
            self.app.open_run(next(run.path for run in self._runs if run.name == name))

    # Finding ------------------------------------------------------------------------------------

    @on(Input.Changed, "#find")
    def _typed(self) -> None:
        self._fill()

    @on(Input.Submitted, "#find")
    def _found(self) -> None:
        self.query_one(EntryList).focus()

    async def _read_texts(self) -> None:
        await asyncio.to_thread(self._search.read, self._lessons)
        with contextlib.suppress(NoMatches):
            self._fill()

    def action_find(self) -> None:
        self.run_worker(self._read_texts(), group="texts", exclusive=True)
        field = self.query_one("#find", Input)
        field.display = True
        field.focus()
        self.refresh_keys()

    def action_back(self) -> None:
        field = self.query_one("#find", Input)
        field.value = ""
        field.display = False
        self.query_one(EntryList).focus()
        self.refresh_keys()

    # Keys ---------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "back":
            return self.is_mounted and self.query_one("#find", Input).display
        if action == "pane":
            return self.is_mounted and self.query_one("#find", Input).display
        return True

    def action_pane(self) -> None:
        entries = self.query_one(EntryList)
        (self.query_one("#find", Input) if entries.has_focus else entries).focus()

    def action_open(self) -> None:
        if key := self.query_one(EntryList).cursor:
            self._open(key)

    def action_train(self) -> None:
        self.app.open_training()

    def action_runs(self) -> None:
        entries = self.query_one(EntryList)
        if key := entries.first_with("run:"):
            entries.move_to(key)
            entries.focus()
        else:
            self.say("There are no runs yet: t trains a first one.")

    def action_up(self) -> None:
        self.query_one(EntryList).move(-1)

    def action_down(self) -> None:
        self.query_one(EntryList).move(1)

    def action_page_up(self) -> None:
        self.query_one(EntryList).move(-10)

    def action_page_down(self) -> None:
        self.query_one(EntryList).move(10)

    def action_first(self) -> None:
        self.query_one(EntryList).move(-10_000)

    def action_last(self) -> None:
        self.query_one(EntryList).move(10_000)


def _chapter_title(chapter: int) -> str:
    return f"{chapter} {CHAPTERS[chapter]}" if chapter in CHAPTERS else "Other lessons"


def _lesson_entry(header: Header, stage: Stage) -> Entry:
    if header.problem:
        return Entry(safe(header.title), f"lesson:{header.id}", mark="!", tone="bad")
    number = f"{safe(header.number):<5} " if header.number else ""
    minutes = f"{header.minutes}m" if header.minutes else ""
    return Entry(number + safe(header.title), f"lesson:{header.id}", mark=STAGES[stage], right=minutes)


def _run_entry(run: RunLine) -> Entry:
    tone = "live" if run.alive else "bad" if run.bad else "entry"
    return Entry(run.name, f"run:{run.name}", mark=run.mark, right=run.summary, tone=tone)


def _about_lesson(
    header: Header, steps: tuple[str, ...], stage: Stage, after: list[str], excerpt: tuple[str, str, str]
) -> Content:
    if header.problem:
        trouble = ("This lesson cannot be opened.\n\n", "$error")
        return Content.assemble((safe(header.title), "bold"), "\n\n", trouble, safe(header.problem))
    facts = [f"{header.minutes} min"] if header.minutes else []
    facts += [f"{header.steps} steps"] if header.steps > 1 else []
    facts += [f"{STAGES[stage]} {stage}"] if stage != "new" else []
    parts: list[Content | str | tuple[str, str]] = [
        (safe(f"{header.book}  {header.title}".strip()), "bold"),
        "\n\n",
    ]
    parts.append(safe(header.description) + "\n\n")
    if facts:
        parts.append((" · ".join(facts) + "\n", "$quiet"))
    if after:
        parts.append((f"after: {safe(', '.join(after))}\n", "$quiet"))
    if header.kernels:
        parts.append((f"kernels: {safe(', '.join(header.kernels))}\n", "$quiet"))
    if any(excerpt):
        before, word, rest = excerpt
        parts += ["\n", (f"… {before}", "$quiet"), (word, "bold $accent"), (f"{rest} …\n", "$quiet")]
    for number, title in enumerate(steps, 1):
        parts += ["\n" if number == 1 else "", (f"{number:>2}  ", "$quiet"), f"{title}\n"]
    return Content.assemble(*parts)


def _about_run(run: RunLine) -> Content:
    parts: list[Content | str | tuple[str, str]] = [(run.name, "bold"), "\n\n"]
    parts.append(run.says + "\n\n")
    width = max((len(name) for name, _ in run.facts), default=0)
    for name, value in run.facts:
        parts += [(f"{name:<{width}}  ", "$quiet"), f"{value}\n"]
    if run.when:
        parts.append((f"\n{duration(max(0.0, time.time() - run.when))} ago\n", "$quiet"))
    return Content.assemble(*parts)
