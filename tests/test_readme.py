"""What the README shows, works as it stands there."""

import re
from pathlib import Path

import numpy as np
import pytest

from tuilab import data

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_its_python_runs_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    rng = np.random.default_rng(0)
    few = rng.integers(0, 256, (300, 28, 28), dtype=np.uint8), rng.integers(0, 10, 300, dtype=np.uint8)
    monkeypatch.setattr(data, "load", lambda name: (few, few))
    names: dict[str, object] = {}
    exec(code, names)
    assert len(names["history"].history["val_accuracy"]) == 5  # type: ignore[attr-defined]
    a = np.array([[1.0, 2.0], [3.0, 4.0]])
    error = 2 * (a @ a - 1) / 4
    assert np.allclose(names["da"], error @ a.T + a.T @ error, rtol=1e-6)


def test_its_picture_and_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    for link in links:
        assert (Path(__file__).parent.parent / link).is_file(), link


def test_it_names_every_variable_that_the_program_reads() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in Path(data.__file__).parent.parent.rglob("*.py")
    )
    assert set(re.findall(r"TUILAB_[A-Z]+", source)) <= set(re.findall(r"TUILAB_[A-Z]+", README))
