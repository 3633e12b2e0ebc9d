"""Tensors: what they hold, and arithmetic on them."""

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops
from tuilab.errors import ShapeError, TuilabError


def test_python_numbers_become_float32_or_int64_and_arrays_keep_their_type() -> None:
    assert Tensor([1.5, 2]).dtype == np.float32
    assert Tensor(0.5).dtype == np.float32
    assert Tensor([1, 2]).dtype == np.int64
    assert Tensor(np.array([1.5])).dtype == np.float64
    assert Tensor(np.float64(1.5)).dtype == np.float64
    assert Tensor([1, 2], dtype="float32").dtype == np.float32
    array = np.ones(3)
    assert Tensor(array).data is array
    assert Tensor(Tensor(array)).data is array


@pytest.mark.parametrize("wrong", ["text", None, [1j], [[1, 2], [3]], [object()], {"a": 1}])
def test_what_is_no_array_of_real_numbers_is_refused_in_words(wrong: object) -> None:
    with pytest.raises(TuilabError, match="A tensor holds"):
        Tensor(wrong)  # type: ignore[arg-type]


def test_plain_numbers_take_the_type_of_the_tensor_beside_them() -> None:
    for dtype in (np.float32, np.float64):
        x = Tensor(np.array([1.0, 2.0], dtype))
        for result in (x + 1, 1 - x, x * 2.5, 2 / x, x**2, x / 3, -x, x - 1, 1 + x, 2 * x):
            assert result.dtype == dtype
    assert (Tensor([1, 2]) + 1).dtype == np.int64
    assert (Tensor(np.ones(2, np.float32)) * Tensor(np.ones(2))).dtype == np.float64


def test_operators_are_numpys_on_either_side() -> None:
    a, b = np.array([[1.0, 2], [3, 4]]), np.array([[5.0, 6], [7, 8]])
    for ours, theirs in [
        (Tensor(a) + b, a + b),
        (a + Tensor(b), a + b),
        (a - Tensor(b), a - b),
        (2 - Tensor(b), 2 - b),
        (a * Tensor(b), a * b),
        (a / Tensor(b), a / b),
        (1 / Tensor(b), 1 / b),
        (a @ Tensor(b), a @ b),
        (Tensor(a) @ b, a @ b),
        (Tensor(a).T, a.T),
        (Tensor(a) ** 3, a**3),
        (Tensor(a) ** -1, 1 / a),
        (Tensor(a) ** 0.5, a**0.5),
        (-Tensor(a), -a),
    ]:
        assert isinstance(ours, Tensor)
        np.testing.assert_allclose(ours.numpy(), theirs)


def test_shapes_that_do_not_fit_are_refused_with_what_was_given() -> None:
    with pytest.raises(ShapeError, match=r"\(2, 3\) @ \(2, 3\). Did you mean a.T"):
        Tensor(np.ones((2, 3))) @ np.ones((2, 3))
    with pytest.raises(ShapeError, match=r"add: \(2,\) and \(3,\)"):
        Tensor([1.0, 2]) + Tensor([1.0, 2, 3])


def test_a_power_takes_a_number_or_an_array_on_either_side() -> None:
    x = Tensor([1.0, 2.0, 3.0], "float64")
    np.testing.assert_array_equal((x**2).numpy(), [1, 4, 9])
    np.testing.assert_array_equal((x**x).numpy(), [1, 4, 27])
    np.testing.assert_array_equal((2**x).numpy(), [2, 4, 8])
    with Tape() as tape:
        y = x**x
    np.testing.assert_allclose(tape.gradient(y, x), [1, 4 * (1 + np.log(2)), 27 * (1 + np.log(3))])


def test_powers_of_nothing_and_to_nothing_have_gradients_without_nan() -> None:
    zero, two = Tensor([0.0, 0.0], "float64"), Tensor([0.0, 2.0], "float64")
    with Tape() as tape:
        y, z = zero**two, zero**0
    for target, source in ((y, zero), (y, two), (z, zero)):
        np.testing.assert_array_equal(tape.gradient(target, source), [0, 0])


def test_tensors_are_compared_element_by_element_but_are_equal_only_to_themselves() -> None:
    x = Tensor([-7.0, 2.0, 5.0])
    for found, expected in [
        (x < 2, [True, False, False]),
        (x <= 2, [True, True, False]),
        (x > 3, [False, False, True]),
        (x >= np.array([-7, 3, 3]), [True, False, True]),
    ]:
        assert found.dtype == np.bool_
        np.testing.assert_array_equal(found.numpy(), expected)
    assert x == x
    assert x != Tensor([-7.0, 2.0, 5.0])
    np.testing.assert_array_equal(abs(x).numpy(), [7, 2, 5])
    np.testing.assert_array_equal((x // 2).numpy(), [-4, 1, 2])
    np.testing.assert_array_equal((x % 2).numpy(), [1, 0, 1])
    np.testing.assert_array_equal((11 % x).numpy(), [-3, 1, 1])


def test_no_gradient_flows_through_a_comparison() -> None:
    x = Tensor([-1.0, 2.0])
    with Tape() as tape:
        y = x * (x > 0)
    np.testing.assert_array_equal(tape.gradient(y, x), [0, 1])


def test_item_takes_the_one_number_there_is() -> None:
    assert Tensor([[2.5]]).item() == 2.5
    assert float(Tensor(3)) == 3
    with pytest.raises(TuilabError, match=r"one element; this one has the shape \(2,\)"):
        Tensor([1.0, 2.0]).item()


def test_a_tensor_is_not_iterated_but_turns_into_an_array() -> None:
    x = Tensor([1.0, 2.0], name="x")
    with pytest.raises(TuilabError, match=r"Use .numpy\(\)"):
        list(x)
    assert len(x) == 2
    assert np.asarray(x) is not None
    np.testing.assert_array_equal(np.asarray(x, np.float64), [1, 2])
    assert repr(x) == "Tensor 'x'(shape=(2,), dtype=float32)\n[1. 2.]"


def test_sigmoid_and_softmax_remember_what_they_were_given() -> None:
    x = Tensor([[1.0, 2.0]])
    assert ops.softmax(x).logits_of("softmax") is x
    assert ops.softmax(x).logits_of("sigmoid") is None
    assert ops.sigmoid(x).logits_of("sigmoid") is x
    assert (ops.softmax(x) * 1.0).logits_of("softmax") is None
