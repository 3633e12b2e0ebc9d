"""Thinned output makes a terminal show exactly what the whole output would."""

from typing import Any

import pyte
from hypothesis import given
from hypothesis import strategies as st

from tuilab.tui.thin_output import Thinner, change, parsed

WIDTH, HEIGHT = 12, 4

COLOURS = [
    "",
    "1",
    "38;2;1;2;3",
    "1;38;2;1;2;3;48;2;9;9;9",
    "38;5;200",
    "31;42",
    "94",
    "2;39;49",
    "7",
    "4;48;5;7",
]


def frame(pieces: list[tuple[int, int, str, str]]) -> str:
    """What Textual writes for stretches of text: place, style, text, plain again."""
    return "".join(
        f"\x1b[{row + 1};{column + 1}H\x1b[{style}m{text[: WIDTH - column]}\x1b[0m"
        for row, column, style, text in pieces
    )


pieces = st.lists(
    st.tuples(
        st.integers(0, HEIGHT - 1),
        st.integers(0, WIDTH - 1),
        st.sampled_from(COLOURS),
        st.text(st.sampled_from("ab ⠿─│▀é"), min_size=1, max_size=WIDTH),
    ),
    max_size=8,
)


def shown(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    return [[seen(screen.buffer[row][column]) for column in range(WIDTH)] for row in range(HEIGHT)]


def seen(cell: Any) -> tuple[object, ...]:
    """What an eye sees of a cell: of a space only its background, and lines through or under it."""
    if cell.data == " " and not (cell.reverse or cell.underscore or cell.strikethrough):
        return (" ", cell.bg)
    return tuple(cell)


@given(st.lists(pieces, min_size=1, max_size=6))
def test_every_frame_looks_the_same(frames: list[list[tuple[int, int, str, str]]]) -> None:
    whole, thin = pyte.Screen(WIDTH, HEIGHT), pyte.Screen(WIDTH, HEIGHT)
    thinner = Thinner()
    for one in frames:
        data = frame(one)
        pyte.Stream(whole).feed(data)
        pyte.Stream(thin).feed(thinner.feed(data))
        assert shown(whole) == shown(thin)


@given(st.lists(pieces, min_size=1, max_size=4))
def test_what_is_there_already_costs_nothing(frames: list[list[tuple[int, int, str, str]]]) -> None:
    thinner = Thinner()
    last = frame([(row, 0, "1;38;2;1;2;3", "abcdefghijkl") for row in range(HEIGHT)])
    for one in frames:
        thinner.feed(frame(one))
    thinner.feed(last)
    assert thinner.feed(last) == ""


def test_one_changed_cell_is_written_alone() -> None:
    thinner = Thinner()
    thinner.feed("\x1b[2;1H\x1b[31mabcdef\x1b[0m")
    assert thinner.feed("\x1b[2;1H\x1b[31mabXdef\x1b[0m") == "\x1b[2;3H\x1b[31mX\x1b[0m\x1b[2;7H"


def test_wide_and_joined_signs_keep_their_places() -> None:
    thinner = Thinner()
    whole, thin = pyte.Screen(WIDTH, HEIGHT), pyte.Screen(WIDTH, HEIGHT)
    for text in ("漢字ab", "x漢b ", "e\u0301e漢", "abcdef", "漢漢漢"):
        data = f"\x1b[1;1H{text}\x1b[0m"
        pyte.Stream(whole).feed(data)
        pyte.Stream(thin).feed(thinner.feed(data))
        assert whole.display[0] == thin.display[0]


def test_modes_pass_and_another_screen_is_unknown() -> None:
    thinner = Thinner()
    thinner.feed("\x1b[1;1Habc")
    assert thinner.feed("\x1b[?2026h\x1b[1;1Habc\x1b[?2026l") == "\x1b[?2026h\x1b[?2026l"
    assert thinner.feed("\x1b[?1049h") == "\x1b[?1049h"
    assert "abc" in thinner.feed("\x1b[1;1Habc")


def test_what_is_not_known_passes_and_makes_everything_unknown() -> None:
    thinner = Thinner()
    thinner.feed("\x1b[1;1Habc")
    assert "\x1b[2J" in thinner.feed("\x1b[2J")
    assert "abc" in thinner.feed("\x1b[1;1Habc")


def test_after_forgetting_all_is_written_again() -> None:
    thinner = Thinner()
    thinner.feed("\x1b[1;1Habc")
    thinner.forget()
    assert "abc" in thinner.feed("\x1b[1;1Habc")


def test_styles_change_by_their_difference() -> None:
    assert change("38;2;1;2;3;48;2;9;9;9", "38;2;4;5;6;48;2;9;9;9") == "\x1b[38;2;4;5;6m"
    assert change("31;42", "31") == "\x1b[49m"
    assert change("1;31", "31") == "\x1b[0;31m"
    assert change("31", "") == "\x1b[0m"
    assert change(None, "31") == "\x1b[0;31m"
    assert parsed("38;7;1") is None
