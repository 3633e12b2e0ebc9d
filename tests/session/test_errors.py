"""An error is the author's line and a sentence."""

from pathlib import Path
from typing import Any

import pytest

from tuilab.session import Cell, Session, check


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("x = 1\nx + w", "NameError: name 'w' is not defined, line 15"),
        ("weight = 1\nwieght", "NameError: name 'wieght' is not defined, line 15. Did you mean 'weight'?"),
        ("def f():\n    return 1 / 0\n\nf()", "ZeroDivisionError: division by zero, line 15"),
        ("x = (1,\ny = 2", "SyntaxError: '(' was never closed, line 14"),
        ("assert 1 + 1 == 3", "AssertionError: this does not hold: assert 1 + 1 == 3, line 14"),
        ("assert False, 'values differ.'", "AssertionError: values differ, line 14"),
        ("raise ValueError('\\x1b]0;title\\x07')", "ValueError: ␛]0;title␇, line 14"),
        ("raise KeyboardInterrupt('x') from None", ""),
        (
            "%timeit 1",
            (
                "SyntaxError: invalid syntax, line 14. "
                "A line that begins with % is a command of notebooks, which lessons do not have."
            ),
        ),
        (
            "import matplotlib_of_the_moon.pyplot",
            (
                "ModuleNotFoundError: No module named 'matplotlib_of_the_moon', line 14. "
                "It is not installed beside tuilab: `python -m pip install matplotlib_of_the_moon`."
            ),
        ),
        (
            "input('name? ')",
            "EOFError: a lesson's code cannot ask for input. Write the value into the code instead, line 14",
        ),
        (
            "def f(n):\n    return f(n + 1)\nf(0)",
            "RecursionError: maximum recursion depth exceeded, line 15. A function calls itself without end.",
        ),
    ],
)
def test_the_sentence(run: Any, source: str, sentence: str) -> None:
    result = run(source, 14)
    if sentence:
        assert result.error.sentence == sentence
        assert result.finished.outcome == "error"
    else:
        assert result.finished.outcome == "interrupted"
    assert not result.finished.state_lost


def test_frames_are_the_lessons_own_and_few(run: Any) -> None:
    run("def f(n):\n    return sorted([n], key=g)\ndef g(n):\n    return f(n)", 20)
    error = run("f(3)", 40).error
    assert (error.frames[0].line, error.frames[0].code) == (40, "f(3)")
    assert {frame.function for frame in error.frames[1:]} == {"f", "g"}
    assert len(error.frames) == 8
    assert error.left_out > 100


@pytest.mark.parametrize("body", ["raise TypeError", "return 'x' * 10**8", "return '\\ud800'"])
def test_a_message_that_cannot_be_read_is_no_matter(run: Any, body: str) -> None:
    result = run(f"class E(Exception):\n    def __str__(self):\n        {body}\nraise E")
    assert result.error.type_name == "E"
    assert len(result.error.sentence) < 5_000


def test_an_error_in_the_file_beside_the_lesson_names_it(tmp_path: Path) -> None:
    (tmp_path / "spiral.py").write_text("def turn(x):\n    return x.angle\n")
    results = check([Cell("import spiral", 3), Cell("spiral.turn(1)", 8)], lesson=tmp_path / "spiral.md")
    error = results[1].error
    assert error is not None
    assert error.sentence == "AttributeError: 'int' object has no attribute 'angle', spiral.py line 2"
    assert error.line == 8


def test_sys_exit_ends_the_cell_only(run: Any) -> None:
    run("kept = 4")
    result = run("import sys\nsys.exit(3)")
    assert (result.passed, result.finished.message) == (True, "The cell ended itself by sys.exit(3).")
    assert run("kept").value.number == 4


def test_a_source_can_be_inspected(run: Any) -> None:
    assert run("import inspect\ndef f():\n    return 1\ninspect.getsource(f)", 30).value.text.startswith(
        "def f"
    )


def test_a_cell_of_absurd_length_is_refused() -> None:
    with Session() as session:
        *_, last = session.run(Cell("x" * (17 << 20)))
        assert "too long" in last.message  # type: ignore[union-attr]


def test_null_bytes_are_an_error_of_the_lesson_whatever_python_calls_it(run: Any) -> None:
    """A ValueError until Python 3.11.3, a SyntaxError since."""
    assert run("a\0b", 14).error.message == "source code string cannot contain null bytes"
