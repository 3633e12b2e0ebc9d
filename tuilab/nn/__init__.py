"""Neural networks by Keras's names: layers, models, losses, metrics, optimizers, initializers."""

from tuilab.nn import initializers, layers, losses, metrics, optimizers
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
    "initializers",
    "layers",
    "losses",
    "metrics",
    "optimizers",
]
