"""Every heading of the outline has its lesson, found by the heading's number and by its words.

A lesson says in its front matter which numbers it stands for (`book: "2.2.6, 2.2.7"`), so that this table
needs no change when a lesson is written, split or renamed.
"""

import pytest

from tuilab.lesson import Header, library
from tuilab.tui.lesson_search import LessonSearch

OUTLINE = (
    ("1.1", "learning rules"),
    ("1.2.1", "probability"),
    ("1.2.1", "loss"),
    ("1.2.1", "logistic regression"),
    ("1.2.2", "perceptron"),
    ("1.2.2", "hidden layer"),
    ("1.2.3", "kernel method"),
    ("1.2.3", "SVM"),
    ("1.2.4", "decision tree"),
    ("1.2.4", "random forest"),
    ("1.2.4", "boosting"),
    ("1.2.5", "2012 ImageNet"),
    ("1.2.5", "convnet"),
    ("1.2.6", "all layers"),
    ("1.2.7", "boosting tables images"),
    ("1.3", "hardware GPU"),
    ("1.3", "data"),
    ("1.3", "algorithms activation optimizer"),
    ("1.3", "LSTM"),
    ("2.1", "first network digits MNIST"),
    ("2.2", "tensor"),
    ("2.2.1", "scalar rank 0"),
    ("2.2.2", "vector"),
    ("2.2.3", "matrix"),
    ("2.2.4", "higher rank"),
    ("2.2.5", "ndim shape dtype"),
    ("2.2.6", "slice"),
    ("2.2.7", "batches"),
    ("2.2.8", "vectors"),
    ("2.2.8", "series timesteps"),
    ("2.2.8", "images height width channels"),
    ("2.2.8", "videos frames"),
    ("2.3", "operations"),
    ("2.3.1", "element-wise operations"),
    ("2.3.2", "broadcasting"),
    ("2.3.3", "product"),
    ("2.3.4", "reshape"),
    ("2.3.5", "translation rotation scaling linear affine"),
    ("2.3.5", "dense layer relu"),
    ("2.3.6", "geometric deep learning paper"),
    ("2.4", "derivative"),
    ("2.4.1", "derivative"),
    ("2.4.2", "gradient partial"),
    ("2.4.3", "stochastic gradient descent"),
    ("2.4.3", "momentum"),
    ("2.4.4", "chain rule"),
    ("2.4.4", "backpropagation"),
    ("2.5", "first example reimplemented from scratch"),
    ("2.5", "running one training step"),
    ("2.5", "full training loop"),
    ("2.5", "evaluating the model"),
    ("2", "summary questions"),
    ("3.1", "layers loss optimizer"),
    ("3.1.1", "layers"),
    ("3.1.2", "branch"),
    ("3.1.2", "heads"),
    ("3.1.2", "inception"),
    ("3.1.3", "loss optimizer"),
    ("3.2", "Keras"),
    ("3.2.1", "Keras TensorFlow Theano CNTK"),
    ("3.2.1", "PyTorch JAX"),
    ("3.2.2", "compile fit predict"),
    ("3.3", "workstation"),
    ("3.3.1", "Jupyter notebook"),
    ("3.3.2", "ssh"),
    ("3.3.2", "cloud EC2 AMI Unix"),
    ("3", "summary questions"),
)
"""The outline's headings: a number, and words that find it. 1.2 itself is what its parts are."""

LESSONS = [header for header in library() if not header.problem]
SEARCH = LessonSearch()


def numbers(header: Header) -> list[str]:
    return [number.strip() for number in header.book.split(",") if number.strip()]


@pytest.mark.parametrize(("number", "words"), OUTLINE)
def test_a_heading_is_found_by_its_number_and_by_its_words(number: str, words: str) -> None:
    lessons = [header for header in LESSONS if number in numbers(header)]
    assert lessons, f"no lesson has {number} in its `book:`"
    SEARCH.read(lessons)
    assert all(SEARCH.found(header, number) for header in lessons)
    assert any(SEARCH.found(header, words) for header in lessons), f"no lesson of {number} says: {words}"


def test_every_number_of_a_lesson_is_in_the_outline() -> None:
    known = {number for number, _ in OUTLINE}
    for header in LESSONS:
        assert set(numbers(header)) <= known, header.id


def test_lessons_are_ordered_as_the_outline_is() -> None:
    places = {number: place for place, (number, _) in reversed(list(enumerate(OUTLINE)))}
    order = [places[numbers(header)[0]] for header in LESSONS if header.book]
    assert order == sorted(order)


def test_a_lesson_comes_after_those_that_it_builds_on() -> None:
    orders = {header.id: header.order for header in LESSONS}
    for header in LESSONS:
        for name in set(header.prerequisites) & set(orders):
            assert orders[name] < header.order, f"{header.id} after {name}"
