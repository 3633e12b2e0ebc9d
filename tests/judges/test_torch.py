"""PyTorch as the judge: references on its arrays, gradients, losses and optimizers. Skipped without it."""

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab import Tape, Tensor, nn, ops
from tuilab.autodiff.tensor import apply
from tuilab.kernels.catalogue import CATALOGUE, Operation, Sample

torch = pytest.importorskip("torch")

CASES = [
    pytest.param(row, sample, id=f"{row.name}-{number}")
    for row in CATALOGUE.values()
    for number, sample in enumerate(row.valid)
]


def draw(row: Operation, sample: Sample) -> list[Any]:
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    return [one.draw(rng) for one in sample.inputs]


def each(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_references_run_on_its_tensors(row: Operation, sample: Sample) -> None:
    inputs = draw(row, sample)
    found = each(row.reference(*(torch.from_numpy(np.array(one)) for one in inputs), **sample.options))
    expected = each(row.reference(*inputs, **sample.options))
    for one, wanted in zip(found, expected, strict=True):
        assert (one is None) == (wanted is None)
        if one is not None:
            assert isinstance(one, torch.Tensor)
            np.testing.assert_allclose(one.numpy(), wanted, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("row", "sample"), [case for case in CASES if case.values[0].gradient])
def test_gradients_are_those_of_its_autograd_through_the_reference(row: Operation, sample: Sample) -> None:
    inputs = draw(row, sample)
    rules = row.gradient if isinstance(row.gradient, tuple) else ("of all together",) * len(inputs)
    ours = [Tensor(one) for one in inputs]
    theirs = [
        torch.tensor(one, requires_grad=one.dtype.kind == "f" and rule is not None)
        for one, rule in zip(inputs, rules, strict=True)
    ]
    with Tape() as tape:
        output = apply(row.name, *ours, **sample.options)
        loss = ops.sum(output * output)
    wanted = [one for one, other in zip(ours, theirs, strict=True) if other.requires_grad]
    if not wanted:
        pytest.skip("whole numbers only")
    result = each(row.reference(*theirs, **sample.options))[0]
    if not result.requires_grad:
        pytest.skip("nothing of the inputs is in the output: there are no steps, or no samples")
    (result * result).sum().backward()
    leaves = [one for one in theirs if one.requires_grad]
    for found, leaf in zip(tape.gradient(loss, wanted), leaves, strict=True):
        np.testing.assert_allclose(found, leaf.grad.numpy(), rtol=1e-9, atol=1e-9)


UNARY: dict[str, Callable[[Any], Any]] = {
    "negative": lambda x: -x,
    "exp": torch.exp,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "square": lambda x: x**2,
    "transpose": lambda x: x.T,
}
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": torch.add,
    "subtract": torch.subtract,
    "multiply": torch.multiply,
    "matmul": torch.matmul,
}
STEPS = st.lists(
    st.tuples(st.sampled_from([*UNARY, *BINARY]), st.integers(0, 99), st.integers(0, 99)), max_size=12
)


@pytest.mark.usefixtures("one_thread")
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.integers(0, 1000))
def test_random_expressions_have_its_values_and_gradients(steps: Any, seed: int) -> None:
    """Any operations on any earlier results of one square shape, each scaled so that nothing explodes."""
    rng = np.random.default_rng(seed)
    start = [rng.uniform(-1, 1, (3, 3)) for _ in range(3)]
    sources = [Tensor(one) for one in start]
    leaves = [torch.tensor(one, requires_grad=True) for one in start]
    ours, theirs = list(sources), list(leaves)
    with Tape() as tape:
        for name, i, j in steps:
            a, b = i % len(ours), j % len(ours)
            if name in UNARY:
                one, other = getattr(ops, name)(ours[a]), UNARY[name](theirs[a])
            else:
                one, other = getattr(ops, name)(ours[a], ours[b]), BINARY[name](theirs[a], theirs[b])
            ours.append(ops.tanh(one * 0.5))
            theirs.append(torch.tanh(other * 0.5))
        total = ops.mean(ours[-1] * ours[-1]) + ops.sum(ours[0])
    expected = (theirs[-1] * theirs[-1]).mean() + theirs[0].sum()
    np.testing.assert_allclose(total.item(), expected.item(), rtol=1e-10)
    expected.backward()
    for found, leaf in zip(tape.gradient(total, sources), leaves, strict=True):
        wanted = np.zeros((3, 3)) if leaf.grad is None else leaf.grad.numpy()
        np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-10)


def losses() -> list[Any]:
    rng = np.random.default_rng(0)
    scores, labels = rng.standard_normal((7, 4)), rng.integers(0, 4, 7)
    weights = rng.dirichlet(np.ones(4), 7)
    two, answers = rng.standard_normal((7, 3)), rng.integers(0, 2, (7, 3)).astype(float)
    x, z, w, t = (torch.tensor(one) for one in (scores, two, weights, answers))
    f, ours = torch.nn.functional, nn.losses
    return [
        (ours.SparseCategoricalCrossentropy(True), labels, scores, f.cross_entropy(x, torch.tensor(labels))),
        (ours.CategoricalCrossentropy(True), weights, scores, f.cross_entropy(x, w)),
        (ours.BinaryCrossentropy(True), answers, two, f.binary_cross_entropy_with_logits(z, t)),
        (ours.MeanSquaredError(), scores, 2 * scores, f.mse_loss(x, 2 * x)),
    ]


@pytest.mark.parametrize("number", range(4))
def test_losses_are_its_losses(number: int) -> None:
    loss, y, predicted, expected = losses()[number]
    np.testing.assert_allclose(loss(y, Tensor(predicted)).item(), expected.item(), rtol=1e-12)


OPTIMIZERS: list[Any] = [
    (lambda: nn.optimizers.SGD(0.1), lambda p: torch.optim.SGD(p, lr=0.1)),
    # v ← μ v - η g here, v ← μ v + g and w ← w - η v there: the same steps while η stays
    (lambda: nn.optimizers.SGD(0.1, momentum=0.9), lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
    (
        lambda: nn.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    ),
    # torch adds epsilon elsewhere, so it is made too small to be seen
    (
        lambda: nn.optimizers.RMSprop(0.01, rho=0.8, epsilon=1e-30),
        lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.8, eps=1e-30),
    ),
    (
        lambda: nn.optimizers.Adam(0.01, 0.8, 0.95, epsilon=1e-30),
        lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-30),
    ),
]


@pytest.mark.parametrize("number", range(len(OPTIMIZERS)))
def test_optimizers_take_its_steps(number: int) -> None:
    ours, theirs = OPTIMIZERS[number]
    start = np.random.default_rng(1).uniform(0.5, 2, (4, 3))
    parameter, leaf = Tensor(start.copy()), torch.tensor(start, requires_grad=True)
    one, other = ours(), theirs([leaf])
    for _ in range(20):
        with Tape() as tape:
            loss = ops.sum(parameter**3)
        one.apply([tape.gradient(loss, parameter)], [parameter])
        other.zero_grad()
        (leaf**3).sum().backward()
        other.step()
    np.testing.assert_allclose(parameter.data, leaf.detach().numpy(), rtol=1e-9)
