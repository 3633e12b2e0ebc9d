"""Numbers of one array have one form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tuilab.tui.tensors.facts import facts
from tuilab.tui.tensors.numbers import Form, form


@given(
    hnp.arrays(
        np.float64,
        st.integers(1, 20),
        elements=st.floats(-1e300, 1e300) | st.sampled_from([np.nan, np.inf, -np.inf]),
    )
)
def test_every_number_fits_its_column(array: np.ndarray) -> None:
    write = form("f", facts(array))
    texts = [write(value) for value in array.tolist()]
    assert {len(text) for text in texts} == {write.width}
    furthest = facts(array).furthest
    for text, value in zip(texts, array.tolist(), strict=True):
        if np.isfinite(value):
            assert abs(float(text) - value) <= 0.051 * max(furthest, 1e-300) or text.strip() in ("+0", "-0")


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([1.0, -2.5], [" 1.000", "-2.500"]),
        ([0.012, 0.1], ["0.0120", "0.1000"]),
        ([1234.5, 3.0], ["1234", "   3"]),
        ([1e-7, 2.0], ["   +0", "2.000"]),
        ([1e-9, -3e-9], [" 1.00e-09", "-3.00e-09"]),
        ([1.0, np.nan], ["1.000", "  NaN"]),
        ([1.0, -np.inf], ["1.000", " -inf"]),
        ([0.0, 0.0], ["0.000", "0.000"]),
    ],
)
def test_digits_are_as_many_as_have_meaning(values: list[float], written: list[str]) -> None:
    write = form("f", facts(np.array(values)))
    assert [write(value) for value in values] == written


def test_whole_numbers_stay_whole() -> None:
    array = np.array([7, -12, 100])
    write = form("i", facts(array))
    assert [write(value) for value in array.tolist()] == ["  7", "-12", "100"]
    flags = np.array([True, False])
    assert [form("b", facts(flags))(value) for value in flags.tolist()] == ["1", "0"]


@pytest.mark.parametrize(
    ("write", "value", "written"),
    [
        (Form(6, 3), 12345.678, "1.2e4"),
        (Form(5, 3), -12345.678, "-1e4"),
        (Form(3, 1), -12345.6, "###"),
        (Form(2, whole=True), 300, "##"),
        (Form(3, whole=True), 30_000, "3e4"),
    ],
)
def test_a_number_longer_than_its_column_keeps_to_it(write: Form, value: float, written: str) -> None:
    assert write(value) == written.rjust(write.width)
