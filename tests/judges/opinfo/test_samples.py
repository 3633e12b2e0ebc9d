"""PyTorch's OpInfo samples as the judge: the inputs that its own tests try an operator with.

Values and gradients must be PyTorch's, and what PyTorch refuses must be refused. Skipped without it.
"""

import functools
import random
import sys
import types
import unittest
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops
from tuilab.errors import TuilabError

from . import arrays, networks
from .unfit import Unfit

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore")  # PyTorch's own

OPERATORS = {**arrays.OPERATORS, **networks.OPERATORS}

MOST = 24
"""Samples of an operator that are tried, of as many as there are."""

ACCEPTED = {
    "is not supported. If you are trying to invert": "negative takes booleans as 0 and 1",
    "could not infer output dtype": "mean makes floating numbers of whole ones, as NumPy does",
    "logical_and: ": "a plain number is taken beside a tensor",
    "logical_or: ": "a plain number is taken beside a tensor",
    "maximum: ": "a plain number is taken beside a tensor",
    "minimum: ": "a plain number is taken beside a tensor",
    "should be the same": "two types of numbers give the wider one, as in NumPy",
}
"""What PyTorch refuses, by a part of its words, and tuilab takes on purpose."""


@functools.cache
def database() -> dict[str, list[Any]]:
    """OpInfo's rows by the operator's name: one, or one a variant."""
    if "expecttest" not in sys.modules:  # PyTorch's tests want it, its database does not
        stand_in = types.ModuleType("expecttest")
        stand_in.TestCase = unittest.TestCase  # type: ignore[attr-defined]
        sys.modules["expecttest"] = stand_in
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db
    rows: dict[str, list[Any]] = {}
    for row in op_db:
        rows.setdefault(row.name, []).append(row)
    return rows


def samples(operator: str) -> list[tuple[Any, Any]]:
    torch.manual_seed(0)
    every = [
        (row.op, sample)
        for row in database()[operator]
        for sample in row.sample_inputs("cpu", torch.float64, requires_grad=row.supports_autograd)
    ]
    random.Random(0).shuffle(every)
    return every


def converted(one: Any, leaves: list[tuple[Any, Tensor]]) -> Any:
    """PyTorch's tensors as ours, wherever they stand; those that need gradients are noted in pairs."""
    if isinstance(one, torch.Tensor):
        if one.dtype not in (torch.float32, torch.float64, torch.int64, torch.bool) or one.ndim > 64:
            raise Unfit
        tensor = Tensor(np.array(one.detach().resolve_conj().numpy()))
        if one.requires_grad:
            leaves.append((one, tensor))
        return tensor
    if isinstance(one, list | tuple) and any(isinstance(each, torch.Tensor) for each in one):
        return [converted(each, leaves) for each in one]
    return one


def asked(
    sample: Any, function: Callable[..., Any], leaves: list[tuple[Any, Tensor]]
) -> tuple[Tape, tuple[Any, ...]]:
    """Our answers to a sample, and the tape that saw them made."""
    given = converted(sample.input, leaves)
    args = [converted(one, leaves) for one in sample.args]
    options = {name: converted(one, leaves) for name, one in sample.kwargs.items()}
    with Tape() as tape:
        result = function(given, *args, **options)
    return tape, result if isinstance(result, tuple) else (result,)


def judge(theirs: Callable[..., Any], sample: Any, ours: Callable[..., Any]) -> None:
    leaves: list[tuple[Any, Tensor]] = []
    tape, found = asked(sample, ours, leaves)
    result = theirs(sample.input, *sample.args, **sample.kwargs)
    expected = tuple(result) if isinstance(result, list | tuple) else (result,)
    assert len(found) == len(expected)
    for one, wanted in zip(found, expected, strict=True):
        assert one.shape == tuple(wanted.shape)
        np.testing.assert_allclose(
            one.data, wanted.detach().numpy(), rtol=1e-9, atol=1e-9, err_msg=str(sample)
        )
    if not expected[0].requires_grad:
        return
    rng = np.random.default_rng(0)
    weights = [rng.uniform(0.5, 1.5, one.shape) for one in found]
    with tape:
        loss = sum((ops.sum(one * Tensor(w)) for one, w in zip(found, weights, strict=True)), Tensor(0.0))
    total = sum((one * torch.from_numpy(np.array(w))).sum() for one, w in zip(expected, weights, strict=True))
    wanted = torch.autograd.grad(total, [leaf for leaf, _ in leaves], allow_unused=True)
    for (leaf, tensor), gradient in zip(leaves, wanted, strict=True):
        ours_here = tape.gradient(loss, tensor)
        theirs_here = np.zeros(tuple(leaf.shape)) if gradient is None else gradient.numpy()
        np.testing.assert_allclose(ours_here, theirs_here, rtol=1e-8, atol=1e-9, err_msg=str(sample))


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_samples_give_its_values_and_gradients(operator: str) -> None:
    tried = 0
    for theirs, sample in samples(operator):
        try:
            judge(theirs, sample, OPERATORS[operator])
        except Unfit:
            continue
        tried += 1
        if tried == MOST:
            break
    assert tried, "no sample of it is about what tuilab has"


def errors(operator: str) -> list[Any]:
    """What PyTorch refuses of it: wrong arrays, not its own `out=`."""
    torch.manual_seed(0)
    rows = [row for row in database()[operator] if row.error_inputs_func]
    return [
        one
        for row in rows
        for one in row.error_inputs("cpu")
        if "out" not in one.sample_input.kwargs and isinstance(one.sample_input.input, torch.Tensor | list)
    ]


def accepts(sample: Any, function: Callable[..., Any]) -> bool:
    try:
        asked(sample, function, [])
    except (TuilabError, Unfit):
        return False
    return True


def test_what_it_refuses_is_refused() -> None:
    taken = [
        f"{operator}: {error.error_regex}"
        for operator in sorted(OPERATORS)
        for error in errors(operator)
        if accepts(error.sample_input, OPERATORS[operator])
    ]
    unexcused = [one for one in taken if not any(words in one for words in ACCEPTED)]
    assert not unexcused
    assert not [words for words in ACCEPTED if not any(words in one for one in taken)], "excuses nothing"
