"""The bodies of quizzes, sliders and races: what they say, and what is wrong with them."""

import pytest

from tuilab.lesson import directives
from tuilab.lesson.bodies import Answer, Quiz, Racer, Slider

QUIZ = """Which axis holds the samples?

- [ ] the last
  of all
  > Those are the colours.
- [x] the first
  > Yes:
  > always.
"""


def read(name, content, argument="x"):
    return directives.read(name, argument, content, 7, "source")


def test_a_quiz_is_a_question_and_answers_with_their_feedback():
    quiz = read("lab:quiz", QUIZ)
    assert quiz.problems == ()
    assert quiz.content == Quiz(
        "Which axis holds the samples?",
        (
            Answer("the last of all", False, "Those are the colours.", 10),
            Answer("the first", True, "Yes: always.", 13),
        ),
    )
    assert [answer.line for answer in quiz.content.answers] == [10, 13]


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("", 7, "asks nothing"),
        ("- [x] a\n  > yes\n- [ ] b\n  > no\n", 8, "asks nothing"),
        ("What?\n", 8, "two answers or more"),
        ("What?\n- [ ] a\n  > no\n- [ ] b\n  > no\n", 9, "no answer is right"),
        ("What?\n- [x] a\n  > yes\n- [ ] b\n", 11, "no feedback"),
        ("What?\n- [x] a\n  > yes\nHm.\n- [ ] b\n  > no\n", 11, "neither an answer nor its feedback"),
    ],
)
def test_what_a_quiz_lacks_is_told_on_its_line(content, line, said):
    assert any(it.line == line and said in it.text for it in read("lab:quiz", content).problems)


def test_sliders_are_linear_or_logarithmic_and_begin_in_the_middle_unless_told():
    params = read("lab:params", "rate: 1e-4 .. 1 log\nunits: 1..64 whole\nbias: -1..1 linear = 0.5\n")
    assert params.content == (
        Slider("rate", 1e-4, 1.0, pytest.approx(1e-2), "log", False, 8),
        Slider("units", 1.0, 64.0, 32.0, "linear", True, 9),
        Slider("bias", -1.0, 1.0, 0.5, "linear", False, 10),
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rate 1..2", "is not a slider"),
        ("learning rate: 1..2", "is not a slider"),
        ("2x: 1..2", "is not a name of Python"),
        ("rate: 2..1", "the lower first"),
        ("rate: nan..1", "the lower first"),
        ("rate: 0..1 log", "begins above 0"),
        ("rate: a..b", "something else where its numbers belong"),
        ("rate: 0..1 = 3", "outside its range"),
        ("rate: 0..1.5 whole", "ends at a whole number"),
        ("rate: 0..1 logarithmic", "may stand log, linear or whole"),
        ("a: 0..1\na: 0..2", "has a slider already"),
        ("", "there is no slider"),
    ],
)
def test_a_slider_that_cannot_be_says_why(line, said):
    assert said in read("lab:params", line).problem


def test_a_race_is_two_settings_or_more_from_one_seed():
    race = read("lab:race", ":epochs: 2\n\nslow: optimizer=sgd, learning_rate=0.01\nfast: optimizer=adam\n")
    assert race.problems == ()
    assert (race.options["epochs"], race.options["seed"]) == (2, 7)
    assert race.content == (
        Racer("slow", {"optimizer": "sgd", "learning_rate": 0.01}, 10),
        Racer("fast", {"optimizer": "adam"}, 11),
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("one: optimizer=adam", "two to 6 settings"),
        ("a: optimizer=adem\nb: optimizer=sgd", "did you mean `adam`?"),
        ("a: seed=1\nb: seed=2", "has no option `:seed:`"),
        ("adam\nsgd", "is not a setting"),
        ("a: optimizer=adam\na: optimizer=sgd", "races already"),
    ],
)
def test_a_race_that_cannot_be_says_why(body, said):
    assert said in read("lab:race", body).problem
