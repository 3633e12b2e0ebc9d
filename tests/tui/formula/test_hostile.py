"""Whatever is given, drawing ends soon: with rows that are safe on a screen, or with a FormulaError."""

import time

import pytest

from tuilab.errors import FormulaError
from tuilab.tui.formula import inline, layout
from tuilab.tui.formula.tokens import LONGEST

DEEP = 31


def filled(part: str) -> str:
    """As many of `part` as a formula may hold."""
    return part * (LONGEST // len(part))


HOSTILE = {
    "10,000 braces": "{" * 10_000 + "x" + "}" * 10_000,
    "braces that stay open": "{" * LONGEST,
    "braces that were never opened": "}" * LONGEST,
    "five megabytes": "x" * 5_000_000,
    "five megabytes of fractions": r"\frac{1}{2}" * 450_000,
    "control characters": "\x00\x1b[31m\x07" * 100,
    "scripts of scripts": "x_{q" * DEEP + "}" * DEEP,
    "scripts of scripts, both": "x_{q^{w" * (DEEP // 2) + "}}" * (DEEP // 2),
    "fractions of fractions": r"\frac{1}{1 + " * DEEP + "x" + "}" * DEEP,
    "fractions in scripts": r"x^{\frac{1}{q" * (DEEP // 2) + "}}" * (DEEP // 2),
    "roots of roots": r"\sqrt{x + " * DEEP + "1" + "}" * DEEP,
    "accents of accents": r"\hat{" * DEEP + "x" + "}" * DEEP,
    "bare accents of accents": r"\hat" * 900 + "x",
    "fences in fences": r"\left(" * DEEP + "x" + r"\right)" * DEEP,
    "fences that stay open": filled(r"\left("),
    "matrices in matrices": r"\begin{matrix}a & " * 30 + "x" + r"\end{matrix}" * 30,
    "a million cells": r"\begin{matrix}" + "&" * 1_300 + r"\\" * 1_300 + r"\end{matrix}",
    "as many cells as there may be": r"\begin{matrix}" + "&" * 59 + r"\\" * 99 + r"\end{matrix}",
    "rows without end": r"\begin{matrix}" + "a" + r"\\" * 1_900 + r"\end{matrix}",
    "environments that stay open": filled(r"\begin{cases}"),
    "texts in texts": r"\text{$" * 400 + "x" + "$}" * 400,
    "many texts": filled(r"\text{$x$}"),
    "many scripts": filled("x_q^w "),
    "many limits": filled(r"\sum_q^w"),
    "underscores in a text": r"\text{" + "_" * 1_900 + " }" + "a" * 1_900,
    "brackets in a denominator": r"\frac{1}{" + "(" * 3_900 + "}",
    "underscores in a denominator": r"\frac{1}{\text{" + "_^" * 1_900 + "}}",
    "backslashes": "\\" * LONGEST,
    "an unknown long name": "\\" + "q" * (LONGEST - 1),
    "many primes": "x" + "'" * (LONGEST - 1),
    "big delimiters": filled(r"\Bigg( "),
    "a wide space": r"\hspace{99999999em}" * 100,
    "comments": "%" * LONGEST,
    "dollars": r"\text{" + "$" * 3_900 + "}",
    "wide letters": "水" * 400,
}


@pytest.mark.parametrize("latex", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_hostile_formula_is_drawn_or_refused_soon(latex, ascii_only):
    start = time.process_time()
    for draw in (layout, inline):
        try:
            draw(latex, ascii_only)
        except FormulaError as error:
            assert len(str(error)) < 300  # noqa: PT017
    # A formula of a lesson takes a millisecond; one that doubled its work a level would take years.
    assert time.process_time() - start < 5
