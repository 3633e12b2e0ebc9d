"""Kernels side by side: their texts from the files, their agreement, and the views that show it."""

import json
import subprocess
import sys
import types

import numpy as np
import pytest

from tuilab.kernels import plain, side_by_side, source_text
from tuilab.kernels.catalogue import CATALOGUE
from tuilab.lesson import trust
from tuilab.lesson.reader import load
from tuilab.tui import kernel_look
from tuilab.tui.kernel_look import Measured, look
from tuilab.tui.screens.kernel import KernelScreen
from tuilab.tui.screens.lesson import LessonScreen


def test_every_row_of_the_catalogue_has_the_text_of_both_its_kernels():
    assert source_text.kernel("relu") is not None
    for name in CATALOGUE:
        found = source_text.kernel(name)
        assert found.reference, name
        assert found.parallel, name
    assert source_text.kernel("nothing") is None


def test_a_text_is_that_of_the_file_with_what_it_calls_before_it():
    source = (
        "LIMIT = 3\n\n\n@wrapped\ndef inner(x):\n    return x + LIMIT\n\n\n"
        "def other():\n    ...\n\n\ndef outer(x):\n    return inner(x)\n"
    )
    assert source_text.function(source, "outer") == (
        "LIMIT = 3\n\n@wrapped\ndef inner(x):\n    return x + LIMIT\n\ndef outer(x):\n    return inner(x)"
    )
    assert source_text.function(source, "none") == ""
    assert source_text.function("def (", "outer") == ""


@pytest.mark.parametrize("name", plain.PLAIN)
def test_plain_versions_agree_with_the_references(name, monkeypatch):
    monkeypatch.setattr(side_by_side, "SECONDS", 0)
    monkeypatch.setattr(side_by_side, "_enlarged", lambda operation, sample, seed: sample)
    found = json.loads(side_by_side.row(name, 7))
    assert found["agreed"] == found["tried"] == len(CATALOGUE[name].valid)
    assert found["plain_tried"] >= 1
    assert set(found["seconds"]) == {"python", "numpy", "numba"}


def test_what_differs_is_found(monkeypatch):
    monkeypatch.setattr(side_by_side, "SECONDS", 0)
    monkeypatch.setitem(side_by_side.PLAIN, "relu", lambda x: plain.each(lambda one: abs(one), x))
    found = json.loads(side_by_side.row("relu", 7))
    assert found["agreed"] < found["tried"]
    assert found["apart"] > 0.01


def test_an_input_worth_timing_keeps_equal_sizes_equal():
    row = CATALOGUE["matmul"]
    larger = side_by_side._enlarged(row, row.valid[0], 7)
    a, b = (one.shape for one in larger.inputs)
    assert a[1] == b[0]
    assert sum(int(np.prod(shape)) for shape in (a, b)) >= side_by_side.WORTH_TIMING


def own(**functions):
    module = types.ModuleType("mine")
    vars(module).update(functions)
    return module


def test_a_lessons_own_kernel_is_compared_in_the_versions_that_it_has(monkeypatch):
    monkeypatch.setattr(side_by_side, "SECONDS", 0)
    module = own(
        double=lambda x: [2 * one for one in x],
        double_numpy=lambda x: 2 * np.asarray(x),
        double_inputs=lambda seed: ([1.0, 2.0],),
    )
    found = json.loads(side_by_side.own(module, "double", 7))
    assert (found["tried"], found["agreed"], found["shapes"]) == (1, 1, "2")
    assert set(found["seconds"]) == {"python", "numpy"}
    module.double_numpy = lambda x: np.asarray(x)
    assert json.loads(side_by_side.own(module, "double", 7))["agreed"] == 0
    del module.double_inputs
    with pytest.raises(Exception, match=r"mine\.py has no double_inputs\(seed\)"):
        side_by_side.own(module, "double", 7)


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        (Measured(8, 8, 1.1e-16), "✓ they agree to 1.1e-16 on 8 inputs"),
        (Measured(1, 1, 0.0), "✓ they agree to the bit on one input"),
        (Measured(3, 2, 0.5), "✗ they differ on 1 of 3 inputs, by up to 0.5"),
        (Measured(fault="it broke"), "✗ it broke"),
    ],
)
def test_the_verdict_in_words(measured, verdict):
    assert measured.verdict == verdict


def test_the_texts_are_read_without_numba():
    code = "import sys; from tuilab.tui.kernel_look import look; look(None, 'lstm'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "numba" not in done.stdout.split()


# In a lesson ---------------------------------------------------------------------------------------

LESSON = """---
title: T
tuilab: {id: a.b, kernels: [matmul, relu]}
---
## One

Words.

## Two

:::{lab:kernel} double
:::
"""
OWN = """import numpy as np

def double(x):
    return [2 * one for one in x]

def double_numpy(x):
    return 2 * np.asarray(x)

def double_inputs(seed):
    return ([1.0, 2.0, float(seed)],)
"""


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "mine.md"
    path.write_text(LESSON)
    path.with_suffix(".py").write_text(OWN)
    return load(path)


@pytest.fixture
def quick(monkeypatch):
    """Kernels of the catalogue measured at once: what is shown is tested here, not how long it takes."""

    async def measure(kernel, seed, host=None, line=1):
        return Measured(8, 8, 1e-16, "3 x 4", {"numpy": 2e-5, "numba": 5e-6})

    monkeypatch.setattr("tuilab.tui.screens.kernel.measure", measure)


def test_a_lessons_own_kernel_wins_over_the_catalogue(lesson):
    found = look(lesson, "double")
    assert found.own
    assert list(found.texts) == ["python", "numpy"]
    assert look(lesson, "softmax").own is False
    assert look(lesson, "nothing") is None


def test_space_compares_a_lessons_own_kernel_in_its_session(drive, lesson) -> None:
    trust.agree(lesson)

    async def scenario(lab) -> None:
        await lab.app.push_screen(LessonScreen(lesson))
        await lab.press("n")
        await lab.wait_for("def double", "space compares", "space measure")
        await lab.press("space")
        await lab.wait_for("✓ they agree to the bit on one input", "3 on this machine: plain Python")

    drive(scenario)


def test_k_shows_the_kernels_that_a_lesson_is_paired_with(drive, lesson, quick) -> None:
    async def scenario(lab) -> None:
        await lab.app.push_screen(LessonScreen(lesson))
        await lab.wait_for("Words.")
        await lab.press("K")
        await lab.wait_for(
            "matmul", "kernel 1 of 2", "plain Python", "✓ they agree", "NumPy 20 µs   Numba 5 µs"
        )
        await lab.press("tab")
        await lab.wait_for("NumPy", "def matmul(a: Array")
        await lab.press("tab")
        await lab.wait_for("Numba, parallel", "→ right")
        await lab.press("right")
        await lab.wait_until(lambda text: "@kernel" not in text, "the code further right")
        await lab.press("n")
        await lab.wait_for("relu", "kernel 2 of 2")
        await lab.press("K")
        await lab.wait_for("Words.")

    drive(scenario)


def test_where_there_is_room_the_versions_stand_side_by_side(drive, lesson, quick) -> None:
    async def scenario(lab) -> None:
        await lab.app.push_screen(KernelScreen([look(None, "softmax")]))
        screen = await lab.wait_for("plain Python", "NumPy", "Numba, parallel", "✓ they agree")
        heads = next(line for line in screen.splitlines() if "plain Python" in line)
        assert "NumPy" in heads
        assert "Numba" in heads

    drive(scenario, size=(200, 60))


def test_a_process_that_says_nothing_useful_is_told(monkeypatch):
    from tuilab.session.values import Text

    for text in ("{", "[]", "{}", '{"tried": "x"}', "null"):
        assert kernel_look._read(Text("str", text, len(text))).fault == "its process gave no figures"
