"""What every test needs: a place of its own for runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def runs_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`TUILAB_RUNS` in a folder that nobody else uses."""
    folder = tmp_path_factory.mktemp("runs") / "runs"
    monkeypatch.setenv("TUILAB_RUNS", str(folder))
    return folder


@pytest.fixture
def one_thread() -> Iterator[None]:
    """For tests of many tiny launches: on a busy machine each would wait for the other threads' turn."""
    from tuilab.kernels import jit

    before = jit.threads()
    jit.set_threads(1)
    yield
    jit.set_threads(before)
