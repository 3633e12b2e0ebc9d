"""What `tuilab.text` promises of text that reaches a screen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.text import duration, nearest, number, safe

DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("loss", "loss"),
        ("Größe, 損失, ∂L/∂w", "Größe, 損失, ∂L/∂w"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x1b[2J", "␛[2J"),
        ("\x9b2J", "�2J"),
        ("a\x7fb\x00c", "a␡b␀c"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("pay\u200bpal\ufeff", "paypal"),
        ("a\ud800b", "a�b"),
        ("a\tb", "a   b"),
        ("one\r\ntwo\rthree\u2028four", "one two three four"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 4),
        ("hidden\U000e0041", "hidden"),
    ],
)
def test_text_from_outside_is_shown_without_its_powers(given_text: str, shown: str) -> None:
    assert safe(given_text) == shown


def test_newlines_stay_where_they_are_asked_for() -> None:
    assert safe("one\r\ntwo\n\tthree", keep_newlines=True) == "one\ntwo\n    three"


@given(ANY_TEXT, st.booleans())
def test_nothing_that_is_made_safe_can_steer_a_terminal(text: str, keep_newlines: bool) -> None:
    result = safe(text, keep_newlines=keep_newlines)
    assert not {unicodedata.category(c) for c in result if c != "\n"} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(c) for c in result} & DIRECTIONS
    assert keep_newlines or "\n" not in result
    result.encode("utf-8")


@given(ANY_TEXT, st.booleans())
def test_safe_text_stays_as_it_is(text: str, keep_newlines: bool) -> None:
    once = safe(text, keep_newlines=keep_newlines)
    assert safe(once, keep_newlines=keep_newlines) == once


@given(ANY_TEXT, st.integers(1, 20))
def test_a_limit_holds_and_a_cut_is_shown(text: str, limit: int) -> None:
    cut, whole = safe(text, limit=limit), safe(text)
    assert len(cut) <= limit
    assert cut == whole if len(whole) <= limit else cut == whole[: limit - 1] + "…"


def test_a_limit_bounds_the_work_on_endless_text() -> None:
    assert safe("\u200b" * 1_000_000 + "x", limit=10) == "…"


def test_the_nearest_word_is_offered() -> None:
    assert nearest("mnsit", ["digits", "mnist"]) == "mnist"
    assert nearest("ADAM", ["sgd", "Adam"]) == "Adam"
    assert nearest("zzz", ["digits", "mnist"]) is None
    assert nearest("", []) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"), (0.0, "0"), (-0.0, "0"), (7, "7"), (80214, "80,214"), (-80214, "-80,214"),
        (1.0, "1"), (128.0, "128"), (0.5, "0.5"), (0.0621, "0.0621"), (0.98174, "0.9817"), (12.3456, "12.35"),
        (0.001, "1e-3"), (3e-4, "3e-4"), (0.01, "0.01"), (0.00614, "0.00614"), (3.5e-4, "3.5e-4"),
        (1.2346e-9, "1.235e-9"), (999.96, "1,000"), (1234.56, "1,235"), (80214.4, "80,214"),
        (1.5e12, "1.5e12"), (10**20, "1e20"), (10**400, "1e309"), (-(10**400), "-1e309"),
        (float("nan"), "NaN"), (float("inf"), "inf"), (float("-inf"), "-inf"),
    ],
)  # fmt: skip
def test_numbers_are_short_and_keep_their_meaning(value: float, shown: str) -> None:
    assert number(value) == shown


def test_numpy_scalars_are_numbers_too() -> None:
    numpy = pytest.importorskip("numpy")
    assert number(numpy.int64(80214)) == "80,214"
    assert number(numpy.float32(0.5)) == "0.5"


@given(st.floats(-1e308, 1e308))
def test_a_shown_number_is_the_number_to_four_digits(value: float) -> None:
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=5.001e-4, abs=5e-324)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"), (0.00035, "350 µs"), (0.0009996, "1 ms"), (0.042, "42 ms"), (0.9999, "1.0 s"),
        (3.21, "3.2 s"), (9.96, "10 s"), (42, "42 s"), (59.7, "1 min 0 s"), (252, "4 min 12 s"),
        (3599.7, "1 h 0 min"), (7500, "2 h 5 min"), (86399, "1 d 0 h"),
        (360000, "4 d 4 h"), (-3.21, "-3.2 s"),
        (float("nan"), "?"), (float("inf"), "for ever"),
    ],
)  # fmt: skip
def test_durations_are_told_in_two_units_at_most(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown
