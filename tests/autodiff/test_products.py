"""Products by NumPy's rules: vectors, leading axes, pairs of axes, and Einstein's notation."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab import Tape, Tensor, ops
from tuilab.errors import ShapeError, TuilabError
from tuilab.kernels.parallel import products

PAIRS = [
    ((3,), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((6, 1, 2, 3), (5, 3, 4)),
    ((5, 2, 0), (5, 0, 4)),
    ((0, 2, 3), (3, 4)),
]
EQUATIONS: list[tuple[str, tuple[tuple[int, ...], ...]]] = [
    ("ij,jk->ik", ((2, 3), (3, 4))),
    ("ij,jk", ((2, 3), (3, 4))),
    ("ji,jk->ki", ((3, 2), (3, 4))),
    ("bij,bjk->bik", ((5, 2, 3), (5, 3, 4))),
    ("bqhd,bkhd->bhqk", ((2, 3, 4, 5), (2, 6, 4, 5))),
    ("...ij,...jk->...ik", ((6, 1, 2, 3), (5, 3, 4))),
    ("...i,i->...", ((2, 3, 4), (4,))),
    ("i,i->", ((3,), (3,))),
    ("i,j->ij", ((3,), (4,))),
    ("i,i->i", ((3,), (3,))),
    ("ij->ji", ((2, 3),)),
    ("ij->", ((2, 3),)),
    ("ij->j", ((2, 3),)),
    ("ba", ((2, 3),)),
    ("ii->i", ((3, 3),)),
    ("ii", ((3, 3),)),
    ("iji->j", ((3, 2, 3),)),
    ("iii", ((3, 3, 3),)),
    ("ij,j,jk->ik", ((2, 3), (3,), (3, 4))),
    ("ij,kl->il", ((2, 3), (4, 5))),
    ("ij,ij->ij", ((2, 1), (2, 3))),
    ("ijk,ijk->k", ((2, 3, 4), (2, 3, 4))),
    ("...->...", ((2, 3),)),
    ("b i, i -> b", ((2, 3), (3,))),
    (",i->i", ((), (3,))),
]


def drawn(*shapes: tuple[int, ...]) -> list[Any]:
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape) for shape in shapes]


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_the_matrix_product_is_that_of_numpy(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    x, y = drawn(a, b)
    np.testing.assert_allclose((Tensor(x) @ Tensor(y)).data, x @ y, atol=1e-12)
    np.testing.assert_allclose((x @ Tensor(y)).data, x @ y, atol=1e-12)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_its_gradients_are_what_each_element_adds(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    """The gradient of the sum of c ⊙ (a @ b), whose every element is linear in a and in b."""
    x, y = drawn(a, b)
    c = np.random.default_rng(1).standard_normal(np.shape(x @ y))
    first, second = Tensor(x), Tensor(y)
    with Tape() as tape:
        loss = ops.sum(ops.multiply(first @ second, c))
    for source, found in zip((first, second), tape.gradient(loss, [first, second]), strict=True):
        expected = np.zeros_like(source.data)
        for place in np.ndindex(source.shape):
            unit = np.zeros_like(source.data)
            unit[place] = 1
            expected[place] = np.sum(c * (unit @ y if source is first else x @ unit))
        np.testing.assert_allclose(found, expected, atol=1e-12)


@given(st.permutations(range(4)), st.permutations(range(4)))
def test_factors_may_lie_in_memory_in_any_order(a: list[int], b: list[int]) -> None:
    x, y = (np.asarray(one) for one in drawn((3, 3, 3, 3), (3, 3, 3, 3)))
    x, y = x.transpose(a), y.transpose(b)[:, ::2]
    np.testing.assert_allclose(products.matmul(x[:, :2], y), x[:, :2] @ y, atol=1e-12)
    np.testing.assert_allclose(products.matmul(x[:, :1], y[..., 1:]), x[:, :1] @ y[..., 1:], atol=1e-12)
    stretched = np.broadcast_to(x[:1], x.shape)
    np.testing.assert_allclose(products.matmul(stretched, x), stretched @ x, atol=1e-12)


def test_dot_and_outer_are_those_of_numpy() -> None:
    x, y, z = drawn((2, 3), (5, 3, 4), (3,))
    np.testing.assert_allclose(ops.dot(x, y).data, np.dot(x, y))
    np.testing.assert_allclose(ops.dot(x, 2.0).data, np.dot(x, 2.0))
    np.testing.assert_allclose(ops.dot(z, z).data, np.dot(z, z))
    np.testing.assert_allclose(ops.outer(x, z).data, np.outer(x, z))


@pytest.mark.parametrize(
    ("a", "b", "axes"),
    [
        ((2, 3, 4), (3, 4, 5), 2),
        ((2, 3), (3, 4), 1),
        ((2, 3), (4, 5), 0),
        ((2, 3, 4), (4, 3, 5), ([1, 2], [1, 0])),
        ((2, 3, 4), (5, 4), (-1, 1)),
    ],
)
def test_tensordot_is_that_of_numpy(a: tuple[int, ...], b: tuple[int, ...], axes: Any) -> None:
    x, y = drawn(a, b)
    np.testing.assert_allclose(ops.tensordot(x, y, axes).data, np.tensordot(x, y, axes), atol=1e-12)


@pytest.mark.parametrize(("equation", "shapes"), EQUATIONS)
def test_einsum_is_that_of_numpy(equation: str, shapes: tuple[tuple[int, ...], ...]) -> None:
    arrays = drawn(*shapes)
    found = ops.einsum(equation, *arrays)
    expected = np.einsum(equation, *arrays)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found.data, expected, atol=1e-12)


@pytest.mark.parametrize(("equation", "shapes"), EQUATIONS)
def test_gradients_of_einsum_are_those_of_torch(equation: str, shapes: tuple[tuple[int, ...], ...]) -> None:
    torch = pytest.importorskip("torch")
    arrays = drawn(*shapes)
    tensors = [Tensor(one) for one in arrays]
    with Tape() as tape:
        loss = ops.sum(ops.square(ops.einsum(equation, *tensors)))
    leaves = [torch.tensor(one, requires_grad=True) for one in arrays]
    (torch.einsum(equation, *leaves) ** 2).sum().backward()
    for found, leaf in zip(tape.gradient(loss, tensors), leaves, strict=True):
        np.testing.assert_allclose(found, leaf.grad.numpy(), atol=1e-10)


@pytest.mark.parametrize(
    ("equation", "shapes", "says"),
    [
        ("ij,jk->ik", ((2, 3), (4, 5)), "'j' has the sizes 3 and 4 in (2, 3) and (4, 5)"),
        ("ii->i", ((2, 3),), "'i' has the sizes 2 and 3"),
        ("ij->i", ((2, 3), (3,)), "names 1 arrays. It was given 2: (2, 3) and (3,)"),
        ("ijk->i", ((2, 3),), "'ijk' must name each axis of (2, 3)"),
        ("i->i", ((2, 3),), "'i' must name each axis of (2, 3)"),
        ("ij->k", ((2, 3),), "the result has 'k'"),
        ("ij->ii", ((2, 3),), "the result has 'i'"),
        ("...j->j", ((2, 3),), "needs `...` once"),
        ("i..j", ((2, 3),), "expected letters, commas"),
        ("i1->i", ((2, 3),), "expected letters, commas"),
    ],
)
def test_an_equation_that_does_not_fit_is_named(equation: str, shapes: Any, says: str) -> None:
    with pytest.raises(ShapeError) as caught:
        ops.einsum(equation, *drawn(*shapes))
    assert f'einsum "{equation}"' in str(caught.value)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("compute", "says"),
    [
        (lambda: Tensor([1.0]) @ Tensor(2.0), "multiplies with *"),
        (lambda: Tensor([1.0, 2.0]) @ Tensor([1.0]), "inner sizes to match: (2,) @ (1,)"),
        (lambda: ops.matmul(np.ones((2, 2, 3)), np.ones((4, 5))), "inner sizes to match: (2, 2, 3) @ (4, 5)"),
        (lambda: ops.matmul(np.ones((2, 2, 3)), np.ones((4, 3, 5))), "cannot be broadcast together"),
        (lambda: ops.tensordot(np.ones((2, 3)), np.ones((2, 3)), 1), "have the sizes [3] and [2]"),
        (lambda: ops.tensordot(np.ones((2, 3)), np.ones((2, 3)), 3), "Expected 0 to 2"),
    ],
)
def test_factors_that_do_not_fit_are_refused_in_words(compute: Any, says: str) -> None:
    with pytest.raises(TuilabError) as caught:
        compute()
    assert says in str(caught.value)
