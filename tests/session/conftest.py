"""A session for tests that leave it as it was, and the results of cells in it."""

from collections.abc import Callable, Iterator

import pytest

from tuilab.session import Cell, Result, Session, collect
from tuilab.session.values import Value

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(seconds=60) as session:
        yield session


@pytest.fixture
def run(session: Session) -> Run:
    """Run one cell in the module's session."""

    def run(source: str, line: int = 1) -> Result:
        cell = Cell(source, line)
        return collect([cell], session.run(cell))[0]

    return run


@pytest.fixture
def shown(run: Run) -> Callable[[str], Value]:
    """The value of a cell's last expression."""

    def shown(source: str) -> Value:
        result = run(source)
        assert result.value is not None, result.sentence
        return result.value

    return shown
