"""Figures out of values, figures drawn in cells, and `lab:plot` in a lesson."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from rich.cells import cell_len
from rich.color import Color
from rich.style import Style

from tuilab.lesson import trust
from tuilab.lesson.reader import load
from tuilab.session import Cell, check
from tuilab.tui.charts import plot
from tuilab.tui.charts.figure import Bars, Curves, Line, Matrix, NoFigureError, Points, figure
from tuilab.tui.screens.lesson import LessonScreen
from tuilab.tui.tensors.picture import Inks

STYLES = {role: Style() for role in plot.ROLES}
INKS = Inks(Color.from_rgb(0, 0, 0), Color.from_rgb(0, 0, 255), Color.from_rgb(255, 128, 0))


@pytest.fixture(scope="module")
def value():
    """The value of an expression, as a session describes it."""
    setup = Cell("import numpy as np\nx = np.linspace(0, 1, 50)")
    known = {}

    def ask(expression):
        if expression not in known:
            known[expression] = check([setup, Cell(expression)])[1].value
        return known[expression]

    return ask


def rows(found, width=60, height=17, **options):
    drawn = plot.draw(found, width, height, plot.PlotOptions(**options), STYLES, INKS)
    texts = ["".join(segment.text for segment in row) for row in drawn]
    assert len(texts) <= height
    assert all(cell_len(text) <= width for text in texts)
    return texts


# Values to figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "lines"),
    [
        ("x", [("", 50)]),
        ("(x, x ** 2)", [("", 50)]),
        ("(x, x ** 2, x ** 3)", [("1", 50), ("2", 50)]),
        ("np.stack([x, -x], axis=1)", [("column 0", 50), ("column 1", 50)]),
        ("{'loss': [3, 2, 1], 'val_loss': [3, 2.5, 2]}", [("loss", 3), ("val_loss", 3)]),
        ("[1, 4, 9]", [("", 3)]),
    ],
)
def test_a_curve_is_drawn_from_one_axis_from_x_and_y_and_from_a_history(value, expression, lines):
    found = figure(value(expression), "curve")
    assert [(line.name, len(line.y)) for line in found.lines] == lines


def test_points_come_with_their_classes(value):
    found = figure(value("(np.stack([x, x], axis=1), np.repeat([0, 1], 25))"), "points")
    assert [(group.name, len(group.x)) for group in found.groups] == [("0", 25), ("1", 25)]
    assert len(figure(value("(x, x)"), "points").groups) == 1
    assert len(figure(value("np.stack([x, x, x > 0.5], axis=1)"), "points").groups) == 2


def test_a_histogram_counts_everything_that_is_finite(value):
    found = figure(value("np.array([1.0, 2.0, 2.0, np.nan, np.inf])"), "histogram", bins=2)
    assert found.counts.tolist() == [1, 2]
    assert found.note == "without 2 that are not finite"


@pytest.mark.parametrize(
    ("expression", "kind", "says"),
    [
        ("'words'", "curve", "from an array of numbers"),
        ("np.zeros((4, 4, 4))", "curve", r"\(4, 4, 4\)"),
        ("(x, x[:3])", "curve", "of one length"),
        ("list(range(100))", "curve", r"Write `np\.array"),
        ("np.zeros((5, 20, 20))", "image", "Name one of them"),
        ("x", "points", "two columns"),
        ("np.array([np.nan])", "histogram", "none here is finite"),
        ("np.array(['a'])", "matrix", "from an array of numbers"),
        ("np.zeros((0, 3))", "matrix", "rows and columns"),
    ],
)
def test_what_makes_no_figure_is_told_with_what_would(value, expression, kind, says):
    with pytest.raises(NoFigureError, match=says):
        figure(value(expression), kind)


# Figures to cells ----------------------------------------------------------------------------------


def line(*numbers, name=""):
    return Line(name, np.arange(float(len(numbers))), np.array(numbers, float))


def test_a_rising_line_rises_and_its_axes_are_named():
    found = rows(
        Curves((line(0, 1, 2, 3),)), title="Rising", x_label="time", y_label="height", glyphs="ascii"
    )
    assert found[0].startswith("Rising")
    assert found[1].startswith("height")
    assert found[-1].rstrip().endswith("time")
    marks = [text.index("*") for text in found if "*" in text]
    assert marks == sorted(marks, reverse=True)


def test_lines_and_groups_differ_without_colour():
    found = rows(Curves((line(0, 1, 2, name="up"), line(2, 1, 0, name="down"))), glyphs="ascii")
    assert found[0].split() == ["**", "up", "==", "down"]
    body = "".join(found[1:])
    assert "*" in body
    assert "=" in body
    points = "".join(rows(Points((line(0, 1, name="a"), line(1, 0, name="b"))), glyphs="ascii")[1:])
    assert "o" in points
    assert "x" in points


def test_a_log_axis_leaves_out_what_has_no_logarithm():
    found = rows(Curves((line(-1, 0, 1, 10, 100),)), y_scale="log", glyphs="ascii")
    assert "100" in "".join(found)
    assert rows(Curves((line(-1, 0),)), y_scale="log")[0].startswith("no value is a number")


def test_a_histogram_is_as_high_as_its_counts():
    bars = Bars(np.array([0.0, 1.0, 2.0]), np.array([1, 4]))
    found = rows(bars, width=40, height=12, glyphs="ascii")
    filled = [sum(text[column] not in " |+-" for text in found[:-2]) for column in (12, 32)]
    assert filled[1] > 2 * filled[0] > 0


def test_a_matrix_says_its_size_and_range_and_a_contour_its_bands():
    numbers = np.add.outer(np.arange(8.0), np.arange(8.0))
    assert "8 × 8  0 to 14" in rows(Matrix(numbers))[-1]
    assert f"{plot.BANDS} bands" in rows(Matrix(numbers), contour=True)[-1]
    assert "8 x 8  0 to 14" in rows(Matrix(numbers), glyphs="ascii", way="ascii")[-1]


NUMBERS = st.floats(width=64) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 1e308, -1e308])


@given(
    arrays("f8", array_shapes(min_dims=1, max_dims=2, max_side=12), elements=NUMBERS),
    st.sampled_from(["linear", "log"]),
    st.sampled_from(["braille", "block", "ascii"]),
    st.integers(1, 70),
    st.integers(1, 20),
)
def test_any_numbers_are_drawn_in_any_room(numbers, scale, glyphs, width, height):
    y = numbers.reshape(-1)
    options = {"x_scale": scale, "y_scale": scale, "glyphs": glyphs, "way": "shades"}
    for found in (Curves((line(*y), line(*-y))), Points((line(*y),)), Matrix(np.atleast_2d(numbers))):
        rows(found, width, height, **options)


# In a lesson ---------------------------------------------------------------------------------------

LESSON = """---
title: T
tuilab: {id: a.b}
---
## One

```{code-cell}
import numpy as np
height = 1.0
```

:::{lab:plot} height * np.arange(5.0)
:title: A line
:::

:::{lab:plot} nothing
:::
"""


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "plot.md"
    path.write_text(LESSON)
    return load(path)


def test_a_trusted_lesson_draws_at_once_and_says_what_cannot_be_drawn(drive, lesson) -> None:
    trust.agree(lesson)

    async def scenario(lab) -> None:
        await lab.app.push_screen(LessonScreen(lesson))
        await lab.wait_for("A line")
        await lab.press("tab", "tab")
        await lab.wait_for("✗ NameError: name 'nothing' is not defined")

    drive(scenario)


def test_another_draws_when_asked(drive, lesson) -> None:
    async def scenario(lab) -> None:
        await lab.app.push_screen(LessonScreen(lesson))
        await lab.wait_for("space draws height * np.arange(5.0)", "space draw")
        assert "A line" not in lab.text()

    drive(scenario)


def test_it_is_drawn_again_when_its_names_have_other_values(drive, lesson) -> None:
    trust.agree(lesson)

    async def scenario(lab) -> None:
        screen = LessonScreen(lesson)
        await lab.app.push_screen(screen)
        await lab.wait_for("A line", " 4┤")
        assert await screen.assign({"height": 100.0}, line=12) is None
        await lab.wait_for("400┤")

    drive(scenario)
