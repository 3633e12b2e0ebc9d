"""A runner of cells for tests: in this process, without any protection."""

import contextlib
import io
import random

import pytest

from tuilab.authoring.running import Outcome, Runner


def _run_here(lesson, cells, seed=None):
    random.seed(seed)
    names, outcomes = {}, []
    for cell in cells:
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                exec(cell.source, names)
        except Exception as error:
            line = error.__traceback__.tb_next.tb_lineno
            return [
                *outcomes,
                Outcome(printed.getvalue(), error=f"{type(error).__name__}: {error}", error_line=line),
            ]
        outcomes.append(Outcome(printed.getvalue()))
    return outcomes


@pytest.fixture
def run_here() -> Runner:
    return _run_here
