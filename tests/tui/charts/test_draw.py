"""A chart is the rows it was asked for, whatever the data and the size."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from rich.segment import Segment
from rich.style import Style

from tuilab.tui.charts.canvas import ROLES
from tuilab.tui.charts.draw import draw
from tuilab.tui.charts.series import ChartOptions, Mark, Series

HARD = [0.0, -0.0, 1.0, -1.0, 1e300, -1e300, 1.7e308, -1.7e308, 5e-324, 1e-300, np.nan, np.inf, -np.inf]
VALUES = st.one_of(st.sampled_from(HARD), st.floats(allow_nan=True, allow_infinity=True))
ARRAYS = hnp.arrays(np.float64, st.integers(0, 120), elements=VALUES)
STYLES = {role: Style(color=f"color({number + 1})") for number, role in enumerate(ROLES)}


def text(series, marks=(), width=60, height=12, **options):
    rows = draw(series, marks, width, height, ChartOptions(**options))
    return ["".join(segment.text for segment in row) for row in rows]


def in_role(role, series, marks=(), width=60, height=12, **options):
    rows = draw(series, marks, width, height, ChartOptions(**options), STYLES)
    return ["".join(s.text if s.style == STYLES[role] else " " * len(s.text) for s in row) for row in rows]


def falling(count=500):
    x = np.arange(1, count + 1)
    return Series("train", x, 2.3 * np.exp(-x / 50) + 0.05)


def validation():
    return Series("val", np.array([100, 200, 300, 400, 500]), np.full(5, 1.2), "validation")


def test_the_title_row_has_the_name_and_the_last_values():
    row = text([falling(), validation()], title="loss")[0]
    assert row.startswith("loss ")
    assert row.rstrip().endswith("val 1.2000")
    assert "━━ train 0.0" in row
    assert "╍╍ val" in row


def test_the_axes_carry_round_numbers():
    rows = text([falling()], title="loss")
    assert [row.split("┤")[0].strip() for row in rows if "┤" in row] == ["2", "1", "0"]
    assert rows[-1].split() == ["0", "100", "200", "300", "400", "500"]


def test_a_falling_loss_falls_on_the_screen():
    rows = in_role("train", [falling()], title="loss")[1:]
    drawn = [row for row in range(len(rows)) if rows[row].strip()]
    first = next(row for row in drawn if rows[row].strip())
    assert rows[first].index(rows[first].strip()[0]) < 8
    assert rows[drawn[-1]].rstrip() == rows[drawn[-1]]


def test_validation_is_dashed_and_train_is_not():
    solid = in_role("train", [Series("train", validation().x, validation().y)], glyphs="ascii")
    dashed = in_role("validation", [validation()], glyphs="ascii")
    assert any("*" * 30 in row for row in solid)
    line = next(row for row in dashed[1:] if "o" in row)
    assert "==" in line
    assert " " in line.strip()


def ghost(level=1.8, name="mnist-mlp-1"):
    x = np.arange(1, 501)
    return Series(name, x, np.full(x.size, level), "ghost")


def test_a_ghost_lies_dotted_and_without_points_beneath_and_is_named():
    rows = in_role("ghost", [falling(), validation(), ghost()], width=80)
    assert rows[0].rstrip().endswith("1.8000")
    dots = sum((ord(sign) - 0x2800).bit_count() for row in rows[1:] for sign in row if sign != " ")
    assert 40 < dots < 110, "a line as long as the chart has 150"
    noisy = Series("mlp-1", np.arange(500), 1 + np.random.default_rng(0).normal(size=500), "ghost")
    assert not any(row.strip() for row in in_role("raw", [noisy]))
    assert "·· mlp-1" in text([noisy])[0]
    assert "~~ mlp-1" in text([noisy], glyphs="ascii")[0]


def test_what_a_run_does_is_drawn_over_its_ghost():
    alone = in_role("train", [falling()])[1:]
    same = Series("same", falling().x, falling().y, "ghost")
    above = in_role("train", [ghost(0.05), falling(), same])[1:]
    assert above == alone


def test_a_ghost_gives_way_in_the_legend_and_marks_no_gaps_as_the_runs():
    broken = Series("mnist-mlp-1", np.arange(3), np.array([1.0, 2.0, np.nan]), "ghost")
    rows = text([falling(), validation(), broken], title="accuracy", width=48, height=7)
    assert "val 1.2000" in rows[0]
    assert "more" not in rows[0]
    assert not any("NaN" in row for row in rows[1:])
    assert "mnist-mlp-1" in "".join(text([falling(), validation(), ghost()], title="loss", width=48)[:2])


def test_a_spike_in_a_million_is_seen():
    y = np.full(1_000_000, 1.0)
    y[500_000] = 3.0
    rows = in_role("raw", [Series("train", np.arange(y.size), y)], y_range=(0.0, 4.0))
    assert "".join(rows[3:5]).strip()


def test_a_curve_stops_where_it_is_no_number_and_says_so():
    whole = falling()
    y = whole.y.copy()
    y[250:] = np.nan
    series = [Series("train", whole.x, y)]
    row = next(row for row in text(series) if "✗ NaN" in row)
    place = row.index("✗")
    assert 28 < place < 36
    assert all(not row[place:].strip() for row in in_role("train", series)[1:])
    assert "NaN" in text(series)[0]


def test_infinity_is_marked_too():
    assert any("✗ ∞" in row for row in text([Series("train", np.arange(3), np.array([1.0, 2.0, np.inf]))]))


def test_a_mark_given_for_nan_replaces_the_automatic_one():
    series = [Series("train", np.arange(3), np.array([1.0, 2.0, np.nan]))]
    rows = "\n".join(text(series, [Mark(2, "✗ NaN at batch 3", "nan")]))
    assert rows.count("✗") == 1
    assert "✗ NaN at batch 3" in rows


def test_a_change_is_a_dashed_line_with_its_words_beside():
    rows = text([falling()], [Mark(250, "lr 1e-3 → 3e-4")])
    assert sum("╎" in row for row in rows) >= 8
    assert any("╎ lr 1e-3 → 3e-4" in row for row in rows)


@pytest.mark.parametrize("x", [1, 20, 480, 500])
def test_a_mark_at_the_edge_keeps_its_words_whole_and_off_the_axis(x):
    rows = text([falling()], [Mark(x, "lr 1e-3 → 3e-4")])
    row = next(row for row in rows if "lr 1e-3 → 3e-4" in row)
    assert row.index("lr") > 1
    assert all(row[1] in "│┤└" for row in rows[1:-1])


def test_marks_near_each_other_do_not_write_over_each_other():
    rows = "\n".join(text([falling()], [Mark(x, f"lr change {x}") for x in (240, 250, 260)]))
    assert all(f"lr change {x}" in rows for x in (240, 250, 260))


def test_the_known_length_of_a_run_fixes_the_axis():
    early = text([falling(50)], x_range=(0, 2345))[-2:]
    late = text([falling(2000)], x_range=(0, 2345))[-2:]
    assert early == late


def test_only_rows_near_the_newest_points_change_as_a_run_goes_on():
    before = text([Series("train", falling().x[:400], falling().y[:400])], x_range=(0, 500), height=20)
    after = text([Series("train", falling().x[:420], falling().y[:420])], x_range=(0, 500), height=20)
    assert sum(old != new for old, new in zip(before, after, strict=True)) <= 3


def test_without_points_a_chart_says_what_will_come():
    assert any("no points yet" in row for row in text([]))
    assert any("press space" in row for row in text([], empty="press space"))


def test_values_that_never_were_numbers_are_named():
    series = [Series("train", np.arange(2), np.full(2, np.nan))]
    assert any("no value so far is a number" in row for row in text(series))


def test_a_small_chart_is_numbers_and_a_sparkline():
    rows = text([falling(), validation()], width=18, height=4, title="loss")
    assert rows[0].strip() == "loss"
    assert rows[1].startswith("train 0.0")
    assert rows[2].startswith("val 1.2000")
    assert "█" in rows[3]


@pytest.mark.parametrize("width", range(1, 12))
def test_a_number_is_never_cut(width):
    words = text([falling()], width=width, height=1, title="loss")[0].replace("loss", "").split()
    assert all(word.startswith("0.05") and len(word) == 6 for word in words if word[0].isdigit())


def test_plain_glyphs_are_plain():
    series = [falling(), validation()]
    rows = text(series, [Mark(250, "lr 1e-3 → 3e-4")], glyphs="ascii", title="loss · é")
    assert all(row.isascii() for row in rows)
    assert any("lr 1e-3 -> 3e-4" in row for row in rows)


def test_the_linux_console_gets_no_braille():
    rows = "".join(text([falling(), validation()], glyphs="block"))
    assert not any("\u2800" <= sign <= "\u28ff" for sign in rows)
    assert any(sign in "▀▄█" for sign in rows)


def test_text_from_outside_cannot_steer_the_terminal():
    series = [Series("tr\x1b[31main", falling().x, falling().y)]
    rows = text(series, [Mark(100, "a\x1b[2Jb\n")], title="lo\x07ss", empty="\x1b")
    assert all(sign >= " " and sign != "\x7f" for row in rows for sign in row)


@settings(max_examples=150, deadline=None)
@given(
    train=ARRAYS,
    val=ARRAYS,
    x=st.one_of(st.none(), ARRAYS),
    width=st.integers(1, 70),
    height=st.integers(1, 20),
    scale=st.sampled_from(["linear", "log"]),
    glyphs=st.sampled_from(["braille", "block", "ascii"]),
    x_range=st.sampled_from([None, (0, 100), (5, 5), (3, 1)]),
    y_range=st.sampled_from([None, (0.0, 1.0), (1.0, 1.0)]),
    mark=VALUES,
)
def test_any_data_at_any_size_fills_the_rows_exactly(
    train, val, x, width, height, scale, glyphs, x_range, y_range, mark
):
    steps = np.arange(120.0) if x is None else x
    series = [
        Series("train", steps[: train.size], train[: steps.size]),
        Series("val", steps[: val.size], val[: steps.size], "validation"),
        Series("before", steps[: val.size], val[: steps.size][::-1], "ghost"),
    ]
    options = ChartOptions("loss", scale, x_range, y_range, glyphs)
    rows = draw(series, [Mark(mark, "lr 1e-3 → 漢字")], width, height, options)
    assert [Segment.get_line_length(row) for row in rows] == [width] * height


@pytest.mark.parametrize("size", [(1, 1), (2, 60), (300, 1), (19, 5), (20, 4), (20, 5), (300, 100)])
def test_corners_of_the_size_range(size):
    rows = draw([falling(), validation()], [Mark(100, "lr")], *size, ChartOptions("accuracy"))
    assert [Segment.get_line_length(row) for row in rows] == [size[0]] * size[1]


def test_the_chart_widget_imports_neither_numpy_nor_plotext_before_it_draws():
    code = (
        "import sys, tuilab.tui.charts.chart, tuilab.tui.widgets.digits, tuilab.tui.widgets.transport;"
        "assert not {'numpy', 'plotext', 'numba'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
