"""All that a run needs to go on to the bit: what `capture` takes from a trainer, `restore` puts back.

That is the parameters and what is kept beside them (moving means of batch normalization), the optimizer with
its settings and its memory, where the trainer stands, and what the metrics have gathered. Random numbers need
no state of their own: shuffles, dropout and noise are drawn anew for a seed and a step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.errors import TuilabError
from tuilab.nn import Model, optimizers
from tuilab.nn.optimizers import Optimizer
from tuilab.training.trainer import Trainer

Array = npt.NDArray[Any]
FORMAT = 1


@dataclass(frozen=True, slots=True)
class State:
    """A moment of a training run, between two batches; nothing changes it."""

    arrays: Mapping[str, Array]
    """`model/dense/kernel`, `optimizer/dense/kernel/m`, `metric/0/…`, each a copy."""
    facts: Mapping[str, Any]
    """The rest, as JSON takes it; `sums` is the caller's own."""

    @property
    def nbytes(self) -> int:
        """The memory that the arrays take."""
        return sum(array.nbytes for array in self.arrays.values())

    @property
    def step(self) -> int:
        """Batches done by then."""
        return int(self.facts["step"])


def capture(trainer: Trainer, sums: Mapping[str, Any] | None = None) -> State:
    """The state of a trainer whose model is built, with `sums` (JSON) that the caller wants kept beside it.

    Raises:
        TuilabError: the optimizer or its schedule is of a class that could not be made again, or two
            parameters have one name.
    """
    model, batches = trainer.model, trainer.batches
    _build(model.optimizer, model)
    arrays = {f"model/{weight.name}": weight.data.copy() for weight in model.weights}
    if len(arrays) != len(model.weights):
        raise TuilabError("Two parameters of the model have one name. Give its layers names of their own.")
    arrays |= {f"optimizer/{name}": array for name, array in model.optimizer.get_state().items()}
    metrics = []
    for place, metric in enumerate(model.metrics):
        metrics.append(_written(metric.gathered, f"metric/{place}", arrays))
    facts = {
        "format": FORMAT,
        "epoch": trainer.epoch,
        "batch": trainer.batch,
        "samples": trainer.samples,
        "step": trainer.step,
        "batch_size": batches.batch_size,
        "noise": trainer.noise,
        "shuffle_seed": batches.seed,
        "model_seed": model.seed,
        "optimizer": optimizers.serialize(model.optimizer),
        "metrics": metrics,
        "sums": dict(sums or {}),
    }
    return State(arrays, facts)


def restore(trainer: Trainer, state: State) -> dict[str, Any]:
    """Put a trainer of the same model, built, and of the same data where `state` was taken; its `sums`.

    Nothing is changed unless all of it fits. The model's arrays stay the same ones.

    Raises:
        TuilabError: the state is of another model or other data, or is damaged; the sentence says in what.
    """
    facts, model, batches = state.facts, trainer.model, trainer.batches
    try:
        _must_match("format", facts["format"], FORMAT)
        _must_match("model_seed", facts["model_seed"], model.seed)
        _must_match("shuffle_seed", facts["shuffle_seed"], batches.seed)
        _must_match("metrics", len(facts["metrics"]), len(model.metrics))
        position = {name: _count(facts, name) for name in ("epoch", "batch", "samples", "step")}
        size, noise = _count(facts, "batch_size"), float(facts["noise"])
        gathered = [_read(found, state.arrays) for found in facts["metrics"]]
        optimizer = _optimizer(model, facts["optimizer"])
        kept = _part(state.arrays, "optimizer/")
        weights = _part(state.arrays, "model/")
        sums = dict(facts["sums"])
    except (KeyError, TypeError, ValueError) as error:
        raise TuilabError(f"This state of a run is damaged: {error!r}.") from None
    if size < 1:
        raise TuilabError("This state of a run is damaged: its batches have no samples.")
    _must_fit(model, weights)
    _put(optimizer, facts["optimizer"], kept, model)
    for weight in model.weights:
        weight.data[...] = weights[str(weight.name)]
    if optimizer is not model.optimizer:
        model.optimizer = optimizer
    for metric, value in zip(model.metrics, gathered, strict=True):
        metric.gathered = value
    trainer.batch_size, trainer.noise = size, noise
    trainer.move_to(**position)
    return sums


def _must_match(what: str, found: Any, own: Any) -> None:
    if found != own:
        raise TuilabError(f"This state belongs to another run: its {what} is {found!r}, this one's {own!r}.")


def _count(facts: Mapping[str, Any], name: str) -> int:
    value = facts[name]
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} is {value!r}")
    return value


def _part(arrays: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _must_fit(model: Model, found: Mapping[str, Array]) -> None:
    own = {str(weight.name): f"{weight.dtype}{list(weight.shape)}" for weight in model.weights}
    given = {name: f"{array.dtype}{list(array.shape)}" for name, array in found.items()}
    for name in (*own, *given):
        if own.get(name) != given.get(name):
            raise TuilabError(
                f"This state belongs to another model: its {name} is {given.get(name, 'not there')}, "
                f"this one's {own.get(name, 'not there')}."
            )


def _optimizer(model: Model, described: Mapping[str, Any]) -> Optimizer:
    """The model's own optimizer where only its rate differs (what is built upon its arrays then holds), else
    a new one."""
    wanted = optimizers.deserialize(described)
    if not isinstance(wanted, Optimizer):
        raise ValueError("what it calls an optimizer is none")
    own = optimizers.serialize(model.optimizer)
    config = {**described["config"], "learning_rate": own["config"]["learning_rate"]}
    return model.optimizer if {**described, "config": config} == own else wanted


def _put(optimizer: Optimizer, described: Mapping[str, Any], kept: Mapping[str, Array], model: Model) -> None:
    """Give the optimizer its rate and its memory; it stays what it was where they do not fit."""
    _build(optimizer, model)
    before = optimizer.schedule or optimizer.learning_rate
    wanted: Optimizer = optimizers.deserialize(described)
    optimizer.learning_rate = wanted.schedule or wanted.learning_rate
    try:
        optimizer.set_state(kept)
    except TuilabError:
        optimizer.learning_rate = before
        raise


def _build(optimizer: Optimizer, model: Model) -> None:
    parameters = model.trainable_weights
    if len(optimizer.memory) != len(parameters):
        optimizer.build(parameters)


def _written(value: Any, name: str, arrays: dict[str, Array]) -> Any:
    """What a metric gathered as JSON, in which an array is named and lies in `arrays`."""
    if isinstance(value, np.ndarray):
        arrays[name] = value.copy()
        return {"array": name}
    if isinstance(value, tuple):
        return [_written(one, f"{name}/{place}", arrays) for place, one in enumerate(value)]
    return value.item() if isinstance(value, np.generic) else value


def _read(found: Any, arrays: Mapping[str, Array]) -> Any:
    if isinstance(found, Mapping):
        return arrays[found["array"]].copy()
    return tuple(_read(one, arrays) for one in found) if isinstance(found, list) else found
