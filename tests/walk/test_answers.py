"""Answers are judged by their value, however they are written."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.errors import TuilabError
from tuilab.walk import Walk, trace_of
from tuilab.walk.answers import right
from tuilab.walk.questions import question


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        ("-1.5", -1.5),
        ("−1.5", -1.5),
        ("-3/2", -1.5),
        ("-1.50", -1.5),
        ("1*1 + 2*(-1) + (-1)*0.5", -1.5),
        ("1·1 + 2·(-1) - 0.5", -1.5),
        ("0.33", 1 / 3),
        ("0.333", 1 / 3),
        ("1/3", 1 / 3),
        ("2^10", 1024.0),
        ("1,024", 1024.0),
        ("47,040,000", 47_040_000.0),
        ("1e-3", 0.001),
        ("0", 0.0),
        ("True", 1.0),
        ("nan", math.nan),
        ("-inf", -math.inf),
        ("(32, 10)", (32, 10)),
        ("32,10", (32, 10)),
        ("32 x 10", (32, 10)),
        ("[32, 10]", (32, 10)),
        ("(5,)", (5,)),
        ("5", (5,)),
        ("()", ()),
    ],
)
def test_right(answer: str, asked: float | tuple[int, ...]) -> None:
    assert right(answer, asked)


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        ("1.5", -1.5),
        ("0.3", 1 / 3),
        ("0.00", 0.0001),
        ("3", 3.1),
        ("0", 1e-9),
        ("inf", -math.inf),
        ("0", math.nan),
        ("(10, 32)", (32, 10)),
        ("(1, 5)", (5,)),
        ("()", (1,)),
    ],
)
def test_wrong(answer: str, asked: float | tuple[int, ...]) -> None:
    assert not right(answer, asked)


@pytest.mark.parametrize(
    "answer", ["", "two", "1 +", "__import__('os')", "x", "9**9**9**9", "1/0", "(" * 500, "1;2"]
)
def test_what_is_no_number_is_said(answer: str) -> None:
    with pytest.raises(TuilabError, match="is no number"):
        right(answer, 1.0)


@pytest.mark.parametrize("answer", ["", "two", "(1, 2.5)", "1 + 2", "(a, b)", "9" * 200])
def test_what_is_no_shape_is_said(answer: str) -> None:
    with pytest.raises(TuilabError, match="is no shape"):
        right(answer, (1, 2))


@given(st.text(max_size=100))
def test_no_text_does_anything_but_be_judged_or_refused(answer: str) -> None:
    for asked in (1.5, (2, 3)):
        with contextlib.suppress(TuilabError):
            assert right(answer, asked) in (True, False)


@given(st.floats(-1e6, 1e6), st.integers(2, 6))
def test_a_number_rounded_to_its_own_digits_is_right(asked: float, digits: int) -> None:
    answer = f"{asked:.{digits}f}"
    assert right(answer, asked) or float(answer) == 0


def test_a_stop_asks_for_what_it_gives() -> None:
    walk = Walk(trace_of("a @ b", {"a": [[1, 2, -1]], "b": [[1.0], [-1.0], [0.5]]}))
    asked = []
    at = walk.first
    for _ in range(4):
        found = question(walk.move(at), "c")
        assert found is not None
        asked.append((found.words, found.asked))
        at = walk.next(at)
    assert asked == [
        ("the shape of c", (1, 1)),
        ("the first term of c[0, 0]", 1.0),
        ("c[0, 0] so far, with this term", -1.0),
        ("c[0, 0]", -1.5),
    ]
