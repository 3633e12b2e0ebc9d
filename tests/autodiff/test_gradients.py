"""The gradient of every row against finite differences."""

import inspect
import zlib
from typing import Any

import numpy as np
import pytest

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab import Tensor, ops
from tuilab.autodiff.check import check_gradient
from tuilab.autodiff.tensor import apply
from tuilab.kernels.catalogue import CATALOGUE, Operation, Sample

SMALL = 100
"""Elements of an input, at most: each costs two launches."""
HELD = {"softmax_cross_entropy", "cross_entropy", "binary_cross_entropy", "sigmoid_cross_entropy"}
"""Losses, whose targets are held."""
CASES = [
    pytest.param(row, sample, id=f"{row.name}-{number}")
    for row in CATALOGUE.values()
    for number, sample in enumerate(row.valid)
    if row.gradient and all(np.prod(array.shape) <= SMALL for array in sample.inputs)
]


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_gradient_is_that_of_finite_differences(row: Operation, sample: Sample) -> None:
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    arrays = [one.draw(rng) for one in sample.inputs]
    free = [
        place
        for place, array in enumerate(arrays)
        if array.dtype.kind == "f" and not (row.name in HELD and place == 1)
    ]

    def function(*tensors: Tensor) -> Tensor:
        inputs: list[Any] = [Tensor(one) for one in arrays]
        for place, tensor in zip(free, tensors, strict=True):
            inputs[place] = tensor
        return apply(row.name, *inputs, **sample.options)

    if free:
        check_gradient(function, [Tensor(arrays[place]) for place in free])


def test_every_row_is_differentiated_or_is_itself_a_step_back() -> None:
    steps = {"sgd", "momentum", "adagrad", "rmsprop", "adam", "sum_to", "one_hot"}
    steps |= {"argmax", "argmin", "all", "any"}
    without = {row.name for row in CATALOGUE.values() if not row.gradient}
    assert all(name in steps or name.endswith("_gradient") for name in without)


def test_every_differentiable_row_is_an_operation_on_tensors() -> None:
    offered = {name for name, thing in vars(ops).items() if inspect.isfunction(thing)}
    assert {row.name for row in CATALOGUE.values() if row.gradient} <= offered


def test_a_network_as_a_whole() -> None:
    rng = np.random.default_rng(3)
    x = Tensor(rng.standard_normal((5, 4)))
    labels = np.array([0, 2, 1, 1, 0])
    parameters = [Tensor(rng.standard_normal(shape)) for shape in ((4, 6), (6,), (6, 3), (3,))]

    def loss(w: Tensor, b: Tensor, v: Tensor, c: Tensor) -> Tensor:
        logits = ops.dense(ops.dense(x, w, b, "tanh"), v, c)
        return ops.mean(ops.sparse_softmax_cross_entropy(logits, labels)) + 0.01 * ops.sum(w**2)

    check_gradient(loss, parameters)
