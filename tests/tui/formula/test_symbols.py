"""The tables of signs hold together."""

import pytest
from rich.cells import cell_len

from tuilab.tui.formula import inline, layout, symbols
from tuilab.tui.formula.ascii import plain
from tuilab.tui.formula.environments import ENVIRONMENTS

DRAWN = {sign for sign, _ in symbols.SIGNS.values()} | {*symbols.LARGE.values(), *symbols.NEGATED.values()}


def test_every_sign_has_an_ascii_form_of_its_own():
    assert {letter for sign in DRAWN for letter in sign if not letter.isascii()} <= symbols.ASCII.keys()
    assert all(form.isascii() for form in symbols.ASCII.values())


def test_every_sign_takes_a_cell_a_letter_and_needs_no_mathematical_alphabet():
    assert all(cell_len(sign) == len(sign) and max(sign) < "\U00010000" for sign in DRAWN)


def test_what_negates_differs_from_what_is_negated_in_ascii_too():
    assert all(plain(sign) != plain(struck) for sign, struck in symbols.NEGATED.items())


@pytest.mark.parametrize("name", sorted({*symbols.SIGNS, *symbols.LARGE, *symbols.FUNCTIONS}))
def test_every_command_is_drawn_alone_and_among_others(name):
    for ascii_only in (False, True):
        assert layout(f"\\{name}", ascii_only).width > 0
        assert inline(f"a \\{name} b_{{\\{name} c}}", ascii_only)


@pytest.mark.parametrize("name", sorted(ENVIRONMENTS))
def test_every_environment_is_drawn(name):
    columns = "{2}" if "alignat" in name or name == "alignedat" else "{cc}" if name == "array" else ""
    latex = rf"\begin{{{name}}}{columns} a & = b \\[2pt] c & = d \end{{{name}}}"
    assert len(layout(latex).lines) >= 2
    assert "[2pt]" not in str(layout(latex))
