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
