"""The checks, one function each, by name. Adding one is a function and a row in the table."""

from collections.abc import Callable, Mapping

from tuilab.doctor import engine, places, terminal
from tuilab.doctor.findings import Finding

CHECKS: Mapping[str, Callable[[], Finding]] = {
    "Python": engine.python,
    "Numba": engine.numba,
    "threads": engine.threads,
    "BLAS": engine.blas,
    "GPU": engine.gpu,
    "compiled kernels": places.kernels,
    "MNIST": places.mnist,
    "runs": places.runs,
    "terminal": terminal.terminal,
    "logout": terminal.logout,
}
"""Each check by the name of its finding."""
