import pytest

from tuilab.lesson import directives


def read(content, name="lab:train"):
    return directives.read(name, "x", content, 7, "source")


def test_options_have_types_and_defaults():
    directive = read(":learning_rate: 3e-4\n:batch_size: 64\n:optimizer: rmsprop\n")
    assert directive.problem == ""
    assert directive.options == {
        "model": "mlp",
        "data": "mnist",
        "optimizer": "rmsprop",
        "learning_rate": 3e-4,
        "batch_size": 64,
        "epochs": 5,
        "seed": 7,
        "goal": None,
    }


def test_what_follows_the_options_is_the_body():
    directive = read(":epochs: 1\n\nfirst\n:epochs: 2\n")
    assert (directive.options["epochs"], directive.body) == (1, "first\n:epochs: 2")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (":epoch: 3\n", "no option `:epoch:`. Did you mean `:epochs:`?"),
        (":epochs: many\n", "`:epochs: many` cannot be used. Expected a whole number from 1 to 10,000"),
        (":epochs: 2.5\n", "Expected a whole number"),
        (":epochs: 0\n", "Expected a whole number from 1"),
        (":epochs:\n", "Expected a whole number"),
        (":learning_rate: nan\n", "Expected a number"),
        (":learning_rate: inf\n", "Expected a number"),
        (":learning_rate: -1\n", "Expected a number"),
        (":optimizer: adem\n", "did you mean `adam`?"),
        (":seed: " + "9" * 5_000 + "\n", "Expected a whole number"),
        (":epochs: 1\n:epochs: 2\n", "`:epochs:` is given twice"),
    ],
)
def test_a_wrong_option_is_a_problem_that_says_what_was_expected(content, said):
    directive = read(content)
    assert said in directive.problem
    assert directive.source == "source"


def test_an_unknown_directive_is_a_problem_with_the_nearest_name():
    directive = read(":a: b\n", name="lab:trian")
    assert directive.problem == "There is no directive `lab:trian`. Did you mean `lab:train`?"
    assert directive.options == {"a": "b"}


def test_every_row_of_the_table_accepts_its_own_defaults():
    for kind in directives.DIRECTIVES.values():
        for option in kind.options:
            if option.default is not None:
                given = option.default
                text = ", ".join(given) if isinstance(given, tuple) else str(given)
                assert option.read(text) == given


def test_the_learning_rate_is_the_optimizers_own_unless_it_is_given():
    assert read(":optimizer: sgd\n").options["learning_rate"] == 0.1
    assert read(":optimizer: sgd\n:learning_rate: 3\n").options["learning_rate"] == 3


def test_training_knows_every_model_and_optimizer_of_the_command():
    from tuilab.training.config import LEARNING_RATES, MODELS

    options = {option.name: option for option in directives.DIRECTIVES["lab:train"].options}
    assert options["model"].choices == tuple(MODELS)
    assert options["optimizer"].choices == tuple(LEARNING_RATES)


GOOD = [
    ("lab:step", "X + y", ":view: grid\n:rows: 4\n:stops: align, expand, add\n"),
    ("lab:graph", "loss(w, b)", ":parameters: w, b\n:differences: no\n"),
    ("lab:plot", "history", ":kind: histogram\n:title: The weights, once more\n:bins: 20\n"),
    ("lab:kernel", "dense", ":show: formula, numba\n"),
    ("lab:predict", "q1", ":answer: (2, 3)\nWhich shape?\n"),
    ("lab:hint", "ch2.add-row", "Copy it first.\n"),
]


@pytest.mark.parametrize(("name", "argument", "content"), GOOD)
def test_each_directive_reads_what_it_is_made_for(name, argument, content):
    directive = directives.read(name, argument, content, 7, "source")
    assert directive.problems == ()
    assert set(directive.options) == {option.name for option in directives.DIRECTIVES[name].options}


def test_options_are_typed():
    step = directives.read(*GOOD[0], 7, "source")
    assert step.options == {"view": "grid", "rows": 4, "columns": None, "stops": ("align", "expand", "add")}
    assert directives.read(*GOOD[1], 7, "source").options["differences"] is False


@pytest.mark.parametrize(
    ("name", "argument", "content", "line", "said"),
    [
        ("lab:step", "", "", 7, "needs an expression after its name"),
        ("lab:step", "x +", "", 7, "is not an expression of Python"),
        ("lab:step", "x = 1", "", 7, "is not an expression of Python"),
        ("lab:step", "(" * 400, "", 7, "is not an expression of Python"),
        ("lab:step", "x" * 600, "", 7, "at most 500"),
        ("lab:step", "x", ":stops: a b\n", 8, "names with commas between them"),
        ("lab:kernel", "no name", "", 7, "is not the name of a kernel"),
        ("lab:kernel", "dense", ":show: formula, numbo\n", 8, "did you mean `numba`?"),
        ("lab:graph", "x", ":differences: maybe\n", 8, "Expected yes or no"),
        ("lab:plot", "x", ":title:\n", 8, "Expected a text"),
        ("lab:predict", "q", "Which?\n", 7, "needs `:answer:`"),
        ("lab:predict", "q", ":answer: 3\n", 7, "says nothing"),
        ("lab:predict", "", ":answer: 3\nWhich?\n", 7, "needs an id"),
        ("lab:hint", "two words", "text\n", 7, "is not an id"),
        ("code-cell", "", "", 7, "stands between backticks"),
    ],
)
def test_every_fault_has_its_line_and_a_remedy(name, argument, content, line, said):
    directive = directives.read(name, argument, content, 7, "source")
    assert any(it.line == line and said in it.text for it in directive.problems)
    assert directive.problem == directive.problems[0].text


def test_all_faults_of_a_directive_are_named_and_the_lab_shows_the_first():
    directive = read(":epoch: 3\n:seed: -1\n")
    assert [it.line for it in directive.problems] == [8, 9]
