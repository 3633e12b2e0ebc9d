"""Rooms import downwards only, and what must open quickly imports nothing heavy."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "tuilab"

ROOMS = (
    ("cli", "__main__", "bench", "doctor"),
    ("plain", "sweeps"),
    ("authoring",),
    ("tui",),
    ("session",),
    ("lesson",),
    ("experiment",),
    ("training",),
    ("nn",),
    ("learners",),
    ("walk",),
    ("autodiff",),
    ("kernels",),
    ("data",),
    ("logs",),
    ("runs",),
    ("machine",),
    ("text",),
    ("paths", "errors"),
)
"""From the top of the house to its ground."""

FLOOR = {name: len(ROOMS) - index for index, names in enumerate(ROOMS) for name in names}
BELOW_DATA = "tuilab.kernels.jit"
"""The one part of `kernels` that `data` builds on."""


def imports(path: Path) -> set[str]:
    """The modules of ours that a file imports, at its top or inside a function, but not for types only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "tuilab":
                found |= {f"tuilab.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("tuilab.")}


def room(module: str) -> str:
    return module.split(".")[1]


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_rooms_import_downwards_only(path: Path) -> None:
    here = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if here == "__init__":
        return
    upwards = {
        name
        for name in imports(path)
        if room(name) in FLOOR
        and FLOOR[room(name)] > FLOOR[here]
        and not (here == "data" and name == BELOW_DATA)
    }
    assert upwards == set()


def test_every_room_has_a_floor() -> None:
    rooms = {
        path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if path.suffix in ("", ".py")
    }
    assert rooms - {"__pycache__", "__init__", "lessons"} <= set(FLOOR)


def loaded_after(code: str, watched: tuple[str, ...]) -> set[str]:
    """Which of the watched modules a fresh interpreter has loaded after running `code`."""
    listing = f"import sys; print(*[name for name in {watched!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{listing}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    return set(done.stdout.splitlines()[-1].split())


HEAVY = ("textual", "rich", "numba", "numpy", "scipy", "plotext", "yaml", "asyncio")


def test_the_version_imports_nothing_heavy() -> None:
    assert loaded_after(_run("--version"), HEAVY) == set()


def test_checking_lessons_imports_neither_textual_nor_numba() -> None:
    code = """
from tuilab import paths
from tuilab.authoring import check
assert not check([paths.lessons()]).faults
"""
    assert loaded_after(code, ("textual", "numba", "scipy", "jupytext")) == set()


@pytest.mark.parametrize("command", ["list", "runs"])
def test_listing_imports_neither_textual_nor_numba_nor_numpy(command: str) -> None:
    assert loaded_after(_run(command), ("textual", "numba", "numpy", "scipy", "plotext")) == set()


@pytest.mark.parametrize(
    "module",
    [
        "tuilab.cli",
        "tuilab.plain",
        "tuilab.runs",
        "tuilab.lesson",
        "tuilab.authoring",
        "tuilab.session.checking",
        "tuilab.training",
        "tuilab.walk",
        "tuilab.tui.launcher",
    ],
)
def test_these_never_import_numba_or_textual(module: str) -> None:
    assert loaded_after(f"import {module}", ("numba", "textual")) == set()


def test_the_lab_never_imports_numba() -> None:
    """Not even after a lesson, a run and the help were open."""
    code = """
import asyncio
from tuilab.tui.app import TuilabApp

async def look_around():
    async with TuilabApp().run_test() as pilot:
        for key in ("enter", "n", "escape", "t", "question_mark"):
            await pilot.press(key)
            await pilot.pause()

asyncio.run(look_around())
"""
    assert loaded_after(code, ("numba", "llvmlite")) == set()


def test_reading_the_catalogue_and_walking_a_trace_need_no_numba() -> None:
    code = """
import tuilab.kernels.rows
from tuilab.autodiff import Trace
from tuilab.kernels.catalogue import CATALOGUE
print(CATALOGUE["matmul"].explanation((0, 0), [[1.0]], [[2.0]]).arithmetic)
"""
    assert loaded_after(code, ("numba", "llvmlite", "scipy")) == set()


def test_the_library_needs_neither_numpy_nor_plotext() -> None:
    """They would cost more than a third of the time until the first frame."""
    assert loaded_after("import tuilab.tui.app", ("numba", "numpy", "plotext")) == set()


def _run(*arguments: str) -> str:
    return f"""
from tuilab.cli import main
main({list(arguments)!r}, standalone_mode=False)
"""
