"""Cells in the lesson: they run on a key, show what they came to, and never stop the lab."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tuilab import paths
from tuilab.tui.panels.cell import CellPanel
from tuilab.tui.widgets.code_editor import CodeEditor, indentation
from tuilab.tui.workbook import PRINTED_SHOWN, Work

Drive = Callable[..., object]
HEAD = "---\ntitle: Cells\ntuilab: {id: x.cells, version: 1, book: '9', order: 9}\n---\n# Cells\n\n"
TRACE = """from tuilab import Tape, Tensor, ops
a = Tensor([1., 2.])
with Tape() as t:
    b = ops.sum(a * a)
t.trace(b, a)"""


def cell(source: str) -> str:
    return f"```{{code-cell}} ipython3\n{source}\n```\n\n"


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a lesson with these cells, and has it count as one that came with tuilab."""
    monkeypatch.setattr(paths, "lessons", lambda: tmp_path)

    def write(*cells: str) -> Path:
        path = tmp_path / "cells.md"
        path.write_text(HEAD + "".join(map(cell, cells)))
        return path

    return write


def works(lab) -> list[Work]:
    return lab.app.screen.workbook.works


async def ran(lab, mark: str = "ran", place: int = 0) -> str:
    await lab.wait_until(lambda _: works(lab)[place].mark == mark, f"{mark}, not {works(lab)[place]}")
    return await lab.wait_until(lambda text: "running" not in text, "what came of it")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("1 + 2", ["1 + 2 = 3"]),
        ("x = 4\nx ** 2", ["x ** 2 = 16"]),
        ("'some' + ' text'", ["some text"]),
        ("print('one')\nprint('two')", ["one", "two"]),
        ("None", []),
        ("[1, 'two', (3,)]", ["list of 3", "0  1", "1  'two'", "2  (3,)"]),
        ("import numpy as np\nnp.arange(6.).reshape(2, 3)", ["(2, 3)  float64", "min 0", "max 5", "NaN 0"]),
        ("import numpy as np\nnp.array([1, np.nan])", ["NaN 1"]),
        ("import numpy as np\nX = np.eye(3) > 0\nX", ["X = ndarray  (3, 3)  bool", "max 1"]),
        ("import numpy as np\nnp.zeros((0, 3))", ["(0, 3)", "no elements"]),
        ("import numpy as np\nnp.float32(1.5)", ["= 1.5"]),
        ("import numpy as np\nnp.array(['a', 'b'])", ["['a' 'b']"]),
        ("import numpy as np\nnp.ones(3) * 1j", ["1.j"]),
        (
            "import numpy as np\nnp.zeros((4000, 4000), 'f4')",
            ["(4000, 4000)  float32", "250 x 250 of it shown"],
        ),
        ("{'loss': [3, 2, 1], 'val_loss': [3, 3, 3]}", ["2 curves", "loss", "val_loss"]),
        ("from tuilab import Tensor\nTensor([[1., 2.]])", ["Tensor  (1, 2)"]),
        (
            TRACE,
            ["a trace of", "stops"],
        ),
        ("object()", ["<object object"]),
    ],
)
def test_a_cell_shows_what_it_comes_to(drive: Drive, lesson, source: str, shown: list[str]) -> None:
    path = lesson(source)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("enter run")
        assert works(lab)[0].mark == "new"
        await lab.press("enter")
        await ran(lab)
        text = await lab.wait_for("✓", "enter run again", *shown)
        assert "✗" not in text

    drive(scenario, size=(100, 40))


@pytest.mark.parametrize(
    ("source", "sentence", "line"),
    [
        ("x = 1\ny = x / 0", "✗ ZeroDivisionError: division by zero.", "│ y = x / 0"),
        ("def f(a):\n    return a.b\nf(3)", "✗ AttributeError: 'int' object has no attribute 'b'.", "in f"),
        ("x = = 1", "✗ SyntaxError: invalid syntax.", "│ x = = 1"),
        (
            "import sys\nsys.stderr.write('')\nraise KeyError('a')",
            "✗ KeyError: 'a'.",
            "│ raise KeyError('a')",
        ),
    ],
)
def test_an_error_is_a_sentence_and_the_authors_line(
    drive: Drive, lesson, source: str, sentence: str, line: str
) -> None:
    path = lesson(source)

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("enter")
        await ran(lab, "failed")
        text = await lab.wait_for(sentence, line)
        assert "Traceback" not in text

    drive(scenario, size=(100, 30))


def test_names_are_kept_from_cell_to_cell_and_a_restart_forgets_them(drive: Drive, lesson) -> None:
    path = lesson("a = 5", "b = a + 1", "a * b")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("tab", "tab", "enter")
        await lab.wait_for("a * b = 30")
        assert [work.mark for work in works(lab)] == ["ran", "ran", "ran"]
        await lab.press("R")
        await lab.wait_for("The session is new")
        assert [work.mark for work in works(lab)] == ["new", "new", "new"]
        await lab.press("enter")
        await lab.wait_for("a * b = 30")

    drive(scenario, size=(80, 30))


def test_a_cell_whose_names_are_gone_says_which_key_brings_them(drive: Drive, lesson) -> None:
    path = lesson("a = 5", "a + 1")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("tab", "enter")
        await lab.wait_for("a + 1 = 6")
        book = lab.app.screen.workbook
        book.edit(works(lab)[0], "b = 6")
        book.edit(works(lab)[1], "b + 1")
        await lab.press("enter")
        await lab.wait_for("NameError: name 'b' is not defined.", "a runs them first")
        await lab.press("a")
        await lab.wait_for("b + 1 = 7")

    drive(scenario, size=(80, 30))


def test_a_replay_runs_again_what_had_run(drive: Drive, lesson) -> None:
    path = lesson("count = 0", "count += 1\ncount", "1 / 0")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("enter", "tab", "enter", "enter")
        await lab.wait_for("count = 2")
        await lab.press("A")
        await lab.wait_for("count = 1")
        assert [work.mark for work in works(lab)] == ["ran", "ran", "new"]

    drive(scenario, size=(80, 30))


def test_a_cell_can_be_changed_and_says_so_until_it_runs(drive: Drive, lesson) -> None:
    path = lesson("a = 5\na")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("enter")
        await lab.wait_for("a = 5", "✓")
        await lab.press("e")
        await lab.pilot.pause()
        assert isinstance(lab.app.focused, CodeEditor)
        await lab.press("up", "end", *"00", "n", "q", "backspace", "backspace")  # letters are letters
        await lab.press("escape")
        text = await lab.wait_for("~ changed since it ran", "a = 500")
        assert "step 1 of 1" in text
        await lab.press("enter")
        await lab.wait_until(lambda text: "changed since" not in text and "✓" in text, "it ran")
        assert works(lab)[0].value.text == "500"
        await lab.press("e", "enter", *"7", "ctrl+r")  # straight from the editor
        await lab.wait_until(lambda _: getattr(works(lab)[0].value, "text", "") == "7", "the last line")
        assert not lab.app.screen.query(CodeEditor)

    drive(scenario)


def test_an_edit_can_be_taken_back_and_keeps_its_indentation(drive: Drive, lesson) -> None:
    path = lesson("pass")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("e")
        await lab.pilot.pause()
        editor = lab.app.focused
        await lab.press("ctrl+a", *["delete"] * 4, *"if x:", "enter", *"y", "tab", *"= 1", "enter")
        assert editor.text == "if x:\n    y   = 1\n    "
        await lab.press("backspace")
        assert editor.text == "if x:\n    y   = 1\n"
        await lab.press("ctrl+z", "ctrl+z", "ctrl+z", "ctrl+z", "ctrl+z")
        assert editor.text != "if x:\n    y   = 1\n"

    drive(scenario)


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("", 0),
        ("x = 1", 0),
        ("    x", 4),
        ("if x:", 4),
        ("  def f():  # why", 6),
        ("    return 1", 0),
        ("pass", 0),
    ],
)
def test_the_line_after_a_line_is_indented_as_python_wants_it(line: str, columns: int) -> None:
    assert indentation(line) == columns


def test_an_editor_of_ones_own_needs_a_terminal_and_says_so(
    drive: Drive, lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lesson("1")
    monkeypatch.setenv("EDITOR", "true")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("E")
        await lab.wait_for("cannot leave this terminal")

    drive(scenario)


def test_views_of_an_array_and_a_look_inside(drive: Drive, lesson) -> None:
    path = lesson("import numpy as np\nX = np.arange(24.).reshape(2, 3, 4)\nX")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("enter")
        await lab.wait_for("X = ndarray  (2, 3, 4)", "v picture", "0.00")
        await lab.press("right_square_bracket")
        await lab.wait_for("12.00")
        await lab.press("v")
        await lab.wait_for("v images")
        await lab.press("v")
        await lab.wait_for("0  ", "▸ 1", "v histogram")
        await lab.press("i")
        await lab.wait_for("inside", "[0, 0, 0] = 0", "g go to")
        await lab.press("enter", "down", "right")  # enter: there is no trace to ask
        await lab.wait_for("[0, 1, 1] = 5")
        await lab.press("escape")
        await lab.wait_for("step 1 of 1")

    drive(scenario, size=(100, 30))


def test_images_are_pictures(drive: Drive, lesson) -> None:
    path = lesson(
        "import numpy as np\nnp.tile(np.arange(0, 250, 9, dtype='u1'), (28, 1))",
        "import numpy as np\nnp.full((16, 16, 3), (255, 0, 0), 'u1')",
    )

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("enter")
        await lab.wait_for("(28, 28)  uint8", "▀▀")
        await lab.press("tab", "enter")
        await lab.wait_for("(16, 16, 3)  uint8", "▀▀▀▀▀▀▀▀")

    drive(scenario, size=(80, 50))


def test_hostile_output_steers_no_terminal(drive: Drive, lesson) -> None:
    path = lesson("print('\\x1b[2J\\x9b31m\\u202e\\x07[red]x[/]')\nraise ValueError('\\x1b[2J[bold]')")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("enter")
        await ran(lab, "failed")
        text = await lab.wait_for("[red]x[/]", "[bold]")
        assert all(line.isprintable() for line in text.splitlines())

    drive(scenario, size=(100, 30))


def test_output_of_c_does_not_reach_the_screen(
    drive: Drive, lesson, capfd: pytest.CaptureFixture[str]
) -> None:
    path = lesson("import os\nos.write(1, b'from below')\nos.write(2, b'from below')\nprint('above')")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("enter")
        await lab.wait_for("above", "✓")

    drive(scenario)
    seen = capfd.readouterr()
    assert "from below" not in seen.out + seen.err


WILD = {
    "loops for ever": ("while True: pass", "x", "Interrupted"),
    "prints without end": ("while True: print('y' * 99)", "x", ""),
    "prints a lot": ("for _ in range(300_000): print('z' * 99)", "", "left out"),
    "leaves by os._exit": ("import os\nos._exit(3)", "", "ended"),
    "kills itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "", "SIGKILL"),
    "closes its pipe": ("import os\nos.closerange(3, 99)\nprint('x')", "", "ended"),
    "sleeps deaf": ("import signal, time\nsignal.signal(2, signal.SIG_IGN)\ntime.sleep(99)", "x", ""),
    "forks": ("import os\nif os.fork() == 0:\n    import time\n    time.sleep(99)\n", "", ""),
}


@pytest.mark.parametrize("wild", WILD)
def test_the_lab_answers_keys_beside_a_wild_cell_and_runs_the_next(drive: Drive, lesson, wild: str) -> None:
    source, key, _said = WILD[wild]
    path = lesson(source, "6 * 7")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("enter")
        if key:
            await lab.wait_until(lambda _: works(lab)[0].mark == "running", "it runs")
            await lab.press("question_mark")
            await lab.wait_for("help", "the keys of the lesson")
            await lab.press("escape", key)
        await lab.wait_until(lambda _: works(lab)[0].mark not in ("new", "waiting", "running"), "its end")
        assert len(works(lab)[0].printed) <= PRINTED_SHOWN * 2
        await lab.press("tab", "enter")
        await lab.wait_for("6 * 7 = 42")

    drive(scenario, size=(80, 40))


def test_a_cell_that_takes_all_memory_is_ended_and_says_so(
    drive: Drive, lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuilab.session.session._memory_limit", lambda: 300 << 20)
    path = lesson("x = []\nwhile True: x.append(b'x' * 10**7)", "6 * 7")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("enter")
        await lab.wait_for("The cell was ended: it took")
        await lab.press("tab", "enter")
        await lab.wait_for("6 * 7 = 42")

    drive(scenario, size=(160, 30))


def test_leaving_a_lesson_leaves_its_cells_running_and_leaving_the_lab_ends_them(
    drive: Drive, lesson, tmp_path: Path
) -> None:
    note = tmp_path / "pid"
    path = lesson(f"import os\nopen({str(note)!r}, 'w').write(str(os.getpid()))\nwhile True: pass")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("enter")
        await lab.wait_until(lambda _: note.exists() and note.read_text() != "", "it runs")
        await lab.press("escape")
        await lab.wait_for("library")
        lab.app.open_lesson(path)
        await lab.wait_for("running; x stops it")

    drive(scenario)
    pid = note.read_text()
    state = Path(f"/proc/{pid}/stat")
    for _ in range(400):
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        import time

        time.sleep(0.01)
    raise AssertionError(f"process {pid} goes on")


@pytest.mark.parametrize("glyphs", ["block", "ascii"])
def test_poor_terminals_show_the_same(drive: Drive, lesson, glyphs: str) -> None:
    path = lesson("import numpy as np\nX = np.eye(28)\nX", "1 / 0")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.press("enter", "tab", "enter")
        text = await lab.wait_for("ndarray  (28, 28)", "ZeroDivisionError")
        if glyphs == "ascii":
            assert {sign for sign in text if not sign.isascii()} <= set("─│")

    drive(scenario, glyphs=glyphs, size=(80, 50))


def test_printed_text_is_kept_up_to_a_bound() -> None:
    work = Work(cell=None, source="")  # type: ignore[arg-type]
    for _ in range(1_000):
        work.print("0123456789" * 10)
    assert len(work.printed) <= PRINTED_SHOWN * 1.25
    assert work.printed.endswith("789")
    assert work.left_out + len(work.printed) == 100_000


def test_each_cell_has_a_panel_of_its_own(drive: Drive, lesson) -> None:
    path = lesson("1", "2", "3")

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("enter run")
        panels = list(lab.app.screen.query(CellPanel))
        await lab.pilot.click(panels[2])
        assert [panel.has_class("-active") for panel in panels] == [False, False, True]
        await lab.press("enter")
        await lab.wait_for("3 = 3")
        assert [work.mark for work in works(lab)] == ["ran", "ran", "ran"]

    drive(scenario)
