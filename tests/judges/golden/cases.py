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
    "reshape": LayerCase(lambda layers: layers.Reshape((3, 2)), ((2, 6),)),
    "add": LayerCase(lambda layers: layers.Add(), ((2, 3), (2, 3), (2, 3))),
    "multiply": LayerCase(lambda layers: layers.Multiply(), ((2, 3), (2, 3))),
    "concatenate": LayerCase(lambda layers: layers.Concatenate(), ((2, 3), (2, 1))),
    "conv1d": LayerCase(lambda layers: layers.Conv1D(3, 2, activation="relu"), ((2, 5, 2),)),
    "conv1d same strided": LayerCase(lambda layers: layers.Conv1D(3, 3, 2, padding="same"), ((2, 6, 2),)),
    "conv2d": LayerCase(lambda layers: layers.Conv2D(3, (2, 3), activation="relu"), ((2, 4, 5, 2),)),
    "conv2d same strided": LayerCase(
        lambda layers: layers.Conv2D(3, 3, strides=2, padding="same", use_bias=False), ((2, 5, 6, 2),)
    ),
    "conv2d dilated": LayerCase(lambda layers: layers.Conv2D(2, 2, dilation_rate=2), ((1, 5, 5, 2),)),
    "conv2d in groups": LayerCase(lambda layers: layers.Conv2D(4, 2, groups=2), ((1, 4, 4, 4),)),
    "conv2d transposed": LayerCase(lambda layers: layers.Conv2DTranspose(3, 3, strides=2), ((1, 3, 2, 2),)),
    "conv2d transposed same": LayerCase(
        lambda layers: layers.Conv2DTranspose(2, 3, strides=2, padding="same"), ((1, 3, 3, 2),)
    ),
    "max pooling": LayerCase(lambda layers: layers.MaxPooling2D(), ((2, 5, 4, 2),)),
    "max pooling same": LayerCase(
        lambda layers: layers.MaxPooling2D(3, strides=2, padding="same"), ((2, 5, 4, 2),)
    ),
    "average pooling": LayerCase(lambda layers: layers.AveragePooling2D((2, 1)), ((2, 5, 4, 2),)),
    # padding alike on both sides: an uneven one Keras counts on PyTorch, and does not on TensorFlow
    "average pooling same": LayerCase(
        lambda layers: layers.AveragePooling2D(3, strides=2, padding="same"), ((2, 5, 7, 2),)
    ),
    "global average pooling": LayerCase(lambda layers: layers.GlobalAveragePooling2D(), ((2, 3, 4, 2),)),
    "batch normalization": LayerCase(
        lambda layers: layers.BatchNormalization(epsilon=0.01), ((4, 3, 2),), positive=(3,)
    ),
    "batch normalization in training": LayerCase(
        lambda layers: layers.BatchNormalization(momentum=0.8), ((4, 3, 2),), training=True, positive=(3,)
    ),
    "layer normalization": LayerCase(lambda layers: layers.LayerNormalization(), ((2, 3, 4),)),
    "dropout asked": LayerCase(lambda layers: layers.Dropout(0.5), ((2, 3),)),
    "embedding": LayerCase(lambda layers: layers.Embedding(5, 3), ((2, 4),), whole=5),
    "simple rnn": LayerCase(lambda layers: layers.SimpleRNN(3), ((2, 4, 2),)),
    "simple rnn in sequence": LayerCase(
        lambda layers: layers.SimpleRNN(3, activation="relu", return_sequences=True), ((2, 4, 2),)
    ),
    "lstm": LayerCase(lambda layers: layers.LSTM(3), ((2, 4, 2),)),
    "lstm in sequence": LayerCase(lambda layers: layers.LSTM(3, return_sequences=True), ((2, 4, 2),)),
    "gru": LayerCase(lambda layers: layers.GRU(3), ((2, 4, 2),)),
    "gru backwards": LayerCase(
        lambda layers: layers.GRU(3, return_sequences=True, go_backwards=True), ((2, 4, 2),)
    ),
    "gru in sequence": LayerCase(lambda layers: layers.GRU(3, return_sequences=True), ((2, 4, 2),)),
    "bidirectional lstm": LayerCase(
        lambda layers: layers.Bidirectional(layers.LSTM(3, return_sequences=True)), ((2, 4, 2),)
    ),
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
    "hinge": _towards(lambda losses: losses.Hinge(), _answers),
    "squared hinge": _towards(lambda losses: losses.SquaredHinge(), _answers),
}

TRAINED_LAYERS: Mapping[str, TrainingCase] = {
    "dense relu and softmax": _of(
        lambda layers: [layers.Dense(5, activation="relu"), layers.Dense(3, activation="softmax")], (6, 4)
    ),
    "a decoder": _of(
        lambda layers: [
            layers.Conv2DTranspose(3, 3, strides=2, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.LayerNormalization(),
            layers.Dense(3),
        ],
        (6, 2, 3, 2),
    ),
    "a convnet of lines": _of(
        lambda layers: [
            layers.Conv1D(4, 3, activation="tanh", padding="same"),
            layers.Reshape((2, 10)),
            layers.SimpleRNN(5),
            layers.Dense(3),
        ],
        (6, 5, 2),
    ),
    "two recurrent layers": _of(
        lambda layers: [layers.LSTM(4, return_sequences=True), layers.GRU(3), layers.Dense(3)], (6, 5, 2)
    ),
    "both directions": _of(
        lambda layers: [layers.Bidirectional(layers.LSTM(2, return_sequences=True)), layers.GRU(3)], (6, 5, 2)
    ),
}

TRAINED: Mapping[str, TrainingCase] = {**OPTIMIZERS, **LOSSES, **TRAINED_LAYERS}
