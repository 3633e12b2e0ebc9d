"""What computes: Python, Numba, threads, BLAS, a GPU."""

import os
import platform
from pathlib import Path

from tuilab.doctor.findings import Finding
from tuilab.text import safe


def python() -> Finding:
    """The interpreter and the machine that it was built for."""
    says = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding("Python", "good", says)


def numba() -> Finding:
    """What compiles the kernels, and for which processor."""
    try:
        import llvmlite.binding as llvm
        import numba as found
    except ImportError as error:
        return Finding("Numba", "bad", f"cannot be imported ({error})", "pip install --force-reinstall numba")
    processor = safe(str(llvm.get_host_cpu_name()), limit=60)
    return Finding("Numba", "good", f"{found.__version__}, compiles for {processor}")


def threads() -> Finding:
    """How many threads there are to compute with."""
    from tuilab.kernels import jit

    count, may = jit.threads(), len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    has = os.cpu_count() or 0
    says = f"{count}, of {has} processors" if has else f"{count}"
    if may and may < has:
        return Finding("threads", "note", says, f"This process may use only {may} of them (taskset, a job).")
    if may and count < may:
        return Finding("threads", "note", says, "A container's share or TUILAB_THREADS holds it to that.")
    return Finding("threads", "good", says)


def blas() -> Finding:
    """What multiplies matrices, and whether it keeps to one thread as tuilab needs."""
    import scipy.linalg  # noqa: F401  (what Numba's products call)
    import threadpoolctl

    from tuilab.kernels import jit

    pools = [one for one in threadpoolctl.threadpool_info() if one.get("user_api") == "blas"]
    if not pools:
        return Finding("BLAS", "note", "none was found that tells of itself", "Products may be slow.")
    says = ", ".join(
        sorted(
            {
                f"{one['internal_api']} {one.get('version') or ''} ({one.get('architecture', '?')})"
                for one in pools
            }
        )
    )
    if any(int(one["num_threads"]) > 1 for one in pools):
        return Finding("BLAS", "note", says, f"It has threads of its own beside tuilab's {jit.threads()}.")
    return Finding("BLAS", "good", f"{says}, one thread")


def gpu() -> Finding:
    """The GPUs that a run's panel would show."""
    from tuilab.machine import GpuReader

    reader = GpuReader()
    found = reader.read()
    if found:
        names = ", ".join(f"{one.name} ({(one.memory_total or 0) / 1e9:.0f} GB)" for one in found)
        unread = sorted({f"{what}: {why}" for one in found for what, why in one.unread.items()})
        return Finding("GPU", "good", names, f"not to be read: {'; '.join(unread)}" if unread else "")
    if reader.why == "no nvidia-ml-py" and Path("/dev/nvidia0").exists():
        return Finding("GPU", "note", "one is here, but not looked at", "pip install 'tuilab[gpu]' shows it.")
    return Finding("GPU", "good", f"none ({reader.why}); tuilab computes on the processor")
