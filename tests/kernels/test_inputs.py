"""Inputs as they come: transposed, in steps, backwards, read-only, empty, of odd types, overlapping."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tuilab.errors import ShapeError, TuilabError
from tuilab.kernels.catalogue import CATALOGUE, Operation, Sample
from tuilab.kernels.parallel import arithmetic, broadcasting, dense, losses, optimizers, products, sums

Draw = Callable[..., tuple[Any, ...]]


def each(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


def turned(x: Any) -> Any:
    return np.asfortranarray(x) if x.ndim else x


def in_steps(x: Any) -> Any:
    if not x.ndim:
        return x
    wide = np.full([2 * size + 1 for size in x.shape], 99, x.dtype)
    view = wide[tuple(slice(1, None, 2) for _ in x.shape)]
    view[...] = x
    return view


def backwards(x: Any) -> Any:
    turned = tuple(slice(None, None, -1) for _ in x.shape)
    return x[turned].copy()[turned]


def read_only(x: Any) -> Any:
    x.flags.writeable = False
    return x


def big_endian(x: Any) -> Any:
    return x.astype(x.dtype.newbyteorder(">"))


def unaligned(x: Any) -> Any:
    buffer = np.zeros(x.nbytes + 1, np.uint8)[1:].view(np.uint8)
    moved = np.ndarray(x.shape, x.dtype, buffer.data)
    moved[...] = x
    return moved


@pytest.mark.parametrize("laid_out", [turned, in_steps, backwards, big_endian, read_only])
def test_memory_may_be_laid_out_in_any_way(row: Operation, draw: Draw, laid_out: Any) -> None:
    sample = row.valid[0]
    inputs = draw(row, sample)
    expected = row.parallel(*inputs, **sample.options)
    found = row.parallel(*(laid_out(one.copy()) for one in inputs), **sample.options)
    for one, wanted in zip(each(found), each(expected), strict=True):
        np.testing.assert_array_equal(one, wanted)


def test_memory_may_start_at_any_byte() -> None:
    x, w = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(products.matmul(unaligned(x), unaligned(w)), x @ w)
    np.testing.assert_array_equal(arithmetic.add(unaligned(x), unaligned(x)), x + x)


def test_out_takes_the_result(row: Operation, sample: Sample, draw: Draw) -> None:
    if "out" not in inspect.signature(row.parallel).parameters:
        pytest.skip("takes no out")
    inputs = draw(row, sample)
    expected = each(row.parallel(*inputs, **sample.options))
    outs = tuple(np.full(one.shape, 7, one.dtype) for one in expected)
    found = each(row.parallel(*inputs, **sample.options, out=outs if len(outs) > 1 else outs[0]))
    for one, out, wanted in zip(found, outs, expected, strict=True):
        assert one is out
        np.testing.assert_array_equal(out, wanted)


def wrong_outs(right: Any) -> list[Any]:
    frozen = np.empty_like(right)
    frozen.flags.writeable = False
    return [
        np.empty((*right.shape, 2), right.dtype),
        np.empty(right.shape, np.float16),
        np.empty((*right.shape, 2), right.dtype)[..., 0],
        frozen,
    ]


def test_out_that_cannot_take_the_result_is_refused(row: Operation, draw: Draw) -> None:
    if "out" not in inspect.signature(row.parallel).parameters:
        pytest.skip("takes no out")
    sample = row.valid[0]
    inputs = draw(row, sample)
    expected = each(row.parallel(*inputs, **sample.options))
    for number, wrong in enumerate(wrong_outs(expected[0])):
        if wrong.size <= 1 and number == 2:
            continue
        outs = (wrong, *expected[1:])
        with pytest.raises(ShapeError, match="out= was given as"):
            row.parallel(*inputs, **sample.options, out=outs if len(outs) > 1 else wrong)


@pytest.mark.parametrize("name", ["exp", "relu", "negative", "softmax", "sigmoid", "add", "multiply"])
def test_a_kernel_may_write_where_it_reads(name: str) -> None:
    row, x = CATALOGUE[name], np.random.default_rng(0).standard_normal((40, 30))
    inputs = (x,) * len(row.inputs)
    expected = row.parallel(*inputs)
    row.parallel(*inputs, out=x)
    np.testing.assert_array_equal(x, expected)


@pytest.mark.parametrize("place", [0, 1])
def test_a_product_is_right_or_refused_where_out_is_one_of_its_factors(place: int) -> None:
    factors = [np.random.default_rng(n).standard_normal((40, 40)) for n in (0, 1)]
    expected = factors[0] @ factors[1]
    with pytest.raises(ShapeError, match="out= shares memory"):
        products.matmul(*factors, out=factors[place])
    with pytest.raises(ShapeError, match="out= shares memory"):
        dense.dense(*factors, np.zeros(40), out=factors[place])
    np.testing.assert_allclose(products.matmul(*factors), expected)


def test_optimizers_step_in_place_or_beside() -> None:
    w, g, v = (np.random.default_rng(n).standard_normal((5, 4)) for n in range(3))
    before = w.copy(), v.copy()
    beside = optimizers.momentum(w, g, v, learning_rate=0.1)
    np.testing.assert_array_equal((w, v), before)
    optimizers.momentum(w, g, v, learning_rate=0.1, out=(w, v))
    np.testing.assert_array_equal((w, v), beside)


@pytest.mark.parametrize(
    ("name", "shapes", "options"),
    [
        ("relu_gradient", [(3, 4), (4,)], {}),
        ("relu_gradient", [(4,), (3, 4)], {}),
        ("sigmoid_gradient", [(1, 4), (3, 4)], {}),
        ("tanh_gradient", [(), (3,)], {}),
        ("power_gradient", [(2,), (200,)], {"exponent": 3}),
        ("softmax_gradient", [(4,), (300, 4)], {}),
        ("softmax_gradient", [(300, 4), (4,)], {}),
        ("softmax_cross_entropy_gradient", [(2,), (300, 4), (300, 4)], {}),
        ("softmax_cross_entropy_gradient", [(300,), (300, 4), (2, 4)], {}),
        ("cross_entropy_gradient", [(300,), (300, 4), (300,)], {}),
        ("binary_cross_entropy_gradient", [(2,), (300,), (300,)], {}),
        ("sigmoid_cross_entropy_gradient", [(300,), (300,), (2,)], {}),
        ("dense_gradient", [(300, 4), (2, 4), (300, 5), (5, 4)], {}),
        ("dense_gradient", [(6, 4), (6, 4), (6, 5), (4, 5)], {}),
        ("sum_gradient", [(3,), (2, 5)], {"axis": 0}),
        ("mean_gradient", [(3,), (2, 5)], {}),
        ("max_gradient", [(2,), (300, 5)], {"axis": 1}),
        ("min_gradient", [(2,), (300, 5)], {"axis": 1}),
        ("prod_gradient", [(2,), (300, 5)], {"axis": 1}),
        ("variance_gradient", [(2,), (300, 5)], {"axis": 1}),
        ("std_gradient", [(300,), (2,), (300, 5)], {"axis": 1}),
        ("logsumexp_gradient", [(300,), (2,), (300, 5)], {"axis": 1}),
        ("log_softmax_gradient", [(300, 4), (4,)], {}),
    ],
)
def test_a_gradient_of_another_shape_is_refused(name: str, shapes: Any, options: Any) -> None:
    """It would be read beyond its end."""
    with pytest.raises(ShapeError, match=name):
        CATALOGUE[name].parallel(*(np.ones(shape) for shape in shapes), **options)


@pytest.mark.parametrize("labels", [[0, 4], [-1, 0], [2**40, 0], [0, 1, 2], [[0], [1]], [0.0, 1.0]])
def test_labels_that_do_not_fit_are_refused_on_the_way_back_too(labels: Any) -> None:
    """The kernel would write where they point."""
    with pytest.raises(TuilabError):
        losses.sparse_softmax_cross_entropy_gradient(np.ones(2), np.ones((2, 4)), np.array(labels))


def test_labels_may_be_of_any_whole_type() -> None:
    x = np.random.default_rng(0).standard_normal((3, 4))
    expected = losses.sparse_softmax_cross_entropy(x, np.array([0, 3, 1]))
    for dtype in (np.uint8, np.int16, np.uint64, ">i4"):
        labels = np.array([0, 3, 1], dtype)
        np.testing.assert_array_equal(losses.sparse_softmax_cross_entropy(x, labels), expected)


NEW_AXES = {"broadcast_to", "argmax", "argmin", "cumulative_sum", "expand_dims", "slice", "pad"}
"""Rows that need axes, or add some."""
NEEDED: dict[str, dict[str, Any]] = {
    "power": {"exponent": 3},
    "rescale": {"scale": 2.0},
    "clip": {"low": 0, "high": 1},
    "reshape": {"shape": ()},
}
"""Options that have no default."""


def test_a_single_number_stays_one() -> None:
    for row in CATALOGUE.values():
        if row.shapes == "(...)->(...)" and row.name not in NEW_AXES:
            options = NEEDED.get(row.name, {})
            assert row.parallel(np.array(0.5), **options).shape == (), row.name
            assert row.parallel(0.5, **options).shape == (), row.name


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 4)])
def test_empty_arrays_give_empty_arrays(shape: tuple[int, ...]) -> None:
    x = np.ones(shape)
    for name in ("add", "subtract", "multiply", "divide", "mod", "maximum", "pow", "less", "logical_and"):
        assert CATALOGUE[name].parallel(x, x).shape == shape
        assert CATALOGUE[name].parallel(x, np.ones((1,) * len(shape))).shape == shape
    assert CATALOGUE["where"].parallel(x, x, 0.0).shape == shape
    for name in ("negative", "abs", "round", "exp", "log", "sin", "relu", "sigmoid", "tanh", "gelu", "isnan"):
        assert CATALOGUE[name].parallel(x).shape == shape
    np.testing.assert_array_equal(sums.sum(x), 0)
    np.testing.assert_array_equal(sums.sum(x, axis=0), x.sum(0))


def test_a_product_over_nothing_is_zero() -> None:
    np.testing.assert_array_equal(products.matmul(np.ones((2, 0)), np.ones((0, 3))), np.zeros((2, 3)))
    y = dense.dense(np.ones((2, 0)), np.ones((0, 3)), np.array([1.0, -2, 3]), activation="relu")
    np.testing.assert_array_equal(y, [[1, 0, 3], [1, 0, 3]])


def test_gradients_of_an_empty_batch_are_zero() -> None:
    empty = np.ones((0, 3))
    dx, dw, db = dense.dense_gradient(empty, empty, np.ones((0, 2)), np.ones((2, 3)), "relu")
    assert dx is not None
    assert dx.shape == (0, 2)
    np.testing.assert_array_equal(dw, np.zeros((2, 3)))
    np.testing.assert_array_equal(db, np.zeros(3))


@pytest.mark.parametrize("place", range(4))
def test_a_gradient_that_is_not_needed_is_not_given(place: int) -> None:
    needs = (bool(place & 1), bool(place & 2), place == 3)
    z, x, w = np.ones((6, 4)), np.ones((6, 5)), np.ones((5, 4))
    found = dense.dense_gradient(z, z, x, w, needs=needs)
    assert tuple(one is not None for one in found) == needs


SHAPES = hnp.mutually_broadcastable_shapes(num_shapes=2, min_dims=0, max_dims=4, min_side=0, max_side=5)


@settings(max_examples=150, deadline=None)
@given(SHAPES, st.sampled_from(["add", "subtract", "multiply", "divide"]))
def test_arrays_are_broadcast_as_numpy_does(shapes: Any, name: str) -> None:
    rng = np.random.default_rng(len(name))
    a, b = (rng.uniform(1, 2, shape) for shape in shapes.input_shapes)
    found = CATALOGUE[name].parallel(a, b)
    np.testing.assert_array_equal(found, getattr(np, name)(a, b))


@settings(max_examples=100, deadline=None)
@given(hnp.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=6), st.data())
def test_reductions_are_those_of_numpy_along_any_axes(shape: tuple[int, ...], data: st.DataObject) -> None:
    x = np.random.default_rng(len(shape)).standard_normal(shape)
    axes = data.draw(st.sets(st.integers(-len(shape), len(shape) - 1))) if shape else set()
    axis = tuple({one % len(shape): one for one in axes}.values())
    keepdims = data.draw(st.booleans())
    for name in ("sum", "mean", "max"):
        found = CATALOGUE[name].parallel(x, axis=axis, keepdims=keepdims)
        np.testing.assert_allclose(found, getattr(np, name)(x, axis=axis, keepdims=keepdims), atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(SHAPES)
def test_sum_to_undoes_broadcast_to(shapes: Any) -> None:
    small, wide = shapes.input_shapes[0], shapes.result_shape
    repeated = broadcasting.broadcast_to(np.ones(small), wide)
    assert repeated.shape == wide
    back = broadcasting.sum_to(repeated, np.ones(small))
    times = np.prod(wide) / max(1, np.prod(small)) if np.prod(small) else 1
    np.testing.assert_array_equal(back, np.full(small, times))


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.integers(1, 90)] * 3), st.booleans(), st.booleans())
def test_products_of_all_sizes_are_those_of_numpy(
    sizes: tuple[int, int, int], a_turned: bool, b_turned: bool
) -> None:
    m, k, n = sizes
    rng = np.random.default_rng(m * k * n)
    a = rng.standard_normal((k, m)).T if a_turned else rng.standard_normal((m, k))
    b = rng.standard_normal((n, k)).T if b_turned else rng.standard_normal((k, n))
    np.testing.assert_allclose(products.matmul(a, b), a @ b, atol=1e-12)


@pytest.mark.parametrize(
    "shape", [(784, 600, 128), (3, 5000, 700), (700, 5000, 3), (1, 1, 5000), (2, 90_000, 2)]
)
def test_large_and_thin_products_are_those_of_numpy(shape: tuple[int, int, int]) -> None:
    m, k, n = shape
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((m, k)), rng.standard_normal((k, n))
    np.testing.assert_allclose(products.matmul(a, b), a @ b, atol=1e-9)


def test_matmul_takes_factors_of_two_types() -> None:
    a, b = np.arange(6).reshape(2, 3), np.ones((3, 2), np.float32)
    found = products.matmul(a, b)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, a @ b)
    halves = products.matmul(np.ones((2, 2), np.float16), np.ones((2, 2), np.float16))
    assert halves.dtype == np.float32
