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

TORCH = importlib.util.find_spec("torch") is not None
pytestmark = pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="Keras is not installed")


@pytest.fixture(scope="module", autouse=True)
def keras() -> None:
    """Keras on PyTorch, or on NumPy, which cannot train."""
    os.environ.setdefault("KERAS_BACKEND", "torch" if TORCH else "numpy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("keras")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", LAYERS)
def test_layer_still_answers_so(name: str) -> None:
    assert_same(keras_answers.forward(LAYERS[name]), ANSWERS[name])


@pytest.mark.skipif(not TORCH, reason="Keras trains on PyTorch here")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TRAINED)
def test_training_still_goes_so(name: str) -> None:
    assert_same(keras_answers.training(TRAINED[name]), ANSWERS[name])
