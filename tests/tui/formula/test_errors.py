import pytest

from tuilab.errors import FormulaError
from tuilab.tui.formula import inline, layout


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"a + \fraq{1}{2}", r"`\fraq` at character 5 is not known; did you mean \frac"),
        (r"\xyzzy", r"`\xyzzy` at character 1 is not known."),
        ("x^2^3", "`^` at character 4 is a second one"),
        (r"\frac{1}", "ends where a denominator should follow"),
        ("{a", "ends where a closing brace should follow"),
        ("a}", "`}` at character 2 has nothing to close"),
        ("a & b", "`&` at character 3 stands outside of an environment"),
        (r"\left( x", r"ends where \right should follow"),
        (r"\left x \right)", r"`x` at character 7 is no delimiter, which \left needs"),
        (r"\begin{matrix} a \end{pmatrix}", "ends pmatrix, and matrix is open"),
        (r"\begin{pmatix} a \end{pmatix}", "did you mean pmatrix"),
        (r"\argmax_k p", r"is not known; write \operatorname*{arg\,max}"),
        (r"\not x", r"`x` at character 6 cannot be crossed out by \not"),
        (r"\hspace{wide}", "needs a length such as 1em, and was given 'wide'"),
        (r"a + \text{if $\foo$}", r"`\foo` at character 15 is not known"),
        (r"\begin{matrix}" + "&" * 70 + r"\end{matrix}", "at most 100 rows and 60 columns are drawn"),
        (r"\text x", r"stands where the opening brace of \text should"),
        ("x_", "ends where what is raised or lowered should follow"),
        ("a\x1b[2J", "U+001B at character 2 cannot stand in a formula"),
        ("a\u202eb", "U+202E at character 2 cannot stand in a formula"),
        ("e\u0301", "U+0301 at character 2 cannot stand in a formula"),
        ("x" * 5_000, "at most 4,000 are drawn"),
        ("{" * 100 + "}" * 100, "nested deeper than 32 levels"),
        (r"\sqrt" * 100 + "x", "nested deeper than 32 levels"),
        ("a" * 3_900, "at most 1,000 x 200 are drawn"),
    ],
)
def test_what_cannot_be_drawn_is_named_with_its_place(latex, said):
    with pytest.raises(FormulaError) as caught:
        layout(latex)
    assert said in str(caught.value)


def test_a_letter_without_an_ascii_form_is_an_error_only_in_ascii():
    assert inline(r"\text{水}") == "水"
    with pytest.raises(FormulaError, match="cannot be written in ASCII"):
        inline(r"\text{水}", ascii=True)


@pytest.mark.parametrize(
    "latex", ["", "{}", r"\,", "^2", r"\,_x^x y", r"\frac{}{}", r"\sqrt{}", r"\begin{matrix}\end{matrix}"]
)
def test_an_empty_part_is_drawn_as_nothing(latex):
    box = layout(latex)
    assert len(box.lines) >= 1
    inline(latex)
