"""What a run has been told to do: commands in, and whether the loop goes on."""

import threading
from dataclasses import dataclass
from typing import Any

from tuilab.runs import Command


@dataclass(frozen=True, slots=True)
class Move:
    """What only the loop can do: a walk, a change, a state to be left."""

    name: str
    argument: Any = None


class Steering:
    """Go, pause, to the end of the epoch, stop. `stop` may be called from anywhere."""

    def __init__(self, paused: bool = False, stop_at: int = 0) -> None:
        self.paused = paused
        self.looked_at = False
        """Whether somebody asked for the arrays of the step, and has not got them yet."""
        self._stop = threading.Event()
        self._to_epoch_end = False
        self._stop_at = stop_at

    @property
    def stopped(self) -> bool:
        """Whether the run is to end now."""
        return self._stop.is_set()

    def holds(self) -> bool:
        """Whether the run waits for a command."""
        return self.paused and not self.stopped

    def stop(self, *_: object) -> None:
        """End the run after this batch; safe from a signal handler and from another thread."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait that long, or until told to stop."""
        self._stop.wait(seconds)

    def obey(self, command: Command) -> Move | None:
        """Take a command; answers the move that the loop is to make, if it is one."""
        match command.name:
            case "pause":
                self._pause()
            case "resume":
                self.paused, self._to_epoch_end = False, False
            case "epoch":
                self.paused, self._to_epoch_end = False, True
            case "batch" | "phase" | "op":
                self._pause()
                return Move("forward", command.name)
            case "back" | "go" | "fork":
                if command.name != "fork":
                    self._pause()
                (argument,) = command.arguments.values()
                return Move(command.name, argument)
            case "set":
                return Move("set", next(iter(command.arguments.items())))
            case "inspect":
                self.looked_at = True
            case "stop":
                self.stop()
        return None

    def _pause(self) -> None:
        self.paused, self._to_epoch_end = True, False

    def after_batch(self, step: int, epoch_ended: bool) -> None:
        """Pause if this batch was the last of what was asked for."""
        if (self._to_epoch_end and epoch_ended) or (step and step == self._stop_at):
            self._pause()
            self._stop_at = 0
