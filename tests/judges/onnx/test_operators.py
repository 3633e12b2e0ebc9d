"""ONNX's operator cases as the judge: all that a tensor fits, but for those excluded with a reason."""

import functools

import pytest

pytest.importorskip("onnx")

from .cases import Case, node_cases
from .exclusions import EXCLUDED
from .table import OPERATORS, judge

AT_LEAST = 450
"""Cases that must pass."""

CORE = {
    "Adagrad": 2,
    "Adam": 2,
    "AveragePool": 20,
    "BatchNormalization": 4,
    "Conv": 6,
    "ConvTranspose": 11,
    "Dropout": 12,
    "GRU": 6,
    "Gemm": 11,
    "LSTM": 6,
    "LayerNormalization": 19,
    "LogSoftmax": 7,
    "MatMul": 7,
    "MaxPool": 19,
    "Momentum": 3,
    "NegativeLogLikelihoodLoss": 18,
    "RMSNormalization": 19,
    "RNN": 6,
    "Softmax": 7,
    "SoftmaxCrossEntropyLoss": 34,
}
"""The operators that training is made of, and how many cases ONNX has of each."""


def cases(operator: str) -> list[Case]:
    return [one for one in node_cases().values() if one.node.operator == operator]


@functools.cache
def verdict(name: str) -> str | None:
    """Why the case fails; None where it passes."""
    try:
        judge(node_cases()[name])
    except Exception as error:  # whatever goes wrong is the verdict
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    return None


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_operator_answers_as_onnx_says(operator: str) -> None:
    assert cases(operator), f"ONNX has no case of {operator}"
    failed = {one.name: verdict(one.name) for one in cases(operator) if one.name not in EXCLUDED}
    assert not [f"{name}: {why}" for name, why in failed.items() if why is not None]


@pytest.mark.parametrize("name", sorted(EXCLUDED))
def test_excluded_case_is_one_that_fails(name: str) -> None:
    assert name in node_cases(), "ONNX has no such case any more"
    assert node_cases()[name].node.operator in OPERATORS, "nothing judges this operator"
    assert verdict(name) is not None, "it passes: take it off the list"


def test_enough_cases_pass() -> None:
    judged = [one.name for one in node_cases().values() if one.node.operator in OPERATORS]
    passed = [name for name in judged if verdict(name) is None]
    print(f"{len(passed)} of {len(judged)} cases of {len(OPERATORS)} operators pass")
    assert len(passed) >= AT_LEAST
    assert len(judged) == len(passed) + len(EXCLUDED)


def test_what_training_is_made_of_passes_whole() -> None:
    names = {operator: [one.name for one in cases(operator)] for operator in CORE}
    assert {operator: len(found) for operator, found in names.items()} == CORE
    failed = {name for found in names.values() for name in found if verdict(name) is not None}
    assert failed == {name for name in EXCLUDED if node_cases()[name].node.operator in CORE}
