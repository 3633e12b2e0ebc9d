"""How many threads this process may use, one thread for BLAS, and the width of vectors. Only the standard
library at import.

The machine's core count is not it: a container may have been given less (a cgroup's CPU quota), and a
process may be bound to a few processors (its affinity). Both are asked before Numba is imported,
because Numba sizes its pool once, at import.
"""

import math
import os
from pathlib import Path


def available_threads() -> int:
    """The processors that this process may run on at once: affinity, cut by the container's quota."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cgroup_quota()
    return max(1, affinity if quota is None else min(affinity, math.ceil(quota)))


def cgroup_quota(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> float | None:
    """The CPU quota of this process's control group in processors, or None where there is none.

    Reads cgroup v2's `cpu.max` and v1's `cpu.cfs_quota_us` from the process's own group up to the root,
    since every level limits.
    """
    quotas = [_quota_v2(folder / "cpu.max") for folder in _own_groups(root, own, "")]
    quotas += [_quota_v1(folder) for folder in _own_groups(root / "cpu", own, "cpu")]
    known = [quota for quota in quotas if quota is not None]
    return min(known) if known else None


def features_with_widest_vectors() -> str | None:
    """The processor's features as LLVM names them, with vectors of 512 bits where it has them; None where it
    has none.

    LLVM keeps to 256 bits on most such processors, for fear of a lower clock. Register tiles use all 512
    anyway, and with them exp and tanh take two thirds of the time, an LSTM's step 4 % less.
    """
    from llvmlite import binding

    try:
        features = binding.get_host_cpu_features()
    except RuntimeError:
        return None
    return f"{features.flatten()},-prefer-256-bit" if features.get("avx512f") else None


def pin_blas() -> None:
    """Give every loaded BLAS one thread.

    Kernels call BLAS on tiles inside their own threads. A BLAS that opens a second pool beside them
    was measured 25 times slower: the two pools spin against each other.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


def _own_groups(root: Path, own: Path, controller: str) -> list[Path]:
    """The group's folder and those above it. Lines of `own` are `number:controllers:path` (v2: `0::path`)."""
    try:
        lines = [line.split(":", 2) for line in own.read_text().splitlines()]
    except OSError:
        return [root]
    paths = [line[2] for line in lines if len(line) == 3 and controller in line[1].split(",")]
    folder = root / (paths[0] if paths else "/").lstrip("/")
    return [folder, *(parent for parent in folder.parents if parent == root or root in parent.parents)]


def _quota_v2(file: Path) -> float | None:
    try:
        quota, period = file.read_text().split()[:2]
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None


def _quota_v1(folder: Path) -> float | None:
    try:
        quota = int((folder / "cpu.cfs_quota_us").read_text())
        period = int((folder / "cpu.cfs_period_us").read_text())
    except (OSError, ValueError):
        return None
    return quota / period if quota > 0 and period > 0 else None
