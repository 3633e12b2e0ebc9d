"""What holds for every formula, right or wrong."""

import unicodedata
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tuilab.errors import FormulaError
from tuilab.text import safe
from tuilab.tui.formula import inline, layout
from tuilab.tui.formula.environments import ENVIRONMENTS
from tuilab.tui.formula.symbols import ACCENTS, ARROWS, FUNCTIONS, LARGE, NEGATED, SIGNS, SPACES

leaves = st.one_of(
    st.sampled_from(
        ["x", "y_i", "W^\\top", "2", "10.5", "+", "-", "=", ",", r"\,", r"\text{if so}", "'", "水"]
    ),
    st.sampled_from(sorted({*SIGNS, *FUNCTIONS, *LARGE, *SPACES} - {"{", "}", "|"})).map(
        lambda name: f"\\{name} "
    ),
    st.sampled_from(sorted(NEGATED)).map(lambda sign: rf"\not{sign}"),
    st.sampled_from(
        [r"\Bigl(", r"\bigr]", r"\Bigg|", r"\text{if $x_q$}", r"x_i^2", r"\tag{1}", "f'", r"\hspace{1em}"]
    ),
)


def compound(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = parts.map(lambda part: f"{{{part}}}")
    return st.one_of(
        st.lists(parts, min_size=1, max_size=4).map(" ".join),
        st.tuples(one, one).map(lambda both: rf"\frac{both[0]}{both[1]}"),
        st.tuples(one, one, one).map(lambda all_: f"{all_[0]}_{all_[1]}^{all_[2]}"),
        st.tuples(one, one).map(lambda both: rf"\sum_{both[0]}^{both[1]}"),
        one.map(lambda part: rf"\sqrt{part}"),
        parts.map(lambda part: rf"\sqrt[3]{{{part}}}"),
        st.tuples(st.sampled_from(sorted(ACCENTS)), one).map(lambda both: f"\\{both[0]}{both[1]}"),
        st.tuples(st.sampled_from(["()", "[]", "||", ".)", "<>"]), parts).map(
            lambda both: rf"\left{both[0][0]} {both[1]} \right{both[0][1]}"
        ),
        st.tuples(st.sampled_from(sorted(ARROWS)), one, parts).map(
            lambda all_: rf"\{all_[0]}[{{{all_[2]}}}]{all_[1]}"
        ),
        st.tuples(one, one).map(lambda both: rf"\overset{both[0]}{both[1]} \binom{both[1]}{both[0]}"),
        st.tuples(parts, parts).map(lambda both: rf"\sum_{{\substack{{{both[0]} \\ {both[1]}}}}}"),
        st.tuples(parts, parts).map(
            lambda both: rf"\begin{{array}}{{|c|r}}{both[0]} & {both[1]}\end{{array}}"
        ),
        one.map(lambda part: rf"\phantom{part} \operatorname{{f}}{part} \mathrm{part}"),
        st.tuples(st.sampled_from(["underbrace", "overbrace"]), one, one).map(
            lambda all_: f"\\{all_[0]}{all_[1]}_{all_[2]}"
        ),
        st.tuples(
            st.sampled_from(sorted(ENVIRONMENTS.keys() - {"array", "alignat", "alignat*", "alignedat"})),
            parts,
            parts,
            parts,
        ).map(lambda all_: rf"\begin{{{all_[0]}}} {all_[1]} & {all_[2]} \\ {all_[3]} \end{{{all_[0]}}}"),
    )


formulas = st.recursive(leaves, compound, max_leaves=12)


@given(formulas, st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_formula_is_a_box_with_its_baseline_inside(latex, ascii_only):
    try:
        box = layout(latex, ascii_only)
    except FormulaError:
        return
    assert box.lines
    assert {cell_len(line) for line in box.lines} == {box.width}
    assert 0 <= box.baseline < len(box.lines)
    if ascii_only:
        assert all(line.isascii() for line in box.lines)


def ink(*latex: str, ascii_only: bool) -> Counter[str]:
    """How often each sign stands in the pictures of formulas."""
    return Counter(
        "".join(
            letter
            for each in latex
            for line in layout(each, ascii_only).lines
            for letter in line
            if letter != " "
        )
    )


@given(
    st.sampled_from(
        [
            r"\frac{%s}{%s}",
            r"\sqrt[%s]{%s}",
            r"\left(%s \middle| %s\right]",
            r"%s \quad %s",
            r"\binom{%s}{%s}",
            r"\begin{bmatrix} %s & %s \\ 0 & 1 \end{bmatrix}",
            r"\begin{cases} %s \\ %s \end{cases}",
            r"\begin{aligned} %s &= 1 \\ 2 &= %s \end{aligned}",
            r"\underbrace{%s}_{n} \quad \overline{a%s}",
        ]
    ),
    formulas,
    formulas,
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_all_that_stands_in_the_parts_stands_in_the_whole(pattern, first, second, ascii_only):
    first, second = ("{" + part.replace("水", "z") + r" \,}" for part in (first, second))
    if r"\sqrt[" in pattern:
        first = "3"
    try:
        whole = ink(pattern % (first, second), ascii_only=ascii_only)
        parts = ink(first, second, ascii_only=ascii_only)
    except FormulaError:
        return
    assert not parts - whole


@given(formulas, st.booleans())
@settings(max_examples=50, deadline=None)
def test_a_formula_is_always_drawn_the_same(latex, ascii_only):
    try:
        assert layout(latex, ascii_only) == layout(latex, ascii_only)
        assert inline(latex, ascii_only) == inline(latex, ascii_only)
    except FormulaError:
        return


@given(formulas)
@settings(max_examples=80, deadline=None)
def test_a_formula_without_foreign_letters_is_always_drawn(latex):
    latex = latex.replace("水", "z")
    try:
        layout(latex, ascii=True)
        layout(latex)
    except FormulaError as error:
        # Primes and scripts that happen to stand side by side are the only fault that can be put together.
        assert "is a second one" in str(error)  # noqa: PT017


@given(
    st.text(alphabet=st.characters(), max_size=60)
    | st.text(alphabet="\\{}_^&'$ax1([\x1b\u202e\t\n", max_size=60)
)
@settings(max_examples=300, deadline=None)
def test_any_text_is_drawn_safely_or_refused(text):
    for draw in (lambda latex: layout(latex).lines, lambda latex: [inline(latex)]):
        try:
            lines = draw(text)
        except FormulaError as error:
            assert safe(str(error)) == str(error)  # noqa: PT017
            continue
        for line in lines:
            assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co") for character in line)
            assert safe(line) == line
