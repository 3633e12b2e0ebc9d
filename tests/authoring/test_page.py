"""`tuilab export --to html`: one page that stands alone, with all that a lesson holds."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.authoring import page
from tuilab.authoring.page import drawings, markup, outputs, panels, running
from tuilab.errors import LessonError
from tuilab.lesson import load
from tuilab.lesson.directives import DIRECTIVES
from tuilab.lesson.reader import parse
from tuilab.tui.charts.figure import Curves, Line, Matrix, Points

EXAMPLE = Path(__file__).parent / "examples" / "everything.md"
FRONT = "---\ntitle: {title}\ntuilab: {{id: a.b}}\n---\n"
VOID = {"meta", "link", "br", "hr", "img"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</style><script>",
    "\x1b[31mred\x07 \u202eback",
    "javascript:alert(1)",
]


class Outline(HTMLParser):
    """A page as a list of its elements; notes what does not close what was opened."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.words, self.open, self.wrong = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())


def outline(html):
    found = Outline(html)
    assert not found.wrong
    assert not found.open
    return found


@pytest.fixture(scope="module")
def made():
    """The example's page, made once: with its cells run in a process of their own."""
    lesson = load(EXAMPLE)
    return page.page(lesson, running.run(lesson))


def test_the_page_is_whole_and_every_element_is_closed(made):
    elements = outline(made).elements
    tags = [tag for tag, _ in elements]
    assert made.startswith("<!doctype html>")
    assert dict(elements)["html"] == {"lang": "en"}
    assert tags.count("h1") == 1
    assert tags.count("h2") == len(load(EXAMPLE).steps)
    assert tags.count("main") == tags.count("header") == tags.count("footer") == tags.count("nav") == 1


def test_it_has_no_script_and_names_nothing_to_fetch(made):
    for tag, attributes in outline(made).elements:
        assert tag not in ("script", "iframe", "object", "embed", "form", "base"), tag
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "srcset", "data", "poster"):
            assert attributes.get(name, "data:").startswith("data:")
        if tag == "link":
            assert attributes["href"] == "data:,"
    assert "@import" not in made
    assert "url(" not in made
    assert "default-src 'none'" in made


def test_everything_in_the_lesson_is_on_it(made):
    said = outline(made).text
    for words in (
        *("four rows, six columns", "−2.560", "Two powers", "How it is checked", "✓ The solution passes."),
        *("Hint 1", "Hint 2", "A solution", "Multiply by 2.", "Yes: a batch is counted along it."),
        *("tuilab train digits --model mlp --optimizer adam", "slow", "1e-4 to 1", "(4, 6)", "$5"),
        *("def softmax(x: Array, axis: int = -1) -> Array:", "@kernel", "NameError", "link"),
        *("▸ forward", "◂ back", "multiply", "∂/∂w"),
    ):
        assert words in said, words
    elements = outline(made).elements
    assert sum(tag == "math" for tag, _ in elements) > 8
    assert sum(tag == "svg" for tag, _ in elements) >= 8
    assert sum(attributes.get("class") == "heat" for _, attributes in elements) >= 1


def test_every_drawing_and_picture_says_in_words_what_it_shows(made):
    for tag, attributes in outline(made).elements:
        if tag == "svg":
            assert attributes["role"] == "img"
            assert len(attributes["aria-label"]) > 10
        if tag == "img":
            assert attributes["alt"]
        if tag == "math":
            assert attributes["alttext"]


def test_headings_go_down_by_one_and_links_lead_to_them(made):
    found = outline(made).elements
    levels = [int(tag[1]) for tag, _ in found if re.fullmatch(r"h[1-6]", tag)]
    assert all(later <= sooner + 1 for sooner, later in pairwise(levels))
    names = {attributes["id"] for _, attributes in found if "id" in attributes}
    targets = {it["href"][1:] for _, it in found if it.get("href", "").startswith("#")}
    assert targets
    assert targets <= names


def test_there_is_a_drawer_for_every_directive():
    assert set(panels.PANELS) == set(DIRECTIVES)


def test_a_page_can_be_made_without_running_anything():
    html = page.page(load(EXAMPLE), running.Findings())
    said = outline(html).text
    assert "Its cells were not run for this page." in said
    assert "✓ The solution passes." not in said
    assert "In the lab, it is drawn." in said


def test_a_cell_that_fails_is_told_and_those_after_it_are_left(tmp_path):
    path = tmp_path / "x.md"
    cells = "".join(f"```{{code-cell}}\n{source}\n```\n" for source in ("1 + 1", "1 / 0", "print('late')"))
    path.write_text(FRONT.format(title="T") + "# T\n" + cells)
    said = outline(page.page(load(path), running.run(load(path)))).text
    assert "✗ ZeroDivisionError" in said
    assert said.count("late") == 1, "its code, and nothing printed"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_stay_words_wherever_they_stand(hostile):
    quoted = "'" + hostile.replace("'", "''").replace("\x1b", "").replace("\x07", "") + "'"
    body = (
        f"# {hostile}\n\n{hostile} *{hostile}* `{hostile}` [a]({hostile}) ![{hostile}]({hostile})\n\n"
        f"${hostile}$\n\n"
        f"$$\n{hostile}\n$$\n\n| {hostile} |\n|---|\n| {hostile} |\n\n```{{code-cell}}\n# {hostile}\n```\n\n"
        f":::{{lab:quiz}} q\n{hostile}\n\n- [x] {hostile}\n  > {hostile}\n- [ ] no\n  > no\n:::\n\n"
        f":::{{lab:unknown}} {hostile}\n{hostile}\n:::\n"
    )
    lesson = parse(FRONT.format(title=quoted) + body, Path("x.md"))
    html = page.page(lesson, running.Findings())
    found = outline(html)
    allowed = {tag for tag, _ in outline(page.page(load(EXAMPLE), running.Findings())).elements} | {
        "em",
        "img",
    }
    for tag, attributes in found.elements:
        assert tag in allowed
        assert not [name for name in attributes if name.startswith("on")]
        assert "javascript" not in attributes.get("href", "")
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_what_a_cell_gives_is_words_too(run_hostile):
    html = outputs.output(run_hostile)
    assert {tag for tag, _ in outline(html).elements} <= {"div", "pre", "samp", "p"}


@pytest.fixture
def run_hostile():
    from tuilab.session import Cell, check

    source = "print('<script>', '\\x1b[31m')\nclass A:\n    def __repr__(self): return '</samp><script>'\nA()"
    (result,) = check([Cell(source)])
    return result


@given(st.text(max_size=200))
def test_any_text_makes_a_page_whose_elements_close(text):
    outline(markup.prose(text))
    outline(markup.code(text))
    outline(markup.inline(text))


def test_a_picture_is_taken_in_and_what_is_none_is_named(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n0000")
    (tmp_path / "secret.png").write_text("no picture")
    assert 'src="data:image/png;base64,' in markup.prose("![words](a.png)", tmp_path)
    for address in ("secret.png", "none.png", "https://example.org/a.png", str(tmp_path / "a.png"), "."):
        assert markup.prose(f"![words]({address})", tmp_path) == "<p><em>[words]</em></p>"


def test_a_file_that_is_there_is_written_over_only_when_told(tmp_path):
    target = tmp_path / "x.html"
    target.write_text("mine")
    with pytest.raises(LessonError, match="`--force` writes over it"):
        page.export(EXAMPLE, target, run=False)
    assert target.read_text() == "mine"
    page.export(EXAMPLE, target, run=False, overwrite=True)
    assert target.read_text().startswith("<!doctype html>")


# Drawings ----------------------------------------------------------------------------------------


def line(*numbers):
    return Line("", np.arange(float(len(numbers))), np.array(numbers, float))


def test_a_line_is_broken_where_a_number_is_missing():
    drawn = drawings.drawing(Curves((line(1, 2, np.nan, 3, 4),)), drawings.Words())
    path = re.search(r'class="line c0" d="([^"]*)"', drawn)[1]
    assert path.count("M") == 2
    assert "nan" not in drawn


def test_a_spike_in_a_long_curve_is_drawn():
    numbers = np.zeros(100_000)
    numbers[54_321] = 9.0
    drawn = drawings.drawing(Curves((line(*numbers),)), drawings.Words())
    path = re.search(r'class="line c0" d="([^"]*)"', drawn)[1]
    assert path.count("L") < 1_500
    assert f" {drawings.TOP}.0" in path, "the spike touches the top"


@pytest.mark.parametrize("numbers", [[], [np.nan], [5.0], [1e300, -1e300], [np.inf, 1.0], [0.0, 0.0]])
@pytest.mark.parametrize("log", [False, True])
def test_odd_numbers_are_drawn_without_a_fault(numbers, log):
    words = drawings.Words(x_log=log, y_log=log)
    figures = [Curves((line(*numbers),)), Points((line(*numbers),))]
    figures += [Matrix(np.array([numbers], float))] * bool(numbers)
    for figure in figures:
        drawn = outline(drawings.drawing(figure, words, "contour" if log else "matrix"))
        assert not [it for _, it in drawn.elements if "nan" in it.get("d", "") or "inf" in it.get("d", "")]


def test_a_matrix_has_one_colour_above_zero_and_another_below():
    drawn = drawings.drawing(Matrix(np.array([[1.0, -1.0], [0.0, np.nan]])), drawings.Words())
    assert re.findall(r'class="(above|below|missing)"', drawn) == ["below", "above", "missing"]
    assert 'aria-label="Matrix of 2 rows and 2 columns' in drawn


def test_groups_of_points_differ_in_their_signs_too():
    drawn = drawings.drawing(Points((line(1, 2), line(2, 1))), drawings.Words())
    assert "<circle" in drawn
    assert drawn.count("<path") > 2
