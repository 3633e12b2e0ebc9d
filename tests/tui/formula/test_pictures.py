"""Formulas look as they were once looked at and found right: the pictures are to be read by eye.

`pictures.txt` has one of each thing that is drawn, `lessons.txt` what chapters 1 to 3 need.
"""

import unicodedata
from pathlib import Path

import pytest

from tuilab.tui.formula import layout


def pictures(name: str) -> list[tuple[str, str]]:
    """The formulas of a file and their pictures: `$ latex`, the rows, `$`."""
    found = []
    for block in (Path(__file__).parent / name).read_text(encoding="utf-8").split("\n$\n")[:-1]:
        first, _, rows = block.partition("\n")
        found.append((first.removeprefix("$ "), rows))
    return found


def drawn(latex: str, ascii_only: bool = False) -> str:
    return "\n".join(line.rstrip() for line in layout(latex, ascii_only).lines)


@pytest.mark.parametrize(("latex", "picture"), pictures("pictures.txt") + pictures("lessons.txt"))
def test_a_formula_is_drawn_as_its_picture(latex, picture):
    assert drawn(latex) == picture


@pytest.mark.parametrize(("latex", "picture"), pictures("pictures-ascii.txt") + pictures("lessons-ascii.txt"))
def test_a_formula_is_drawn_in_ascii_as_its_picture(latex, picture):
    assert drawn(latex, ascii_only=True) == picture
    assert picture.isascii()


def test_the_formulas_of_lessons_fit_into_the_lesson_at_80_columns():
    assert [latex for latex, _ in pictures("lessons.txt") if layout(latex).width > 74] == []


def test_scripts_are_small_letters_only_where_all_of_them_exist():
    assert drawn("x_i^2 + A^{-1} + W^{(l)}") == "xᵢ² + A⁻¹ + W⁽ˡ⁾"
    assert drawn("x_{ij}^q") == " q\nx\n ij"
    assert drawn("x_{iq}") == "x\n iq"
    assert drawn(r"\left(\frac{a}{b}\right)_1^2") == "⎛a⎞²\n⎜─⎟\n⎝b⎠₁"
    assert drawn(r"x_i^2", ascii_only=True) == " 2\nx\n i"


def test_a_fraction_among_scripts_is_written_with_a_slash():
    assert drawn(r"x^{\frac{1}{2}}") == " 1/2\nx"
    assert drawn(r"e^{-\frac{x + 1}{2 q}}", ascii_only=True) == " -(x+1)/2q\ne"


def test_a_big_delimiter_has_its_size_whatever_it_stands_beside():
    assert [layout(rf"\{name}(").height for name in ("big", "Big", "bigg", "Bigg")] == [1, 3, 3, 5]


def test_a_root_parts_from_what_is_before_and_after_it():
    assert drawn(r"\sqrt{y} x") == "√y x"
    assert drawn(r"2 \sqrt{ab}") == "    ___\n2 ╲╱ ab"


def test_no_letter_is_drawn_with_a_mark_that_terminals_must_join():
    drawn_letters = {letter for latex, picture in pictures("lessons.txt") for letter in picture}
    assert not any(unicodedata.combining(letter) for letter in drawn_letters)
    assert drawn(r"\hat{m}_t") == "^\nmₜ"


def test_limits_stand_centred_over_and_under_the_sum():
    upper, sign, lower = layout(r"\sum_{i=1}^{N}").lines
    assert (upper, sign, lower) == (" N ", " Σ ", "i=1")


def test_a_bar_is_as_wide_as_the_wider_part_and_lies_on_the_baseline():
    box = layout(r"\frac{1}{a + b}")
    assert box.lines[box.baseline] == "─" * len("a + b")
    assert box.lines[0] == "  1  "


def test_letters_beside_a_fraction_stand_on_the_line_of_its_bar():
    box = layout(r"y = \frac{a}{b}")
    assert box.lines[box.baseline] == "y  =  ─"


def test_relations_of_aligned_equations_stand_under_each_other():
    rows = layout(r"\begin{aligned} a &= \frac{b}{c} \\ abc &= d \\ &\leq e \end{aligned}").lines
    assert {row.index(sign) for row in rows for sign in "=≤" if sign in row} == {4}


def test_signs_that_join_stand_apart_and_signs_that_negate_stand_close():
    assert drawn("a-b") == "a − b"
    assert drawn("-b") == "−b"
    assert drawn("a=-b") == "a = −b"
    assert drawn("(-b)-c") == "(−b) − c"


def test_words_do_not_run_into_letters_but_letters_do():
    assert drawn(r"\mathrm{relu} x") == "relu x"
    assert drawn(r"2xy \log x") == "2xy log x"
    assert drawn(r"\partial\mathrm{loss}") == "∂loss"
    assert drawn(r"\eta x", ascii_only=True) == "eta x"


def test_room_can_be_asked_for_and_taken_away():
    assert drawn(r"a \qquad b \; c \, d \! e") == "a    b c de"


def test_letters_are_plain():
    assert drawn(r"\mathbf{W} \mathcal{L} \mathbb{E}") == "WLE"
    assert drawn(r"\mathbb{R}") == "ℝ"
