"""What a machine and a process on it are doing: processor, memory, GPUs. A look may fail, and says why."""

from tuilab.machine.gpu import Gpu, GpuReader
from tuilab.machine.processes import Load, ProcessReader

__all__ = ["Gpu", "GpuReader", "Load", "ProcessReader"]
