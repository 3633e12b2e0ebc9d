"""What the lab says of a run, in words: pure functions of its configuration and its snapshot."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tuilab.text import number, safe

if TYPE_CHECKING:
    from tuilab.machine import Gpu
    from tuilab.runs import Status
    from tuilab.tui.run_view import Machine, Snapshot

DATA_NAMES = {"mnist": "MNIST", "digits": "drawn digits"}
WISHES = {
    "pause": "pausing …",
    "resume": "going on …",
    "batch": "one batch …",
    "phase": "one phase …",
    "op": "one operation …",
    "back": "going back …",
    "go": "going there …",
    "set": "changing …",
    "epoch": "to the end of the epoch …",
    "stop": "stopping …",
}
LEVELS: Mapping[str, str] = {"op": "operation", "phase": "phase", "batch": "batch", "epoch": "epoch"}
ALIVE = frozenset(("starting", "compiling", "running", "paused"))


def data_name(config: Mapping[str, Any]) -> str:
    """The data set's name for people."""
    key = str(config.get("data", "?"))
    return safe(str(config.get("data_name") or DATA_NAMES.get(key, key)), limit=40)


def plan(config: Mapping[str, Any]) -> str:
    """What a configuration would train, in a sentence's worth of words."""
    parts = [f"{safe(str(config.get('model', 'mlp')), limit=40)} on {data_name(config)}"]
    if epochs := config.get("epochs"):
        parts.append(f"{epochs} epochs")
    if size := config.get("batch_size"):
        parts.append(f"batches of {size}")
    if optimizer := config.get("optimizer"):
        rate = config.get("learning_rate")
        parts.append(f"{optimizer} at {number(rate)}" if rate else str(optimizer))
    return ", ".join(parts)


def now(snapshot: "Snapshot", wish: str = "", ending: str = "") -> str:
    """What a run is doing. `wish` is a command that it has not answered, `ending` how its process ended."""
    status, state = snapshot.status, snapshot.state
    if wish and state in ALIVE:
        return WISHES[wish]
    loss = f" · loss {number(status.loss)}" if status.loss is not None else ""
    where = f"batch {status.batch} of epoch {status.epoch}" if status.epoch else "the beginning"
    match state:
        case "starting":
            return safe(status.message, limit=200) or "starting the training process …"
        case "compiling":
            return compiling(status)
        case "running":
            return safe(status.message, limit=100) or f"running{loss}"
        case "paused":
            return safe(status.message, limit=100) or stand(status) or f"paused at {where}{loss}"
        case "finished":
            return finished(status)
        case "stopped":
            return f"stopped at {where}{loss}"
        case "dead":
            return ending or "The training process is gone. What it measured is kept."
        case "unknown":
            return safe(status.message, limit=300) or "It cannot be told from here whether this run goes on."
        case _:
            return safe(status.message, limit=300) or ending or f"{state} at {where}"


def stand(status: "Status") -> str:
    """Where within a batch a run stands: `batch 12 · backward 3 of 9 · matmul`; nothing between two."""
    if not status.phase:
        return ""
    words = f"batch {status.batch % max(1, status.batches) + 1} · {safe(status.phase, limit=20)}"
    if status.stops > 1:
        words += f" {status.stop} of {status.stops}"
    return f"{words} · {safe(status.operation, limit=30)}" if status.operation else words


def reach(status: "Status") -> str:
    """How far one can step back at once, and what that takes: `back 37 batches, 96 MB`."""
    if not status.kept_limit_mb:
        return ""
    kept = f"{status.kept_mb:.0f}" if status.kept_mb >= 10 else f"{status.kept_mb:.1f}"
    return f"back {status.reach} batch{'es' * (status.reach != 1)}, {kept} MB"


def compiling(status: "Status") -> str:
    """Which kernel is being compiled."""
    kernel = safe(status.kernel, limit=60)
    return f"compiling {kernel} ({status.kernels_compiled} so far) …" if kernel else "compiling kernels …"


def finished(status: "Status") -> str:
    """How a finished run did on the test set."""
    if status.test_accuracy is None:
        return "finished"
    loss = f", loss {number(status.test_loss)}" if status.test_loss is not None else ""
    return f"finished: test accuracy {status.test_accuracy:.4f}{loss}"


def notice(config: Mapping[str, Any]) -> str:
    """A word where the run trains on other data than was asked for."""
    if config.get("asked") == "mnist" and config.get("data") == "digits":
        return "MNIST is not here: training on drawn digits"
    return ""


def position(status: "Status") -> float:
    """How much of the current epoch is done, from 0 to 1."""
    return min(1.0, status.batch / status.batches) if status.batches else 0.0


def rate(value: float | None) -> str:
    """A speed for people, in whole samples a second."""
    if value is None or not math.isfinite(value) or value <= 0:
        return ""
    return f"{value:,.0f} samples/s"


def threads(status: "Status", machine: "Machine | None") -> str:
    """How many threads compute, and how busy the processors are with them."""
    if not status.threads:
        return ""
    busy = machine.load.processor if machine is not None else None
    return f"{status.threads}" + (f" at {busy:.0f} %" if busy is not None else "")


def memory(status: "Status", machine: "Machine | None") -> str:
    """What the process has of the memory: as seen from here, or as it says itself."""
    if machine is not None and machine.load.memory is not None:
        return f"{machine.load.memory / 1e6:,.0f} MB"
    return f"{status.memory_mb:,.0f} MB" if status.memory_mb else ""


def gpus(machine: "Machine") -> list[tuple[str, str]]:
    """A line or two for each GPU, or one that says why there is none."""
    if not machine.gpus:
        return [("gpu", machine.no_gpu or "none")]
    lines = []
    for place, one in enumerate(machine.gpus):
        head = "gpu" if len(machine.gpus) == 1 else f"gpu {place}"
        lines.append((head, one.name))
        if "handle" in one.unread:
            lines.append(("", one.unread["handle"]))
            continue
        lines.append(("  busy", _or_why(one, "utilization", lambda it: f"{it.utilization:.0f} %")))
        lines.append(("  memory", _or_why(one, "memory", _gpu_memory)))
        lines.append(("  power", _or_why(one, "power", lambda it: f"{it.power:.0f} W")))
        lines.append(("  temperature", _or_why(one, "temperature", lambda it: f"{it.temperature:.0f} °C")))
        lines.append(("  processes", _or_why(one, "processes", lambda it: f"{len(it.processes or ())}")))
    return lines


def _gpu_memory(gpu: "Gpu") -> str:
    return f"{(gpu.memory_used or 0) / 1e9:.1f} of {(gpu.memory_total or 0) / 1e9:.0f} GB"


def _or_why(gpu: "Gpu", what: str, say: "Callable[[Gpu], str]") -> str:
    return f"? ({gpu.unread[what]})" if what in gpu.unread else say(gpu)
