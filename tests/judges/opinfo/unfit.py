"""How samples are given up that ask for what tuilab does not offer."""

from typing import Any


class Unfit(Exception):  # noqa: N818  (no error: the sample is about something else)
    """A sample of something that tuilab does not have."""


def unfit(*reasons: Any) -> None:
    """Give the sample up where any of these holds."""
    if any(reasons):
        raise Unfit
