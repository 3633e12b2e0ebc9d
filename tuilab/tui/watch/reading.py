"""Reads all logs in a thread of its own, as long as somebody watches. Free of Textual."""

import threading
import time
from collections.abc import Callable

from tuilab.logs import Finder, Log

LOOK_EVERY = 2.0
"""Seconds between two looks for new logs."""
SHORTEST_REST = 0.25
TELL_EVERY = 0.1
"""Seconds of reading after which the screen is told of what came."""
SHARE = 0.03
"""The most of a processor that following takes while nothing comes."""


class Reading:
    """Reads what `finder` finds, and calls `tell` after each part: (logs, whether all was read)."""

    def __init__(self, finder: Finder, tell: Callable[[list[Log], bool], object]) -> None:
        self.finder = finder
        self._tell = tell
        self._over = threading.Event()

    def stop(self) -> None:
        """End soon."""
        self._over.set()

    def go(self) -> None:
        """Read until `stop`."""
        looked, logs, told = -LOOK_EVERY, list[Log](), False
        while not self._over.is_set():
            begun = time.monotonic()
            if begun - looked >= LOOK_EVERY:
                found = self.finder.look()
                told = told and len(found) == len(logs)
                logs, looked = found, begun
            changed, behind = self._round(logs, begun)
            if changed or not told:
                told = not behind
                self._tell(logs, not behind)
            if behind:
                continue
            took = time.monotonic() - begun
            self._over.wait(max(SHORTEST_REST, took / SHARE if not changed else 2 * took))

    def _round(self, logs: list[Log], begun: float) -> tuple[bool, bool]:
        """Poll each log; answers whether anything came, and whether more is there already."""
        changed = behind = False
        for log in logs:
            changed = log.poll() or changed
            while log.behind and not self._over.is_set():
                if time.monotonic() - begun > TELL_EVERY:
                    behind = True
                    break
                changed = log.poll() or changed
            if self._over.is_set():
                break
        return changed, behind
