"""Neural networks by Keras's names: layers, models, losses, metrics, optimizers, initializers."""

from tuilab.nn import initializers, layers, losses, metrics, optimizers
from tuilab.nn.layers import Activation, Dense, Flatten, Layer, Rescaling
from tuilab.nn.model import History, Model, Sequential

__all__ = [
    "Activation",
    "Dense",
    "Flatten",
    "History",
    "Layer",
    "Model",
    "Rescaling",
    "Sequential",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "optimizers",
]
