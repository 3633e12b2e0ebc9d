"""Looking inside a run: every array it shows, as numbers, picture and histogram."""

import re
from collections.abc import Callable

import pytest

Drive = Callable[..., object]


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_i_shows_the_arrays_of_the_run_in_its_order(
    drive: Drive, stand_in: list, size: tuple[int, int]
) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("80,214 samples/s")
        await lab.press("i")
        text = await lab.wait_for(
            "Parameters", "Gradients", "Values, 16 samples", "(784, 6) float32", "18.8 kB"
        )
        assert "min -1  max 1" in text
        assert "[0, 0] = -1" in text
        assert re.search(r"softmax.*\n.*dense", text)
        await lab.press("escape")
        await lab.wait_for("samples/s")

    drive(scenario, size=size)


def test_the_cursor_moves_and_a_place_can_be_named(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("80,214 samples/s")
        await lab.press("i")
        await lab.wait_for("[0, 0] = -1")
        await lab.press("down", "right", "right", "left")
        await lab.wait_for("[1, 1] = ")
        await lab.press("end")
        await lab.wait_for("[783, 5] = 1")
        await lab.press("g", *"400 3", "enter")
        await lab.wait_for("[400, 3] = ")
        await lab.press("g", *"7", "enter")
        await lab.wait_for("named by 2 whole numbers")
        await lab.press("g", "escape", "home")
        await lab.wait_for("[0, 0] = -1")

    drive(scenario)


def test_views_change_and_a_column_of_784_is_an_image(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("80,214 samples/s")
        await lab.press("i")
        await lab.wait_for("v picture")
        await lab.press("v")
        await lab.wait_for("▀", "v column")
        await lab.press("right", "v")
        await lab.wait_for("column 1 as 28 x 28", "v images")
        await lab.press("v")
        await lab.wait_for("column 0", "▸ column 1", "column 2", "v histogram")
        await lab.press("v")
        await lab.wait_for("bins, the fullest holds", "v numbers")
        await lab.press("n", "n")
        await lab.wait_for("10 softmax", "bins")

    drive(scenario)


def test_axes_beyond_two_are_walked_by_keys(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("80,214 samples/s")
        await lab.press("i")
        await lab.wait_for("Parameters")
        await lab.press("b", *"nnnn")
        await lab.wait_for("[0, 0, 0] = 0", "of [0, :, :]")
        await lab.press("right_square_bracket", "right_square_bracket")
        await lab.wait_for("of [2, :, :]")
        await lab.press("left_square_bracket")
        await lab.wait_for("of [1, :, :]")

    drive(scenario)


def test_a_run_that_has_ended_says_so(drive: Drive, stand_in: list) -> None:
    async def scenario(lab) -> None:
        await lab.press("t", "space")
        await lab.wait_for("80,214 samples/s")
        await lab.press("i")
        await lab.wait_for("Parameters")
        for process in stand_in:
            process.kill()
        await lab.press("n")
        await lab.wait_for("◂ dense/kernel")

    drive(scenario)
