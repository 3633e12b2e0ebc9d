"""What a cell prints arrives in order, bounded, and safe; also what goes past Python."""

from typing import Any

import pytest

from tuilab.session import Cell, Printed, Session, Shown
from tuilab.session.session import OUTPUT_BYTES


def test_both_streams_arrive_in_order(session: Session) -> None:
    source = "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\n7"
    events = [event for event in session.run(Cell(source)) if isinstance(event, Printed | Shown)]
    assert [event.text for event in events if isinstance(event, Printed)] == ["a\n", "b\n", "c\n"]
    assert [event.stream for event in events if isinstance(event, Printed)] == ["out", "error", "out"]
    assert isinstance(events[-1], Shown)


def test_text_is_made_safe(run: Any) -> None:
    assert run("print('\\x1b[2J\\ud800\\u202eé')").printed == "␛[2J�é\n"


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.write(1, b'deep\\n')",
        "import os\nos.write(2, b'deep\\n')",
        "import ctypes\nctypes.CDLL(None).puts(b'deep')",
        "import subprocess\nsubprocess.run(['echo', 'deep'])",
        "import sys\nsys.stdout.buffer.write(b'deep\\n')",
    ],
)
def test_output_past_python_is_printed_text(run: Any, source: str) -> None:
    assert run(source).printed == "deep\n"


def test_printing_without_end_is_cut_and_counted(run: Any) -> None:
    printed = run("line = 'x' * 999\nfor _ in range(10**5):\n    print(line)").printed
    assert len(printed) < OUTPUT_BYTES + 100
    assert printed.endswith(f"… {10**8 - OUTPUT_BYTES:,} more characters were printed, and are left out.\n")


def test_so_is_what_goes_past_python(run: Any) -> None:
    printed = run("import os\nfor _ in range(1000):\n    os.write(1, bytes(10**5))").printed
    assert len(printed) < OUTPUT_BYTES + 100
    assert "99,737,856 more" in printed


def test_a_cell_that_is_silent_afterwards_has_its_text_seen(session: Session) -> None:
    run = session.run(Cell("import time\nprint('waiting', end='')\ntime.sleep(60)"))
    for event in run:
        if isinstance(event, Printed):
            assert event.text == "waiting"
            break
    assert not run.ended
    session.interrupt()
    list(run)


def test_the_last_words_of_a_crash_are_heard() -> None:
    with Session() as session:
        events = list(
            session.run(Cell("import os\nprint('one')\nprint('two')\nos.write(2, b'aborting')\nos.abort()"))
        )
    assert "".join(event.text for event in events if isinstance(event, Printed)).split() == [
        "one",
        "two",
        "aborting",
    ]


def test_streams_are_whole_again_in_the_next_cell(run: Any) -> None:
    run("import sys\nsys.stdout.close()\nsys.stderr = sys.stdout = None")
    assert run("print('here')").printed == "here\n"
