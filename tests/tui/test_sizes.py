"""Every screen at every size: nothing breaks, and nothing is cut off where it should fit."""

import random
from collections.abc import Callable

import pytest

from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.widgets.sparkline import Sparkline

Drive = Callable[..., object]
SIZES = [
    (1, 1),
    (2, 3),
    (20, 5),
    (59, 14),
    (60, 15),
    (79, 23),
    (80, 24),
    (100, 30),
    (120, 24),
    (200, 60),
    (300, 100),
]


def test_no_size_breaks_any_screen(drive: Drive, stand_in: list, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through all screens while a run goes on, resized at every stop, at known and random sizes."""
    monkeypatch.setenv("STAND_IN_RATE", "5")  # it must not have ended when `q` asks about it
    chance = random.Random(7)
    sizes = SIZES + [(chance.randint(1, 300), chance.randint(1, 100)) for _ in range(12)]
    chance.shuffle(sizes)

    async def scenario(lab) -> None:
        walk = [
            "t",
            "space",
            "L",
            "escape",
            "enter",
            *"nnnnnn",
            "tab",
            "tab",
            "question_mark",
            "escape",
            "q",
            "escape",
        ]
        for index, size in enumerate(sizes):
            await lab.pilot.resize_terminal(*size)
            await lab.press(walk[index % len(walk)])
        await lab.pilot.resize_terminal(80, 24)
        await lab.wait_until(lambda text: len(text.splitlines()) == 24, "24 rows")

    drive(scenario)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (200, 60)])
def test_the_parts_of_a_run_are_all_there(drive: Drive, stand_in: list, size: tuple[int, int]) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        text = await lab.wait_for("/5", "0 ✓", "validation")
        for part in (
            *("mnist-mlp-1", "80,214 samples/s", "loss", "accuracy", "train", "validation", "7 ✗1"),
            *("learning rate", "batch size", "optimizer", "MNIST", "threads", " MB"),
            *("running", "space pause", "→ one batch", "+ - rate", "? help", "q leave"),
        ):
            assert part in text, part
        assert all(len(line) <= size[0] for line in text.splitlines())

    drive(scenario, size=size)


@pytest.mark.parametrize("size", [(59, 14), (40, 10), (30, 6)])
def test_a_small_window_shows_numbers_and_a_sparkline(
    drive: Drive, stand_in: list, size: tuple[int, int]
) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("/5" if size[0] > 30 else "mnist-mlp-1", "loss")
        assert lab.app.screen.query_one(Sparkline).size.height > 0
        await lab.wait_until(lambda text: any(sign in text for sign in "▂▃▄▅▆▇█"), "a sparkline")

    drive(scenario, size=size)


@pytest.mark.parametrize("glyphs", ["block", "ascii"])
def test_poor_terminals_get_signs_that_they_have(drive: Drive, stand_in: list, glyphs: GlyphSet) -> None:
    async def scenario(lab) -> None:
        await lab.press("t")
        await lab.wait_for("Nothing is training yet.")
        seen = lab.text()
        await lab.press("space")
        seen += await lab.wait_for("/5", "validation")
        await lab.press("question_mark")
        seen += lab.text()
        await lab.press("escape", "escape")
        seen += await lab.wait_for("A first network")
        assert not any("\u2800" <= sign <= "\u28ff" for sign in seen), "braille"
        if glyphs == "ascii":
            # The rules between panes are Textual's own borders.
            assert {sign for sign in seen if not sign.isascii()} <= set("─│")

    drive(scenario, glyphs=glyphs)
