"""Every operation's gradient, explained: the factors give it, and so does a finite difference of it all."""

import zlib

import numpy as np
import pytest

import tuilab.kernels.rows  # noqa: F401
from tuilab import Tape, Tensor, ops
from tuilab.autodiff.differences import finite_difference
from tuilab.autodiff.tensor import apply, apply_all
from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import CATALOGUE, Operation, Sample

LARGEST = 600
"""Elements of the inputs up to which a sample is tried."""


def cases() -> list[object]:
    found = []
    for row in CATALOGUE.values():
        if row.differentiable:
            small = [one for one in row.valid if sum(np.prod(it.shape) for it in one.inputs) <= LARGEST]
            found += [
                pytest.param(row, one, id=f"{row.name}-{number}") for number, one in enumerate(small[:2])
            ]
    return found


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize(("row", "sample"), cases())
def test_an_operation_s_factors_give_its_gradient(row: Operation, sample: Sample) -> None:
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    inputs = [Tensor(one.draw(rng), name=f"x{number}") for number, one in enumerate(sample.inputs)]
    sources = [one for one in inputs if one.dtype.kind == "f" and one.size]
    if not sources:
        pytest.skip("made of whole numbers alone")
    with Tape() as tape:
        output = apply_all(row.name, *inputs, **sample.options)[0]
        if not output.size or output.dtype.kind != "f":
            pytest.skip("nothing to differentiate")
        weights = Tensor(rng.uniform(0.5, 1.5, output.shape))
        target = apply("sum", apply("multiply", output, weights))
    trace = tape.trace(target, sources)
    checked = 0
    for number, value in enumerate(trace.values):
        gradient = trace.gradient(number)
        if value.role != "source" or gradient is None:
            continue
        index = tuple(int(rng.integers(size)) for size in value.array.shape)
        terms = [term.value for _, found in trace.explain_gradient(number, index) for term in found.terms]
        scale = max(1.0, float(np.abs(gradient).max()))
        np.testing.assert_allclose(sum(terms), gradient[index], rtol=1e-4, atol=1e-6 * scale)
        np.testing.assert_allclose(
            finite_difference(trace, number, index), gradient[index], rtol=1e-4, atol=1e-6 * scale
        )
        checked += 1
    assert checked or not any(gradient for gradient in row.gradient)


def test_it_goes_through_all_that_comes_after() -> None:
    w = Tensor(np.array([1.5, -0.5]), name="w")
    with Tape() as tape:
        loss = ops.mean(ops.tanh(w * w) + w)
    trace = tape.trace(loss, w)
    gradient = trace.gradient(0)
    assert gradient is not None
    for index in ((0,), (1,)):
        assert finite_difference(trace, 0, index) == pytest.approx(float(gradient[index]), rel=1e-7)


def test_a_value_on_the_way_is_moved_and_not_computed_again() -> None:
    w = Tensor(np.array(3.0), name="w")
    with Tape() as tape:
        loss = (w * 2.0) ** 2
    trace = tape.trace(loss, w)
    product = trace[0].outputs[0]
    assert finite_difference(trace, product, ()) == pytest.approx(12.0)
    assert finite_difference(trace, trace.target, ()) == pytest.approx(1.0)


def test_whole_numbers_have_none() -> None:
    w, places = Tensor(np.array([1.0, 2.0])), Tensor(np.array([1, 0]))
    with Tape() as tape:
        loss = ops.sum(ops.take(w, places))
    trace = tape.trace(loss, w)
    number = next(place for place, value in enumerate(trace.values) if value.array.dtype.kind == "i")
    with pytest.raises(TuilabError, match="needs floating numbers"):
        finite_difference(trace, number, (0,))
