"""The child dies with the lab, however the lab ends, and the lab's side imports nothing heavy."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent.parent

LAB = """
import sys, time
from tuilab.session import Cell, Printed, Session

session = Session()
for event in session.run(Cell({source!r})):
    if isinstance(event, Printed):
        print(event.text, flush=True)
        {then}
"""

LOOP = "while True: pass"
KERNEL = """import numba
@numba.njit
def spin(n):
    while True:
        n = (n + 1) % 1000
    return n
spin.compile("(int64,)")
"""


def gone(path: Path) -> bool:
    """Whether a path is gone, within a generous time."""
    until = time.monotonic() + 20
    while path.exists() and time.monotonic() < until:
        time.sleep(0.05)
    return not path.exists()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks into /proc")
@pytest.mark.parametrize(
    "work", [LOOP, "import time; time.sleep(1000)", "spin(1)"], ids=["loop", "sleep", "kernel"]
)
def test_kill_9_of_the_lab_ends_the_child_and_what_it_started(work: str) -> None:
    source = (
        f"{KERNEL if 'spin' in work else ''}import os, subprocess\n"
        f"child = subprocess.Popen(['sleep', '1000'])\nprint(os.getpid(), child.pid, os.getcwd())\n{work}"
    )
    lab = subprocess.Popen(
        [sys.executable, "-c", LAB.format(source=source, then="")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PACKAGE,
    )
    assert lab.stdout is not None
    child, started, folder = lab.stdout.readline().decode().split()
    assert Path(f"/proc/{child}").exists()
    assert Path(f"/proc/{started}").exists()
    os.kill(lab.pid, signal.SIGKILL)
    lab.wait()
    lab.stdout.close()
    assert gone(Path(f"/proc/{child}"))
    assert gone(Path(f"/proc/{started}"))
    assert gone(Path(folder).parent)


@pytest.mark.parametrize("end", ["sys.exit(0)", "raise ValueError", "session = None; break"])
def test_an_ordinary_end_of_the_lab_leaves_nothing(end: str) -> None:
    source = f"import os\nprint(os.getcwd())\n{LOOP}"
    done = subprocess.run(
        [sys.executable, "-c", LAB.format(source=source, then=end)],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=PACKAGE,
    )
    assert not Path(done.stdout.strip()).parent.exists()


def loaded_after(code: str) -> set[str]:
    watched = ("numba", "llvmlite", "numpy", "scipy", "asyncio", "textual", "psutil", "pickle")
    listing = f"import sys; print(*[name for name in {watched!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{listing}"], capture_output=True, text=True, check=True, cwd=PACKAGE
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_labs_side_imports_nothing_heavy() -> None:
    code = """
from tuilab.session import Cell, Session
with Session() as session:
    list(session.run(Cell("import numpy as np\\nnp.ones(3)"), Cell("import os; os._exit(1)")))
"""
    assert loaded_after(code) == set()


def test_the_child_imports_nothing_before_a_cell_does() -> None:
    code = """
from tuilab.session import Cell, check
names = ("numba", "numpy", "scipy", "subprocess", "asyncio")
source = f"import sys\\n' '.join(name for name in {names} if name in sys.modules)"
print(check([Cell(source)])[0].value.text or "nothing")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE
    )
    assert done.stdout.strip() == "nothing"
