"""What a lesson asks to be walked: expressions, affine maps, descents."""

import numpy as np
import pytest

from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import CATALOGUE
from tuilab.walk import Walk, affine, descent, trace_of

POINTS = [[1.0, 0.0], [0.0, 1.0], [2.0, 3.0]]
TURN = [[0.0, -1.0], [1.0, 0.0]]


def test_what_is_no_operation_is_evaluated_among_the_names_of_the_cells() -> None:
    names = {"X": np.ones((2, 3)), "rows": [1, 2]}
    trace = trace_of("X * len(rows)", names)
    assert [stop.operation for stop in trace] == ["multiply"]
    np.testing.assert_array_equal(trace.values[trace.target].array, 2 * np.ones((2, 3)))


def test_an_affine_map_takes_points_as_the_formula_says() -> None:
    moved = affine(POINTS, TURN, [10, 0])
    np.testing.assert_array_equal(moved, [[10, 1], [9, 0], [7, 2]])
    trace = trace_of("affine(P, A, b)", {"P": POINTS, "A": TURN, "b": [10, 0]})
    assert [stop.operation for stop in trace] == ["matmul", "add"]
    np.testing.assert_array_equal(trace.values[trace.target].array, moved)
    assert "move" in Walk(trace, moving=True).names


def test_an_image_moves_as_its_points_do() -> None:
    """A quarter turn to the left, and a shift: exact on the grid."""
    image = np.zeros((5, 5))
    image[2, 4] = 1  # at the right
    assert affine(image, TURN)[0, 2] == pytest.approx(1)  # now above
    assert affine(image, np.eye(2), [-1, 0])[2, 3] == pytest.approx(1)
    assert affine(image, np.eye(2), [0, 1])[1, 4] == pytest.approx(1)


def test_a_descent_goes_down_a_curve() -> None:
    np.testing.assert_allclose(
        descent(lambda x: x * x, 1.0, learning_rate=0.25, steps=3), [1, 0.5, 0.25, 0.125]
    )
    trace = trace_of("descent(f, 1.0, learning_rate=0.25, steps=3)", {"f": lambda x: x * x})
    assert [stop.operation for stop in trace] == ["sgd"] * 3
    named = {value.name: value.array for value in trace.values}
    np.testing.assert_allclose(named["curve f"], named["curve x"] ** 2)
    assert named["curve x"][0] < -0.9
    assert named["curve x"][-1] > 0.9
    walk = Walk(trace)
    assert walk.descends
    line = walk.move(walk.first).line
    assert line is not None
    assert line.written == "1 - 0.25 · 2"


def test_momentum_carries_on() -> None:
    path = descent(lambda x: x * x, 1.0, learning_rate=0.1, steps=2, momentum=0.5)
    np.testing.assert_allclose(path, [1, 0.8, 0.54])
    trace = trace_of("descent(f, 1.0, 0.1, 2, 0.5)", {"f": lambda x: x * x})
    assert [stop.operation for stop in trace] == ["momentum"] * 2


@pytest.mark.parametrize("f", [lambda x, y: x * x + 5 * y * y, lambda p: p[0] ** 2 + 5 * p[1] ** 2])
def test_a_descent_over_a_plane_has_a_map_that_keeps_its_proportions(f: object) -> None:
    trace = trace_of("descent(f, [3.0, 1.0], steps=4)", {"f": f})
    named = {value.name: value.array for value in trace.values}
    x, y = named["map x"], named["map y"]
    np.testing.assert_allclose(named["map f"], x[None, :] ** 2 + 5 * y[:, None] ** 2)
    assert x[-1] - x[0] == pytest.approx(1.5 * (y[-1] - y[0]))
    place = trace.values[trace.target].array
    np.testing.assert_allclose(place, [3 * 0.8**4, 0], atol=1e-6)


def test_the_gradient_can_be_given() -> None:
    path = descent(lambda x: abs(x), 1.0, learning_rate=0.5, steps=1, gradient=lambda x: 2.0)
    np.testing.assert_array_equal(path, [1, 0])


def test_a_descent_that_runs_away_ends_before_infinity() -> None:
    path = descent(lambda x: x**4, 10.0, learning_rate=1.0, steps=500)
    assert len(path) < 20
    assert np.isfinite(path).all()
    trace = trace_of("descent(f, 10.0, learning_rate=1.0, steps=500)", {"f": lambda x: x**4})
    named = {value.name: value.array for value in trace.values}
    assert np.abs(named["curve x"]).max() < 1e3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("affine(P, [[1, 2, 3]])", "affine needs points (n, 2) or an image"),
        ("affine(P)", "missing a required argument: 'matrix'. Write affine(points, matrix, offset)"),
        ("affine(I, [[1, 1], [1, 1]])", "flattens the plane: its determinant is 0"),
        ("affine(np.zeros((99, 99)), P[:2])", "at most 2,304 pixels"),
        ("descent(3, 1.0)", "goes down a function of one number or of two"),
        ("descent(f, [1.0, 2.0, 3.0])", "goes down a function of one number or of two"),
        ("descent(f, 1.0, steps=10**9)", "Expected 0 to 500"),
        ("descent(f, 1.0, rate=0.1)", "unexpected keyword argument 'rate'"),
        ("descent(f, 1.0, steps=0)", "takes no step"),
        ("f", "is no array of numbers"),
        ("P +", "is no expression"),
    ],
)
def test_what_cannot_be_walked_is_said_in_a_line(text: str, says: str) -> None:
    names = {"P": POINTS, "I": np.ones((9, 9)), "f": lambda x: x * x, "np": np}
    with pytest.raises(TuilabError) as caught:
        trace_of(text, names)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_walked_passes_as_data() -> None:
    from tuilab.autodiff.trace import Trace

    trace = trace_of("descent(f, 1.0, steps=3, momentum=0.5)", {"f": lambda x: x * x})
    again = Walk(Trace.from_bytes(trace.to_bytes()))
    assert again.descends
    assert again.words(again.last) == Walk(trace).words(Walk(trace).last)


def test_every_operation_that_is_walked_in_its_own_way_is_in_the_catalogue() -> None:
    from tuilab.walk.cells import RECIPES

    assert set(RECIPES) <= set(CATALOGUE)
