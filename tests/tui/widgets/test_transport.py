"""The transport: one row at any width, and the mouse does what the keys do."""

import asyncio

import pytest
from textual.app import App

from tuilab.tui.widgets.transport import Transport


class Host(App[None]):
    def __init__(self, widget):
        super().__init__()
        self.widget = widget
        self.heard = []

    def compose(self):
        yield self.widget

    def on_transport_pressed(self, message):
        self.heard.append(message.button)

    def on_transport_sought(self, message):
        self.heard.append(message.position)


def row(width, position=0.5, text="stop 23 of 41 · backward", level="op", glyphs="braille"):
    async def go():
        transport = Transport(glyphs=glyphs)
        async with Host(transport).run_test(size=(width, 1)) as pilot:
            transport.show(position, text, level)
            await pilot.pause()
            return transport.render_line(0).text

    return asyncio.run(go())


def test_it_has_arrows_bar_words_and_level():
    line = row(80)
    assert line.startswith(" ◂◂  ◂  ▸  ▸▸  ━")
    assert "●" in line
    assert "stop 23 of 41 · backward" in line
    assert line.rstrip().endswith("level: op")


def test_the_knob_stands_where_the_walk_does():
    assert row(80, position=0.0).index("●") == 15
    assert row(80, position=1.0).index("●") == 15 + 80 // 3 - 1


@pytest.mark.parametrize("position", [-1.0, 2.0, float("nan"), float("inf")])
def test_a_position_out_of_bounds_is_brought_back(position):
    assert row(80, position=position).count("●") == 1


def test_narrower_the_level_goes_then_the_bar_then_the_arrows_then_words():
    assert "level" not in row(60, text="x" * 30)
    assert "●" in row(60, text="x" * 30)
    assert "●" not in row(46, text="x" * 30)
    assert row(46, text="x" * 30).startswith(" ◂◂")
    assert row(31, text="x" * 30) == "x" * 30 + " "
    assert row(10, text="x" * 30) == "x" * 9 + "…"


@pytest.mark.parametrize("width", [1, 2, 7, 16, 33, 80, 200])
@pytest.mark.parametrize("glyphs", ["braille", "block", "ascii"])
def test_any_width_is_filled_exactly(width, glyphs):
    line = row(width, glyphs=glyphs)
    assert len(line) == width
    assert glyphs != "ascii" or line.isascii()


def test_a_click_on_an_arrow_or_the_bar_is_told():
    async def go():
        transport = Transport()
        app = Host(transport)
        async with app.run_test(size=(80, 1)) as pilot:
            transport.show(0.0, "stop", "op")
            await pilot.pause()
            for column in (1, 5, 8, 12, 15, 15 + 80 // 3 - 1, 60):
                await pilot.click(transport, offset=(column, 0))
            return app.heard

    assert asyncio.run(go()) == ["previous_above", "previous", "next", "next_above", 0.0, 1.0]
