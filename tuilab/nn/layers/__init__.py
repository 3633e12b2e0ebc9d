"""Layers: functions of a tensor with parameters of their own. Each is in the file of its name."""

from tuilab.nn.layers.activation import Activation
from tuilab.nn.layers.add import Add
from tuilab.nn.layers.average import Average
from tuilab.nn.layers.average_pooling2d import AveragePooling2D
from tuilab.nn.layers.batch_normalization import BatchNormalization
from tuilab.nn.layers.bidirectional import Bidirectional
from tuilab.nn.layers.concatenate import Concatenate
from tuilab.nn.layers.conv1d import Conv1D
from tuilab.nn.layers.conv2d import Conv2D
from tuilab.nn.layers.conv2d_transpose import Conv2DTranspose
from tuilab.nn.layers.dense import Dense
from tuilab.nn.layers.dropout import Dropout
from tuilab.nn.layers.elu import ELU
from tuilab.nn.layers.embedding import Embedding
from tuilab.nn.layers.flatten import Flatten
from tuilab.nn.layers.global_average_pooling2d import GlobalAveragePooling2D
from tuilab.nn.layers.global_max_pooling2d import GlobalMaxPooling2D
from tuilab.nn.layers.gru import GRU
from tuilab.nn.layers.layer import Layer
from tuilab.nn.layers.layer_normalization import LayerNormalization
from tuilab.nn.layers.leaky_relu import LeakyReLU
from tuilab.nn.layers.lstm import LSTM
from tuilab.nn.layers.max_pooling2d import MaxPooling2D
from tuilab.nn.layers.multiply import Multiply
from tuilab.nn.layers.prelu import PReLU
from tuilab.nn.layers.relu import ReLU
from tuilab.nn.layers.rescaling import Rescaling
from tuilab.nn.layers.reshape import Reshape
from tuilab.nn.layers.simple_rnn import SimpleRNN
from tuilab.nn.layers.softmax import Softmax
from tuilab.nn.layers.subtract import Subtract
from tuilab.nn.layers.symbol import Input

__all__ = [
    "ELU",
    "GRU",
    "LSTM",
    "Activation",
    "Add",
    "Average",
    "AveragePooling2D",
    "BatchNormalization",
    "Bidirectional",
    "Concatenate",
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "Input",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPooling2D",
    "Multiply",
    "PReLU",
    "ReLU",
    "Rescaling",
    "Reshape",
    "SimpleRNN",
    "Softmax",
    "Subtract",
]
