"""The three networks through `model.fit`, beside PyTorch where it is installed.

Each trains in a process of its own, ours and theirs in turns: on batches of 128 of MNIST, or of drawn digits,
shuffled anew for each epoch, float32, Adam. The best epoch after the first counts.
"""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuilab.bench import Figure
from tuilab.bench.kernels import ceiling
from tuilab.bench.training import data_here

BATCH = 128


@dataclass(frozen=True, slots=True)
class Network:
    """One of the networks: the work of a sample, how many samples an epoch has, and what it is to reach."""

    name: str
    mflop: float
    """Floating-point operations in the matrix products of one sample, to train, in millions."""
    samples: int
    share: float | None
    """Of the machine's ceiling, in percent."""
    against_torch: float


NETWORKS = (
    Network("mlp", 2 * 2 * (784 * 512) / 1e6 + 2 * 3 * (512 * 10) / 1e6, 60_000, 85, 1.5),
    Network("convnet", 14.3, 8192, 70, 1.5),
    Network("lstm", 13.4, 8192, None, 1.2),
)


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """Speed, share of the ceiling and memory of each network."""
    which = data_here()
    seconds, turns, epochs = (1.0, 1, 3) if quick else (3.0, 3, 6)
    beside = importlib.util.find_spec("torch") is not None
    before = ceiling(seconds)
    for network in NETWORKS:
        given = (network.name, which, str(network.samples), str(epochs))
        ours, theirs = [], []
        for _ in range(turns):
            ours.append(_child("tuilab.bench.fit_ours", *given))
            if beside:
                theirs.append(_child("tuilab.bench.fit_torch", *given))
        top = max(before, ceiling(seconds))
        speed = max(one["samples_per_s"] for one in ours)
        memory = f"{min(one['memory_mb'] for one in ours):,.0f} MB without the data"
        yield Figure(network.name, speed, "samples/s", note=f"model.fit, batch {BATCH}, {which}; {memory}")
        share = speed * network.mflop / 1e3 / top * 100
        note = f"of {top:,.0f} GFLOP/s"
        yield Figure(f"{network.name}, share of the ceiling", share, "%", at_least=network.share, note=note)
        if theirs:
            other = max(one["samples_per_s"] for one in theirs)
            memory = f"{min(one['memory_mb'] for one in theirs):,.0f} MB"
            note = f"PyTorch {other:,.0f} samples/s, {memory}"
            yield Figure(
                f"{network.name} against PyTorch",
                speed / other,
                "x",
                at_least=network.against_torch,
                note=note,
            )


def _child(module: str, *given: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", module, *given], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(given)} failed:\n{done.stdout}{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(samples: int, seconds: list[float], data_bytes: int) -> None:
    """What a child prints: its best epoch after the first, and the most memory it had, but for its data."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    speed = samples / min(seconds[1:] or seconds)
    print(json.dumps({"samples_per_s": speed, "memory_mb": (peak - data_bytes) / 1e6}))
