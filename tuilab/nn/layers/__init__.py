"""Layers: functions of a tensor with parameters of their own. Each is in the file of its name."""

from tuilab.nn.layers.activation import Activation
from tuilab.nn.layers.dense import Dense
from tuilab.nn.layers.flatten import Flatten
from tuilab.nn.layers.gru import GRU
from tuilab.nn.layers.layer import Layer
from tuilab.nn.layers.lstm import LSTM
from tuilab.nn.layers.rescaling import Rescaling
from tuilab.nn.layers.simple_rnn import SimpleRNN

__all__ = ["GRU", "LSTM", "Activation", "Dense", "Flatten", "Layer", "Rescaling", "SimpleRNN"]
