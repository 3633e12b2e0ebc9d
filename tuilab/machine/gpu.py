"""NVIDIA's GPUs through NVML, where the extra `tuilab[gpu]` (nvidia-ml-py) and a driver are."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tuilab.text import safe

MOST = 16
"""So many GPUs are looked at."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU. What could not be read is None, and `unread` says why, by its name."""

    name: str = ""
    utilization: float | None = None
    """Percent of the time in which something ran on it."""
    memory_used: int | None = None
    """Bytes, as `memory_total`."""
    memory_total: int | None = None
    power: float | None = None
    """Watts."""
    temperature: float | None = None
    """Degrees Celsius."""
    processes: tuple[tuple[int, int | None], ...] | None = None
    """Process numbers with the bytes each has there."""
    unread: dict[str, str] = field(default_factory=dict)


class GpuReader:
    """Looks at the GPUs each time it is asked. `why` says why there is none to look at."""

    def __init__(self) -> None:
        self.why = ""
        self._library: Any = None
        try:
            library = importlib.import_module("pynvml")
        except ImportError:
            self.why = "no nvidia-ml-py"
            return
        try:
            library.nvmlInit()
        except Exception as error:  # NVML's own, or a broken library's
            self.why = _reason(error)
            return
        self._library = library

    def read(self) -> tuple[Gpu, ...]:
        """Each GPU as it is now; none where `why` says something."""
        library = self._library
        if library is None:
            return ()
        try:
            count = min(int(library.nvmlDeviceGetCount()), MOST)
        except Exception as error:
            self.why = _reason(error)
            return ()
        self.why = "" if count else "the driver sees none"
        return tuple(self._one(number) for number in range(count))

    def _one(self, number: int) -> Gpu:
        library = self._library
        try:
            handle = library.nvmlDeviceGetHandleByIndex(number)
        except Exception as error:
            return Gpu(f"GPU {number}", unread={"handle": _reason(error)})
        unread: dict[str, str] = {}

        def ask(what: str, question: Callable[[], Any]) -> Any:
            try:
                return question()
            except Exception as error:  # many GPUs answer only some of these
                unread[what] = _reason(error)
                return None

        name = ask("name", lambda: library.nvmlDeviceGetName(handle))
        if isinstance(name, bytes):
            name = name.decode("utf-8", "replace")
        memory = ask("memory", lambda: library.nvmlDeviceGetMemoryInfo(handle))
        return Gpu(
            name=safe(str(name or f"GPU {number}"), limit=60),
            utilization=ask("utilization", lambda: float(library.nvmlDeviceGetUtilizationRates(handle).gpu)),
            memory_used=None if memory is None else int(memory.used),
            memory_total=None if memory is None else int(memory.total),
            power=ask("power", lambda: library.nvmlDeviceGetPowerUsage(handle) / 1000),
            temperature=ask("temperature", lambda: float(library.nvmlDeviceGetTemperature(handle, 0))),
            processes=ask(
                "processes", lambda: _processes(library.nvmlDeviceGetComputeRunningProcesses(handle))
            ),
            unread=unread,
        )


def _processes(found: Any) -> tuple[tuple[int, int | None], ...]:
    return tuple((int(one.pid), one.usedGpuMemory) for one in found)


_WORDS = {
    "LibraryNotFound": "no NVIDIA driver",
    "DriverNotLoaded": "the driver is not loaded",
    "NoPermission": "no permission",
    "NotSupported": "not supported",
    "GpuIsLost": "the GPU is lost: a restart brings it back",
    "LibRmVersionMismatch": "driver and library differ: a restart helps",
}


def _reason(error: Exception) -> str:
    kind = type(error).__name__.removeprefix("NVMLError_")
    return _WORDS.get(kind) or safe(str(error), limit=80) or kind
