"""lab:graph on the stage: walked both ways, its numbers explained, one of them changed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tuilab import ops
from tuilab.autodiff import graph
from tuilab.errors import TuilabError
from tuilab.lesson.directives import DIRECTIVES
from tuilab.lesson.model import Directive
from tuilab.session import Failed, Value
from tuilab.session.values import Number, TraceValue
from tuilab.tui import themes
from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.panels.graph import GraphPanel
from tuilab.tui.widgets.graph_view import GraphView


class Lesson(App[None]):
    """A host with names in place of a session."""

    def __init__(
        self, expression: str, glyphs: GlyphSet = "braille", trusted: bool = True, **options: Any
    ) -> None:
        super().__init__()
        self.glyphs: GlyphSet = glyphs
        self.trusted = trusted
        self.names: dict[str, Any] = {"ops": ops, "w": -2.0, "x": 3.0, "b": 4.0, "X": np.ones((4, 3))}
        self.said: list[str] = []
        self.asked: list[str] = []
        given = {option.name: option.default for option in DIRECTIVES["lab:graph"].options}
        self.panel = GraphPanel(Directive("lab:graph", expression, {**given, **options}, "", 7), self)  # type: ignore[arg-type]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.meanings(self.current_theme)

    def compose(self) -> ComposeResult:
        yield self.panel

    def say(self, text: str, kind: str = "info") -> None:
        self.said.append(text)

    async def ask(self, expression: str, line: int) -> "Value | Failed":
        self.asked.append(expression)
        try:
            answer = eval(expression, self.names)
        except TuilabError as error:
            return Failed("TuilabError", str(error), "", (), 0)
        if isinstance(answer, int | float):
            return Number("int", "5", 5)
        return TraceValue("Trace", "a trace", len(answer), answer.to_bytes())

    def text(self) -> str:
        return "\n".join(
            strip.text.rstrip() for strip in self.screen._compositor.render_strips(self.screen.size)
        )


Scenario = Callable[[Lesson, Pilot[None]], Awaitable[None]]


def drive(lesson: Lesson, scenario: Scenario, size: tuple[int, int] = (100, 30)) -> None:
    async def go() -> None:
        async with lesson.run_test(size=size) as pilot:
            await scenario(lesson, pilot)

    asyncio.run(go())


async def shows(lesson: Lesson, pilot: Pilot[None], *words: str) -> str:
    for _ in range(400):
        if all(word in (text := lesson.text()) for word in words):
            return text
        await pilot.pause(0.02)
    raise AssertionError(f"waited in vain for {words} on:\n{lesson.text()}")


NEURON = "ops.relu(w * x + b)"


def test_values_arrive_forwards_and_gradients_backwards() -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        panel = lesson.panel
        text = await shows(lesson, pilot, "w ▪ -2", "x ▸ 3", "× ·", "relu ·")
        assert "◂" not in text
        panel.action_next_stop()
        await shows(lesson, pilot, "× ▸ -6", "product = (-2) · 3 = -6  ✓", "+ ·")
        panel.action_next_stop()
        panel.action_next_stop()
        await shows(lesson, pilot, "relu ▸ 0", "L = max((-2), 0) = 0")
        assert panel.stand is not None
        assert panel.stand.text == "forward 3 of 3 · relu"
        panel.action_next_level()
        await shows(lesson, pilot, "∂L/∂w = 0", "= 0 · 1 · 3 = 0  ✓   finite difference 0  ✓", "relu is flat")
        assert panel.stand.position == 1
        assert not panel.can("next_stop")
        panel.action_first()
        await shows(lesson, pilot, "× ·", "relu ·")
        assert not panel.can("previous_stop")

    drive(Lesson(NEURON, parameters=("w", "b")), scenario)


def test_there_and_back_again_is_the_same_picture() -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        panel = lesson.panel
        await shows(lesson, pilot, "w ▪ -2")
        view = panel.query_one(GraphView)
        there = []
        for _ in range(6):
            panel.action_next_stop()
            view._draw()
            there.append([strip.text for strip in view._drawn])
        for picture in reversed(there[:-1]):
            panel.action_previous_stop()
            view._draw()
            assert [strip.text for strip in view._drawn] == picture

    drive(Lesson(NEURON, parameters=("w", "b")), scenario)


def test_the_cursor_gets_to_every_node() -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        panel = lesson.panel
        await shows(lesson, pilot, "w ▪ -2")
        view = panel.query_one(GraphView)
        seen = {view.cursor}
        for _ in range(20):
            panel.action_down()
            seen.add(view.cursor)
        assert seen == set(range(6))
        panel.action_previous_matrix()
        assert view.node is not None
        assert view.node.label == "+"
        for _ in range(20):
            panel.action_up()
        assert view.node.label in ("w", "x")

    drive(Lesson(NEURON), scenario)


def test_it_may_begin_backwards() -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        await shows(lesson, pilot, "relu ▸ 0", "L = max((-2), 0) = 0")
        assert lesson.panel.stand is not None
        assert lesson.panel.stand.text == "forward 3 of 3 · relu"

    drive(Lesson(NEURON, direction="backward"), scenario)


def test_it_plays_to_the_end_and_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuilab.tui.panels.playing.A_STOP", 0.01)

    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        panel = lesson.panel
        await shows(lesson, pilot, "w ▪ -2")
        panel.action_play()
        await shows(lesson, pilot, "∂L/∂w = 0")
        for _ in range(200):
            if not panel._player.playing:
                break
            await pilot.pause(0.02)
        assert panel.stand is not None
        assert panel.stand.position == 1
        assert not panel._player.playing

    drive(Lesson(NEURON, parameters=("w", "b")), scenario)


def test_differences_are_left_out_where_the_lesson_says_so() -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        await shows(lesson, pilot, "w ▪ -2")
        lesson.panel.action_last()
        assert "difference" not in await shows(lesson, pilot, "∂L/∂w = 0", "= 0 · 1 · 3 = 0  ✓")

    drive(Lesson(NEURON, parameters=("w", "b"), differences=False), scenario)


def test_arrays_are_shapes_and_small_maps() -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        await shows(lesson, pilot, "X ▪ 4 x 3", "x² ·")
        lesson.panel.action_last()
        await shows(lesson, pilot, "x² ▸ 4 x 3", "▀▀▀ ◂ ▀▀▀", "∂L/∂X[0, 0] = 2")

    drive(Lesson("(X ** 2).sum()", parameters=("X",)), scenario)


def test_a_number_can_be_changed_and_everything_is_computed_anew() -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        panel = lesson.panel
        await shows(lesson, pilot, "b ▪ 4")
        panel.action_last()
        view = panel.query_one(GraphView)
        while view.node is None or view.node.label != "b":
            panel.action_down()
        assert panel.can("change")
        panel.action_change()
        await pilot.press(*"7.5x", "enter")
        assert "is no number" in lesson.said[-1]
        await pilot.press("backspace", "enter")
        await shows(lesson, pilot, "b ▪ 7.5", "relu ▸ 1.5", "◂ 3")
        assert lesson.names["b"] == 4.0
        panel.action_change()
        assert panel.can("back")
        panel.action_back()
        assert not panel.can("back")

    drive(Lesson(NEURON, parameters=("w", "b")), scenario)


def test_an_element_of_an_array_is_chosen_and_changed() -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        panel = lesson.panel
        await shows(lesson, pilot, "X ▪ 4 x 3")
        panel.action_last()
        await shows(lesson, pilot, "∂L/∂X[0, 0] = 2")
        assert panel.can("jump")
        panel.action_jump()
        assert not panel.can("next_stop")
        await pilot.press(*"2", "enter")
        await pilot.pause()
        assert lesson.said[-1] == "An element of (4, 3) is named by 2 whole numbers."
        await pilot.press(*" 1", "enter")
        await shows(lesson, pilot, "∂L/∂X[2, 1] = 2")
        panel.action_change()
        await shows(lesson, pilot, "X[2, 1]", "g chooses another")
        await pilot.press(*"-5", "enter")
        await shows(lesson, pilot, "∂L/∂X[2, 1] = -10")
        assert lesson.said[-1] == "X[2, 1] is -5 here; the lesson's own stays what it is."
        panel.action_jump()
        await pilot.press(*"-1 99", "enter")
        await shows(lesson, pilot, "∂L/∂X[3, 2] = 2")

    drive(Lesson("(X ** 2).sum()", parameters=("X",)), scenario)


def test_the_pace_of_playing_is_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuilab.tui.panels.playing.A_STOP", 60.0)

    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        panel = lesson.panel
        await shows(lesson, pilot, "w ▪ -2")
        assert not panel.can("play_faster")
        panel.action_play()
        await shows(lesson, pilot, "× ▸ -6")
        assert panel.can("play_faster")
        for _ in range(9):
            panel.action_play_faster()
        assert lesson.said[-1] == "Plays at 16 times the pace: 3.8 s a stop. No faster than that."
        for _ in range(9):
            panel.action_play_slower()
        assert lesson.said[-1].endswith("No slower than that.")
        panel.action_back()
        assert not panel.can("play_slower")
        assert not panel.can("back")

    drive(Lesson(NEURON, parameters=("w", "b")), scenario)


def test_repeated_parts_open_one_by_one() -> None:
    chain = "ops.tanh(" * 15 + "ops.sin(" * 15 + "w" + ")" * 30

    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        panel = lesson.panel
        await shows(lesson, pilot, "… 12 more sin")
        panel.action_last()
        view = panel.query_one(GraphView)
        while view.node is None or view.node.kind != "fold":
            panel.action_down()
        panel.action_open()
        for _ in range(200):
            if sum(node.kind == "fold" for node in view._graph.nodes) == 1:  # type: ignore[union-attr]
                break
            await pilot.pause(0.02)
        assert view._graph is not None
        assert view._walk is not None
        labels = [node.label for node in view._graph.nodes]
        assert sum(label.startswith("sin") for label in labels) == 15
        assert [label for label in labels if "more" in label] == ["… 13 more tanh"]
        assert view.node is not None
        assert view.node.stops == (2,)
        panel.action_fold()
        for _ in range(200):
            if sum(node.kind == "fold" for node in view._graph.nodes) == 2:
                break
            await pilot.pause(0.02)
        assert [node.label for node in view._graph.nodes if node.kind == "fold"] == [
            "… 12 more sin",
            "… 13 more tanh",
        ]

    drive(Lesson(chain, parameters=("w",)), scenario)


def test_enter_explains_and_a_fold_opens() -> None:
    chain = "ops.sin(" * 30 + "w" + ")" * 30

    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        panel = lesson.panel
        await shows(lesson, pilot, "w ▪ -2")
        panel.action_last()
        await shows(lesson, pilot, "… 27 more sin")
        view = panel.query_one(GraphView)
        while view.node is None or view.node.kind != "fold":
            panel.action_down()
        assert panel.can("fold")
        panel.action_open()
        await shows(lesson, pilot, "sin₃ ▸", "∂L/∂sin₃ =")
        panel.action_fold()
        await shows(lesson, pilot, "… 27 more")

    drive(Lesson(chain, parameters=("w",)), scenario)


def test_a_lesson_that_is_not_trusted_computes_when_asked_to() -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        await shows(lesson, pilot, NEURON, "→ computes it")
        assert lesson.asked == []
        lesson.panel.action_next_stop()
        await shows(lesson, pilot, "w ▪ -2")

    drive(Lesson(NEURON, trusted=False), scenario)


@pytest.mark.parametrize(
    ("expression", "says"),
    [("5 + 0", "nothing to walk"), ("w +", "no expression"), ("'\x1b[2J' + w", "real numbers")],
)
def test_what_cannot_be_walked_is_said_in_its_place(expression: str, says: str) -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        if "\x1b" in expression:
            lesson.names["w"] = "text"
        text = await shows(lesson, pilot, says)
        assert "\x1b" not in text

    drive(Lesson(expression), scenario)


def test_values_of_the_lesson_that_change_are_computed_anew() -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        await shows(lesson, pilot, "b ▪ 4")
        lesson.names["b"] = 6.5
        lesson.panel.values_changed(frozenset({"other"}))
        lesson.panel.values_changed(frozenset({"b"}))
        await shows(lesson, pilot, "b ▪ 6.5")
        assert len(lesson.asked) == 2

    drive(Lesson(NEURON), scenario)


@pytest.mark.parametrize("glyphs", ["ascii", "block"])
def test_it_is_drawn_in_few_signs(glyphs: GlyphSet) -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        await shows(lesson, pilot, "w ")
        lesson.panel.action_last()
        text = await shows(lesson, pilot, "dL/dw = 0", "finite difference 0")
        assert "relu > 0" in text
        assert glyphs != "ascii" or text.isascii()

    drive(Lesson(NEURON, glyphs, parameters=("w", "b")), scenario)


def test_a_click_moves_the_cursor_and_another_explains() -> None:
    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        await shows(lesson, pilot, "w ▪ -2")
        lesson.panel.action_last()
        text = await shows(lesson, pilot, "+ ▸ -2")
        y, row = next((y, row) for y, row in enumerate(text.splitlines()) if "+ ▸ -2" in row)
        await pilot.click(offset=(row.index("+ ▸ -2"), y))
        view = lesson.panel.query_one(GraphView)
        assert view.node is not None
        assert view.node.label == "+"

    drive(Lesson(NEURON, parameters=("w", "b")), scenario)


def test_a_lesson_shows_it_on_its_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: a file, its cells in a session, the trace, the stage."""
    from tuilab.lesson import load, trust
    from tuilab.tui.app import TuilabApp

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "lesson.md"
    path.write_text(
        "---\ntitle: Back\ntuilab:\n  id: ch2.back\n---\n\n# Back\n\n"
        "```{code-cell} python\nfrom tuilab import ops\nw, x = 2.0, 3.0\n```\n\n"
        ":::{lab:graph} w * x + w\n:parameters: w\n:::\n"
    )
    trust.agree(load(path))

    async def go() -> None:
        app = TuilabApp()
        async with app.run_test(size=(80, 24)) as pilot:
            app.open_lesson(path)
            await pilot.pause()
            await pilot.press("right")

            def text() -> str:
                rows = app.screen._compositor.render_strips(app.screen.size)
                return "\n".join(strip.text.rstrip() for strip in rows)

            for key, words in ((None, "w ▪ 2"), ("end", "∂L/∂w = 4"), ("enter", "the number itself")):
                if key is not None:
                    await pilot.press(key)
                for _ in range(1500):
                    if words in text():
                        break
                    await pilot.pause(0.02)
                else:
                    raise AssertionError(f"waited in vain for {words!r} on:\n{text()}")

    asyncio.run(go())


def test_the_trace_asked_for_is_that_of_the_directive() -> None:
    def unused(names: Mapping[str, Any]) -> Any:
        return graph("w * x", dict(names), ("w",))

    async def scenario(lesson: Lesson, pilot: Pilot[None]) -> None:
        await shows(lesson, pilot, "w ▪ -2")
        (asked,) = lesson.asked
        again = eval(asked, lesson.names)
        assert [stop.operation for stop in again] == [stop.operation for stop in unused(lesson.names)]

    drive(Lesson("w * x", parameters=("w",)), scenario)
