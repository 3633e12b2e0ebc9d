"""The worst that a cell can do, in a real terminal: the lab answers keys, says what happened, and goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest

Open = Callable[..., "Terminal"]  # type: ignore[name-defined]  # noqa: F821
LESSON = """---
title: Wild
tuilab: {{id: x.wild, version: 1, book: '9', order: 9}}
---
# Wild

```{{code-cell}} ipython3
{source}
```

```{{code-cell}} ipython3
6 * 7
```
"""
THREADS = """import os, threading
os.environ["NUMBA_THREADING_LAYER"] = "workqueue"
import numpy as np
import numba

@numba.njit(parallel=True)
def total(x):
    s = 0.0
    for i in numba.prange(x.size):
        s += x[i]
    return s

x = np.ones(10**6)
total(x)
both = [threading.Thread(target=lambda: [total(x) for _ in range(300)]) for _ in range(2)]
for thread in both: thread.start()
for thread in both: thread.join()"""

BY_THEMSELVES = {
    "writes below Python": (
        "import os\nfor _ in range(999): os.write(1, b'\\x1b[2J\\n')\n1 + 1",
        "1 + 1 = 2",
    ),
    "closes its pipe": ("import os\nos.closerange(3, 99)\nprint('gone')", "✗"),
    "kills itself": ("import os\nos.kill(os.getpid(), 9)", "SIGKILL"),
    "leaves": ("import os\nos._exit(7)", "exit status 7"),
    "two kernels at once": (THREADS, "SIGABRT"),
}
WITHOUT_END = {
    "loops": "while True: pass",
    "prints": "while True: print('a line of text' * 9)",
    "forks": "import os, time\nwhile True:\n    if os.fork() == 0: time.sleep(600)",
    "is deaf": "import signal, time\nfor n in (2, 15): signal.signal(n, signal.SIG_IGN)\ntime.sleep(600)",
}


@pytest.fixture
def open_lesson(open_terminal: Open, tmp_path: Path) -> Callable[[str], object]:
    def open_one(source: str) -> object:
        path = tmp_path / "wild.md"
        path.write_text(LESSON.format(source=source))
        lab = open_terminal("open", str(path), size=(90, 50))
        lab.wait_for("read only until you agree to run it", "wild.md", "enter run")
        lab.send("\r")
        lab.wait_for("Run the code of this lesson?")
        lab.send("y")
        return lab

    return open_one


def the_next_cell_runs(lab) -> None:
    lab.send("\t\r")
    lab.wait_for("6 * 7 = 42")
    lab.send("q")
    assert lab.wait_for_end() == 0
    lab.assert_whole()


@pytest.mark.parametrize("what", BY_THEMSELVES)
def test_what_ends_by_itself_is_told(open_lesson, what: str) -> None:
    source, said = BY_THEMSELVES[what]
    lab = open_lesson(source)
    text = lab.wait_for(said)
    assert "\x1b" not in text
    assert "Traceback" not in text
    the_next_cell_runs(lab)


@pytest.mark.parametrize("what", WITHOUT_END)
def test_what_has_no_end_is_stopped_by_a_key(open_lesson, what: str) -> None:
    lab = open_lesson(WITHOUT_END[what])
    if what != "forks":  # a flood of processes is ended by the session itself
        lab.wait_for("running; x stops it")
    lab.send("?")
    lab.wait_for("the keys of the lesson")
    lab.send("\x1b")
    lab.wait_for("step 1 of 1")
    lab.send("x")
    lab.wait_until(lambda text: "running" not in text and "✗" in text, "its end")
    the_next_cell_runs(lab)


def test_leaving_beside_a_cell_that_runs(open_lesson) -> None:
    lab = open_lesson("while True: pass")
    lab.wait_for("running; x stops it")
    lab.send("q")
    assert lab.wait_for_end() == 0
    lab.assert_whole()


def test_an_editor_of_ones_own_takes_the_terminal_and_gives_it_back(
    open_lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    editor = tmp_path / "my editor"
    editor.write_text("#!/bin/sh\nstty echo icanon\necho THE EDITOR\nread line\necho '6 * 8' > \"$1\"\n")
    editor.chmod(0o700)
    environment["EDITOR"] = f"'{editor}'"
    lab = open_lesson("1 + 1")
    lab.wait_for("1 + 1 = 2")
    lab.send("E")
    lab.wait_for("THE EDITOR")
    assert lab.modes() == set()
    lab.send("\n")
    lab.wait_for("6 * 8", "changed since it ran")
    assert "alternate screen" in lab.modes()
    lab.send("\r")
    lab.wait_for("6 * 8 = 48")
    the_next_cell_runs(lab)
