"""The table of a sweep while it goes on, written over in place: on a terminal, without taking it over."""

import shutil
import sys
import time
from collections.abc import Callable, Sequence

EVERY = 1.0
"""Seconds between two tables."""


class LiveTable:
    """Lines on standard output that are written over when they are shown anew; only what changed is sent."""

    def __init__(self, lines: Callable[[], Sequence[str]]) -> None:
        self._lines = lines
        self._shown: list[str] = []
        self._at = 0.0

    def look(self) -> None:
        """Show the lines as they are now, if it is time."""
        if time.monotonic() - self._at > EVERY:
            self.show()

    def show(self) -> None:
        """Show the lines as they are now: as many and as much of each as the terminal has room for."""
        self._at = time.monotonic()
        columns, rows = shutil.get_terminal_size()
        wanted = [line[: columns - 1] for line in self._lines()][: max(1, rows - 2)]
        if wanted == self._shown:
            return
        parts = [f"\x1b[{len(self._shown)}A"] if self._shown else []
        for place, line in enumerate(wanted):
            old = self._shown[place] if place < len(self._shown) else None
            parts.append("\n" if line == old else f"\r{line}\x1b[K\n")
        sys.stdout.write("".join(parts) + ("\x1b[J" if len(wanted) < len(self._shown) else ""))
        sys.stdout.flush()
        self._shown = wanted
