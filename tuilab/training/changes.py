"""What is changed in a run by hand: what it is called, what it takes, and how it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuilab.errors import TuilabError
from tuilab.nn import optimizers
from tuilab.text import number, safe
from tuilab.training.trainer import Trainer


@dataclass(frozen=True, slots=True)
class Change:
    """After `step` batches `name` became `value`. Done again at the same place it changes nothing more."""

    step: int
    name: str
    value: Any

    def to_json(self) -> list[Any]:
        """As JSON takes it."""
        return [self.step, self.name, self.value]


def apply(trainer: Trainer, change: Change) -> None:
    """Make a change; the trainer stands between two batches.

    Raises:
        TuilabError: there is no such parameter, or no such place in it.
    """
    model, value = trainer.model, change.value
    match change.name:
        case "learning_rate":
            model.optimizer.learning_rate = value
        case "optimizer":
            changed = optimizers.get(value)
            changed.learning_rate = model.optimizer.learning_rate
            changed.build(model.trainable_weights)
            model.optimizer = changed
        case "batch_size":
            trainer.batch_size = min(value, trainer.batches.samples)
        case "noise":
            trainer.noise = value
        case "weight":
            array, index = _place(trainer, value)
            array[index] = value["value"]
        case _:
            raise TuilabError(f"There is no setting {safe(change.name, limit=40)!r} to change.")


def words(trainer: Trainer, name: str, value: Any) -> str:
    """A change in words, as it is before it is made: `learning rate 0.001 → 0.003`."""
    model = trainer.model
    match name:
        case "learning_rate":
            return f"learning rate {model.optimizer.learning_rate:g} → {value:g}"
        case "optimizer":
            return f"optimizer {optimizer_name(model.optimizer)} → {value}"
        case "batch_size":
            return f"batch size {trainer.batch_size} → {min(value, trainer.batches.samples)}"
        case "noise":
            return f"noise {trainer.noise:g} → {value:g}"
        case _:
            array, index = _place(trainer, value)
            at = ", ".join(map(str, index))
            return f"{value['name']}[{at}] {number(array[index])} → {number(value['value'])}"


def optimizer_name(optimizer: optimizers.Optimizer) -> str:
    """What a run calls its optimizer."""
    if isinstance(optimizer, optimizers.SGD) and optimizer.momentum:
        return "nesterov" if optimizer.nesterov else "momentum"
    return type(optimizer).__name__.lower()


def _place(trainer: Trainer, value: Mapping[str, Any]) -> tuple[np.ndarray[Any, Any], tuple[int, ...]]:
    by_name = {str(weight.name): weight.data for weight in trainer.model.weights}
    name, index = value["name"], tuple(value["index"])
    if name not in by_name:
        raise TuilabError(f"There is no parameter {safe(name, limit=80)!r}: there are {', '.join(by_name)}.")
    array = by_name[name]
    inside = len(index) == array.ndim and all(
        0 <= at < size for at, size in zip(index, array.shape, strict=True)
    )
    if not inside:
        raise TuilabError(f"{name} has the shape {array.shape}, and no element {index}.")
    return array, index
