"""An array to look at: its facts, only what is visible formatted, a large one as soon as a small one."""

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tuilab.tui.tensors.facts import Facts, facts
from tuilab.tui.tensors.numbers import Form
from tuilab.tui.tensors.whole import Whole
from tuilab.tui.themes import THEMES
from tuilab.tui.widgets import tensor_view
from tuilab.tui.widgets.tensor_view import TensorView


class Alone(App[None]):
    """A tensor view, and nothing beside it."""

    glyphs = "braille"

    def compose(self) -> ComposeResult:
        yield TensorView()

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return THEMES[0].variables

    @property
    def view(self) -> TensorView:
        return self.query_one(TensorView)

    def text(self) -> str:
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips(self.screen.size))


def look(scenario: Callable[[Alone, Pilot[None]], Awaitable[None]], size: tuple[int, int] = (80, 24)) -> None:
    async def go() -> None:
        app = Alone()
        async with app.run_test(size=size) as pilot:
            await scenario(app, pilot)

    asyncio.run(go())


async def until(app: Alone, pilot: Pilot[None], *words: str) -> str:
    for _ in range(500):
        if all(word in (text := app.text()) for word in words):
            return text
        await pilot.pause(0.02)
    raise AssertionError(f"waited in vain for {words} on:\n{app.text()}")


def test_all_facts_stand_above_the_numbers() -> None:
    array = np.array([[1.5, np.nan, -2.0], [np.inf, 0.25, 3.0]], np.float32)

    async def scenario(app: Alone, pilot: Pilot[None]) -> None:
        app.view.show(array, "x")
        await until(
            app, pilot, "▸ x  (2, 3) float32  24 bytes  strides (12, 4)",
            "min -2  max 3  mean 0.6875  NaN 1  inf 1", "[0, 0] = 1.5", "NaN -2.000",
        )  # fmt: skip

    look(scenario)


def test_strides_find_a_place_where_the_first_line_is_full() -> None:
    async def scenario(app: Alone, pilot: Pilot[None]) -> None:
        app.view.show(np.zeros((20, 30), np.float32), "weights of a layer")
        text = await until(app, pilot, "strides (120, 4)")
        assert next(row for row in text.split("\n") if "strides" in row).startswith(" [0, 0] = 0")

    look(scenario, size=(52, 20))


def test_a_large_array_is_there_before_all_of_it_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensor_view, "AT_ONCE", 1000)
    asked: list[int] = []

    def slow(array: "np.ndarray") -> Facts:
        asked.append(array.size)
        return facts(array)

    monkeypatch.setattr(tensor_view, "facts", slow)
    array = np.zeros((50, 600))
    array[49, 599] = 12.5

    async def scenario(app: Alone, pilot: Pilot[None]) -> None:
        app.view.show(array, "x")
        assert asked[0] < array.size
        assert "[0, 0] = 0" in app.text()
        await until(app, pilot, "max 12.5", "0.00")
        app.view.show(array * 2, "x")  # as a run that goes on: what is known stays until more is
        await until(app, pilot, "max 25")
        while app.view.view != "histogram":
            app.view.next_view()
        await until(app, pilot, "bins, the fullest holds 100.0%")

    look(scenario)


@pytest.mark.parametrize("shape", [(3, 3), (60_000, 784)])
def test_only_what_is_visible_is_formatted(shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[object] = []
    write = Form.__call__

    def noted(self: Form, value: object) -> str:
        written.append(value)
        return write(self, value)

    monkeypatch.setattr(Form, "__call__", noted)
    array = np.broadcast_to(np.float32(0.5), shape)

    async def scenario(app: Alone, pilot: Pilot[None]) -> None:
        app.view.show(array, "x")
        await until(app, pilot, "max 0.5", "0.5000")
        written.clear()
        app.view.jump((-1, -1))
        assert 0 < len(written) <= 80 * 24 / 6
        assert app.view.index == (shape[0] - 1, shape[1] - 1)

    look(scenario)


def test_a_sample_names_its_elements_as_the_whole_does() -> None:
    whole = Whole((100, 6), "float32", (24, 4), 2400, Facts(-1.0, 9.0, 0.5, 2, 0), (10, 1))
    sample = np.arange(60.0).reshape(10, 6) / 10

    async def scenario(app: Alone, pilot: Pilot[None]) -> None:
        app.view.show(sample, "x", whole=whole)
        await until(app, pilot, "(100, 6) float32  2.4 kB", "min -1  max 9  mean 0.5  NaN 2", " 90 ")
        app.view.jump((57, 3))
        await until(app, pilot, "[50, 3] = 3.3", "here every 10th on axis 0")
        app.view.jump((-1, -1))
        await until(app, pilot, "[90, 5] = 5.9")

    look(scenario)


def test_images_side_by_side_are_walked_one_by_one_and_row_by_row() -> None:
    weights = np.random.default_rng(0).normal(size=(64, 30))

    async def scenario(app: Alone, pilot: Pilot[None]) -> None:
        app.view.show(weights, "w", "parameter")
        assert app.view.views == ("numbers", "picture", "column", "images", "histogram")
        while app.view.view != "images":
            app.view.next_view()
        await until(app, pilot, "▸ column 0", "column 1 ")
        app.view.move(right=1)
        await until(app, pilot, "▸ column 1")
        down = app.view.page()[1]
        app.view.move(down=1)
        await until(app, pilot, f"▸ column {1 + down}")
        app.view.move(right=99)
        await until(app, pilot, "▸ column 29", "[0, 29] =")
        app.view.jump((5, 0))
        await pilot.click(TensorView, offset=(1, 3))
        await until(app, pilot, "▸ column 0")
        app.view.show(np.zeros((3, 5)), "small")
        await until(app, pilot, "small  (3, 5)", "0.000")

    look(scenario)


@pytest.mark.parametrize("shape", [(), (0,), (4, 0), (0, 28, 28), (5,), (2, 0, 3, 3)])
def test_every_view_of_a_small_or_empty_array_is_drawn(shape: tuple[int, ...]) -> None:
    async def scenario(app: Alone, pilot: Pilot[None]) -> None:
        app.view.show(np.zeros(shape), "x")
        for _ in app.view.views:
            app.view.move(1, 1)
            app.view.turn(1)
            app.view.next_view()
            await pilot.pause()
            assert "x  (" in app.text()

    look(scenario)
