"""The chart as a widget: it draws when there is something new, and writes only the rows that changed."""

import asyncio

import numpy as np
import pytest
from textual.app import App

from tuilab.tui.charts.chart import Chart
from tuilab.tui.charts.series import ChartOptions, Series


class Host(App[None]):
    def __init__(self, widget):
        super().__init__()
        self.widget = widget

    def compose(self):
        yield self.widget


def series(count):
    x = np.arange(1, count + 1)
    return [Series("train", x, 2.3 * np.exp(-x / 50) + 0.05)]


def lines(chart):
    return [chart.render_line(y).text for y in range(chart.size.height)]


def drive(steps, size=(60, 16)):
    async def go():
        chart = Chart(ChartOptions("loss", x_range=(0, 500)))
        app = Host(chart)
        async with app.run_test(size=size) as pilot:
            await steps(app, chart, pilot)

    asyncio.run(go())


def test_it_shows_what_it_is_given():
    async def steps(app, chart, pilot):
        assert any("no points yet" in line for line in lines(chart))
        chart.show(series(400))
        await pilot.pause()
        assert lines(chart)[0].startswith("loss")
        assert "train 0.0" in lines(chart)[0]

    drive(steps)


def test_only_changed_rows_are_refreshed(monkeypatch):
    async def steps(app, chart, pilot):
        chart.show(series(400))
        await pilot.pause()
        refreshed = []
        monkeypatch.setattr(chart, "refresh", lambda *regions, **_: refreshed.append(regions))
        before = lines(chart)
        chart.show(series(420))
        changed = [y for y, line in enumerate(lines(chart)) if line != before[y]]
        assert [region.y for region in refreshed[0]] == changed
        assert 0 < len(changed) < 5
        refreshed.clear()
        chart.show(series(420))
        assert refreshed == []

    drive(steps)


def test_nothing_is_drawn_again_for_nothing(monkeypatch):
    async def steps(app, chart, pilot):
        chart.show(series(400))
        await pilot.pause()
        monkeypatch.setattr(chart, "draw_rows", lambda *_: pytest.fail("drawn again"))
        lines(chart)
        chart.refresh()
        await pilot.pause()

    drive(steps)


def test_a_theme_recolours_it():
    async def steps(app, chart, pilot):
        chart.show(series(400))
        await pilot.pause()
        dark = chart.render_line(0)
        app.theme = "textual-light"
        await pilot.pause()
        assert chart.render_line(0) != dark
        assert chart.render_line(0).text == dark.text

    drive(steps)


def test_it_survives_any_size():
    async def steps(app, chart, pilot):
        chart.show(series(400))
        for size in [(1, 1), (300, 100), (3, 40), (80, 2), (25, 7), (60, 16)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert [len(line) for line in lines(chart)] == [size[0]] * size[1]

    drive(steps)


def test_options_can_be_changed_while_it_is_shown():
    async def steps(app, chart, pilot):
        chart.show(series(400))
        chart.options = ChartOptions("loss", "log", (0, 500))
        await pilot.pause()
        assert any("0.1┤" in line for line in lines(chart))

    drive(steps)
