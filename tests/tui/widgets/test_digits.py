"""Digits: as many as fit, readable, right and wrong told apart without colour."""

import asyncio

import numpy as np
import pytest
from rich.style import Style
from textual.app import App

from tuilab.tui.widgets.digits import GREYS, SIDES, Digits, fit, picture

INK = Style(color="#ffffff", bgcolor="#000000")


def one():
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:16] = 255
    return image


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("way", ["greys", "mono", "ramp"])
def test_a_picture_is_as_wide_as_its_side_and_half_as_high(side, way):
    rows = picture(one(), side, way, INK)
    assert [sum(len(segment.text) for segment in row) for row in rows] == [side] * (side // 2)


def test_a_stroke_stands_in_the_middle():
    rows = ["".join(segment.text for segment in row) for row in picture(one(), 14, "mono", INK)]
    assert rows[3] == "      ██      "
    assert rows[0] == " " * 14


def test_equal_cells_share_a_segment_and_shades_are_few():
    noise = np.random.default_rng(0).integers(0, 256, (28, 28)).astype(np.uint8)
    colours = {s.style.color for row in picture(noise, 28, "greys", INK) for s in row if s.style}
    assert len(colours) <= GREYS
    assert [len(row) for row in picture(one(), 28, "greys", INK)][7] == 3


def test_all_are_shown_at_the_largest_size_that_holds_them():
    assert fit(200, 15, 5) == (28, 6, 1)
    assert fit(29, 24, 6) == (14, 2, 3)
    assert fit(40, 16, 20) == (10, 3, 2)
    assert fit(8, 3, 20) == (10, 0, 0)


class Host(App[None]):
    def __init__(self, widget):
        super().__init__()
        self.widget = widget

    def compose(self):
        yield self.widget


def shown(size, glyphs="braille", confidence=(0.991, 0.61), guesses=(7, 9)):
    async def go():
        digits = Digits(glyphs=glyphs)
        app = Host(digits)
        async with app.run_test(size=size) as pilot:
            images = np.stack([one(), one()])
            digits.show(images, np.array([7, 4], np.uint8), np.array(guesses, np.uint8), confidence)
            await pilot.pause()
            return [digits.render_line(y).text for y in range(size[1])]

    return asyncio.run(go())


def test_captions_give_guess_truth_and_confidence():
    assert "7 ✓ 99%" in shown((40, 10))[7]
    assert "9 ✗4 61%" in shown((40, 10))[7]


def test_captions_do_without_confidence():
    assert shown((40, 10), confidence=None)[7].split() == ["7", "✓", "9", "✗4"]


def test_plain_digits_are_ascii():
    rows = shown((40, 10), glyphs="ascii")
    assert all(row.isascii() for row in rows)
    assert "9 x4 61%" in rows[7]


def test_on_the_terminals_own_colours_nothing_is_mixed():
    async def go():
        digits = Digits()
        app = Host(digits)
        async with app.run_test(size=(40, 10)) as pilot:
            app.theme = "ansi-light"
            digits.show(np.stack([one()]), [7], [7])
            await pilot.pause()
            styles = [segment.style for y in range(10) for segment in digits.render_line(y)]
            colours = [c for style in styles if style for c in (style.color, style.bgcolor) if c]
            assert all(colour.triplet is None for colour in colours)

    asyncio.run(go())


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (12, 2), (30, 1), (80, 24), (200, 60)])
def test_any_size_is_filled_exactly(size):
    assert [len(row) for row in shown(size)] == [size[0]] * size[1]


def test_where_no_picture_fits_the_guesses_remain():
    assert shown((30, 1))[0].split() == ["7", "✓", "9", "✗4"]


def test_words_too_long_for_a_row_are_wrapped():
    async def go():
        digits = Digits()
        async with Host(digits).run_test(size=(16, 5)):
            rows = [digits.render_line(y).text for y in range(5)]
            assert " ".join(" ".join(rows).split()) == "digits appear here once training runs"
            assert [len(row) for row in rows] == [16] * 5

    asyncio.run(go())


def test_before_the_first_digits_it_says_what_will_come():
    async def go():
        digits = Digits()
        async with Host(digits).run_test(size=(50, 5)):
            assert "digits appear here" in digits.render_line(2).text

    asyncio.run(go())
