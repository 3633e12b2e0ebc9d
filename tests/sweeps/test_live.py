"""The table of a sweep that is written over in place, as a terminal shows it."""

import pyte
import pytest

from tuilab.sweeps.live import LiveTable

TABLES = [
    ["run  result", "001  0.5", "1 of 2"],
    ["run  result", "002  0.9", "001  0.5", "2 of 2"],
    ["run  result", "002  0.9 and a line that is far too wide for the terminal of this test", "2 of 2"],
    ["all"],
]


def test_each_table_takes_the_place_of_the_one_before(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "10")
    screen = pyte.Screen(40, 10)
    stream = pyte.Stream(screen)
    stream.feed("$ tuilab sweep\r\n")
    lines: list[str] = []
    live = LiveTable(lambda: lines)
    for wanted in TABLES:
        lines[:] = wanted
        live.show()
        stream.feed(capsys.readouterr().out.replace("\n", "\r\n"))
        shown = [line.rstrip() for line in screen.display if line.strip()]
        assert shown == ["$ tuilab sweep", *(line[:39] for line in wanted)]
    live.show()
    assert capsys.readouterr().out == "", "nothing is written where nothing changed"


def test_no_more_lines_than_the_terminal_has(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "10")
    LiveTable(lambda: [str(number) for number in range(100)]).show()
    assert capsys.readouterr().out.count("\n") == 8
