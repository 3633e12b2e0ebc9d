"""What is asked of Keras and of tuilab in the same words: both have the names that are used here.

Inputs and parameters are made by a formula, so that neither package's random numbers matter.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Shape = tuple[int, ...]


def numbers(shape: Shape, start: float) -> Array:
    """Numbers between -1 and 1 without a pattern; other ones for another `start`."""
    return np.sin(start + np.arange(math.prod(shape)) ** 1.3).reshape(shape).astype(np.float32)


@dataclass(frozen=True)
class LayerCase:
    """A layer, made from `keras.layers` or `tuilab.nn.layers`, and the shapes of its inputs."""

    make: Callable[[Any], Any]
    inputs: tuple[Shape, ...]
    training: bool = False
    whole: int = 0
    """Where not 0: inputs are whole numbers below it."""
    positive: tuple[int, ...] = ()
    """Which parameters, by their place in `get_weights()`, must be positive: variances."""

    def arrays(self) -> list[Array]:
        drawn = [numbers(shape, place) for place, shape in enumerate(self.inputs)]
        return (
            [np.floor((one + 1) / 2 * self.whole).astype(np.int64) for one in drawn] if self.whole else drawn
        )

    def parameters(self, shapes: list[Shape]) -> list[Array]:
        drawn = [numbers(shape, 10 + place) for place, shape in enumerate(shapes)]
        return [one**2 + 0.5 if place in self.positive else one for place, one in enumerate(drawn)]


@dataclass(frozen=True)
class TrainingCase:
    """A model of some layers, what it is to become, and how it is trained: on one batch, some steps long."""

    layers: Callable[[Any], list[Any]]
    optimizer: Callable[[Any], Any]
    loss: Callable[[Any], Any]
    inputs: Shape
    targets: Callable[[], Array]
    steps: int = 4

    def parameters(self, shapes: list[Shape]) -> list[Array]:
        return [0.5 * numbers(shape, 20 + place) for place, shape in enumerate(shapes)]


LAYERS: Mapping[str, LayerCase] = {
    "dense": LayerCase(lambda layers: layers.Dense(3), ((2, 4),)),
    "dense relu": LayerCase(lambda layers: layers.Dense(3, activation="relu"), ((2, 4),)),
    "dense softmax": LayerCase(lambda layers: layers.Dense(3, activation="softmax"), ((2, 4),)),
    "dense of sequences": LayerCase(lambda layers: layers.Dense(3, activation="tanh"), ((2, 3, 4),)),
    "dense without bias": LayerCase(lambda layers: layers.Dense(3, use_bias=False), ((2, 4),)),
    "activation sigmoid": LayerCase(lambda layers: layers.Activation("sigmoid"), ((2, 4),)),
    "flatten": LayerCase(lambda layers: layers.Flatten(), ((2, 3, 4),)),
    "rescaling": LayerCase(lambda layers: layers.Rescaling(1 / 3, offset=-0.5), ((2, 3),)),
    "lstm": LayerCase(lambda layers: layers.LSTM(3), ((2, 4, 2),)),
    "lstm in sequence": LayerCase(lambda layers: layers.LSTM(3, return_sequences=True), ((2, 4, 2),)),
}


def _targets() -> Array:
    return numbers((6, 3), 5)


def _classes() -> Array:
    return np.array([0, 2, 1, 1, 0, 2])


def _weights_of_classes() -> Array:
    weights = np.abs(_targets()) + 0.1
    return weights / weights.sum(-1, keepdims=True)


def _answers() -> Array:
    return (_targets() > 0).astype(np.float32)


def _two_layers(layers: Any) -> list[Any]:
    return [layers.Dense(5, activation="tanh"), layers.Dense(3)]


def _squared(losses: Any) -> Any:
    return losses.MeanSquaredError()


def _by(optimizer: Callable[[Any], Any]) -> TrainingCase:
    return TrainingCase(_two_layers, optimizer, _squared, (6, 4), _targets)


def _towards(loss: Callable[[Any], Any], targets: Callable[[], Array]) -> TrainingCase:
    return TrainingCase(_two_layers, lambda optimizers: optimizers.SGD(0.1), loss, (6, 4), targets)


def _of(layers: Callable[[Any], list[Any]], inputs: Shape) -> TrainingCase:
    return TrainingCase(layers, lambda optimizers: optimizers.SGD(0.1), _squared, inputs, _targets)


OPTIMIZERS: Mapping[str, TrainingCase] = {
    "SGD": _by(lambda optimizers: optimizers.SGD(0.1)),
    "SGD with momentum": _by(lambda optimizers: optimizers.SGD(0.1, momentum=0.9)),
    "SGD with Nesterov's momentum": _by(lambda optimizers: optimizers.SGD(0.1, momentum=0.9, nesterov=True)),
    "RMSprop": _by(lambda optimizers: optimizers.RMSprop(0.01, rho=0.8)),
    "Adagrad": _by(lambda optimizers: optimizers.Adagrad(0.1, initial_accumulator_value=0.2)),
    "AdamW": _by(lambda optimizers: optimizers.AdamW(0.02, weight_decay=0.1)),
    "SGD clipped by value": _by(lambda optimizers: optimizers.SGD(0.5, clipvalue=0.1)),
    "SGD clipped by norm": _by(lambda optimizers: optimizers.SGD(0.5, clipnorm=0.1)),
    "SGD clipped by the norm of all": _by(lambda optimizers: optimizers.SGD(0.5, global_clipnorm=0.1)),
    "SGD with a cosine": _by(lambda optimizers: optimizers.SGD(optimizers.schedules.CosineDecay(0.3, 3))),
    "Adam": _by(lambda optimizers: optimizers.Adam(0.02, beta_1=0.8, beta_2=0.95, epsilon=1e-4)),
}

LOSSES: Mapping[str, TrainingCase] = {
    "sparse categorical cross-entropy": _towards(
        lambda losses: losses.SparseCategoricalCrossentropy(from_logits=True), _classes
    ),
    "categorical cross-entropy": _towards(
        lambda losses: losses.CategoricalCrossentropy(from_logits=True), _weights_of_classes
    ),
    "binary cross-entropy": _towards(lambda losses: losses.BinaryCrossentropy(from_logits=True), _answers),
}

TRAINED_LAYERS: Mapping[str, TrainingCase] = {
    "dense relu and softmax": _of(
        lambda layers: [layers.Dense(5, activation="relu"), layers.Dense(3, activation="softmax")], (6, 4)
    ),
}

TRAINED: Mapping[str, TrainingCase] = {**OPTIMIZERS, **LOSSES, **TRAINED_LAYERS}
