"""What cells must do when they are run; here by a runner in this process, without any protection."""

from pathlib import Path

import pytest

from tuilab.authoring import running
from tuilab.lesson.reader import parse

FRONT = "---\ntitle: T\ntuilab: {id: a.b}\n---\n"


def cell(source, tag="", ours="exercise: a"):
    tags = f"tags: [{tag}]\n" if tag else ""
    return f"```{{code-cell}}\n---\n{tags}tuilab: {{{ours}}}\n---\n{source}\n```\n"


@pytest.fixture
def faults(run_here):
    def found(body):
        return [(it.line, it.text) for it in running.faults(parse(FRONT + body, Path("x.md")), run_here)]

    return found


STARTER, SOLUTION = cell("def f(): ...", "exercise"), cell("def f(): return 1", "solution")
CHECK = cell("assert f() == 1, 'f gives 1'", "check")


def test_an_exercise_that_fails_unsolved_and_passes_solved_is_right(faults):
    assert faults(STARTER + SOLUTION + CHECK) == []


def test_an_exercise_that_passes_unsolved_is_a_fault(faults):
    ((line, text),) = faults(cell("def f(): return 1 + 0", "exercise") + SOLUTION + CHECK)
    assert line == 5
    assert "passes its check unsolved" in text


def test_a_solution_that_does_not_pass_is_a_fault_on_the_line_of_its_check(faults):
    ((line, text),) = faults(STARTER + cell("def f(): return 2", "solution") + CHECK)
    assert line == 5 + 7 + 7 + 5
    assert text == "this cell fails, with all exercises solved: AssertionError: f gives 1."


def test_a_cell_between_that_needs_the_solution_is_a_fault(faults):
    between = cell("f() + 1", ours="")
    assert any(
        "fails as long as `a` is not solved" in text
        for _, text in faults(STARTER + SOLUTION + between + CHECK)
    )


@pytest.mark.parametrize(
    ("source", "expect", "holds"),
    [
        ("print((2, 3))", '"(2, 3)"', True),
        ("print((2, 3))", '"(3, 2)"', False),
        ("print('loss 0.981')", "{value: 0.98, tolerance: 0.01}", True),
        ("print('loss 0.95')", "{value: 0.98, tolerance: 0.01}", False),
        ("print('accuracy', 0.979)", "{band: [0.97, 1]}", True),
        ("print('1,024')", "1024", True),
        ("print('nothing')", "{band: [0, 1]}", False),
        ("print('nan')", "{band: [0, 1]}", False),
    ],
)
def test_what_a_cell_expects_must_hold(faults, source, expect, holds):
    assert (faults(cell(source, ours=f"expect: {expect}")) == []) is holds


def test_what_a_directive_draws_must_have_a_value(faults):
    drawn = ":::{lab:plot} y ** 2\n:::\n"
    assert faults(cell("y = 3") + drawn) == []
    ((line, text),) = faults(cell("x = 3") + drawn + cell("y = 3"))
    assert line == 5 + 6
    assert text.startswith("what is to be drawn here fails: NameError: name 'y' is not defined")


def test_a_graph_must_be_one(faults):
    ((_, text),) = faults(cell("y = 3") + ":::{lab:graph} nothing + 1\n:::\n")
    assert text.startswith("what is to be drawn here fails: ")


def test_what_is_walked_can_be_walked(faults):
    walked = ":::{lab:step} y @ z\n:::\n"
    cells = cell("import numpy as np\ny = np.ones((2, 3))\nz = np.ones(3)")
    assert faults(cells + walked) == []
    ((line, text),) = faults(cells.replace("ones(3)", "ones(2)") + walked)
    assert line == 5 + 8
    assert "matmul" in text
