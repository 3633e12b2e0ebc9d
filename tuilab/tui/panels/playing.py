"""Playing a walk: from stop to stop by itself, at a pace of one's own."""

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

A_STOP = 0.6
"""Seconds that playing stays on a stop, at pace 1."""
PACES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class Player:
    """Plays for the panel `owner`. `step` goes on by a stop and says whether there is another after it;
    `changed` hears that it plays, or no longer."""

    def __init__(self, owner: Widget, step: Callable[[], bool], changed: Callable[[], None]) -> None:
        self._owner = owner
        self._step = step
        self._changed = changed
        self._timer: Timer | None = None
        self.pace = 1.0

    @property
    def playing(self) -> bool:
        return self._timer is not None

    def start(self) -> None:
        """Go on by a stop now, and by the next ones in their time."""
        if not self.playing and self._step():
            self._begin()
            self._changed()

    def pause(self) -> None:
        """Stay where one is."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self._changed()

    def change_pace(self, steps: int) -> str:
        """The next faster or slower pace, at most the fastest or slowest; what it is, in words."""
        place = min(max(0, PACES.index(self.pace) + steps), len(PACES) - 1)
        self.pace = PACES[place]
        if self._timer is not None:
            self._timer.stop()
            self._begin()
        end = " No faster than that." if steps > 0 and place == len(PACES) - 1 else ""
        end = " No slower than that." if steps < 0 and place == 0 else end
        return f"Plays at {self.pace:g} times the pace: {A_STOP / self.pace:.2g} s a stop.{end}"

    def _begin(self) -> None:
        self._timer = self._owner.set_interval(A_STOP / self.pace, self._play_on)

    def _play_on(self) -> None:
        if not (self._owner.display and self._step()):
            self.pause()
