"""Gradients by layer and histograms over time, drawn in signs that need no colour."""

import asyncio

import numpy as np
import pytest

from tuilab.tui.app import TuilabApp
from tuilab.tui.run_view import History, Plane
from tuilab.tui.widgets.decision_map import DecisionMap
from tuilab.tui.widgets.sights import Sights, shaded, spark


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([1.0, 10.0, 100.0], "▁▅█"),
        ([5.0, 5.0], "▅▅"),
        ([1.0, float("nan"), 100.0], "▁!█"),
        ([0.0, 1.0], "!▅"),
        ([float("inf")], ""),
        ([], ""),
        (range(1, 100), None),
    ],
)
def test_a_spark_is_as_high_as_its_logarithm_and_marks_what_is_no_number(
    values: list[float], drawn: str | None
) -> None:
    found = spark(list(values), 8, " ▁▂▃▄▅▆▇█")
    assert len(found) <= 8
    assert drawn is None or found == drawn


def test_a_histogram_over_time_is_dark_where_most_elements_lie() -> None:
    counts = np.zeros((5, 32))
    counts[:, 15:17] = 50
    counts[-1] = 0
    counts[-1, 31] = 100
    rows = shaded(counts, 20, 4)
    assert len(rows) == 4
    assert {len(row) for row in rows} == {5}
    assert rows[0] == "    #"  # the last moment lies at the top
    assert set(rows[1][:4] + rows[2][:4]) != {" "}
    assert shaded(np.zeros((3, 32)), 20, 4) == [""] * 4


def text_of(widget: Sights | DecisionMap, width: int, height: int) -> str:
    return "\n".join("".join(part.text for part in row) for row in widget.draw_rows(width, height))


def shown(widget: Sights | DecisionMap, *arguments: object, size: tuple[int, int]) -> str:
    found = []

    async def scenario() -> None:
        app = TuilabApp()
        async with app.run_test(size=(80, 24)):
            await app.screen.mount(widget)
            widget.show(*arguments)  # type: ignore[arg-type]
            found.append(text_of(widget, *size))

    asyncio.run(scenario())
    return found[0]


@pytest.mark.parametrize("size", [(12, 2), (27, 3), (27, 5), (60, 20), (200, 40)])
def test_sights_fill_their_place_exactly_at_every_size(size: tuple[int, int]) -> None:
    norms = np.array([[1.0, 2.0, 3.0], [0.1, float("inf"), 0.3]])
    history = History(
        ("dense", "a layer with a long name\x1b[2J"),
        norms,
        {"parameter dense/kernel": (np.ones((3, 32)), 2.0)},
    )
    text = shown(Sights(), history, "back 37 batches, 96 MB", size=size)
    assert [len(line) for line in text.split("\n")] == [size[0]] * size[1]
    assert "\x1b" not in text
    if size[0] >= 27:
        assert "back 37 batches, 96 MB" in text
        assert "dense" in text
        assert "3" in text


def test_the_map_tells_classes_and_wrong_points_apart_without_colour() -> None:
    classes = np.zeros((4, 4), np.uint8)
    classes[:, 2:] = 1
    confidence = np.ones((4, 4), np.float32)
    confidence[0, 0] = 0.5
    corners = np.array([[0.0, 0.0], [4.0, 4.0]], np.float32)
    points = np.array([[3.5, 3.5], [0.5, 0.5]], np.float32)
    plane = Plane(classes, confidence, corners, points, np.array([1, 0], np.uint8))
    text = shown(DecisionMap(), plane, size=(4, 4)).split("\n")
    assert text == [" ░▒x", "░░▒▒", "░░▒▒", "o░▒▒"]
