"""The way through a walk: where each step leads, and what is there."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.autodiff.expression import expression
from tuilab.walk import LEVELS, At, Level, Walk

A = [[1.0, 2.0, -1.0], [0.0, 1.0, 3.0]]
B = [[0.5, 1.0], [2.0, -1.0], [1.0, 0.5]]


def walk(text: str, stops: tuple[str, ...] | None = None, **names: Any) -> Walk:
    return Walk(expression(text, {"a": A, "b": B, **names}), stops)


def test_a_product_is_walked_along_its_sums() -> None:
    product = walk("a @ b")
    at = product.first
    opening = product.move(at).opening
    assert opening is not None
    assert opening.says == "matmul takes (2, 3) and (3, 2) and gives (2, 2)"
    written, partial = [], []
    for _ in range(3):
        at = product.next(at)
        line = product.move(at).line
        assert line is not None
        written.append(line.written)
        partial.append(line.so_far)
    assert written == ["1 · 0.5", "2 · 2", "(-1) · 1"]
    assert partial == [0.5, 4.5, 3.5]
    assert product.words(at) == "matmul · cell (0, 0), term 3 of 3"
    assert product.move(at).complete
    assert product.move(at).known(0, (0, 0))
    assert not product.move(at).known(0, (0, 1))


def test_a_level_above_goes_to_the_end_of_what_one_stands_in() -> None:
    two = walk("relu(a @ b)")
    at = At(0, 1, 0)
    assert two.above(at, "term") == "cell"
    assert two.next(at, "cell") == At(0, 1, 2)
    assert two.next(At(0, 1, 2), "cell") == At(0, 2, 2)
    assert two.next(at, "op") == At(0, 3, 2)
    assert two.next(At(0, 3, 2), "op") == At(1, 3, 0)
    assert two.previous(at, "cell") == At(0, 0, 2)
    assert two.previous(At(1, 2, 0), "op") == At(0, 3, 2)
    assert two.above(At(1, 2, 0), "term") == "op"


def test_the_ends_stay() -> None:
    product = walk("a @ b")
    for level in LEVELS:
        assert product.next(product.last, level) == product.last
        assert product.previous(product.first, level) == product.first


@given(st.lists(st.tuples(st.sampled_from(["next", "previous"]), st.sampled_from(LEVELS)), max_size=60))
def test_whatever_way_one_comes_the_same_is_there(way: list[tuple[str, Level]]) -> None:
    """A cell that was looked at before, or not, says the same."""
    text = "softmax(relu(a @ b + 1)).sum(axis=0)"
    walked, fresh = walk(text), walk(text)
    at = walked.first
    for what, level in way:
        at = getattr(walked, what)(at, level)
        here, there = walked.move(at), fresh.move(at)
        assert (here.opening, here.line) == (there.opening, there.line)
        assert 0 <= walked.position(at) <= 1


@given(st.floats(-1, 2))
def test_every_position_is_a_stop_and_a_stop_is_found_by_its_position(position: float) -> None:
    product = walk("relu(a @ b)")
    at = product.seek(position)
    assert product.seek(product.position(at)) == at
    product.move(at)


def test_all_stops_come_in_the_order_of_their_positions() -> None:
    product = walk("relu(a @ b)[0] + 1")
    at, before = product.first, -1.0
    while at != product.last:
        assert product.position(at) > before
        before, at = product.position(at), product.next(at)
    assert product.position(product.last) == 1


def test_a_cell_is_found_by_its_index() -> None:
    product = walk("a @ b")
    assert product.jump(product.first, (1, 0)) == At(0, 2, 2)
    assert product.jump(product.first, (-1, -1)) == At(0, 3, 2)
    assert product.jump(product.first, (7, 9)) == At(0, 3, 2)
    assert product.op(9).op == 0


def test_an_author_names_the_stops() -> None:
    names = {"x": [[1.0, 2.0], [3.0, 4.0]], "y": [1.0, 2.0]}
    every = Walk(expression("x + y", names))
    assert every.names == ("align", "expand", "add", "cells")
    aligned = Walk(expression("x + y", names), ("align",))
    assert aligned.first == aligned.last
    cells = Walk(expression("x + y", names), ("add",))
    assert cells.first == At(0, 0, 0)
    unknown = Walk(expression("x + y", names), ("adn",))
    assert unknown.first == every.first


def test_a_window_slides_over_an_image_before_it_comes_to_the_next() -> None:
    rng = np.random.default_rng(1)
    image, kernel = rng.random((2, 4, 4, 1)), rng.random((3, 3, 1, 2))
    slides = Walk(expression("conv2d(x, w, b)", {"x": image, "w": kernel, "b": [0.0, 0.0]}))
    operation = slides.operations[0]
    indices = [operation.element(cell)[1] for cell in range(operation.cells)]
    assert indices[:5] == [(0, 0, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0), (0, 1, 1, 0), (0, 0, 0, 1)]
    assert [operation.cell_at(0, index) for index in indices] == list(range(operation.cells))


def test_millions_of_numbers_are_walked_without_looking_at_them() -> None:
    x = np.ones((30_000, 392), np.uint8)
    x[29_999, 391] = 3
    total = Walk(expression("x.sum()", {"x": x}))
    line = total.move(total.last).line
    assert line is not None
    assert line.so_far == x.size + 2
    assert line.sources[0].index == (29_999, 391)
    middle = total.move(At(0, 0, 1_000_000)).line
    assert middle is not None
    assert middle.so_far == 1_000_001
    turned = Walk(expression("x.T", {"x": x}))
    copied = turned.move(turned.jump(turned.first, (391, 29_999))).line
    assert copied is not None
    assert (copied.written, copied.value) == ("x[29999, 391]", 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a + b[0][0]", "cell (0, 0)"),
        ("a.sum()", "the number, term 1 of 6"),
        ("a.mean(axis=1)", "cell (0), term 1 of 3"),
        ("softmax(a)", "cell (0, 0), step 1 of 5"),
    ],
)
def test_a_place_is_told_in_words(text: str, says: str) -> None:
    some = walk(text)
    at = some.first
    while at.cell < 0:
        at = some.next(at)
    assert says in some.words(at)
