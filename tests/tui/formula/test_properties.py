"""What holds for every formula, right or wrong."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tuilab.errors import FormulaError
from tuilab.text import safe
from tuilab.tui.formula import inline, layout
from tuilab.tui.formula.environments import ENVIRONMENTS
from tuilab.tui.formula.symbols import ACCENTS, FUNCTIONS, LARGE, SIGNS

leaves = st.one_of(
    st.sampled_from(
        ["x", "y_i", "W^\\top", "2", "10.5", "+", "-", "=", ",", r"\,", r"\text{if so}", "'", "水"]
    ),
    st.sampled_from(sorted({*SIGNS, *FUNCTIONS, *LARGE} - {"{", "}", "|"})).map(lambda name: f"\\{name} "),
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
        st.tuples(st.sampled_from(["underbrace", "overbrace"]), one, one).map(
            lambda all_: f"\\{all_[0]}{all_[1]}_{all_[2]}"
        ),
        st.tuples(st.sampled_from(sorted(ENVIRONMENTS.keys() - {"array", "alignat", "alignat*", "alignedat"})), parts, parts, parts).map(
            lambda all_: rf"\begin{{{all_[0]}}} {all_[1]} & {all_[2]} \\ {all_[3]} \end{{{all_[0]}}}"
        ),
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
