"""Parts of tensors are those of NumPy, and gradients go back to where they came from."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tuilab import Tape, Tensor, ops
from tuilab.errors import TuilabError

X = np.arange(24.0).reshape(2, 3, 4)
KEYS: list[Any] = [
    0,
    -1,
    (0, 1),
    (0, 1, -2),
    slice(1, None),
    (slice(None), slice(None, None, -1)),
    (slice(None), slice(2, 0, -1), slice(None, None, 2)),
    (slice(3, 1), 0),
    (Ellipsis, 0),
    (None, 0, Ellipsis, None),
    (slice(None), None, 1),
    np.array([1, 0, 1]),
    (slice(None), np.array([[2, -1], [0, 0]])),
    (0, np.array([True, False, True])),
    X > 7,
    (X > 7)[:, :, 0],
    (Ellipsis, np.array([3, 3])),
    (np.array([0, 1]), slice(None), 0),
]


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_a_part_is_that_of_numpy(key: Any) -> None:
    found = Tensor(X)[key]
    expected = X[key]
    if isinstance(key, tuple) and isinstance(key[0], int) and isinstance(key[-1], np.ndarray):
        expected = X[key[0]][key[1:]]
    np.testing.assert_array_equal(found.data, expected)


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_its_gradient_goes_back_to_where_it_came_from(key: Any) -> None:
    x = Tensor(X)
    with Tape() as tape:
        loss = ops.sum(x[key] * 2.0)
    expected = np.zeros_like(X)
    flat = Tensor(np.arange(24.0).reshape(X.shape))[key].data.astype(int).reshape(-1)
    np.add.at(expected.reshape(-1), flat, 2.0)
    np.testing.assert_array_equal(tape.gradient(loss, x), expected)


@given(data=st.data(), shape=hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5))
def test_any_basic_key_is_that_of_numpy(data: st.DataObject, shape: tuple[int, ...]) -> None:
    x = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    key = data.draw(hnp.basic_indices(shape, allow_newaxis=True))
    np.testing.assert_array_equal(Tensor(x)[key].data, x[key])


@pytest.mark.parametrize(
    ("key", "says"),
    [
        (5, "Index 5 of axis 0, which has the places 0 to 1"),
        ((0, 0, 0, 0), "4 axes are named, but the tensor has 3"),
        ((Ellipsis, Ellipsis), "may stand once"),
        ("a", "A part is named by whole numbers"),
        (1.5, "A part is named by whole numbers"),
        (np.array([9]), "the indices run from 9 to 9"),
        (np.ones(5, bool), "A mask of (5,) does not fit"),
        ((np.array([0]), np.array([0])), "one array of places"),
    ],
)
def test_a_part_that_there_is_not_is_refused_in_words(key: Any, says: str) -> None:
    with pytest.raises(TuilabError) as caught:
        Tensor(X)[key]
    assert says in str(caught.value)


def test_gathering_over_several_axes_is_that_of_numpy() -> None:
    places = np.array([[0, 2], [1, -1], [0, 0]])
    np.testing.assert_array_equal(ops.gather_nd(X, places).data, X[places[:, 0], places[:, 1]])
    with pytest.raises(TuilabError, match="axis 1 has the places 0 to 2"):
        ops.gather_nd(X, [[0, 3]])


def test_picks_that_meet_add_up() -> None:
    table = Tensor(np.zeros((4, 2)))
    ids = np.array([[1, 1], [3, 1]])
    with Tape() as tape:
        loss = ops.sum(ops.embedding(ids, table))
    np.testing.assert_array_equal(tape.gradient(loss, table), [[0, 0], [3, 3], [0, 0], [1, 1]])
    found = ops.scatter_add(np.ones(3), np.array([2, 2, 0]), np.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(found.data, [4, 1, 4])


def test_repeating_and_tiling_are_those_of_numpy() -> None:
    np.testing.assert_array_equal(ops.repeat(X, 3, axis=1).data, X.repeat(3, axis=1))
    np.testing.assert_array_equal(ops.tile(X, (2, 1, 3)).data, np.tile(X, (2, 1, 3)))
    np.testing.assert_array_equal(ops.tile(X[0], (2, 0, 1)).data, np.tile(X[0], (2, 0, 1)))
    np.testing.assert_array_equal(ops.stack([X, X + 1], axis=-1).data, np.stack([X, X + 1], axis=-1))
    for found, expected in zip(ops.split(X, [1, 2], axis=1), np.split(X, [1, 2], axis=1), strict=True):
        np.testing.assert_array_equal(found.data, expected)
    for mode in ("constant", "reflect", "edge"):
        widths = ((0, 1), (2, 0), (1, 1))
        np.testing.assert_array_equal(ops.pad(X, widths, mode).data, np.pad(X, widths, mode))  # type: ignore[arg-type]
