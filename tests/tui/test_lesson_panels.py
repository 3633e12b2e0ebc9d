"""The lesson screen as a host: whose the keys are, what is on the stage, and what an expression comes to."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.widgets import Input, Static

from tuilab import paths, session
from tuilab.tui import panels
from tuilab.tui.panels import Panel, Stand
from tuilab.tui.widgets.desk import Desk

Drive = Callable[..., object]
HEAD = "---\ntitle: Panels\ntuilab: {id: x.panels, version: 1, book: '9', order: 9}\n---\n# Panels\n\n"
WALK = "```{lab:step} 1 + 1\n```\n\n"
PLOT = "```{lab:plot} X\n```\n\n"
TWICE = "```{lab:plot} Y\n```\n\n"


class Walk(Panel):
    on_stage = True
    at = 0

    def compose(self) -> ComposeResult:
        yield Static("THE WALK", id="walked")

    @property
    def ticket(self) -> str:
        return "walks 1 + 1"

    @property
    def stand(self) -> Stand:
        return Stand(self.at / 10, f"stop {self.at} of 10", "cell")

    def action_next_stop(self) -> None:
        self.at += 1
        self.changed()

    def action_down(self) -> None:
        self.at += 100

    def seek(self, position: float) -> None:
        self.at = round(10 * position)
        self.changed()


class WideWalk(Walk):
    least_width = 60


class Plot(Panel):
    heard: tuple[str, ...] = ()
    opened = 0

    def compose(self) -> ComposeResult:
        yield Static(f"PLOT {self.block.argument}")  # type: ignore[union-attr]
        yield Input(classes="field")

    def word(self, row) -> str:
        return "draw" if row.action == "open" else super().word(row)

    def action_open(self) -> None:
        self.opened += 1
        self.run_worker(self._draw())

    async def _draw(self) -> None:
        found = await self.host.ask(self.block.argument, self.block.line)  # type: ignore[union-attr]
        self.host.say(f"drew {getattr(found, 'text', getattr(found, 'sentence', ''))}")

    def values_changed(self, names: frozenset[str]) -> None:
        self.heard += tuple(sorted(names))


@pytest.fixture
def own_panels(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def use(**kinds: type[Panel]) -> None:
        monkeypatch.setattr(panels, "PANELS", {f"lab:{name}": f"x:{name}" for name in kinds})
        monkeypatch.setattr(
            panels, "panel_for", lambda block, host: kinds[block.name.removeprefix("lab:")](block, host)
        )
        monkeypatch.setattr("tuilab.tui.screens.lesson.panel_for", panels.panel_for)

    return use


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Writes a lesson and has it count as one that came with tuilab."""
    monkeypatch.setattr(paths, "lessons", lambda: tmp_path)

    def write(text: str) -> Path:
        path = tmp_path / "panels.md"
        path.write_text(HEAD + text)
        return path

    return write


def test_a_walk_stands_beside_the_text_where_both_fit(drive: Drive, own_panels, written) -> None:
    own_panels(step=Walk)
    path = written("Text.\n\n" + WALK)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("Text.", "walks 1 + 1", "THE WALK", "stop 0 of 10")
        await lab.press("right")
        await lab.wait_for("stop 1 of 10")

    drive(scenario)


def test_where_both_do_not_fit_tab_changes_over(drive: Drive, own_panels, written) -> None:
    own_panels(step=WideWalk)
    path = written("Text.\n\n" + WALK)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        assert "THE WALK" not in await lab.wait_for("Text.", "tab pane")
        await lab.press("tab")
        assert "Text." not in await lab.wait_for("THE WALK")
        await lab.press("tab")
        assert "THE WALK" not in await lab.wait_for("Text.")
        await lab.press("right")  # what walks is looked at
        assert "Text." not in await lab.wait_for("THE WALK", "stop 1 of 10")
        await lab.pilot.resize_terminal(120, 30)
        await lab.wait_for("Text.", "THE WALK")

    drive(scenario)


def test_wide_code_keeps_the_text_whole(drive: Drive, own_panels, written) -> None:
    own_panels(step=Walk)
    path = written("```{code-cell} ipython3\n" + "x = 1 + " + "1" * 60 + "\n```\n\n" + WALK)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        assert "THE WALK" not in await lab.wait_for("1" * 60)

    drive(scenario)


def test_tab_goes_round_the_panels_and_each_has_its_keys(drive: Drive, own_panels, written) -> None:
    own_panels(step=Walk, plot=Plot)
    path = written(PLOT + TWICE + WALK)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("PLOT X", "PLOT Y", "THE WALK", "enter draw")
        first, second = lab.app.screen.query(Plot)
        walk = lab.app.screen.query_one(Walk)
        assert [it.has_class("-active") for it in (first, second, walk)] == [True, False, False]
        await lab.press("enter")
        await lab.press("right")  # of no use to a plot, so it is the walk's
        await lab.press("down")  # the text's, though the walk would have a use for it
        assert (first.opened, second.opened, walk.at) == (1, 0, 1)
        await lab.press("tab", "enter")
        assert (first.opened, second.opened) == (1, 1)
        await lab.press("tab", "down")
        assert walk.has_class("-active")
        assert walk.at == 101
        assert "enter draw" not in lab.text()
        await lab.press("tab")
        assert first.has_class("-active")

    drive(scenario, size=(100, 30))


def test_what_is_typed_into_a_panel_stays_there(drive: Drive, own_panels, written) -> None:
    own_panels(plot=Plot)
    path = written(PLOT + "## Two\n\nMore.\n")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("PLOT X", "n step")
        field = lab.app.screen.query_one(Input)
        field.focus()
        await lab.press("n", "q", "b")
        assert field.value == "nqb"
        await lab.wait_until(
            lambda text: "n step" not in text and "q leave" not in text, "no letters offered"
        )
        await lab.press("tab")
        assert lab.app.screen.focused is None

    drive(scenario)


def test_the_bar_of_a_walk_can_be_clicked(drive: Drive, own_panels, written) -> None:
    own_panels(step=Walk)
    path = written(WALK)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("stop 0 of 10")
        row = next(y for y, line in enumerate(lab.text().splitlines()) if "stop 0 of 10" in line)
        await lab.pilot.click(offset=(9, row))
        await lab.wait_for("stop 1 of 10")
        end = lab.text().splitlines()[row].index("stop") - 3
        await lab.pilot.click(offset=(end, row))
        await lab.wait_for("stop 10 of 10")

    drive(scenario)


def test_a_panel_is_found_as_it_was_left(drive: Drive, own_panels, written) -> None:
    own_panels(step=Walk)
    path = written(WALK + "## Two\n\nMore.\n")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("stop 0 of 10")
        await lab.press("right", "n")
        assert "stop 1" not in await lab.wait_for("More.")
        assert "THE WALK" not in lab.text()
        await lab.press("b")
        await lab.wait_for("stop 1 of 10", "THE WALK")

    drive(scenario)


CELLS = """```{code-cell} ipython3
X = 20
print("one")
```

```{code-cell} ipython3
Y = X + 1
```

"""


def test_an_expression_is_asked_once_the_cells_above_it_have_run(drive: Drive, own_panels, written) -> None:
    own_panels(plot=Plot)
    path = written(CELLS + TWICE + "```{code-cell} ipython3\nY = 0\n```\n")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("PLOT Y")
        plot = lab.app.screen.query_one(Plot)
        await plot._draw()
        await lab.wait_for("drew 21")
        assert plot.heard == ("X", "Y")
        assert [work.mark for work in lab.app.screen.workbook.works] == ["ran", "ran", "new"]
        await plot._draw()
        assert plot.heard == ("X", "Y")  # they ran once
        assert await plot.host.assign({"X": 30}, plot.block.line) is None
        await plot._draw()
        await lab.wait_for("drew 31")

    drive(scenario)


def test_a_slider_runs_again_what_uses_its_name_and_what_follows_from_that(
    drive: Drive, own_panels, written
) -> None:
    own_panels(plot=Plot)
    cells = ("X = 2\nones = [1]", "ones.append(0)\nY = X * len(ones)", "Z = 5", "Y = Y + Z")
    path = written("".join(f"```{{code-cell}} ipython3\n{it}\n```\n\n" for it in cells) + TWICE)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("PLOT Y")
        plot = lab.app.screen.query_one(Plot)
        assert (await plot.host.ask("Y", plot.block.line)).text == "9"
        assert await plot.host.assign({"X": 10.0}, plot.block.line) is None
        assert (await plot.host.ask("Y, X", plot.block.line)).text == "(35.0, 10.0)"
        assert [work.runs for work in lab.app.screen.workbook.works] == [1, 2, 1, 2]
        assert await plot.host.assign({"X": 3.0}, plot.block.line, rerun=False) is None
        assert [work.runs for work in lab.app.screen.workbook.works] == [1, 2, 1, 2]
        assert "X" in plot.heard

    drive(scenario)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("X = 1 / 0", "ZeroDivisionError: division by zero, line 8"),
        ("import os\nos._exit(3)", "3"),
        ("raise SystemExit(2)\n", "NameError"),
    ],
)
def test_what_fails_is_told_and_never_raised(drive: Drive, own_panels, written, cell: str, said: str) -> None:
    own_panels(plot=Plot)
    path = written("```{code-cell} ipython3\n" + cell + "\n```\n\n" + PLOT)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("PLOT X")
        plot = lab.app.screen.query_one(Plot)
        found = await plot.host.ask("X", plot.block.line)
        assert isinstance(found, session.Failed)
        assert said in found.sentence

    drive(scenario)


def test_a_lesson_from_elsewhere_runs_nothing_before_it_was_agreed_to(
    drive: Drive, own_panels, tmp_path: Path
) -> None:
    own_panels(plot=Plot)
    path, ran = tmp_path / "other.md", tmp_path / "ran"
    path.write_text(HEAD + f"```{{code-cell}} ipython3\nopen({str(ran)!r}, 'w')\nX = 5\n```\n\n" + PLOT)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("PLOT X", "read only until you agree to run it", "other.md")
        assert not lab.app.screen.trusted
        await lab.press("tab", "enter")
        await lab.wait_for("Run the code of this lesson?", "is consent, not a sandbox.")
        await lab.press("escape")
        await lab.wait_for("does not run, since you have not agreed")
        assert not ran.exists()
        await lab.press("enter")
        await lab.wait_for("Run the code of this lesson?")
        await lab.press("y")
        await lab.wait_for("drew 5")
        assert ran.exists()
        assert "read only" not in lab.text()
        assert lab.app.screen.trusted

    drive(scenario)


def test_a_lesson_that_was_changed_meanwhile_does_not_run(drive: Drive, own_panels, tmp_path: Path) -> None:
    own_panels(plot=Plot)
    path = tmp_path / "other.md"
    path.write_text(HEAD + PLOT)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("PLOT X")
        path.write_text(HEAD + PLOT + "Evil.\n")
        await lab.press("enter")
        text = await lab.wait_for("does not run")
        assert "Run the code of this lesson?" not in text

    drive(scenario)


def test_only_the_pages_read_last_are_kept(drive: Drive, own_panels, written) -> None:
    own_panels(step=Walk)
    path = written("".join(f"## Step {number}\n\nText.\n\n{WALK}" for number in range(30)))

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        for number in range(30):
            await lab.wait_for(f"step {number + 1} of 30", "THE WALK")
            await lab.press("n")
        assert len(lab.app.screen.query_one(Desk).pages) == 8
        assert len(lab.app.screen.query(Walk)) == 8

    drive(scenario)
