"""When a run keeps its state, and what goes on afterwards as if nothing had been.

Between two batches the state is only copied. A thread writes it, and waits for the disk. Where epochs are
short, not each one's end is kept, so that all of it costs less than a hundredth of the time.
"""

import math
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tuilab.errors import TuilabError
from tuilab.runs import EventWriter, Run, checkpoints
from tuilab.runs.event_writer import sizes
from tuilab.training.course import Course
from tuilab.training.state import State

SHARE = 0.01
"""How much of the time checkpoints at the ends of epochs may take, on one of the processors."""


class Checkpointing:
    """Keeps the state of one run, every so many seconds and at the ends of epochs."""

    def __init__(self, run: Run, events: EventWriter, every: float) -> None:
        self.run, self.events, self.every = run, events, every
        self.best = math.inf
        """The lowest loss on the validation set so far."""
        self.trouble = ""
        """Why the last state could not be kept, in a sentence."""
        self._taken = time.perf_counter()
        self._cost = 0.0
        self._thread: threading.Thread | None = None

    @property
    def folder(self) -> Path:
        return self.run.path / "checkpoints"

    def due(self, epoch_ended: bool) -> bool:
        """Whether it is time again."""
        since = time.perf_counter() - self._taken
        wanted = since > self.every or (epoch_ended and since > self._cost / SHARE)
        return wanted and not (self._thread and self._thread.is_alive())

    def take(self, course: Course, sums: Mapping[str, Any], validation_loss: float = math.nan) -> None:
        """Keep the state of the run, whose events were all written, with the loop's own `sums`."""
        self.wait()
        began = time.perf_counter()
        try:
            self.events.flush()
            best = validation_loss < self.best
            self.best = min(self.best, validation_loss) if best else self.best
            state = course.state({**sums, "best": self.best})
            facts = {**state.facts, "events": sizes(self.run.events_folder)}
        except TuilabError as error:
            self._failed(error)
            return
        finally:
            self._taken = time.perf_counter()
            self._cost = self._taken - began
        self._thread = threading.Thread(target=self._write, args=(state, facts, best), name="checkpoint")
        self._thread.start()

    def wait(self) -> None:
        """Wait until what was taken is written, or could not be."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _write(self, state: State, facts: Mapping[str, Any], best: bool) -> None:
        began = time.perf_counter()
        try:
            self.events.sync()
            checkpoints.write(self.folder, state.step, state.arrays, facts, best=best)
            self.trouble = ""
        except (TuilabError, OSError) as error:
            self._failed(error)
        self._cost += time.perf_counter() - began

    def _failed(self, error: Exception) -> None:
        if not self.trouble:
            self.run.log(f"No checkpoint: {error} The run goes on.")
        self.trouble = f"no checkpoint: {error}"
