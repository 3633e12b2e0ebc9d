"""The tape: what it records, and the gradients it gives."""

import threading
from typing import Any

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops
from tuilab.autodiff.check import check_gradient
from tuilab.errors import TuilabError


def scalar(value: float, dtype: Any = np.float64) -> Tensor:
    return Tensor(np.asarray(value, dtype))


def test_the_gradient_of_a_product_is_the_other_factor() -> None:
    a, b = scalar(3), scalar(-4)
    with Tape() as tape:
        c = a * b
    assert tape.gradient(c, a) == -4
    assert tape.gradient(c, [a, b]) == [-4, 3]


def test_an_expression_of_every_operator_has_the_gradients_that_are_known_for_it() -> None:
    """The numbers are those in micrograd's README, whose expression comes to this one."""
    a, b = scalar(-4.0), scalar(2.0)
    with Tape() as tape:
        c = 3 * a + 4 * b + 3
        d = 12 * (a * b + b**3) + 4 * ops.relu(a + b) + ops.relu(b - a)
        e = c - d
        g = e**2 / 2 + 10 / e**2
    assert g.item() == pytest.approx(24.70408163265306, rel=1e-14)
    da, db = tape.gradient(g, [a, b])
    assert f"{g.item():.4f} {da:.4f} {db:.4f}" == "24.7041 138.8338 645.5773"


def test_gradients_of_a_value_used_twice_add_up() -> None:
    x = scalar(3)
    with Tape() as tape:
        y = x * x + x * 2 + x
    assert tape.gradient(y, x) == 2 * 3 + 2 + 1


def test_a_source_that_is_not_used_has_the_gradient_zero() -> None:
    x, unused = Tensor([1.0, 2.0]), Tensor(np.ones((2, 3)))
    with Tape() as tape:
        y = ops.sum(x)
    dx, du = tape.gradient(y, [x, unused])
    np.testing.assert_array_equal(dx, [1, 1])
    np.testing.assert_array_equal(du, np.zeros((2, 3)))
    assert du.dtype == np.float64


def test_the_gradient_of_several_elements_is_that_of_their_sum() -> None:
    x = Tensor([1.0, 2.0, 3.0])
    with Tape() as tape:
        y = x**2
    np.testing.assert_array_equal(tape.gradient(y, x), [2, 4, 6])


def test_values_on_the_way_have_gradients_too() -> None:
    x = scalar(2)
    with Tape() as tape:
        y = x**2
        z = y * 3
    assert tape.gradient(z, [x, y, z]) == [12, 3, 1]


def test_gradients_have_the_shape_and_type_of_their_sources() -> None:
    x = Tensor(np.ones((3, 1), np.float32))
    w = Tensor(np.ones((1, 4)))
    with Tape() as tape:
        y = ops.mean(x * w + 1)
    dx, dw = tape.gradient(y, [x, w])
    assert (dx.shape, dx.dtype) == ((3, 1), np.float32)
    assert (dw.shape, dw.dtype) == ((1, 4), np.float64)


def test_gradients_are_arrays_apart() -> None:
    """Changing one, as clipping does, must not change another."""
    a, b, c = Tensor([1.0, 2.0]), Tensor([3.0, 4.0]), Tensor([[1.0, 1.0]])
    with Tape() as tape:
        y = a + b + ops.reshape(c, (2,))
    da, db, dc, again = tape.gradient(y, [a, b, c, a])
    da *= 10
    for other in (db, dc, again):
        np.testing.assert_array_equal(other.reshape(-1), [1, 1])


@pytest.mark.usefixtures("one_thread")
def test_a_graph_of_ten_thousand_operations_is_not_too_deep() -> None:
    x = scalar(1)
    with Tape() as tape:
        y = x
        for _ in range(10_000):
            y = y + 0.5 * x if y is x else y + x
    assert tape.gradient(y, x) == pytest.approx(9_999 + 1.5)


def test_tapes_may_be_nested_and_each_records_what_is_inside_it() -> None:
    x = scalar(3)
    with Tape() as outer:
        y = x * x
        with Tape() as inner:
            z = y * 2
        w = z + 1
    assert outer.gradient(w, x) == 12
    assert inner.gradient(z, y) == 2
    assert inner.gradient(z, x) == 0
    with pytest.raises(TuilabError, match="not computed while this tape was recording"):
        inner.gradient(w, x)


def test_a_tape_may_be_asked_more_than_once() -> None:
    x = scalar(3)
    with Tape() as tape:
        y = x * x
        z = y * x
    assert [tape.gradient(z, x), tape.gradient(y, x), tape.gradient(z, x)] == [27, 6, 27]


def test_a_target_that_was_not_recorded_is_told() -> None:
    x = scalar(3)
    y = x * x
    with Tape() as tape:
        _ = x * 2
    for target in (y, Tensor([1.0])):
        with pytest.raises(TuilabError, match=r"Compute it inside `with Tape\(\) as tape:`"):
            tape.gradient(target, x)


def test_whole_numbers_have_no_gradient() -> None:
    x = Tensor([1, 2], name="counts")
    with Tape() as tape:
        y = ops.sum(x * 0.5)
    with pytest.raises(TuilabError, match=r'counts is int64. Make it with Tensor\(…, dtype="float32"\)'):
        tape.gradient(y, x)


@pytest.mark.parametrize("wrong", [np.ones(2), [np.ones(2)], 3.0, "x"])
def test_a_source_that_is_no_tensor_is_told(wrong: Any) -> None:
    x = Tensor([1.0, 2.0])
    with Tape() as tape:
        y = ops.sum(x)
    with pytest.raises(TuilabError, match=r"gradient takes Tensors"):
        tape.gradient(y, wrong)


def test_a_tape_stops_recording_at_its_end_also_after_an_error() -> None:
    x = scalar(1)
    tape = Tape()

    def fails() -> None:
        with tape:
            _ = x + 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    _ = x + 1
    assert len(tape.records) == 1


def test_a_tape_does_not_record_what_other_threads_do() -> None:
    x = scalar(1)
    with Tape() as tape:
        thread = threading.Thread(target=lambda: x * 2)
        thread.start()
        thread.join()
    assert tape.records == []


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("a", "b"), [((3, 4), (4,)), ((3, 1), (1, 4)), ((), (2, 2)), ((2, 1, 3), (5, 1))])
def test_gradients_of_broadcast_inputs_are_summed_to_their_shapes(a: Any, b: Any, dtype: Any) -> None:
    rng = np.random.default_rng(0)
    x, y = (Tensor(rng.uniform(1, 2, shape).astype(dtype)) for shape in (a, b))
    wide = np.broadcast_shapes(a, b)
    with Tape() as tape:
        z = ops.sum(x * y)
    dx, dy = tape.gradient(z, [x, y])
    assert dx.dtype == dy.dtype == dtype
    for found, own, other in ((dx, x, y), (dy, y, x)):
        expected = np.broadcast_to(other.data, wide)
        axes = tuple(range(len(wide) - own.ndim))
        expected = expected.sum(axes)
        kept = tuple(i for i in range(own.ndim) if own.shape[i] == 1 and expected.shape[i] != 1)
        np.testing.assert_allclose(found, expected.sum(kept, keepdims=True), rtol=1e-6)


def test_ties_share_the_gradient_of_the_largest() -> None:
    x = Tensor([1.0, 3.0, 3.0])
    with Tape() as tape:
        y = ops.max(x)
    np.testing.assert_array_equal(tape.gradient(y, x), [0, 0.5, 0.5])


def test_a_wrong_gradient_is_found() -> None:
    """The check itself can fail."""
    x = Tensor(np.array([1.0, 2.0]))

    def half_recorded(one: Tensor) -> Tensor:
        return one * Tensor(one.data)

    with pytest.raises(AssertionError, match=r"input 0, element \(\d,\): the tape gives"):
        check_gradient(half_recorded, [x])
    with pytest.raises(TuilabError, match="Finite differences need float64"):
        check_gradient(lambda one: one * 2, [Tensor([1.0])])
