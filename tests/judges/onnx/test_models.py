"""Models exported from PyTorch, as they lie in ONNX's wheel: their recorded outputs are the judge."""

import numpy as np
import pytest

pytest.importorskip("onnx")

from .models import recorded_models
from .table import OPERATORS

UNJUDGED: dict[str, str] = {}
"""Models that are left out, each with the reason."""

MODELS = recorded_models()


@pytest.mark.parametrize("name", sorted(MODELS.keys() - UNJUDGED.keys()))
def test_model_gives_its_recorded_outputs(name: str) -> None:
    model = MODELS[name]
    assert model.operators() <= OPERATORS.keys() | {"Constant"}
    for inputs, expected in model.data_sets():
        for found, wanted in zip(model.answer(inputs), expected, strict=True):
            assert found.dtype == wanted.dtype
            assert found.shape == wanted.shape
            np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-6)


def test_there_are_as_many_as_ever() -> None:
    assert len(MODELS) == 117
    assert UNJUDGED.keys() <= MODELS.keys()
