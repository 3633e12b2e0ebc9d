"""Keras itself as the judge, where it is installed: it still gives the answers that were written down.

`test_golden.py` holds tuilab to those answers; here they are held to Keras.
"""

import importlib.util
import os
import warnings

import pytest

from .golden import keras_answers
from .golden.cases import LAYERS, TRAINED
from .test_golden import ANSWERS, assert_same

INSTALLED = all(importlib.util.find_spec(name) is not None for name in ("keras", "torch"))
pytestmark = [
    pytest.mark.skipif(not INSTALLED, reason="Keras is not installed, or not PyTorch beneath it"),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module", autouse=True)
def keras() -> None:
    """Keras on PyTorch."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("keras")


@pytest.mark.parametrize("name", LAYERS)
def test_layer_still_answers_so(name: str) -> None:
    assert_same(keras_answers.forward(LAYERS[name]), ANSWERS[name])


@pytest.mark.parametrize("name", TRAINED)
def test_training_still_goes_so(name: str) -> None:
    assert_same(keras_answers.training(TRAINED[name]), ANSWERS[name])
