"""What a run has been told to do: commands in, and whether the loop goes on."""

import threading

from tuilab.nn.optimizers import Optimizer
from tuilab.runs import Command


class Steering:
    """Go, pause, one batch, to the end of the epoch, stop. `stop` may be called from anywhere."""

    def __init__(self, paused: bool = False) -> None:
        self.paused = paused
        self.looked_at = False
        """Whether somebody asked for the arrays of the last step, and has not got them yet."""
        self._stop = threading.Event()
        self._until: str | None = None

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

    def obey(self, command: Command, optimizer: Optimizer) -> str:
        """Take a command; answers a note for the curve where it changed the course, else nothing."""
        match command.name:
            case "pause":
                self.paused, self._until = True, None
            case "resume":
                self.paused, self._until = False, None
            case "batch" | "epoch":
                self.paused, self._until = False, command.name
            case "inspect":
                self.looked_at = True
            case "stop":
                self.stop()
            case "set":
                before, optimizer.learning_rate = optimizer.learning_rate, command.arguments["learning_rate"]
                return f"learning rate {before:g} → {optimizer.learning_rate:g}"
        return ""

    def after_batch(self, epoch_ended: bool) -> None:
        """Pause if this batch was the last of what was asked for."""
        if self._until == "batch" or (self._until == "epoch" and epoch_ended):
            self.paused, self._until = True, None
