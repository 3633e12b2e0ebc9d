"""What one process takes of the machine, by psutil."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """A process at one moment. `why` says why there are no figures."""

    processor: float | None = None
    """Percent of one processor, since the last look."""
    memory: int | None = None
    """Bytes that are really there."""
    why: str = ""


class ProcessReader:
    """Looks at one process each time it is asked."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._seen: tuple[float, float] | None = None

    def read(self) -> Load:
        """The process now; its share of the processor from the second look on."""
        import time

        import psutil

        try:
            process = psutil.Process(self.pid)
            times, memory = process.cpu_times(), int(process.memory_info().rss)
        except psutil.NoSuchProcess:
            return Load(why="the process is gone")
        except psutil.AccessDenied:
            return Load(why="no permission")
        except (psutil.Error, OSError) as error:
            return Load(why=str(error)[:80])
        now, used = time.monotonic(), times.user + times.system
        before, self._seen = self._seen, (now, used)
        share = None
        if before is not None and now > before[0]:
            share = max(0.0, 100 * (used - before[1]) / (now - before[0]))
        return Load(share, memory)
