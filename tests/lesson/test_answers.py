"""Answers are compared by value and not by spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.lesson.answers import same, value

NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False, width=32)
SHAPES = st.lists(st.integers(0, 10_000), min_size=2, max_size=5)
ARRAYS = st.recursive(NUMBERS, lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=8)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("42", "42"),
        ("42.0", "42"),
        (" 4.2e1 ", "42"),
        ("1/2", "0.5"),
        (".5", "0.5"),
        ("-1.5", "−1.5"),
        ("2^3", "8"),
        ("2**10", "1024"),
        ("32, 10", "(32, 10)"),
        ("(32,10)", "(32, 10)"),
        ("[32, 10]", "(32, 10)"),
        ("32 x 10", "(32, 10)"),
        ("32×10", "(32, 10)"),
        ("(5,)", "(5,)"),
        ("5", "(5,)"),
        ("[[1, 2], [3, 4]]", "np.array([[1., 2.], [3., 4.]])"),
        ("array([1,2])", "[1, 2]"),
        ("true", "True"),
        ("yes", "True"),
        ("No", "False"),
        ("nan", "NaN"),
        ("-inf", "-inf"),
        ("none", "None"),
        ("Float32", "float32"),
        ("'float32'", "float32"),
        ("the  first axis", "The first axis."),
        ("1j*2", "2j"),
    ],
)
def test_the_same_value_in_other_words(given: str, wanted: str) -> None:
    assert same(given, wanted)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("", "0"),
        ("  ", ""),
        ("43", "42"),
        ("(10, 32)", "(32, 10)"),
        ("(32,)", "(32, 10)"),
        ("(32, 10, 1)", "(32, 10)"),
        ("[[1, 2, 3, 4]]", "[[1, 2], [3, 4]]"),
        ("1", "True"),
        ("True", "1"),
        ("0", "False"),
        ("nan", "0"),
        ("0", "nan"),
        ("inf", "-inf"),
        ("float64", "float32"),
        ("none", "0"),
        ("2 ** 9999999999", "1"),
        ("__import__('os').getpid()", "1"),
        ("[" * 200, "1"),
        ("1/0", "1"),
        ("9" * 5000, "9"),
    ],
)
def test_another_value(given: str, wanted: str) -> None:
    assert not same(given, wanted)


@pytest.mark.parametrize(
    ("given", "tolerance", "right"), [("3.14", 0.01, True), ("3.2", 0.01, False), ("pi", 0, True)]
)
def test_a_number_may_be_off_by_the_tolerance(given: str, tolerance: float, right: bool) -> None:
    assert same(given, "3.141592653589793", tolerance) is right


def test_the_tolerance_holds_for_every_number_of_an_array() -> None:
    assert same("[1.0, 2.05]", "[1, 2]", 0.1)
    assert not same("[1.0, 2.5]", "[1, 2]", 0.1)


@given(ARRAYS)
def test_a_value_is_the_same_as_itself_however_it_is_written(found) -> None:
    assert same(repr(found), str(found).replace(" ", ""))


@given(SHAPES)
def test_a_shape_is_the_same_in_every_way_to_write_it(shape: list[int]) -> None:
    words = [repr(tuple(shape)), repr(shape), " x ".join(map(str, shape)), ",".join(map(str, shape))]
    assert all(same(one, other) for one in words for other in words)


@given(NUMBERS, NUMBERS, st.floats(0, 1e6))
def test_a_number_is_right_exactly_within_its_tolerance(given, wanted, tolerance) -> None:
    off = abs(given - wanted)
    edge = 1e-6 * max(1.0, abs(wanted), tolerance)
    if abs(off - tolerance) > edge:
        assert same(repr(given), repr(wanted), tolerance) is (off < tolerance)


@given(st.text(max_size=200))
def test_any_text_is_some_value(text: str) -> None:
    value(text)
    assert same(text, text) is bool(text.strip()) or value(text) != value(text)
