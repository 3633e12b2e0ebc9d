"""Asking a lesson's session for a trace."""

import asyncio
from typing import TYPE_CHECKING

from tuilab.errors import TuilabError
from tuilab.tui.panels.panel import Host

if TYPE_CHECKING:
    from tuilab.autodiff.trace import Trace

OUR_ERRORS = "TuilabError", "ShapeError"
"""Errors whose message says by itself what to do."""


async def trace_of(host: Host, expression: str, line: int) -> "Trace":
    """The trace that an expression gives in the session, once the cells above `line` have run.

    Raises:
        TuilabError: it gave something else, or failed; with the sentence for it.
    """
    from tuilab.session.events import Failed
    from tuilab.session.values import TraceValue

    found = await host.ask(expression, line)
    if isinstance(found, TraceValue):
        return await asyncio.to_thread(found.trace)
    if isinstance(found, Failed):
        raise TuilabError(found.message if found.type_name.endswith(OUR_ERRORS) else found.sentence)
    raise TuilabError(f"The session sent {found.type_name}, no trace: {found.text}")
