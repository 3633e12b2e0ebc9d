"""Bands that must hold under several random seeds."""

from pathlib import Path

import pytest

from tuilab.authoring import running
from tuilab.authoring.runner import run
from tuilab.lesson.cells import MOST_SEEDS, Expectation, expectation
from tuilab.lesson.reader import parse

FRONT = "---\ntitle: T\ntuilab: {id: a.b}\n---\n"


def cell(source, expect=""):
    ours = f"---\ntuilab: {{expect: {expect}}}\n---\n" if expect else ""
    return f"```{{code-cell}}\n{ours}{source}\n```\n"


@pytest.fixture
def runs(run_here):
    """Faults of a lesson's body, and the runs that it took: a seed and a number of cells each."""

    def found(body, most_seeds=None):
        made = []

        def noted(lesson, cells, seed=None):
            made.append((seed, len(cells)))
            return run_here(lesson, cells, seed)

        lesson = parse(FRONT + body, Path("x.md"))
        return [(it.line, it.text) for it in running.faults(lesson, noted, most_seeds)], made

    return found


@pytest.mark.parametrize(
    ("written", "low", "high", "seeds"),
    [
        ({"band": [0, 1], "seeds": 5}, 0, 1, 5),
        ({"band": [0, 1]}, 0, 1, 0),
        ({"value": 3, "tolerance": 1, "seeds": 2}, 2, 4, 2),
    ],
)
def test_an_expectation_says_for_how_many_seeds_it_holds(written, low, high, seeds):
    assert expectation({"expect": written}) == Expectation(low=low, high=high, seeds=seeds)


@pytest.mark.parametrize("seeds", [0, 1, -3, 2.0, True, None, "5", [5], MOST_SEEDS + 1])
def test_seeds_that_cannot_be_tried_are_refused(seeds):
    with pytest.raises(ValueError, match=r"`seeds` is .*expected how many random seeds"):
        expectation({"expect": {"band": [0, 1], "seeds": seeds}})


def test_a_band_that_holds_under_every_seed_is_no_fault_and_is_tried_under_each(runs):
    body = cell("import random") + cell("print(random.random())", "{band: [0, 1], seeds: 3}") + cell("1 + 1")
    assert runs(body) == ([], [(1, 3), (2, 2), (3, 2)])


def test_a_lesson_without_seeds_is_run_once_and_left_to_chance(runs):
    assert runs(cell("print(1)", "{band: [0, 1]}")) == ([], [(None, 1)])


def test_seeds_that_fall_out_of_the_band_are_named_with_their_figures(runs):
    # random.seed(s); random.random() gives 0.134…, 0.956…, 0.237…, 0.236…
    faults, _ = runs(cell("import random\nprint(f'{random.random():.2f}')", "{band: [0.2, 1], seeds: 4}"))
    ((line, text),) = faults
    assert line == 5
    assert text == (
        "this cell gives 0.13 under seed 1, and `expect` says a number from 0.2 to 1 under each of 4 seeds. "
        "In their order they gave 0.13, 0.96, 0.24, 0.24."
    )


def test_each_cell_is_judged_under_the_seeds_that_it_asks_for(runs):
    # The number under seed 2 is 0.956…: only the cell that asks for that seed is told.
    draw = cell("import random\nlow = random.random()")
    few, many = (
        cell("print(low)", f"{{band: [0, {high}], seeds: {seeds}}}") for high, seeds in ((1, 2), (0.9, 3))
    )
    faults, made = runs(draw + many + few)
    ((line, text),) = faults
    assert line == 9
    assert "0.9560342718892494 under seed 2, and" in text
    assert made == [(1, 3), (2, 3), (3, 2)], "under seed 3 the last cell is not asked"


def test_a_seed_that_a_cell_fixes_itself_is_told_at_its_line(runs):
    faults, _ = runs(
        cell("import random\nrandom.seed(7)") + cell("print(random.random())", "{band: [0, 1], seeds: 2}")
    )
    ((line, text),) = faults
    assert line == 7
    assert text.startswith("a seed is fixed here, so that all 2 seeds of the cell on line 9 give 0.32")


def test_one_seed_alone_does_not_tell_whether_a_cell_fixes_it(runs):
    body = cell("import random\nrandom.seed(3)") + cell("print(random.random())", "{band: [0, 1], seeds: 3}")
    assert runs(body, most_seeds=1) == ([], [(1, 2)])


def test_a_figure_that_chance_does_not_touch_may_be_the_same_under_every_seed(runs):
    assert runs(cell("print(1.0)", "{band: [0.9, 1], seeds: 2}"))[0] == []


def test_a_cell_without_seeds_must_give_what_it_expects_under_each(runs):
    faults, _ = runs(
        cell("import random\nprint(random.random() < 0.5)", '"True"')
        + cell("print(0)", "{band: [0, 1], seeds: 2}")
    )
    ((_, text),) = faults
    assert text == "this cell gives False under seed 2, and `expect` says 'True'."


def test_a_cell_that_fails_under_one_seed_is_told_with_the_seed(runs):
    source = "import random\nassert random.random() < 0.9, 'too large'\nprint(0)"
    faults, made = runs(cell(source, "{band: [0, 1], seeds: 5}"))
    assert faults == [
        (10, "this cell fails, with all exercises solved, under seed 2: AssertionError: too large.")
    ]
    assert len(made) == 2


def test_in_a_session_a_seed_moves_everything_random_and_gives_the_same_again():
    body = cell(
        "import random, numpy as np, tuilab\n"
        "from tuilab import nn\n"
        "one = np.random.default_rng()\n"
        "print(random.random(), np.random.rand(), one.random(), np.random.default_rng().random(),\n"
        "      nn.Sequential([nn.Dense(1)]).seed, np.random.default_rng(3).random())"
    )
    lesson = parse(FRONT + body, Path("x.md"))
    once, again, other = (run(lesson, lesson.cells, seed)[0] for seed in (1, 1, 2))
    assert not once.error
    assert once == again
    same = [a == b for a, b in zip(once.printed.split(), other.printed.split(), strict=True)]
    assert same == [False] * 5 + [True], "what a cell seeds itself stays as it is"
    assert len(set(once.printed.split())) == 6
