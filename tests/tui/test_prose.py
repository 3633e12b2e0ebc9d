import unicodedata
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from tuilab.lesson.markdown import parser
from tuilab.text import safe
from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.widgets.inline_text import inline_content
from tuilab.tui.widgets.prose import lay_out


def lines(markdown, width=40, glyphs="braille"):
    return [line.plain for line in lay_out(markdown, width, glyphs)]


def test_paragraphs_are_wrapped_and_kept_apart():
    assert lines("one two three\nfour\n\nfive", 11) == ["one two", "three four", "", "five"]


def test_formulas_stand_in_the_line():
    assert lines(r"a weight $w_i$, and $\hat{y} = x^2$") == ["a weight wᵢ, and ŷ = x²"]


def test_a_short_formula_is_not_broken():
    assert lines(r"aaaa bbbb cccc $x = y + z$ d", 20) == ["aaaa bbbb cccc", "x = y + z d"]


def test_prices_are_no_formulas():
    assert lines("it costs $5 or $6, and \\$7") == ["it costs $5 or $6, and $7"]


def test_prices_and_formulas_stand_in_one_sentence():
    assert lines("pay $5 for $n = 3$ at $6, ($7) or **$8**", 60) == ["pay $5 for n = 3 at $6, ($7) or $8"]
    assert lines("US$5, and $x_i$ is free") == ["US$5, and xᵢ is free"]


def test_a_formula_that_is_not_known_is_shown_as_its_source():
    assert lines(r"see $\xyzzy{1}$") == [r"see $\xyzzy{1}$"]


def test_lists_hang_behind_their_marks():
    assert lines("- one two three\n- four\n  - five\n\ntext", 11) == [
        "• one two",
        "  three",
        "• four",
        "  • five",
        "",
        "text",
    ]
    assert lines("9. a\n10. bb cc d", 10) == ["9. a", "10. bb cc", "    d"]


def test_lists_with_paragraphs_have_room_between():
    assert lines("- a\n\n- b\n\n  c") == ["• a", "", "• b", "", "  c"]


def test_tasks_have_boxes():
    assert lines("- [ ] open\n- [x] done") == ["• ☐ open", "• ☑ done"]


def test_quotes_have_a_bar_on_every_line():
    assert lines("> aaa bbb ccc\n>\n> d", 10) == ["▎ aaa bbb", "▎ ccc", "▎", "▎ d"]


def test_tables_are_aligned_and_as_narrow_as_their_cells():
    assert lines("| set | images |\n|---|--:|\n| train | 60,000 |\n| t | $x^2$ |") == [
        "set    images",
        "─────  ──────",
        "train  60,000",
        "t          x²",
    ]


def test_wide_tables_wrap_in_their_cells():
    drawn = lines("| a | b |\n|---|---|\n| x | one two three four five six seven |", 20)
    assert drawn[2:] == ["x  one two three", "   four five six", "   seven"]


def test_code_stands_as_it_is_written():
    assert lines("```python\nif x:\n    y\n```") == ["  if x:", "      y"]


def test_the_address_of_a_link_is_shown_where_it_says_more():
    assert lines("[page](https://x.org)") == ["page (https://x.org)"]
    assert lines("<https://x.org>") == ["https://x.org"]
    assert lines("[next](other.md)") == ["next"]


def test_html_is_text_and_its_comments_are_not_shown():
    assert lines("a <b>c</b><!-- d --> e<br>f") == ["a <b>c</b> e", "f"]
    assert lines("<!-- only a comment -->\n\ntext") == ["text"]


def test_ascii_needs_no_other_characters():
    drawn = lines("- $\\alpha$ × “é”\n\n> q\n\n| a |\n|---|\n| b |\n\n---\n\n- [x] t", glyphs="ascii")
    assert all(line.isascii() for line in drawn)
    assert drawn[0].startswith("- alpha x ")


def test_a_formula_keeps_its_spaces_in_ascii():
    assert lines(r"with $w \in \mathbb{R}^n$ and $\beta_1 = 0.9$", glyphs="ascii") == [
        "with w in R^n and beta_1 = 0.9"
    ]


def test_a_letter_and_the_mark_over_it_have_one_style():
    token = parser().parse(r"a $\hat{m}_t$")[1]
    (span,) = inline_content(token).spans
    assert "a m\u0302ₜ"[span.start : span.end] == "m\u0302"


def test_entities_cannot_bring_in_what_text_may_not():
    (line,) = lines("a&#27;[2Jb&#x202e;c&#x9b;d&zwj;e")
    assert safe(line) == line
    assert "\x1b" not in line


def test_text_far_too_long_is_cut_and_says_so():
    assert lines("a " * 50_000)[-1].startswith("This text is too long")


pieces = st.sampled_from(
    [
        *(
            "# a\n",
            "- ",
            "1. ",
            "> ",
            "\n",
            "\n\n",
            "*",
            "**",
            "`",
            "```\n",
            "$",
            "$x^2$",
            "$$\nx\n$$\n",
            "[a](",
            ")",
            "|",
        ),
        *(
            "|a|b|\n|-|-|\n|c|d|\n",
            "\x1b[31m",
            "\x9b",
            "\u202e",
            "\u200b",
            "\r",
            "\t",
            "&#27;",
            "&#x202e;",
            "<b>",
            "<!--",
        ),
        *(
            "\\",
            "水",
            "e\u0301",
            "word ",
            ":::\n",
            "+++\n",
            "(x)=\n",
            "% c\n",
            "- [x] ",
            "\ud800",
            "\x00",
            "\x07",
        ),
    ]
)


@given(
    st.lists(pieces | st.text(max_size=12), max_size=25).map("".join),
    st.integers(1, 60),
    st.sampled_from(get_args(GlyphSet)),
)
@settings(max_examples=300, deadline=None)
def test_whatever_an_author_writes_nothing_in_it_steers_the_terminal(markdown, width, glyphs):
    drawn = lay_out(markdown, width, glyphs)
    for line in drawn:
        assert safe(line.plain) == line.plain
        assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in line.plain)
