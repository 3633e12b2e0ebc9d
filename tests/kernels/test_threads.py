"""The same bits on any number of threads, at the shapes that a network has."""

from collections.abc import Callable, Iterator
from typing import Any

import numba
import numpy as np
import pytest

from tuilab.errors import TuilabError
from tuilab.kernels import jit
from tuilab.kernels.catalogue import Operation
from tuilab.kernels.parallel import dense, functions, losses, optimizers, products, softmax, sums

BATCH, INPUTS, HIDDEN, CLASSES = 128, 784, 512, 10
MOST = int(numba.config.NUMBA_NUM_THREADS)
needs_two = pytest.mark.skipif(MOST < 2, reason="one processor")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = jit.threads()
    yield
    jit.set_threads(before)


def each(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


def assert_same_bits(compute: Callable[[], Any]) -> None:
    results = []
    for count in range(1, MOST + 1):
        jit.set_threads(count)
        assert jit.threads() == count
        results += [each(compute()), each(compute())]
    for other in results[1:]:
        for one, again in zip(results[0], other, strict=True):
            if one is not None:
                assert one.tobytes() == again.tobytes()


@needs_two
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_row_gives_the_same_bits(row: Operation, draw: Any, dtype: Any) -> None:
    sample = row.valid[-1]
    inputs = draw(row, sample, dtype)
    assert_same_bits(lambda: row.parallel(*inputs, **sample.options))


@needs_two
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch", [BATCH, 96])  # the last batch of an epoch is shorter
def test_every_kernel_of_a_step_of_the_mlp_gives_the_same_bits(dtype: Any, batch: int) -> None:
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> Any:
        return rng.standard_normal(shape).astype(dtype)

    x, w, b = normal(batch, INPUTS), normal(INPUTS, HIDDEN), normal(HIDDEN)
    v, c = normal(HIDDEN, CLASSES), normal(CLASSES)
    y, z = normal(batch, HIDDEN), normal(batch, CLASSES)
    labels = rng.integers(0, CLASSES, batch)
    assert_same_bits(lambda: dense.dense(x, w, b, "relu"))
    assert_same_bits(lambda: dense.dense(y, v, c, "tanh"))
    assert_same_bits(lambda: dense.dense_gradient(y, y, x, w, "relu"))
    assert_same_bits(lambda: dense.dense_gradient(z, z, y, v))
    assert_same_bits(lambda: products.matmul(x, w))
    assert_same_bits(lambda: products.matmul(x.T, y))
    assert_same_bits(lambda: softmax.softmax(z))
    assert_same_bits(lambda: losses.sparse_softmax_cross_entropy(z, labels))
    assert_same_bits(lambda: optimizers.adam(w, w, w, w * w, 3, 1e-3))
    assert_same_bits(lambda: sums.mean(z))


@needs_two
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1_000_003,), (60_000, 17), (17, 60_000), (7, 501, 33)])
def test_sums_are_added_in_the_same_order(dtype: Any, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).standard_normal(shape).astype(dtype)
    for axis in (None, *range(x.ndim)):
        assert_same_bits(lambda axis=axis: sums.sum(x, axis=axis))  # type: ignore[misc]
        assert_same_bits(lambda axis=axis: sums.mean(x, axis=axis))  # type: ignore[misc]
    assert_same_bits(lambda: functions.exp(x))


def test_a_number_of_threads_that_there_is_not_is_refused() -> None:
    for wrong in (0, -1, MOST + 1):
        with pytest.raises(TuilabError, match=f"{wrong} threads: expected 1 to"):
            jit.set_threads(wrong)
