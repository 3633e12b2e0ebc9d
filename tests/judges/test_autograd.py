"""HIPS autograd as the judge: the gradient of every differentiable row, at each of its samples.

The row's reference runs on autograd's own arrays; autograd knows nothing of our gradient rules, and follows
what the reference does. Ours comes from the parallel kernels through the tape.
"""

import importlib
import pkgutil
import zlib
from dataclasses import dataclass
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import tuilab.kernels.reference
import tuilab.kernels.rows  # fills the catalogue
from tuilab import Tape, Tensor, ops
from tuilab.autodiff.tensor import apply_all
from tuilab.kernels.catalogue import CATALOGUE, Operation, Sample

from .autograd_arrays import NAMESPACE

CASES = [
    pytest.param(row, sample, id=f"{row.name}-{number}")
    for row in CATALOGUE.values()
    if row.differentiable
    for number, sample in enumerate(row.valid)
]


@pytest.fixture
def references_on_its_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reference kernel asks autograd's NumPy for its functions."""
    for module in pkgutil.iter_modules(tuilab.kernels.reference.__path__):
        loaded = importlib.import_module(f"tuilab.kernels.reference.{module.name}")
        if hasattr(loaded, "array_namespace"):
            monkeypatch.setattr(loaded, "array_namespace", lambda *_: NAMESPACE)


def flowing(row: Operation, inputs: list[Any]) -> list[int]:
    """The inputs that a gradient flows to."""
    joint = isinstance(row.gradient, str)
    return [
        number
        for number, one in enumerate(inputs)
        if one.dtype.kind == "f" and (joint or row.gradient[number] is not None)
    ]


def outputs(row: Operation, result: Any) -> tuple[Any, ...]:
    """What a gradient flows back from."""
    every = result if isinstance(result, tuple) else (result,)
    return every[: row.outputs - row.kept]


@dataclass(frozen=True)
class Question:
    """The gradient of Σ weights · outputs by some of the inputs."""

    row: Operation
    sample: Sample
    inputs: list[Any]
    which: list[int]
    weights: list[Any]

    def ours(self) -> list[Any]:
        tensors = [Tensor(one) for one in self.inputs]
        with Tape() as tape:
            results = apply_all(self.row.name, *tensors, **self.sample.options)
            weighed = zip(results, self.weights, strict=False)
            loss = sum((ops.sum(one * Tensor(weight)) for one, weight in weighed), Tensor(0.0))
        return tape.gradient(loss, [tensors[number] for number in self.which])

    def theirs(self) -> list[Any]:
        def loss(flows: tuple[Any, ...]) -> Any:
            every = list(self.inputs)
            for number, one in zip(self.which, flows, strict=True):
                every[number] = one
            results = outputs(self.row, self.row.reference(*every, **self.sample.options))
            return sum(anp.sum(one * weight) for one, weight in zip(results, self.weights, strict=True))

        return list(autograd.grad(loss)(tuple(self.inputs[number] for number in self.which)))


@pytest.mark.usefixtures("references_on_its_arrays")
@pytest.mark.parametrize(("row", "sample"), CASES)
def test_gradients_are_its_gradients(row: Operation, sample: Sample) -> None:
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    inputs = [one.draw(rng) for one in sample.inputs]
    which = flowing(row, inputs)
    if not which:
        pytest.skip("whole numbers only")
    result = outputs(row, row.parallel(*inputs, **sample.options))
    weights = [rng.uniform(0.5, 1.5, one.shape) for one in result]
    question = Question(row, sample, inputs, which, weights)
    for one, wanted in zip(question.ours(), question.theirs(), strict=True):
        assert one.shape == wanted.shape
        np.testing.assert_allclose(one, wanted, rtol=1e-9, atol=1e-9)
