"""What a cell may take, and how one is stopped that does not stop by itself."""

import signal
from dataclasses import dataclass, field

from tuilab.session import process
from tuilab.session.events import Outcome

GRACE = 1.0
"""Seconds in which a cell may end by itself once it was interrupted."""
TERMINATE = 0.5
"""Seconds after SIGTERM until SIGKILL."""
GONE = "What earlier cells defined is gone."

Verdict = tuple[Outcome, str]
"""How a cell ended, as an outcome and a sentence."""


@dataclass(frozen=True)
class Limits:
    """memory: bytes, for the child and what it has started; output: bytes printed in a cell."""

    memory: int
    output: int

    def exceeded(self, pid: int) -> Verdict | None:
        """Why a child must end at once, with everything that it has started."""
        memory, count = process.resident(pid)
        if count > process.FAMILY_LIMIT:
            words = f"The cell was ended: it had started more than {process.FAMILY_LIMIT} processes."
            return "processes", f"{words} {GONE}"
        if memory > self.memory and count > 1:
            memory = process.proportional(pid)
        if memory > self.memory:
            took, may = _gigabytes(memory), _gigabytes(self.memory)
            words = f"The cell was ended: it took {took} of memory, and may take {may}."
            return "memory", f"{words} {GONE}"
        return None


@dataclass
class Stop:
    """A cell that is being stopped: SIGINT at once, SIGTERM after a while, and then SIGKILL."""

    outcome: Outcome
    words: str
    since: float
    sent: list[signal.Signals] = field(default_factory=list)

    def due(self, now: float, listens: bool) -> signal.Signals | None:
        """The signal to send now. A child that does not listen yet would lose an interrupt, which waits."""
        waited = now - self.since
        if waited >= GRACE + TERMINATE and signal.SIGKILL not in self.sent:
            return self._send(signal.SIGKILL)
        if waited >= GRACE and signal.SIGTERM not in self.sent:
            return self._send(signal.SIGTERM)
        if listens and not self.sent:
            return self._send(signal.SIGINT)
        return None

    def _send(self, number: signal.Signals) -> signal.Signals:
        self.sent.append(number)
        return number

    def by_force(self) -> Verdict | None:
        """The end of a child that died of it; None where it died of something else."""
        if not self.sent or self.sent[-1] == signal.SIGINT:
            return None
        how = "terminated" if self.sent[-1] == signal.SIGTERM else "killed"
        words = f"It did not stop when asked, so its process was {how} ({self.sent[-1].name})."
        return self.outcome, f"{self.words} {words} {GONE}"


def _gigabytes(size: int) -> str:
    return f"{size / 2**30:.1f} GB" if size >= 2**30 else f"{size / 2**20:.0f} MB"
