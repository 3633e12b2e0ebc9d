"""Lesson code in a child process. The client side, which the lab imports, is free of Numba and NumPy.

    with Session(path) as session:
        for event in session.run(Cell("w = 1", line=14), Cell("w + x", line=20)):
            ...                                 Started, Printed, Shown, Failed, Finished

    async for event in session.run(cell): ...   the same in an event loop
    session.interrupt()                         from any thread; always works
    check(cells, checks)                        in a fresh child, to the end

A session holds lesson code away from the lab; it is no sandbox. What a lesson runs, runs as the user.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tuilab.session import values
    from tuilab.session.checking import Result, check, collect
    from tuilab.session.events import Cell, Event, Failed, Finished, Frame, Printed, Shown, Started
    from tuilab.session.session import Run, Session
    from tuilab.session.values import Value

__all__ = [
    "Cell",
    "Event",
    "Failed",
    "Finished",
    "Frame",
    "Printed",
    "Result",
    "Run",
    "Session",
    "Shown",
    "Started",
    "Value",
    "check",
    "collect",
    "values",
]

_PLACES = {
    **dict.fromkeys(("Result", "check", "collect"), "checking"),
    **dict.fromkeys(
        ("Cell", "Event", "Failed", "Finished", "Frame", "Printed", "Shown", "Started"), "events"
    ),
    **dict.fromkeys(("Run", "Session"), "session"),
    "Value": "values",
}


def __getattr__(name: str) -> Any:
    """Imported when it is asked for: the child, which starts from this package too, needs none of it."""
    if name not in _PLACES:
        raise AttributeError(f"module 'tuilab.session' has no attribute {name!r}")
    return getattr(importlib.import_module(f"tuilab.session.{_PLACES[name]}"), name)
