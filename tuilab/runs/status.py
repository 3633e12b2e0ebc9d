"""What a run says of itself: the content of `status.json`."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, get_args

State = Literal[
    "starting",
    "compiling",
    "running",
    "paused",
    "finished",
    "stopped",
    "diverged",
    "failed",
    "dead",
    "unknown",
]
"""`dead` and `unknown` are never written: whoever looks at a run concludes them (`Run.state`)."""

STATES: tuple[State, ...] = get_args(State)
ALIVE: frozenset[State] = frozenset({"starting", "compiling", "running", "paused"})
ENDED: frozenset[State] = frozenset({"finished", "stopped", "diverged", "failed"})

TEXT_LIMIT = 2_000
COUNT_LIMIT = 2**53
_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@dataclass(frozen=True, slots=True)
class Status:
    """A moment of a run. Rates in samples a second, times in seconds, memory in MB (10^6 bytes)."""

    state: State = "starting"
    message: str = ""
    """One plain sentence for people."""
    kernel: str = ""
    """The kernel being compiled."""
    kernels_compiled: int = 0
    compile_s: float = 0.0
    epoch: int = 0
    """The epoch under way, from 1; 0 before the first."""
    epochs: int = 0
    batch: int = 0
    """Batches done in this epoch."""
    batches: int = 0
    step: int = 0
    """Batches done over all epochs."""
    samples_per_s: float = 0.0
    loss: float | None = None
    accuracy: float | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    learning_rate: float = 0.0
    batch_size: int = 0
    optimizer: str = ""
    noise: float = 0.0
    """How much the inputs are disturbed: a standard deviation, for images a share of white."""
    level: str = ""
    """What the last move by hand went by: op, phase, batch or epoch."""
    phase: str = ""
    """Within a batch that is walked, the phase; empty between two."""
    operation: str = ""
    """The operation of the phase that was done last."""
    stop: int = 0
    """Its number among the phase's, from 1, of `stops`."""
    stops: int = 0
    furthest: int = 0
    """Batches that were done on this way, from which one may have stepped back."""
    reach: int = 0
    """Batches that can be stepped back at once."""
    kept_mb: float = 0.0
    """Memory of the states kept for stepping back, of at most `kept_limit_mb`."""
    kept_limit_mb: float = 0.0
    threads: int = 0
    memory_mb: float = 0.0
    first_point_s: float | None = None
    """Seconds from the start of the process to the first point of the curve."""
    host: str = ""
    boot: str = ""
    pid: int = 0
    process_started: float = 0.0
    """Seconds since 1970, as `heartbeat`."""
    heartbeat: float = 0.0
    """When this status was written."""

    @property
    def alive(self) -> bool:
        """Whether the run says that it goes on. It may have died since: `Run.state` knows."""
        return self.state in ALIVE

    def to_json(self) -> bytes:
        """Standard JSON: NaN and infinity are strings in it."""
        pairs = {field.name: _writable(getattr(self, field.name)) for field in fields(self)}
        return json.dumps(pairs, allow_nan=False).encode()

    @classmethod
    def from_mapping(cls, found: Mapping[str, Any]) -> Self:
        """A status from JSON of any origin: unknown keys are ignored, and what is not of its type or
        out of bounds takes its default; a state that is not known becomes `unknown`."""
        values: dict[str, Any] = {}
        for name, (kind, default) in _FIELDS.items():
            values[name] = _checked(found.get(name, default), kind, default)
        written = found.get("state")
        values["state"] = written if written in (*ALIVE, *ENDED) else "unknown"
        return cls(**values)


def _kinds() -> dict[str, tuple[str, Any]]:
    kinds = {str: "text", int: "count", float: "number", float | None: "number"}
    return {
        field.name: ("text" if field.name == "state" else kinds[field.type], field.default)  # type: ignore[index]
        for field in fields(Status)
    }


_FIELDS = _kinds()


def _writable(value: Any) -> Any:
    if isinstance(value, str | int) or value is None:
        return value
    number = float(value)
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _checked(value: Any, kind: str, default: Any) -> Any:
    if kind == "text":
        return value[:TEXT_LIMIT] if isinstance(value, str) else default
    if isinstance(value, bool):
        return default
    if kind == "count":
        return value if isinstance(value, int) and 0 <= value <= COUNT_LIMIT else default
    if isinstance(value, str):
        return _NOT_FINITE.get(value, default)
    if isinstance(value, int | float):
        return float(value) if isinstance(value, float) or abs(value) <= COUNT_LIMIT else default
    return default
