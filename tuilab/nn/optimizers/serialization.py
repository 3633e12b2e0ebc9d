"""Optimizers and schedules as JSON takes them, and back: what a run has to keep beside their memory."""

import inspect
from collections.abc import Mapping
from typing import Any

from tuilab.errors import TuilabError
from tuilab.nn import schedules
from tuilab.nn.optimizers.adagrad import Adagrad
from tuilab.nn.optimizers.adam import Adam, AdamW
from tuilab.nn.optimizers.optimizer import Limits, Optimizer
from tuilab.nn.optimizers.rmsprop import RMSprop
from tuilab.nn.optimizers.sgd import SGD

KNOWN: dict[str, type[Any]] = {
    one.__name__: one
    for one in (
        SGD,
        Adagrad,
        RMSprop,
        Adam,
        AdamW,
        schedules.ExponentialDecay,
        schedules.PiecewiseConstantDecay,
        schedules.PolynomialDecay,
        schedules.CosineDecay,
        schedules.LinearWarmup,
        schedules.OneCycle,
    )
}


def serialize(one: Any) -> dict[str, Any]:
    """An optimizer or a schedule as `{"class_name": …, "config": …}`: its settings, not its memory.

    Raises:
        TuilabError: it is of a class of the user's own, which nobody could make again from its name.
    """
    kind = type(one).__name__
    if KNOWN.get(kind) is not type(one):
        raise TuilabError(
            f"{kind} cannot be kept with the state of a run: only tuilab's own optimizers and schedules can "
            f"be made again from their settings ({', '.join(KNOWN)})."
        )
    config = {name: _written(_setting(one, name)) for name in _arguments(type(one))}
    return {"class_name": kind, "config": config}


def deserialize(found: Mapping[str, Any]) -> Any:
    """A new optimizer or schedule with the settings that `serialize` wrote."""
    kind = found.get("class_name") if isinstance(found, Mapping) else None
    made = KNOWN.get(kind) if isinstance(kind, str) else None
    config = found.get("config") if made is not None else None
    if made is None or not isinstance(config, Mapping):
        raise TuilabError(f"Expected an optimizer's settings, of {', '.join(KNOWN)}. It was given {kind!r}.")
    try:
        return made(**{name: _read(value) for name, value in config.items()})
    except TypeError as error:
        raise TuilabError(f"These are not the settings of {kind}: {error}.") from None


def _arguments(kind: type[Any]) -> list[str]:
    """The names of what the class is made with; `**limits` are those that every optimizer takes."""
    names: list[str] = []
    for name, parameter in inspect.signature(kind).parameters.items():
        names += Limits.__annotations__ if parameter.kind is parameter.VAR_KEYWORD else [name]
    return names


def _setting(one: Any, name: str) -> Any:
    if name == "learning_rate" and isinstance(one, Optimizer):
        return one.schedule or one.learning_rate
    return getattr(one, name)


def _written(value: Any) -> Any:
    if isinstance(value, schedules.LearningRateSchedule):
        return serialize(value)
    if isinstance(value, list):
        return [_written(one) for one in value]
    if hasattr(value, "item"):  # a number of NumPy's
        return value.item()
    return value


def _read(value: Any) -> Any:
    return deserialize(value) if isinstance(value, Mapping) else value
