"""What a training run is asked for: names, defaults and bounds. Free of Numba."""

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from tuilab.errors import RunError
from tuilab.text import nearest, safe

POINTS = {
    "moons": "two moons",
    "circles": "a circle in a circle",
    "spirals": "two spirals",
    "xor": "exclusive or",
    "gaussians": "three clouds",
    "checkerboard": "a checkerboard",
}
"""Sets of points in the plane."""
DATA = {"mnist": "MNIST", "digits": "drawn digits", **POINTS}
FOR_POINTS = "small"
"""The network that reads points; the others read images."""
MODELS = {
    "mlp": "784-512-10: dense relu, dense softmax",
    "convnet": "two convolutions of 3 x 3, each relu and pooled 2 x 2, dense softmax",
    "lstm": "28 rows read one by one by an LSTM of 128 units, dense softmax",
    FOR_POINTS: "2-16-16 and as many as there are classes: dense relu twice, dense softmax; for points",
}
LEARNING_RATES = {
    "adam": 1e-3,
    "adamw": 1e-3,
    "rmsprop": 1e-3,
    "adagrad": 1e-1,
    "momentum": 1e-2,
    "nesterov": 1e-2,
    "sgd": 1e-1,
}
"""Each optimizer with the learning rate that it starts with unless told."""

NOISE_LIMIT = 10.0
CHANGES_LIMIT = 200
PHASES = ("batch", "forward", "loss", "backward")
"""The phases of a batch that one can stand in."""
STOPS_LIMIT = 1_000_000
_MOST = {
    "epochs": 10_000,
    "batch_size": 60_000,
    "seed": 2**63 - 1,
    "threads": 1024,
    "ring_mb": 1 << 20,
    "stop_at": 2**53,
}
_LEAST = {"seed": 0, "threads": 0, "ring_mb": 0, "stop_at": 0}


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """A run's settings. `threads` 0 stands for as many as the machine gives."""

    data: str = "mnist"
    model: str = "mlp"
    epochs: int = 5
    batch_size: int = 128
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    seed: int = 7
    threads: int = 0
    noise: float = 0.0
    """How much inputs are disturbed in training: a standard deviation, for images a share of white."""
    ring_mb: int = 256
    """Memory for the states that one can step back to."""
    paused: bool = False
    checkpoint_every: float = 10.0
    """Seconds between two checkpoints; there is one at the end of an epoch too."""
    stop_at: int = 0
    """The batch after which it pauses by itself; 0 for none."""
    stop_in: tuple[str, int] | None = None
    """Where in the next batch it then stands: the phase, and the number of the stop in it."""
    changes: tuple[tuple[int, str, Any], ...] = ()
    """What is changed by hand on the way: after so many batches, what, to what."""
    fork: Mapping[str, Any] | None = None
    """Where this run was forked off: the run it is `of`, its `step`, and the `change` made there."""

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> "TrainingConfig":
        """The settings in `given`, checked, with defaults for what is not there; other keys are left alone.

        RunError names the setting, what came, and what was expected.
        """
        values = {one.name: given[one.name] for one in fields(cls) if given.get(one.name) is not None}
        for name, known in (("data", DATA), ("model", MODELS), ("optimizer", LEARNING_RATES)):
            if name in values and not (isinstance(values[name], str) and values[name] in known):
                guess = nearest(str(values[name]), known)
                hint = f"did you mean {guess!r}?" if guess else f"expected one of {', '.join(known)}."
                raise RunError(f"{name} {safe(repr(values[name]), limit=60)}: {hint}")
        data = values.get("data", "mnist")
        model = values.setdefault("model", FOR_POINTS if data in POINTS else "mlp")
        if (data in POINTS) != (model == FOR_POINTS):
            reads = "points in the plane" if model == FOR_POINTS else "images"
            fits = FOR_POINTS if data in POINTS else ", ".join(one for one in MODELS if one != FOR_POINTS)
            raise RunError(f"model {model!r} reads {reads}, and {DATA[data]} are none: choose {fits}.")
        for name, most in _MOST.items():
            least = _LEAST.get(name, 1)
            value = values.get(name, least)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise RunError(
                    f"{name} {safe(repr(value), limit=60)}: expected a whole number, {least} to {most}."
                )
        rate = values.setdefault("learning_rate", LEARNING_RATES[values.get("optimizer", "adam")])
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate <= sys.float_info.max:
            raise RunError(f"learning_rate {safe(repr(rate), limit=60)}: expected a number above 0.")
        values["learning_rate"] = float(rate)
        every = values.setdefault("checkpoint_every", 10.0)
        if isinstance(every, bool) or not isinstance(every, int | float) or not 0 < every <= 1e6:
            raise RunError(f"checkpoint_every {safe(repr(every), limit=60)}: expected seconds, above 0.")
        noise = values.setdefault("noise", 0.0)
        if isinstance(noise, bool) or not isinstance(noise, int | float) or not 0 <= noise <= NOISE_LIMIT:
            raise RunError(
                f"noise {safe(repr(noise), limit=60)}: expected a number from 0 to {NOISE_LIMIT:g}."
            )
        values["noise"] = float(noise)
        if "stop_in" in values:
            values["stop_in"] = _stop_in(values["stop_in"])
        values["paused"] = bool(values.get("paused", False))
        values["changes"] = _changes(values.get("changes", ()))
        if "fork" in values:
            values["fork"] = _fork(values["fork"])
        return cls(**values)

    def to_mapping(self) -> dict[str, Any]:
        """The settings as JSON takes them, with the data set's name for people."""
        return {**asdict(self), "data_name": DATA[self.data]}


def _stop_in(given: Any) -> tuple[str, int]:
    """A place within a batch."""
    try:
        phase, number = given
        if phase in PHASES and type(number) is int and 1 <= number <= STOPS_LIMIT:
            return phase, number
    except (TypeError, ValueError):
        pass
    expected = f"expected one of {', '.join(PHASES)}, and the number of a stop in it, from 1."
    raise RunError(f"stop_in {safe(repr(given), limit=60)}: {expected}")


def _fork(given: Any) -> dict[str, Any]:
    """Where a run was forked off, if that is what it is."""
    from tuilab.runs.control import SETTINGS

    try:
        change = {str(name): SETTINGS[name](value) for name, value in dict(given["change"]).items()}
        step = given["step"]
        if isinstance(step, bool) or not isinstance(step, int) or step < 0:
            raise ValueError(f"its step is {step!r}")
        of, base = safe(str(given["of"]), limit=64), dict(given.get("base", {}))
        return {"of": of, "step": step, "change": change, "base": base}
    except (KeyError, TypeError, ValueError) as error:
        shown = safe(str(error), limit=100)
        raise RunError(f"fork: expected the run it is of, its step and the change made ({shown}).") from None


def _changes(given: Any) -> tuple[tuple[int, str, Any], ...]:
    """What is changed by hand, in the order of the batches."""
    from tuilab.runs.control import SETTINGS

    try:
        if not isinstance(given, list | tuple) or len(given) > CHANGES_LIMIT:
            raise ValueError(f"at most {CHANGES_LIMIT} in a list")
        made = []
        for step, name, value in given:
            if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= 2**53:
                raise ValueError(f"a change is made after {step!r} batches")
            if name not in SETTINGS or (name == "optimizer" and value not in LEARNING_RATES):
                raise ValueError(f"{value if name in SETTINGS else name!r} is not known")
            made.append((step, name, SETTINGS[name](value)))
    except (TypeError, ValueError) as error:
        raise RunError(f"changes: {safe(str(error), limit=160)}.") from None
    return tuple(sorted(made, key=lambda change: change[0]))
