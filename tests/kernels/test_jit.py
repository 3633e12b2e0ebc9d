"""Launching kernels: float rules, threads, forks, BLAS."""

import os
import subprocess
import sys
from typing import Any

import pytest

from tuilab.kernels import jit

HUNT_AT_ONCE = """
import threading, numpy as np
from tuilab.kernels import jit
from tuilab.kernels.parallel import functions, sums
x = np.random.default_rng(0).standard_normal(100_000)
expected = sums.sum(functions.exp(x))
wrong = []
def hunt():
    for _ in range(100):
        if sums.sum(functions.exp(x)) != expected:
            wrong.append(1)
threads = [threading.Thread(target=hunt) for _ in range(4)]
[one.start() for one in threads]
[one.join() for one in threads]
import numba
print(numba.threading_layer(), len(wrong))
"""

FORK = """
import os, sys
import numpy as np
from tuilab.errors import TuilabError
from tuilab.kernels.parallel import functions
functions.exp(np.ones(100_000))
sys.stdout.flush()
child = os.fork()
if not child:
    try:
        functions.exp(np.ones(100_000))
    except TuilabError as error:
        print(error, flush=True)
    os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), functions.exp(np.zeros(2)).sum())
"""


def run(code: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:tuilab", "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=120,
    )


def double(x: Any, out: Any) -> None:
    for i in jit.prange(x.size):
        out[i] = 2 * x[i]


@pytest.mark.parametrize("rules", [{"nnan"}, {"ninf"}, {"fast"}, {"contract", "nnan"}, {"nsz"}, {"arcp"}])
def test_float_rules_that_hide_a_diverged_run_are_refused(rules: set[str]) -> None:
    with pytest.raises(ValueError, match=r"refused: kernels keep NaN and infinity. Allowed: \['contract'"):
        jit.kernel(float_rules=rules)
    with pytest.raises(ValueError, match="refused"):
        jit.kernel(double, float_rules=rules)


def test_a_kernel_has_the_name_of_its_function() -> None:
    made = jit.kernel(double, float_rules={"contract", "reassoc"})
    assert made.__name__ == "double"
    assert jit.kernel(float_rules={"reassoc"})(double).function is double


@pytest.mark.parametrize("layer", ["default", "workqueue"])
def test_launches_from_several_python_threads_are_kept_apart(layer: str) -> None:
    found = run(HUNT_AT_ONCE, NUMBA_THREADING_LAYER=layer)
    assert found.returncode == 0, found.stderr
    used, wrong = found.stdout.split()
    assert layer in ("default", used)
    assert wrong == "0"


@pytest.mark.parametrize("layer", ["default", "workqueue"])
def test_a_forked_child_is_told_why_it_cannot_launch_and_lives(layer: str) -> None:
    found = run(FORK, NUMBA_THREADING_LAYER=layer)
    assert found.returncode == 0, found.stderr
    sentence, last = found.stdout.splitlines()
    assert sentence.startswith("Kernels cannot run in a forked process")
    assert "spawn" in sentence
    assert last == "3 2.0"


@pytest.mark.parametrize("wrong", ["two", "0", "-1", "1.5", "²", "99999999999999999999", "1025"])
def test_a_wrong_number_of_threads_gives_one_sentence(wrong: str) -> None:
    code = (
        "from tuilab.errors import TuilabError\n"
        "try:\n import tuilab.kernels.jit\nexcept TuilabError as error:\n print(error)"
    )
    found = run(code, TUILAB_THREADS=wrong, PYTHONIOENCODING="utf-8")
    assert found.stdout == f"TUILAB_THREADS={wrong!r}: expected a whole number, 1 to 1024.\n", found.stderr


def test_the_number_of_threads_asked_for_holds_in_every_python_thread() -> None:
    code = (
        "import threading, numba, numpy as np\n"
        "from tuilab.kernels import jit\nfrom tuilab.kernels.parallel import functions\n"
        "def look():\n functions.exp(np.ones(9)); print(jit.threads(), numba.get_num_threads())\n"
        "look()\nthread = threading.Thread(target=look); thread.start(); thread.join()\n"
        "jit.set_threads(jit.threads())"
    )
    found = run(code, TUILAB_THREADS="1")
    assert found.stdout.split() == ["1"] * 4, found.stderr


def test_more_threads_than_processors_may_be_asked_for() -> None:
    code = "from tuilab.kernels import jit; print(jit.threads()); jit.set_threads(2)"
    assert run(code, TUILAB_THREADS="5").stdout.split() == ["5"]


def test_blas_has_one_thread() -> None:
    code = (
        "import numpy, tuilab.kernels.jit, threadpoolctl\n"
        "print([one['num_threads'] for one in threadpoolctl.threadpool_info() if one['user_api'] == 'blas'])"
    )
    counts = run(code).stdout.strip()
    assert counts.count("1") == len(counts.strip("[]").split(", ")) >= 2
