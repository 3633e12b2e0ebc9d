"""torch.autograd.gradcheck as the judge: every differentiable row against differences of its own kernel.

A row is made a function of PyTorch's, forward by its parallel kernel, back by its gradient rule; gradcheck
then compares the way back with central differences in float64: one an element of small inputs, one along
a random direction for large ones. Skipped without torch.
"""

import zlib
from typing import Any

import numpy as np
import pytest

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.kernels.catalogue import CATALOGUE, Operation, Sample, gradients

torch = pytest.importorskip("torch")

LARGE = 100
"""Elements of all inputs together, above which one direction must do."""
CASES = [
    pytest.param(row, sample, id=f"{row.name}-{number}")
    for row in CATALOGUE.values()
    if row.differentiable
    for number, sample in enumerate(row.valid)
]


def as_function(row: Operation, sample: Sample) -> Any:
    """The row as an `autograd.Function`: its outputs that gradients flow from, and the way back."""
    flowing = row.outputs - row.kept

    class Function(torch.autograd.Function):  # type: ignore[misc,name-defined,unused-ignore]
        @staticmethod
        def forward(context: Any, *inputs: Any) -> Any:
            arrays = tuple(one.detach().numpy() for one in inputs)
            result = row.parallel(*arrays, **sample.options)
            context.arrays, context.result = arrays, result
            every = result if isinstance(result, tuple) else (result,)
            outputs = tuple(torch.from_numpy(np.array(one)) for one in every[:flowing])
            return outputs if flowing > 1 else outputs[0]

        @staticmethod
        def backward(context: Any, *flows: Any) -> Any:
            flow = tuple(np.array(one.numpy()) for one in flows)
            answer = gradients(
                row,
                flow if flowing > 1 else flow[0],
                context.result,
                context.arrays,
                sample.options,
                tuple(context.needs_input_grad),
            )
            return tuple(None if one is None else torch.from_numpy(np.array(one)) for one in answer)

    return Function.apply


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_way_back_agrees_with_differences(row: Operation, sample: Sample) -> None:
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    arrays = [one.draw(rng) for one in sample.inputs]
    joint = isinstance(row.gradient, str)
    inputs = tuple(
        torch.tensor(one, requires_grad=one.dtype.kind == "f" and (joint or row.gradient[number] is not None))
        for number, one in enumerate(arrays)
    )
    function = as_function(row, sample)
    result = function(*inputs)
    flows = result if isinstance(result, tuple) else (result,)
    if not any(one.requires_grad for one in inputs) or not all(one.numel() for one in (*inputs, *flows)):
        pytest.skip("nothing flows back")
    large = sum(one.numel() for one in inputs) > LARGE
    torch.manual_seed(0)
    assert torch.autograd.gradcheck(function, inputs, fast_mode=large)
