"""What a sweep is asked for: a small YAML file.

```yaml
train: {data: mnist, model: mlp, epochs: 3}      # what holds for every run
grid:                                            # every combination
  optimizer: [adam, sgd]
  learning_rate: [0.001, 0.01, 0.1]
random:                                          # so many drawn ones, of each combination of the grid
  runs: 8
  seed: 1
  learning_rate: {from: 1e-4, to: 1e-1, scale: log}
  batch_size: [64, 128, 256]
best: validation_accuracy                        # what the table is sorted by
```
"""

import itertools
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuilab.errors import RunError, TuilabError
from tuilab.text import nearest, safe
from tuilab.training.config import TrainingConfig

PARTS = ("train", "grid", "random", "best")
MEASURES = ("validation_accuracy", "validation_loss", "test_accuracy", "test_loss")
MOST_RUNS = 10_000
SIZE_LIMIT = 1 << 20
SETTINGS = (
    *("data", "model", "epochs", "batch_size", "optimizer"),
    *("learning_rate", "seed", "threads", "checkpoint_every"),
)


@dataclass(frozen=True, slots=True)
class Spec:
    """The runs of a sweep in order, each its settings; `varied` are the settings that differ among them."""

    name: str
    runs: tuple[Mapping[str, Any], ...]
    varied: tuple[str, ...]
    best: str

    @property
    def lower_is_better(self) -> bool:
        return self.best.endswith("loss")


def read(path: Path) -> Spec:
    """The sweep in a YAML file.

    Raises:
        TuilabError: it cannot be read, or something in it is not as expected; the sentence says what.
    """
    import yaml

    shown = safe(str(path), limit=200)
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise TuilabError(f"{shown}: this file cannot be read ({error.strerror}).") from None
    if len(content) > SIZE_LIMIT:
        raise TuilabError(f"{shown}: a sweep is told in less than {SIZE_LIMIT:,} bytes.")
    try:
        found = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise TuilabError(f"{shown}: this is not YAML ({safe(str(error), limit=200)}).") from None
    try:
        return from_mapping(found, path.stem)
    except TuilabError as error:
        raise TuilabError(f"{shown}: {error}") from None


def from_mapping(found: Any, name: str) -> Spec:
    """The sweep in a mapping of the form above; TuilabError where it is something else."""
    found = _mapping("a sweep", found)
    _known("part", found, PARTS)
    best = found.get("best", "validation_accuracy")
    if best not in MEASURES:
        raise TuilabError(f"best {safe(repr(best), limit=60)}: expected one of {', '.join(MEASURES)}.")
    fixed = {key: _value(value) for key, value in _mapping("train", found.get("train")).items()}
    grid = {key: _list(key, value) for key, value in _mapping("grid", found.get("grid")).items()}
    drawn = dict(_mapping("random", found.get("random")))
    count, seed = _count(drawn.pop("runs", 1), "runs", 1), _count(drawn.pop("seed", 0), "seed", 0)
    for settings in ({**fixed}, {**grid}, {**drawn}):
        _known("setting", settings, SETTINGS)
    if twice := sorted((fixed.keys() & grid.keys()) | (drawn.keys() & (fixed.keys() | grid.keys()))):
        raise TuilabError(f"{', '.join(twice)}: say each setting in one of train, grid and random only.")
    if not grid and not drawn:
        raise TuilabError("there is nothing to vary. Say under `grid` or `random` which settings to try.")
    total = count * math.prod(len(values) for values in grid.values())
    if total > MOST_RUNS:
        raise TuilabError(f"these are {total:,} runs; {MOST_RUNS:,} are the most.")
    generator = random.Random(seed)
    runs: list[Mapping[str, Any]] = []
    for values in itertools.product(*grid.values()):
        for _ in range(count):
            chosen = {key: _draw(key, choice, generator) for key, choice in drawn.items()}
            runs.append({**fixed, **dict(zip(grid, values, strict=True)), **chosen})
    for one in runs:
        TrainingConfig.from_mapping(one)
    return Spec(name, tuple(runs), (*grid, *drawn), best)


def _mapping(what: str, found: Any) -> Mapping[str, Any]:
    if found is None and what != "a sweep":
        return {}
    if not isinstance(found, Mapping) or not all(isinstance(key, str) for key in found):
        raise TuilabError(f"{what}: expected names with values, got {safe(repr(found), limit=60)}.")
    return found


def _known(what: str, found: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in found:
        if name not in names:
            like = nearest(name, names)
            hint = f"Did you mean {like}?" if like else f"Expected {', '.join(names)}."
            raise TuilabError(f"there is no {what} {safe(repr(name), limit=60)}. {hint}")


def _list(key: str, found: Any) -> list[Any]:
    if not isinstance(found, list) or not found:
        raise TuilabError(f"grid: {key} needs a list of values, as in [0.001, 0.01].")
    return [_value(one) for one in found]


def _count(value: Any, name: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 2**31:
        raise TuilabError(f"random: {name} {safe(repr(value), limit=60)}: expected a whole number.")
    return value


def _value(value: Any) -> Any:
    """A value as it was meant: YAML takes 1e-3, without a point, for a word."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def _draw(key: str, choice: Any, generator: random.Random) -> Any:
    if isinstance(choice, list) and choice:
        return _value(generator.choice(choice))
    if not isinstance(choice, Mapping) or not {"from", "to"} <= set(choice) <= {"from", "to", "scale"}:
        raise TuilabError(f"random: {key} needs a list, or {{from: 1e-4, to: 1e-1, scale: log}}.")
    low, high = _value(choice["from"]), _value(choice["to"])
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (low, high))
    if not numbers or not -math.inf < low < high < math.inf:
        raise TuilabError(f"random: {key} needs two numbers, from the lower to the higher.")
    whole = isinstance(low, int) and isinstance(high, int)
    match choice.get("scale", "linear"):
        case "log" if low > 0:
            drawn = math.exp(generator.uniform(math.log(low), math.log(high)))
        case "linear":
            drawn = generator.uniform(low, high)
        case _:
            raise RunError(f"random: the scale of {key} is linear, or, for numbers above 0, log.")
    return round(drawn) if whole else float(f"{drawn:.4g}")
