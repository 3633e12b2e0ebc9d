"""What the machine does, with a library of GPUs that is made up: no call of it can be relied on."""

import os
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tuilab.machine import GpuReader, ProcessReader
from tuilab.runs import Status
from tuilab.tui import run_words
from tuilab.tui.run_view import Machine


class NVMLError_NotSupported(Exception):  # noqa: N801, N818  (the library's own name)
    """As the library says that a GPU does not tell."""


class NVMLError_LibraryNotFound(Exception):  # noqa: N801, N818
    """As the library says that there is no driver."""


def fails(error: Exception) -> Any:
    def call(*_: Any) -> Any:
        raise error

    return call


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """NVML with one GPU that tells all."""
    made: Any = ModuleType("pynvml")
    made.nvmlInit = lambda: None
    made.nvmlDeviceGetCount = lambda: 1
    made.nvmlDeviceGetHandleByIndex = lambda number: number
    made.nvmlDeviceGetName = lambda _: b"Made-up 9\x1b[2J"
    made.nvmlDeviceGetUtilizationRates = lambda _: SimpleNamespace(gpu=34)
    made.nvmlDeviceGetMemoryInfo = lambda _: SimpleNamespace(used=12_100_000_000, total=80_000_000_000)
    made.nvmlDeviceGetPowerUsage = lambda _: 120_400
    made.nvmlDeviceGetTemperature = lambda *_: 45
    made.nvmlDeviceGetComputeRunningProcesses = lambda _: [SimpleNamespace(pid=7, usedGpuMemory=None)]
    monkeypatch.setitem(sys.modules, "pynvml", made)
    return made


def words(reader: GpuReader) -> list[tuple[str, str]]:
    return run_words.gpus(Machine(ProcessReader(os.getpid()).read(), reader.read(), reader.why))


def test_a_gpu_tells_what_it_does(library: ModuleType) -> None:
    [gpu] = GpuReader().read()
    assert (gpu.utilization, gpu.power, gpu.temperature) == (34.0, 120.4, 45.0)
    assert (gpu.memory_used, gpu.memory_total, gpu.processes) == (
        12_100_000_000,
        80_000_000_000,
        ((7, None),),
    )
    assert gpu.unread == {}
    assert "\x1b" not in gpu.name
    assert dict(words(GpuReader()))["  memory"] == "12.1 of 80 GB"


CALLS = {
    "nvmlDeviceGetName": "name",
    "nvmlDeviceGetUtilizationRates": "utilization",
    "nvmlDeviceGetMemoryInfo": "memory",
    "nvmlDeviceGetPowerUsage": "power",
    "nvmlDeviceGetTemperature": "temperature",
    "nvmlDeviceGetComputeRunningProcesses": "processes",
}


@pytest.mark.parametrize(("call", "what"), CALLS.items())
def test_each_call_may_fail_alone_and_then_says_why(library: ModuleType, call: str, what: str) -> None:
    setattr(library, call, fails(NVMLError_NotSupported("Not Supported")))
    [gpu] = GpuReader().read()
    assert gpu.unread == {what: "not supported"}
    if what != "name":
        assert [value for _, value in words(GpuReader()) if "not supported" in value] == ["? (not supported)"]


@pytest.mark.parametrize("call", ["nvmlInit", "nvmlDeviceGetCount"])
def test_without_a_driver_there_is_a_word(library: ModuleType, call: str) -> None:
    setattr(library, call, fails(NVMLError_LibraryNotFound("NVML Shared Library Not Found")))
    reader = GpuReader()
    assert reader.read() == ()
    assert reader.why == "no NVIDIA driver"
    assert words(reader) == [("gpu", "no NVIDIA driver")]


def test_a_gpu_that_falls_off_the_bus_is_still_named(library: ModuleType) -> None:
    library.nvmlDeviceGetHandleByIndex = fails(RuntimeError("fell off"))  # type: ignore[attr-defined]
    assert words(GpuReader()) == [("gpu", "GPU 0"), ("", "fell off")]


def test_without_the_library_there_is_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    reader = GpuReader()
    assert (reader.read(), reader.why) == ((), "no nvidia-ml-py")


def test_a_process_is_seen_from_outside() -> None:
    reader = ProcessReader(os.getpid())
    first = reader.read()
    assert first.processor is None
    assert first.memory is not None
    assert first.memory > 1_000_000
    sum(range(1_000_000))
    second = reader.read()
    assert second.processor is not None
    assert second.processor > 0
    machine = Machine(second, (), "")
    assert run_words.threads(Status(threads=2), machine) == f"2 at {second.processor:.0f} %"
    assert run_words.memory(Status(), machine).endswith(" MB")


def test_a_process_that_is_gone_is_said_to_be() -> None:
    assert ProcessReader(2**22 + 1).read().why == "the process is gone"
