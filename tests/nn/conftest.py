"""Outside judges of what has Keras's names, where they are installed."""

import importlib.util
import os
import warnings
from typing import Any

import pytest


@pytest.fixture(scope="session")
def keras() -> Any:
    """Keras on PyTorch, or on NumPy."""
    os.environ.setdefault("KERAS_BACKEND", "torch" if importlib.util.find_spec("torch") else "numpy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("keras")
