"""Neural networks by Keras's names: layers, models, losses, metrics, optimizers and what belongs to them."""

from tuilab.nn import (
    callbacks,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    regularizers,
    schedules,
)
from tuilab.nn.layers import GRU, LSTM, Activation, Dense, Flatten, Layer, Rescaling, SimpleRNN
from tuilab.nn.model import History, Model, Sequential

__all__ = [
    "GRU",
    "LSTM",
    "Activation",
    "Dense",
    "Flatten",
    "History",
    "Layer",
    "Model",
    "Rescaling",
    "Sequential",
    "SimpleRNN",
    "callbacks",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
    "schedules",
]
